/** Connects a repository with sotto: attributes, diff and merge drivers, and the hook. Doing it again changes nothing. */
import { join } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { holdsCiphertext } from "../crypto/envelope.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { encodeText } from "../model/text.ts";
import { readText } from "./text-file.ts";
import { readIfEncrypted } from "../workspace/read.ts";
import { patternsFor, readAttributes, writeAttributes } from "./attributes.ts";
import { addHook, findHook, hasHook, type HookPlace, removeHook } from "./hooks.ts";
import { askGit, runGit } from "./run.ts";

export interface InstallOptions {
  /** How git calls sotto, as a shell reads it. */
  readonly program: string;
  /** The drivers for all repositories of the user. */
  readonly global?: boolean;
  readonly hook: boolean;
  /** Plaintext in the working tree, ciphertext in the repository. */
  readonly filter?: boolean;
}

export interface Part {
  readonly name: "attributes" | "diff driver" | "merge driver" | "filter" | "hook";
  /** The file or setting. */
  readonly place: string;
  readonly state: "there" | "missing" | "added" | "removed";
}

interface Repository {
  readonly root: string;
  readonly hooks: string;
}

const DRIVERS = ["diff", "merge"] as const;

/** @throws SottoError `COMMAND_FAILED` outside of a repository */
export async function installGit(host: Host, options: InstallOptions): Promise<readonly Part[]> {
  const repository = await findRepository(host);
  const parts: Part[] = [];
  const path = join(repository.root, ".gitattributes");
  const before = await readText(host, path);
  // In a working tree with filters encrypted files look like others: what was found once stays.
  const patterns = [...new Set([...(readAttributes(before ?? "") ?? []), ...(await findPatterns(host, repository))])].toSorted();
  const after = writeAttributes(before ?? "", patterns, options.filter === true);
  const changed = after !== (before ?? "");
  if (changed) await host.writeFile(path, encodeText(after), before === undefined ? {} : { expected: encodeText(before) });
  parts.push({ name: "attributes", place: path, state: changed ? "added" : after === "" ? "missing" : "there" });
  for (const kind of DRIVERS) {
    const settings = settingsOf(kind, options.program);
    const missing = await Promise.all(settings.map(async ([name, value]) => (await getSetting(host, name, options.global)) !== value));
    for (const [name, value] of settings) await askGit(host, ["config", scopeOf(options.global), name, value]);
    parts.push({ name: `${kind} driver`, place: `${kind}.sotto`, state: missing.includes(true) ? "added" : "there" });
  }
  if (options.filter === true) {
    const settings = filterSettings(options.program);
    for (const [name, value] of settings) await askGit(host, ["config", scopeOf(options.global), name, value]);
    parts.push({ name: "filter", place: "filter.sotto", state: "added" });
  }
  if (options.hook) {
    const hook = await findHook(host, repository.root, repository.hooks);
    const added = await addHook(host, hook, options.program);
    parts.push({ name: "hook", place: hook.path, state: added ? "added" : "there" });
  }
  return parts;
}

/** What of it is there. */
export async function checkGit(host: Host): Promise<readonly Part[]> {
  const repository = await findRepository(host);
  const path = join(repository.root, ".gitattributes");
  const patterns = await findPatterns(host, repository);
  const written = readAttributes((await readText(host, path)) ?? "") ?? [];
  const hook: HookPlace = await findHook(host, repository.root, repository.hooks);
  const drivers = await Promise.all(
    DRIVERS.map(async (kind): Promise<Part> => {
      const name = kind === "diff" ? "diff.sotto.textconv" : "merge.sotto.driver";
      return { name: `${kind} driver`, place: `${kind}.sotto`, state: (await getSetting(host, name)) === undefined ? "missing" : "there" };
    }),
  );
  return [
    { name: "attributes", place: path, state: patterns.every((one) => written.includes(one)) ? "there" : "missing" },
    ...drivers,
    { name: "hook", place: hook.path, state: (await hasHook(host, hook)) ? "there" : "missing" },
  ];
}

export async function uninstallGit(host: Host, options: Pick<InstallOptions, "global">): Promise<readonly Part[]> {
  const repository = await findRepository(host);
  const parts: Part[] = [];
  const path = join(repository.root, ".gitattributes");
  const before = await readText(host, path);
  const after = writeAttributes(before ?? "", []);
  if (before !== undefined && after !== before) {
    await host.writeFile(path, encodeText(after), { expected: encodeText(before) });
    parts.push({ name: "attributes", place: path, state: "removed" });
  }
  for (const kind of DRIVERS) {
    const { exit } = await runGit(host, ["config", scopeOf(options.global), "--remove-section", `${kind}.sotto`]);
    if (exit === 0) parts.push({ name: `${kind} driver`, place: `${kind}.sotto`, state: "removed" });
  }
  const { exit } = await runGit(host, ["config", scopeOf(options.global), "--remove-section", "filter.sotto"]);
  if (exit === 0) parts.push({ name: "filter", place: "filter.sotto", state: "removed" });
  const hook = await findHook(host, repository.root, repository.hooks);
  if (await removeHook(host, hook)) parts.push({ name: "hook", place: hook.path, state: "removed" });
  return parts;
}

function settingsOf(kind: (typeof DRIVERS)[number], program: string): readonly (readonly [name: string, value: string])[] {
  if (kind === "diff") return [["diff.sotto.textconv", `${program} git textconv`]];
  return [
    ["merge.sotto.name", "merge encrypted files key by key"],
    ["merge.sotto.driver", `${program} git merge-file %O %A %B %L %P`],
  ];
}

function filterSettings(program: string): readonly (readonly [name: string, value: string])[] {
  return [
    ["filter.sotto.clean", `${program} git clean %f`],
    ["filter.sotto.smudge", `${program} git smudge %f`],
    ["filter.sotto.required", "true"],
  ];
}

function scopeOf(global: boolean | undefined): string {
  return global === true ? "--global" : "--local";
}

async function getSetting(host: Host, name: string, global?: boolean): Promise<string | undefined> {
  const { exit, output } = await runGit(host, ["config", ...(global === true ? ["--global"] : []), "--get", name]);
  return exit === 0 ? output.toString("utf8").replace(/\n$/, "") : undefined;
}

async function findRepository(host: Host): Promise<Repository> {
  const { exit, output } = await runGit(host, ["rev-parse", "--show-toplevel", "--git-path", "hooks"]);
  const [root, hooks] = output.toString("utf8").split("\n");
  if (exit === 0 && root !== undefined && hooks !== undefined)
    return { root, hooks: join(host.cwd, hooks) === hooks ? hooks : toAbsolute(host, hooks) };
  throw new SottoError("COMMAND_FAILED", "this is no working tree of a git repository", { hints: ["git init", "or change to its folder"] });
}

function toAbsolute(host: Host, path: string): string {
  return path.startsWith("/") ? path : join(host.cwd, path);
}

/** The patterns for all encrypted files that git knows or could know. */
async function findPatterns(host: Host, { root }: Repository): Promise<readonly string[]> {
  const listed = await runGit({ cwd: root, env: host.env }, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const paths = [...new Set(listed.output.toString("utf8").split("\0"))].filter((path) => path !== "" && !path.includes("\uFFFD"));
  const found: string[] = [];
  for (const path of paths) if (await isEncrypted(host, join(root, path))) found.push(path);
  return patternsFor(found);
}

async function isEncrypted(host: Host, path: string): Promise<boolean> {
  if ((await host.stat(path, { follow: false }))?.kind !== "file") return false;
  const bytes = await host.readFile(path);
  if (!holdsCiphertext(bytes)) return false;
  return (await readIfEncrypted(bytes, formatOfPath(path))) !== undefined;
}
