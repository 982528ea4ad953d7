/** What calls without a sub-command become. That they do what sops does is shown in `differential`. */
import { expect, test } from "vitest";
import { type Command, defineCommand, type Row } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import { createMemoryHost } from "../support/memory-host.ts";

const FLAGS = [
  { name: "in-place", short: "i", type: "boolean", help: "" },
  { name: "input-type", type: "string", help: "" },
  { name: "output-type", type: "string", help: "" },
  { name: "show-master-keys", short: "s", type: "boolean", help: "" },
  { name: "keyservice", type: "list", help: "" },
  { name: "shamir-secret-sharing-threshold", type: "int", help: "" },
] as const;

/** Says what came in. */
const echo = (name: string): Command =>
  defineCommand({
    name,
    summary: "",
    args: [{ name: "words", rest: true, optional: true }],
    flags: FLAGS,
    run({ flags, args, out }) {
      const given = Object.entries(flags).filter(([, value]) => value !== undefined && value !== false && String(value) !== "");
      out(JSON.stringify([name, ...args.words, Object.fromEntries(given)]));
      return 0;
    },
  });

const TABLE: readonly Row[] = ["decrypt", "encrypt", "rotate", "set", "edit"].map((name) => ({
  name,
  summary: "",
  load: () => Promise.resolve(echo(name)),
}));

async function run(...argv: readonly string[]): Promise<{ exit: number; output: string; errors: string }> {
  const host = createMemoryHost({ files: { f: "", set2: "" } });
  const exit = await runProgram(argv, TABLE, host);
  return { exit, output: host.output, errors: host.errors };
}

test.each([
  [["f"], ["edit", "f", {}]],
  [["new.yaml"], ["edit", "new.yaml", {}]],
  [
    ["-s", "f"],
    ["edit", "f", { "show-master-keys": true }],
  ],
  [
    ["--filename-override", "x.json", "f"],
    ["edit", "f", { "input-type": "json", "output-type": "json" }],
  ],
  [
    ["--filename-override", "x.json", "--input-type", "yaml", "f"],
    ["edit", "f", { "input-type": "yaml", "output-type": "json" }],
  ],
  [
    ["-d", "--age", "age1x", "f"],
    ["decrypt", "f", {}],
  ],
  [
    ["-i", "-d=1", "f"],
    ["decrypt", "f", { "in-place": true }],
  ],
  [
    ["-d=0", "f"],
    ["edit", "f", {}],
  ],
  [
    ["-e", "-r", "f"],
    ["rotate", "f", {}],
  ],
  [
    ["-r", "--shamir-secret-sharing-threshold", "2", "f"],
    ["rotate", "f", {}],
  ],
  [
    ["-e", "--shamir-secret-sharing-threshold", "2", "f"],
    ["encrypt", "f", { "shamir-secret-sharing-threshold": 2 }],
  ],
  [
    ["--keyservice", "a", "--keyservice", "b,c", "-d", "f"],
    ["decrypt", "f", { keyservice: ["a", "b,c"] }],
  ],
  [
    ["--set", '["a"]["b"] {"c": "] d"}', "f"],
    ["set", "f", '["a"]["b"]', '{"c": "] d"}', {}],
  ],
  [
    ["--set", '["a"] -5', "-i", "f"],
    ["set", "f", '["a"]', "-5", { "in-place": true }],
  ],
  [
    ["--", "f"],
    ["edit", "f", {}],
  ],
  // There is a file of that name.
  [["set2"], ["edit", "set2", {}]],
])("%j", async (argv, expected) => {
  const { exit, output } = await run(...argv);
  expect([exit, JSON.parse(output)]).toEqual([0, expected]);
});

test("a command that is mistyped opens no editor", async () => {
  const { exit, errors } = await run("decrpyt", "f");
  expect([exit, errors]).toEqual([1, "error: decrpyt is no command of sotto\nhint: did you mean: sotto decrypt\n"]);
});

test("what stands behind the file is named, but no value of it", async () => {
  const { output, errors } = await run("-d", "f", "--extract=hunter2");
  expect(JSON.parse(output)).toEqual(["decrypt", "f", {}]);
  expect(errors).toContain('ignored positional argument is "--extract", which looks like a flag');
  expect(errors).not.toContain("hunter2");
});
