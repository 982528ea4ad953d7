/** Many files whose data keys are wrapped by a service that takes 100 ms a call. sops does one file after the other, in a loop of the shell. */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT, OWNER } from "../keys/fake-aws.ts";
import { createPlain } from "./data.ts";
import { run } from "./measure.ts";
import type { Bench, Row } from "./rows.ts";

const FILES = 200;
const [ONE, TWO] = ["one", "two"].map((name) => `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${name}`);
/** Words for `sh`, the program and the files. */
const loop = (command: string): string => `program=$1; shift; for file do "$program" ${command} "$file" || exit; done`;

/** @returns rows that take minutes */
export function serviceRows(bench: Bench): readonly Row[] {
  const cwd = join(bench.work, "services");
  const state = join(bench.work, "slow-kms");
  const names = Array.from({ length: FILES }, (_, at) => `f${at}.yaml`);
  const original = (name: string): string => join(cwd, "before", name);
  const env: Record<string, string> = {
    AWS_ACCESS_KEY_ID: OWNER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OWNER.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const place = { cwd, env };
  const start = (): void => {
    if (existsSync(state)) return;
    mkdirSync(join(cwd, "before"), { recursive: true });
    const kms = spawn(process.execPath, [join(import.meta.dirname, "slow-kms.ts"), state], { stdio: ["pipe", "ignore", "inherit"] });
    kms.unref();
    run(["sh", "-c", 'until grep -q http "$0" 2>/dev/null; do sleep 0.05; done', state], { cwd, env: bench.env });
    env["AWS_ENDPOINT_URL"] = readFileSync(state, "utf8").split(" ")[0] ?? "";
    Object.assign(env, { ...bench.env, ...env });
    writeFileSync(join(cwd, "p.yaml"), createPlain(10, "yaml"));
    writeFileSync(join(cwd, ".sops.yaml"), `creation_rules:\n  - kms: ${ONE},${TWO}\n`);
    const seal = `program=$1; shift; printf '%s\\n' "$@" | xargs -P 8 -I {} sh -c '"$1" encrypt --kms ${ONE} p.yaml > before/"$2"' sh "$program" {}`;
    const made = run(["sh", "-c", seal, "sh", ...bench.sops, ...names], place);
    if (made.status !== 0) throw new Error(`sops could not make the files: ${made.stderr.slice(0, 300)}`);
  };
  const prepare = (): void => {
    for (const name of names) copyFileSync(original(name), join(cwd, name));
  };
  const calls = (): number => Number(readFileSync(state, "utf8").split(" ")[1]);
  const row = (name: string, command: string, args: readonly string[], expected: number): Row => ({
    name,
    args: [...args, ...names],
    sops: ["sh", "-c", loop(command), "sh", ...bench.sops, ...names],
    cwd,
    env,
    pairs: 1,
    prepare,
    check() {
      start();
      prepare();
      const before = calls();
      const done = run([...bench.candidate, ...args, ...names], place);
      if (done.status !== 0) throw new Error(`${name}: ${done.stderr.slice(0, 300)}`);
      const made = calls() - before;
      if (made !== expected) throw new Error(`${made} calls instead of ${expected}`);
      for (const file of [names[0] ?? "", names.at(-1) ?? ""]) {
        const same = readFileSync(join(cwd, file)).equals(readFileSync(original(file)));
        const { stdout } = run([...bench.sops, "decrypt", file], place);
        if (same || !stdout.equals(readFileSync(join(cwd, "p.yaml")))) throw new Error(`sops decrypts ${file} to something else`);
      }
    },
  });
  return [
    row(`rotate of ${FILES} files behind a slow KMS, sops in a loop`, "rotate -i", ["rotate", "-i"], 2 * FILES),
    row(`updatekeys of ${FILES} files behind a slow KMS, sops in a loop`, "updatekeys -y", ["updatekeys", "-y"], 3 * FILES),
  ];
}
