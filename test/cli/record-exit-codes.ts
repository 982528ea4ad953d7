/**
 * Runs the real sops on bad input and records its exit numbers in exit-codes.json, from which `src/cli/exit.ts` is checked.
 * Usage: node test/cli/record-exit-codes.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peerPath } from "../support/peers.ts";
import { COMMANDS, FORMATS, INPUTS, argumentsFor, damage, ownRule, plainText } from "./exit-cases.ts";
import type { ExitRow } from "./exit-cases.ts";

const sops: string = peerPath("sops");
const keygen: string = peerPath("age-keygen");
const work: string = mkdtempSync(join(tmpdir(), "sotto-exit-"));

function call(
  program: string,
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): { status: number; stdout: string } {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SOPS")));
  const { status, stdout } = spawnSync(program, argv, {
    cwd,
    env: { ...clean, HOME: work, XDG_CONFIG_HOME: work, ...env },
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
  return { status: status ?? 255, stdout };
}

function makeKey(name: string): string {
  call(keygen, ["-o", name], work);
  return call(keygen, ["-y", name], work).stdout.trim();
}

const recipients: readonly [string, string] = [makeKey("one.txt"), makeKey("two.txt")];
const identity: Readonly<Record<string, string>> = { SOPS_AGE_KEY_FILE: join(work, "one.txt") };
const rows: ExitRow[] = [];

for (const format of FORMATS) {
  const plain = plainText(format);
  const source = join(work, `source.${format.suffix}`);
  writeFileSync(source, plain);
  const encrypted = call(sops, ["encrypt", "--age", recipients[0], source], work).stdout;
  for (const command of COMMANDS) {
    for (const input of INPUTS) {
      const folder = mkdtempSync(join(work, "case-"));
      const name = `file.${input === "unknown suffix" ? "unknown" : format.suffix}`;
      const content = damage(input, command === "encrypt" ? plain : encrypted, { plain, encrypted });
      if (input === "directory") mkdirSync(join(folder, name));
      else if (content !== undefined) writeFileSync(join(folder, name), content);
      if (command === "updatekeys") writeFileSync(join(folder, ".sops.yaml"), ownRule(recipients));
      const argv = argumentsFor(command, format, name, input, recipients[0]);
      const { status } = call(sops, argv, folder, input === "no key" ? {} : identity);
      rows.push({ command, input, format: format.id, exit: status });
    }
  }
}

rmSync(work, { recursive: true });
const target: string = join(import.meta.dirname, "exit-codes.json");
const lines: string = rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
writeFileSync(target, `[\n${lines}\n]\n`);
process.stdout.write(`${rows.length} rows, ${JSON.parse(readFileSync(target, "utf8")).length} read back\n`);
