/** Text of files that would act on a terminal is made visible there, and left as it is for programs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const ESC = "\u001B";
/** Clears the screen, sets the title, turns text round, hides text. */
const EVIL = [`${ESC}[2J`, `${ESC}]0;title\u0007`, "\u202E", "\u200B", "\u009B31m"];
const NAME = `k${EVIL.join("")}`;
/** Our own colours are single runs of digits that end in `m`. */
// oxlint-disable-next-line no-control-regex
const OURS = /\u001B\[\d{1,2}m/g;
// oxlint-disable-next-line no-control-regex
const ACTING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/;

let scratch: Scratch;

beforeAll(async () => {
  scratch = new Scratch(ANA);
  const quoted = JSON.stringify(NAME);
  scratch.write("one.json", `{${quoted}: {"a_unencrypted": ${quoted}, "b": 1}}\n`);
  scratch.write("two.json", `{${quoted}: {"a_unencrypted": ${quoted}, "b": 2, ${quoted}: 3}}\n`);
  for (const name of ["one.json", "two.json"]) {
    const { exit, errors } = await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), name]);
    if (exit !== 0) throw new Error(errors);
  }
  scratch.write(`${ESC}[31mname.json`, scratch.read("one.json"));
  scratch.write(
    "metadata.json",
    scratch
      .read("one.json")
      .replace(/"recipient": "[^"]*"/, () => `"recipient": ${JSON.stringify(`age1${EVIL.join("")}\nhint: run this`)}`),
  );
});
afterAll(() => scratch[Symbol.dispose]());

const LINES: readonly (readonly string[])[] = [
  ["diff", "one.json", "two.json"],
  ["diff", "--reveal", "one.json", "two.json"],
  ["explain", "one.json"],
  ["explain", "one.json", NAME],
  ["get", "one.json", NAME],
  ["get", "one.json", `${NAME}.nothing`],
  ["verify", `${ESC}[31mname.json`, `${ESC}[32mmissing.json`],
  ["filestatus", `${ESC}[32mmissing.json`],
  ["decrypt", "metadata.json"],
  ["rotate", "metadata.json"],
  ["set", "one.json", NAME, "{broken"],
  [`${ESC}[2Jcommand`],
  ["decrypt", `--${ESC}[2Jflag`, "one.json"],
];

describe.each(LINES)("%j", (...argv) => {
  test("on a terminal", async () => {
    const { output, errors } = await scratch.sotto(argv, { terminals: ["output", "errors"] });
    expect(ACTING.exec(output.replaceAll(OURS, ""))?.[0]).toBeUndefined();
    expect(ACTING.exec(errors.replaceAll(OURS, ""))?.[0]).toBeUndefined();
  });
});

test("a recipient cannot pass for a line of ours", async () => {
  const { errors } = await scratch.sotto(["decrypt", "metadata.json"]);
  expect(errors.split("\n").filter((line) => line.startsWith("hint: run this"))).toEqual([]);
});

test("programs get what the file holds", async () => {
  const { output } = await scratch.sotto(["decrypt", "one.json"]);
  expect(Object.keys(JSON.parse(output) as object)).toEqual([NAME]);
});
