/** The hook that looks at what is about to be committed, in whichever of four ways a repository has its hooks. */
import { join } from "node:path";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { encodeText } from "../model/text.ts";
import { readText } from "./text-file.ts";

export type HookManager = "git" | "husky" | "lefthook" | "pre-commit";

export interface HookPlace {
  readonly manager: HookManager;
  /** The file that names the hook. */
  readonly path: string;
}

const MARK = "sotto git check";

/** @param root of the working tree @param hooks the folder of git's own hooks */
export async function findHook(host: Host, root: string, hooks: string): Promise<HookPlace> {
  if ((await host.stat(join(root, ".husky"))) !== undefined) return { manager: "husky", path: join(root, ".husky", "pre-commit") };
  for (const name of ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"]) {
    if ((await host.stat(join(root, name))) !== undefined) return { manager: "lefthook", path: join(root, name) };
  }
  const config = join(root, ".pre-commit-config.yaml");
  if ((await host.stat(config)) !== undefined) return { manager: "pre-commit", path: config };
  return { manager: "git", path: join(hooks, "pre-commit") };
}

export async function hasHook(host: Host, place: HookPlace): Promise<boolean> {
  const text = await readText(host, place.path);
  return text !== undefined && text.includes(MARK);
}

/** @param program how the hook calls us @returns false when it is there already */
export async function addHook(host: Host, place: HookPlace, program: string): Promise<boolean> {
  const before = await readText(host, place.path);
  if (before?.includes(MARK) === true) {
    const isScript = place.manager === "git" || place.manager === "husky";
    if (!isScript || `\n${before}`.includes(`\n${program} git check ||`)) return false;
    // It calls sotto by another name.
    await removeHook(host, place);
    return addHook(host, place, program);
  }
  const after =
    place.manager === "git" || place.manager === "husky" ? addLine(before, program) : await addEntry(before ?? "", place, program);
  await write(host, place.path, before, after, place.manager === "git" || place.manager === "husky" ? 0o755 : undefined);
  return true;
}

/** @returns false when there is nothing of ours */
export async function removeHook(host: Host, place: HookPlace): Promise<boolean> {
  const before = await readText(host, place.path);
  if (before === undefined || !before.includes(MARK)) return false;
  if (place.manager === "git" || place.manager === "husky") {
    const rest = before
      .split("\n")
      .filter((line) => !line.includes(MARK))
      .join("\n");
    if (rest.trim() === "#!/bin/sh" || rest.trim() === "") await remove(host, place.path);
    else await write(host, place.path, before, rest, 0o755);
    return true;
  }
  await write(host, place.path, before, await removeEntry(before, place), undefined);
  return true;
}

/** At the beginning, where no `exit` of others stands before it. */
function addLine(before: string | undefined, program: string): string {
  const line = `${program} git check || exit 1 # ${MARK}`;
  if (before === undefined || before.trim() === "") return `#!/bin/sh\n${line}\n`;
  const [first = "", ...rest] = before.split("\n");
  if (first.startsWith("#!") && !/^#!.*\b(?:sh|bash|dash|zsh|ksh)\b/.test(first)) {
    throw new SottoError("REFUSED", "there is a pre-commit hook that is no shell script", {
      hints: [`let it call: ${program} git check`, "or go on without a hook: --no-hook"],
    });
  }
  return first.startsWith("#!") ? [first, line, ...rest].join("\n") : `${line}\n${before}`;
}

async function addEntry(text: string, { manager }: HookPlace, program: string): Promise<string> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new SottoError("CONFIG_INVALID", `the configuration of ${manager} is no valid YAML`);
  const run = `${program} git check # ${MARK}`;
  if (manager === "lefthook") document.setIn(["pre-commit", "commands", "sotto"], document.createNode({ run }));
  else {
    const repo = {
      repo: "local",
      hooks: [{ id: "sotto", name: MARK, entry: `${program} git check`, language: "system", pass_filenames: false }],
    };
    if (document.hasIn(["repos"])) document.addIn(["repos"], document.createNode(repo));
    else document.setIn(["repos"], document.createNode([repo]));
  }
  return document.toString({ lineWidth: 0 });
}

async function removeEntry(text: string, { manager }: HookPlace): Promise<string> {
  const { isMap, isSeq, parseDocument } = await import("yaml");
  const document = parseDocument(text);
  if (manager === "lefthook") {
    document.deleteIn(["pre-commit", "commands", "sotto"]);
    return document.toString({ lineWidth: 0 });
  }
  const repos = document.getIn(["repos"]);
  if (isSeq(repos)) {
    for (const repo of repos.items) {
      const hooks = isMap(repo) ? repo.get("hooks") : undefined;
      if (isSeq(hooks)) hooks.items = hooks.items.filter((hook) => !JSON.stringify(hook).includes(MARK));
    }
    // Only an entry that is empty now was ours alone.
    repos.items = repos.items.filter((repo) => {
      const hooks = isMap(repo) ? repo.get("hooks") : undefined;
      return !isSeq(hooks) || hooks.items.length > 0;
    });
  }
  return document.toString({ lineWidth: 0 });
}

async function remove(host: Host, path: string): Promise<void> {
  using locked = await host.lockFiles([path]);
  for (const file of locked.files) await file.remove();
}

async function write(host: Host, path: string, before: string | undefined, after: string, mode: number | undefined): Promise<void> {
  await host.writeFile(path, encodeText(after), {
    ...(mode === undefined ? {} : { mode }),
    ...(before === undefined ? {} : { expected: encodeText(before) }),
  });
}
