/** `render` as a command: where what it makes goes, and what it leaves alone. */
import { lchownSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { accessFor, ANA, sealText } from "../support/sotto.ts";
import { SimulatedRunner } from "./render-readers.ts";
import { HARD } from "./render-values.ts";

async function project(text: string): Promise<Scratch> {
  const scratch = new Scratch(ANA);
  scratch.write("prod.json", await sealText(text, "json", { access: accessFor(ANA) }));
  return scratch;
}

const GITHUB = ["render", "-f", "prod.json", "--format", "github"];

describe("a step of GitHub Actions", () => {
  test("has its masks printed and its values appended to the file of the runner", async () => {
    using scratch = await project(JSON.stringify(HARD));
    scratch.write("step.env", "BEFORE=1", 0o600);
    const { exit, output, errors } = await scratch.sotto(GITHUB, { env: { GITHUB_ENV: scratch.place("step.env") } });
    expect([exit, errors]).toEqual([0, ""]);
    expect(output.split("\n").every((line) => line === "" || line.startsWith("::add-mask::"))).toBe(true);
    expect(SimulatedRunner.read(scratch.read("step.env"))).toEqual({ BEFORE: "1", ...HARD });
  });

  test("may leave outputs instead, in a file that was not there", async () => {
    using scratch = await project('{"a": {"b": "secret"}}');
    const env = { GITHUB_OUTPUT: scratch.place("step.out") };
    expect((await scratch.sotto([...GITHUB, "--to", "output", "--only", "a.b"], { env })).exit).toBe(0);
    expect(SimulatedRunner.read(scratch.read("step.out"))).toEqual({ A_B: "secret" });
    expect(scratch.mode("step.out")).toBe(0o600);
  });

  test("gets nothing at all when one value does not fit", async () => {
    using scratch = await project('{"a": "secret", "GITHUB_REF": "x"}');
    scratch.write("step.env", "BEFORE=1\n");
    const { exit, output, errors } = await scratch.sotto(GITHUB, { env: { GITHUB_ENV: scratch.place("step.env") } });
    expect([exit, output]).toEqual([1, ""]);
    expect(errors).not.toContain("secret");
    expect(scratch.untouched("step.env")).toBe(true);
  });
});

describe("an output file", () => {
  const argv = ["render", "-f", "prod.json", "--format", "env", "--output", "out.env"];

  test("is for its owner alone, and not written when something is wrong", async () => {
    using scratch = await project('{"a": "1", "b c": "2"}');
    expect((await scratch.sotto(argv)).exit).toBe(1);
    expect(scratch.exists("out.env")).toBe(false);
    expect(await scratch.sotto([...argv, "--only", "a"])).toEqual({ exit: 0, output: "", errors: "" });
    expect([scratch.mode("out.env"), scratch.read("out.env")]).toEqual([0o600, "a='1'\n"]);
  });

  test.skipIf(process.getuid?.() !== 0)("is not reached by a link that another user laid", async () => {
    using scratch = await project('{"a": "1"}');
    scratch.write("theirs", "old\n");
    symlinkSync(scratch.place("theirs"), scratch.place("out.env"));
    lchownSync(scratch.place("out.env"), 12_345, 12_345);
    const { exit, errors } = await scratch.sotto(argv);
    expect([exit, errors]).toEqual([3, expect.stringContaining("out.env is a link that belongs to another user")]);
    expect(scratch.untouched("theirs")).toBe(true);
  });

  test("may be a file for each credential, and a value of them any bytes", async () => {
    using scratch = await project(JSON.stringify({ nul: "a\0b", empty: "" }));
    const { exit } = await scratch.sotto(["render", "-f", "prod.json", "--format", "systemd", "--out", "new/credentials"]);
    expect(exit).toBe(0);
    expect([scratch.read("new/credentials/nul"), scratch.read("new/credentials/empty")]).toEqual(["a\0b", ""]);
    expect([scratch.mode("new/credentials"), scratch.mode("new/credentials/nul")]).toEqual([0o700, 0o600]);
  });
});

test("a terminal is shown what a value holds, and is not acted on", async () => {
  using scratch = await project(JSON.stringify({ a: "\u001b[31mred\u202e" }));
  const { output } = await scratch.sotto(["render", "-f", "prod.json", "--format", "env"], { terminals: ["output"] });
  expect(output).toBe(String.raw`a='\x1b[31mred\u{202e}'` + "\n");
});

test("what Terraform asks on standard input is read only for Terraform", async () => {
  using scratch = await project('{"a": "1", "b": "2"}');
  const external = ["render", "-f", "prod.json", "--format", "terraform-external"];
  expect((await scratch.sotto(external, { input: '{"only":"a"}' })).output).toBe('{"a":"1"}\n');
  expect((await scratch.sotto(external, { input: '{"only":"a"}', terminals: ["input"] })).output).toBe('{"a":"1","b":"2"}\n');
  expect((await scratch.sotto(["render", "-f", "prod.json", "--format", "docker"], { input: "nonsense" })).output).toBe("a=1\nb=2\n");
});
