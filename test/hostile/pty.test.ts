/** The program on a terminal that is one: nothing of a file acts on it, and a pipe gets every byte. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { bundle } from "../faults/bundle.ts";
import { describeWithPeers } from "../support/peers.ts";
import { ANA } from "../support/sotto.ts";
import { runInTerminal } from "../support/terminal.ts";
import { vectorRecipient } from "../support/vectors.ts";

const ESC = "\u001B";
const EVIL = `${ESC}[2J${ESC}]0;title\u0007\u202E\u200B\u009B31m\r`;
/** Our own colours are single runs of digits that end in `m`. */
// oxlint-disable-next-line no-control-regex
const OURS = /\u001B\[\d{1,2}m/g;
// oxlint-disable-next-line no-control-regex
const ACTING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/;

let scratch: Scratch;
let program = "";
/** Of the file, decrypted. */
let plain = "";
const evilFile = `${ESC}[31mfile.json`;

beforeAll(async () => {
  program = await bundle("src/cli/main.ts");
  scratch = new Scratch(ANA);
  const quoted = JSON.stringify(EVIL);
  plain = `{\n\t${quoted}: ${quoted},\n\t"list": [\n\t\t${quoted}\n\t]\n}\n`;
  scratch.write("a.json", plain);
  scratch.write("b.env", `A=x${EVIL.replace("\r", "")}y\n# ${EVIL.replace("\r", "")}\n`);
  for (const name of ["a.json", "b.env"]) {
    const { exit, errors } = await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), name]);
    if (exit !== 0) throw new Error(errors);
  }
  scratch.write(evilFile, scratch.read("a.json").replace('"mac": "ENC[AES256_GCM,data:', '"mac": "ENC[AES256_GCM,data:AAAA'));
}, 60_000);
afterAll(() => {
  scratch[Symbol.dispose]();
  rmSync(dirname(program), { recursive: true });
});

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
const SHOWN: readonly (readonly string[])[] = [
  ["decrypt", "b.env"],
  ["get", "a.json", "list.0"],
  ["decrypt", "--extract", '["list"][0]', "a.json"],
  ["decrypt", evilFile],
  ["explain", "a.json"],
  ["diff", "--reveal", "a.json", "b.env"],
  ["decrypt", `${ESC}[2Jmissing.json`],
];

describeWithPeers(["script"], "on a terminal", () => {
  test("no character of a file acts", async () => {
    const line = SHOWN.map((argv) => ["NODE", "PROGRAM", ...argv].map(quote).join(" "))
      .join("; ")
      .replaceAll("'NODE'", () => quote(process.execPath))
      .replaceAll("'PROGRAM'", () => quote(program));
    const env = { ...scratch.env, PATH: process.env["PATH"] ?? "", TERM: "xterm", SHELL: "/bin/sh" };
    const { shown } = await runInTerminal(`cd ${quote(scratch.path)}; ${line}`, env, []);
    // The terminal itself turns each line feed into two characters.
    const text = shown.replaceAll("\r\n", "\n").replaceAll(OURS, "");
    expect(ACTING.exec(text)?.[0]).toBeUndefined();
    // It was shown, spelled out, and not left out.
    expect(text.split(String.raw`\x1b[2J\x1b]0;title\x07\u{202e}\u{200b}\x9b31m`).length).toBeGreaterThan(5);
  }, 60_000);
});

function run(...argv: readonly string[]): string {
  return spawnSync(process.execPath, [program, ...argv], { cwd: scratch.path, env: { ...scratch.env }, encoding: "utf8" }).stdout;
}

test("a pipe gets what the file holds", () => {
  expect(run("get", "a.json", "list.0")).toContain(EVIL);
  expect(run("decrypt", "b.env")).toBe(`A=x${EVIL.replace("\r", "")}y\n# ${EVIL.replace("\r", "")}\n`);
  expect(JSON.parse(run("decrypt", "a.json"))).toEqual({ [EVIL]: EVIL, list: [EVIL] });
}, 60_000);
