/** What git calls: a diff of many files, a view of one, the hook, a merge. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlain } from "./data.ts";
import { run } from "./measure.ts";
import type { Bench, Row } from "./rows.ts";

const CHANGED = 100;
const STAGED = 50;

export function gitRows(bench: Bench): readonly Row[] {
  const cwd = join(bench.work, "repository");
  const env: Record<string, string> = {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) => [
        [`GIT_${who}_NAME`, "bench"],
        [`GIT_${who}_EMAIL`, "b@example.org"],
      ]),
    ),
  };
  const place = { cwd, env: { ...bench.env, ...env } };
  const call = (argv: readonly string[]): Buffer => {
    const { status, stdout, stderr } = run(argv, place);
    if (status !== 0) throw new Error(`${argv.join(" ").slice(0, 80)}: ${stderr.slice(0, 200)}`);
    return stdout;
  };
  const names = Array.from({ length: CHANGED }, (_, at) => `f${at}.yaml`);
  let made = false;
  /** A hundred files with one changed value each; fifty of them staged. */
  const start = (): void => {
    if (made) return;
    made = true;
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - age: ${bench.recipients[0]}\n`);
    writeFileSync(join(cwd, ".gitattributes"), "f*.yaml diff=sops\n");
    writeFileSync(join(cwd, "p.yaml"), createPlain(10, "yaml"));
    writeFileSync(join(cwd, "empty.cjs"), "");
    const sealed = call([...bench.sops, "encrypt", "--age", bench.recipients[0], "p.yaml"]);
    for (const name of names) writeFileSync(join(cwd, name), sealed);
    call(["git", "init", "-q"]);
    call(["git", "config", "diff.sops.textconv", `${bench.sops.join(" ")} decrypt`]);
    call(["git", "add", "-A"]);
    call(["git", "commit", "-qm", "before"]);
    call([...bench.candidate, "set", names[0] ?? "", '["service_0"]["key_1"]', '"new"']);
    for (const name of names.slice(1)) copyFileSync(join(cwd, names[0] ?? ""), join(cwd, name));
    call(["git", "add", ...names.slice(0, STAGED)]);
    writeFileSync(join(cwd, "large.yaml"), createPlain(10_000, "yaml"));
    writeFileSync(join(cwd, "base.yaml"), call([...bench.sops, "encrypt", "--age", bench.recipients[0], "large.yaml"]));
    for (const [side, key] of [
      ["ours", "key_1"],
      ["theirs", "key_2"],
    ] as const) {
      copyFileSync(join(cwd, "base.yaml"), join(cwd, `${side}.yaml`));
      call([...bench.candidate, "set", `${side}.yaml`, `["service_3"]["${key}"]`, `"${side}"`]);
    }
  };
  const row = (name: string, args: readonly string[], sops: readonly string[], check: () => void, prepare?: () => void): Row => ({
    name,
    args,
    sops,
    cwd,
    env,
    pairs: 5,
    ...(prepare === undefined ? {} : { prepare }),
    check() {
      start();
      prepare?.();
      check();
    },
  });
  const merged = (): void => copyFileSync(join(cwd, "ours.yaml"), join(cwd, "result.yaml"));
  return [
    row(`git: diff of ${CHANGED} changed files, sops as git's textconv`, ["diff", "HEAD"], ["git", "diff", "HEAD"], () => {
      const found = call([...bench.candidate, "diff", "HEAD"])
        .toString()
        .match(/~ service_0\.key_1/g)?.length;
      if (found !== CHANGED) throw new Error(`${found} changes are shown`);
    }),
    row("git: view of one file, sops decrypt", ["git", "textconv", "f0.yaml"], [...bench.sops, "decrypt", "f0.yaml"], () => {
      if (!call([...bench.candidate, "git", "textconv", "f0.yaml"]).includes("service_0.key_1: str"))
        throw new Error("the value is not there");
    }),
    row(`git: hook on ${STAGED} files, an empty Node script`, ["git", "check"], [process.execPath, "empty.cjs"], () => {
      if (call([...bench.candidate, "--json", "git", "check"]).includes('"findings":[{')) throw new Error("it finds something");
    }),
    row(
      "git: merge of 10k YAML, sops decrypt of one",
      ["git", "merge-file", "base.yaml", "result.yaml", "theirs.yaml", "7", "large.yaml"],
      [...bench.sops, "decrypt", "base.yaml"],
      () => {
        call([...bench.candidate, "git", "merge-file", "base.yaml", "result.yaml", "theirs.yaml", "7", "large.yaml"]);
        const plain = call([...bench.sops, "decrypt", "result.yaml"]).toString();
        if (!plain.includes("key_1: ours") || !plain.includes("key_2: theirs")) throw new Error("a change is lost");
        if (readFileSync(join(cwd, "result.yaml"), "utf8").includes("<<<<<<<")) throw new Error("there is a conflict");
      },
      merged,
    ),
  ];
}
