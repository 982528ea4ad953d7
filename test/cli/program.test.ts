import { describe, expect, test } from "vitest";
import { defineCommand, defineGroup } from "../../src/cli/command.ts";
import type { Command, Row } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";
import { SottoError } from "../../src/model/error.ts";
import { createMemoryHost } from "../support/memory-host.ts";
import type { MemoryHostOptions } from "../support/memory-host.ts";

const show: Command = defineCommand({
  name: "show",
  summary: "show what came in",
  args: [{ name: "file" }, { name: "path", optional: true }],
  flags: [
    { name: "in-place", short: "i", type: "boolean", help: "write back" },
    { name: "times", type: "int", help: "how often" },
    { name: "age", short: "a", type: "string", env: "SOPS_AGE_RECIPIENTS", help: "comma separated recipients" },
  ],
  examples: ["sotto show secrets.yaml"],
  surplus: "warn",
  run(context) {
    const { file, path } = context.args;
    const { age, times } = context.flags;
    context.result({ file, path, age, times, inPlace: context.flags["in-place"], globals: context.globals });
    if (!context.json) context.out(`${file} ${path ?? "-"} ${age ?? "-"} ${context.globals.config ?? "-"}\n`);
    return 0;
  },
});
const fail: Command = defineCommand({
  name: "fail",
  summary: "fail in a way",
  args: [{ name: "how" }],
  flags: [],
  run({ args, out }) {
    if (args.how === "check") return 206;
    if (args.how === "closed") out(new Uint8Array([1]));
    if (args.how === "internal") throw new TypeError("the value is hunter2");
    throw new SottoError("YAML_INVALID", "a tab cannot indent", {
      file: "a.yaml",
      position: { line: 3, column: 7 },
      report: "line one\nline two\n",
    });
  },
});
const exec: Command = defineCommand({
  name: "exec",
  summary: "run a program",
  args: [{ name: "words", rest: true, optional: true }],
  flags: [{ name: "env", short: "e", type: "string", help: "" }],
  flagsFirst: true,
  run({ args, flags, out }) {
    out(JSON.stringify([flags.env, args.words]));
    return 7;
  },
});
const raw: Command = defineCommand({
  name: "raw",
  summary: "has a --json of its own",
  args: [],
  flags: [{ name: "json", type: "boolean", help: "print the data as JSON" }],
  run({ flags, json, out }) {
    out(`${String(flags.json)} ${String(json)}`);
    throw new SottoError("MAC_MISMATCH", "the MAC does not match");
  },
});
const row = (command: Command): Row => ({ name: command.spec.name, summary: command.spec.summary, load: () => Promise.resolve(command) });
const keys: Row = {
  name: "keys",
  summary: "keys and who they belong to",
  load: () => Promise.resolve(defineGroup("keys", "keys and who they belong to", [row(show), row(fail)])),
};
const TABLE: readonly Row[] = [row(show), row(fail), row(exec), row(raw), keys];

async function run(line: string, options: MemoryHostOptions = {}): Promise<{ exit: number; output: string; errors: string }> {
  const host = createMemoryHost(options);
  const exit = await runProgram(line.split(" ").filter(Boolean), TABLE, host);
  return { exit, output: host.output, errors: host.errors };
}

describe("help and version", () => {
  test.each(["--version", "-v", "-version", "--version show x"])(
    "%s names the release of sops first, since scripts cut that word out",
    async (line) => {
      expect(await run(line)).toEqual({ exit: 0, output: "sops 3.13.3 (sotto 0.1.0)\n", errors: "" });
    },
  );

  test.each([
    "--help",
    "-h",
    "help",
    "h",
    "keys",
    "keys --help",
    "help keys",
    "show --help",
    "show -h",
    "show f --help",
    "help show",
    "keys show -h",
    "help keys show",
  ])("%s is help on standard output", async (line) => {
    const { exit, output, errors } = await run(line);
    expect([exit, errors]).toEqual([0, ""]);
    expect(output).toMatch(/^sotto .*- [\s\S]*\nusage: sotto /);
  });

  test("the overview lists the commands, and a command its flags", async () => {
    expect((await run("--help")).output).toContain("  show  show what came in\n");
    const { output } = await run("keys show --help");
    expect(output).toContain("usage: sotto keys show [flags] file [path]\n");
    expect(output).toContain("  -a, --age value     comma separated recipients [$SOPS_AGE_RECIPIENTS]\n");
    expect(output).toContain("      --times number  how often\n");
    expect(output).toContain("examples:\n  sotto show secrets.yaml\n");
  });
});

describe("finding the command", () => {
  test("flags, arguments and environment reach it", async () => {
    const env = { SOPS_CONFIG: "env.yaml", SOPS_AGE_RECIPIENTS: "age1env" };
    expect((await run("show f p", { env })).output).toBe("f p age1env env.yaml\n");
    expect((await run("--config c.yaml show f -a age1x", { env })).output).toBe("f - age1x c.yaml\n");
    expect((await run("show f --config d.yaml", { env })).output).toBe("f - age1env d.yaml\n");
    expect((await run("keys show f")).output).toBe("f - - -\n");
  });

  test("a word that is no command is refused, with the nearest one", async () => {
    const { exit, output, errors } = await run("shwo f");
    expect(exit).toBe(1);
    expect(output).toMatch(/^sotto - /);
    expect(errors).toBe("error: shwo is no command of sotto\nhint: did you mean: sotto show\n");
    expect((await run("keys shwo")).errors).toBe("error: shwo is no command of sotto keys\nhint: did you mean: sotto keys show\n");
    expect((await run("secrets.yaml")).errors).toBe("error: secrets.yaml is no command of sotto\nhint: run: sotto --help\n");
  });

  test("nothing at all ends as in sops", async () => {
    expect(await run("")).toMatchObject({ exit: 100, errors: expect.stringMatching(/^error: no file/) });
  });

  test("an unknown flag: usage on standard output, the error on standard error, 1", async () => {
    const { exit, output, errors } = await run("show --inplace f");
    expect(exit).toBe(1);
    expect(output).toMatch(/^sotto show - /);
    expect(errors).toBe("error: flag provided but not defined: --inplace\nhint: did you mean --in-place?\n");
    expect(await run("--nope show f")).toMatchObject({ exit: 1, output: expect.stringMatching(/^sotto - /) });
  });

  test("flags that sops ignores before a sub-command are ignored with a warning", async () => {
    const { exit, output, errors } = await run("--age age1x -i show f");
    expect([exit, output]).toEqual([0, "f - - -\n"]);
    expect(errors).toBe(
      "warning: --age has no effect before the sub-command; write it behind: sotto show --age …\n" +
        "warning: --in-place has no effect before the sub-command; write it behind: sotto show --in-place …\n",
    );
    expect((await run("--indent 2 --mac-only-encrypted --verbose show f")).errors).toBe("");
  });

  test("too few arguments, too many, and too many where sops only warns", async () => {
    expect(await run("show")).toMatchObject({ exit: 100, errors: "error: file is missing\nhint: run: sotto show --help\n" });
    expect(await run("fail a b")).toMatchObject({ exit: 1, errors: expect.stringMatching(/^error: b is one argument too many\n/) });
    expect(await run("show f p --tmies")).toMatchObject({
      exit: 0,
      errors: "warning: --tmies is no flag of this command and is ignored\n",
    });
  });

  test("a command that starts a program leaves its words alone, and hands on its exit number", async () => {
    expect(await run("exec -e prod -- node -e 1 --json")).toMatchObject({ exit: 7, output: '["prod",["node","-e","1","--json"]]' });
    expect(await run("exec node -e 1")).toMatchObject({ output: '[null,["node","-e","1"]]' });
    expect(await run("exec")).toMatchObject({ output: "[null,[]]" });
  });
});

describe("--json", () => {
  test.each(["--json show f --times 3", "show f --json --times 3"])("%s gives one object", async (line) => {
    const { exit, output, errors } = await run(line);
    expect([exit, errors, output.at(-1), output.split("\n").length]).toEqual([0, "", "\n", 2]);
    expect(JSON.parse(output)).toEqual({
      ok: true,
      command: "show",
      result: { file: "f", times: 3, inPlace: false, globals: { macOnlyEncrypted: false, verbose: false } },
    });
  });

  test("an error is one object too, also one in the flags", async () => {
    const { exit, output, errors } = await run("fail x --json");
    expect([exit, errors]).toEqual([1, ""]);
    expect(JSON.parse(output)).toEqual({
      ok: false,
      command: "fail",
      error: {
        code: "YAML_INVALID",
        message: "a tab cannot indent",
        file: "a.yaml",
        line: 3,
        column: 7,
        report: "line one\nline two\n",
        hints: ["mend the line; encrypted files are best changed with: sotto edit a.yaml"],
        exit: 1,
      },
    });
    expect(JSON.parse((await run("show --nope --json")).output)).toMatchObject({
      ok: false,
      command: "show",
      error: { code: "USAGE", exit: 1 },
    });
    expect(JSON.parse((await run("fail check --json")).output)).toEqual({ ok: false, command: "fail", exit: 206, result: null });
  });

  test("a command with a --json of its own gets it, and its errors stay off standard output", async () => {
    expect(await run("raw --json")).toMatchObject({ exit: 51, output: "true false", errors: expect.stringMatching(/^error: the MAC/) });
  });
});

describe("errors", () => {
  test("place, report and hint", async () => {
    expect((await run("fail x")).errors).toBe(
      "error: a.yaml:3:7: a tab cannot indent\nline one\nline two\nhint: mend the line; encrypted files are best changed with: sotto edit a.yaml\n",
    );
  });

  test("an unknown exception shows its class and nothing that it holds", async () => {
    const { exit, errors, output } = await run("fail internal");
    expect(exit).toBe(1);
    expect(errors).toMatch(/^error: internal error \(TypeError\)\nhint: .+\n$/);
    expect(errors + output + (await run("fail internal --json")).output).not.toContain("hunter2");
  });

  test("colours only on a terminal that wants them", async () => {
    const terminals = ["errors"] as const;
    expect((await run("fail x", { terminals })).errors).toContain("\u001B[31m\u001B[1merror:");
    expect((await run("fail x", { terminals, env: { NO_COLOR: "1" } })).errors).toMatch(/^error:/);
    expect((await run("fail x", { terminals, env: { TERM: "dumb" } })).errors).toMatch(/^error:/);
  });

  test("a name that could act on the terminal is spelled out there", async () => {
    const name = "a\u001B[2Jb\u202Ec";
    expect((await run(name, { terminals: ["errors"], env: { NO_COLOR: "1" } })).errors).toContain(
      String.raw`a\x1b[2Jb\u{202e}c is no command`,
    );
    expect((await run(name)).errors).toContain(`${name} is no command`);
  });

  test("a reader that went away is no error", async () => {
    const host = createMemoryHost();
    const gone = new SottoError("FILE_UNWRITABLE", "cannot write", { cause: Object.assign(new Error("EPIPE"), { code: "EPIPE" }) });
    const closed = {
      ...host,
      write: () => {
        throw gone;
      },
    };
    expect(await runProgram(["fail", "closed"], TABLE, closed)).toBe(141);
  });
});
