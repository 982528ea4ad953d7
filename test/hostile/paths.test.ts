/** Names that lead elsewhere, and selectors that would leave everything readable: refused, and nothing is written. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const ana = vectorRecipient("ana");
let scratch: Scratch;
/** Empty, and stays so. */
let outside = "";
beforeAll(async () => {
  scratch = new Scratch(ANA);
  outside = mkdtempSync(join(tmpdir(), "sotto-outside-"));
  scratch.write("plain.yaml", "a: one\nb: two\n");
  scratch.write("a.yaml", (await scratch.sotto(["encrypt", "--age", ana, "plain.yaml"])).output);
  mkdirSync(scratch.place("temporary"));
});
afterAll(() => {
  scratch[Symbol.dispose]();
  rmSync(outside, { recursive: true });
});

describe("a name for the file of exec-file", () => {
  test.each(["../x", "x/../../x", "/etc/x", "a/b", "..", ".", "x\0y", "../../../../tmp/x", "x/"])("%j", async (name) => {
    const env = { TMPDIR: scratch.place("temporary") };
    const { exit, errors } = await scratch.sotto(["exec-file", "--no-fifo", "--filename", name, "a.yaml", `touch '${outside}/ran' #{}`], {
      env,
    });
    expect([exit === 0, errors.startsWith("error: ")]).toEqual([false, true]);
    expect([readdirSync(outside), readdirSync(scratch.place("temporary"))]).toEqual([[], []]);
  });
});

describe.runIf(process.getuid?.() === 0)("a link of somebody else", () => {
  test.each([
    ["--output", ["decrypt", "--output", "link.yaml", "a.yaml"]],
    ["-i", ["decrypt", "-i", "link.yaml"]],
  ])("%s does not follow it", async (_, argv) => {
    const { lchownSync } = await import("node:fs");
    rmSync(scratch.place("link.yaml"), { force: true });
    symlinkSync(join(outside, "victim.yaml"), scratch.place("link.yaml"));
    lchownSync(scratch.place("link.yaml"), 65_534, 65_534);
    const { exit } = await scratch.sotto(argv);
    rmSync(scratch.place("link.yaml"));
    expect([exit === 0, readdirSync(outside)]).toEqual([false, []]);
  });
});

describe("a selector", () => {
  const refused = [
    "([",
    "*password",
    "^(password",
    "^(?!name$).*",
    "(?<=a)b",
    String.raw`(a)\1`,
    "a{1001}",
    String.raw`\p{Nothing}`,
    "(?<n",
    "[z-a]",
  ];
  const flags = ["encrypted-regex", "unencrypted-regex", "encrypted-comment-regex", "unencrypted-comment-regex"];
  test.each(refused.flatMap((pattern) => flags.map((flag) => [flag, pattern] as const)))("--%s %s is no pattern", async (flag, pattern) => {
    const { exit, output, errors } = await scratch.sotto(["encrypt", "--age", ana, `--${flag}`, pattern, "plain.yaml"]);
    expect([exit, output, errors.startsWith("error: ")]).toEqual([204, "", true]);
  });

  test.each([
    ["encrypted-regex", "^nothing$"],
    ["unencrypted-regex", "."],
    ["encrypted-suffix", "_nothing"],
    ["encrypted-comment-regex", "nothing"],
  ])("--%s %s leaves every value readable", async (flag, pattern) => {
    const { exit, output } = await scratch.sotto(["encrypt", "--age", ana, `--${flag}`, pattern, "plain.yaml"]);
    expect([exit, output]).toEqual([204, ""]);
    const accepted = await scratch.sotto(["encrypt", "--allow-plaintext", "--age", ana, `--${flag}`, pattern, "plain.yaml"]);
    expect([accepted.exit, accepted.output.startsWith("a: one\n")]).toEqual([0, true]);
  });

  test("two of them exclude each other", async () => {
    const argv = ["encrypt", "--age", ana, "--encrypted-regex", "a", "--unencrypted-regex", "b", "plain.yaml"];
    const { exit, output } = await scratch.sotto(argv);
    expect([exit === 0, output]).toEqual([false, ""]);
  });
});
