/** `run`: what the command gets, how it ends, and that it does not begin when anything is wrong. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";
import { ExecFolder, hasEnded } from "./program.ts";

let folder: ExecFolder;

const CONFIG = `sotto:
  environments:
    base: {files: [base.yaml], abstract: true}
    prod: {extends: base, files: [prod.yaml, prod.env]}
`;

beforeAll(async () => {
  folder = await ExecFolder.make();
  folder.write(".sops.yaml", CONFIG);
  await folder.seal("base.yaml", "database:\n    host: db.example\n    password: base\nlog: info\n");
  await folder.seal("prod.yaml", 'database:\n    password: "p@ss w/rd"\nports: [1, 2]\nempty: ""\nnone: null\nbig: 9007199254740993\n');
  await folder.seal("prod.env", "API_KEY=abcd$HOME'\"\n");
  await folder.seal("raw.env", "A=\udcff\udcfe'\n");
});
afterAll(() => folder[Symbol.dispose]());

const PRINT = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
const node = (script: string): readonly string[] => [process.execPath, "-e", script];

async function environmentOf(...argv: readonly string[]): Promise<Record<string, string>> {
  const { output, errors, exit } = await folder.sotto("run", ...argv, "--", ...node("process.stdout.write(JSON.stringify(process.env))"));
  expect([exit, errors]).toEqual([0, ""]);
  return JSON.parse(output) as Record<string, string>;
}

describe.runIf(process.platform !== "win32")("the command", () => {
  test("gets the values of all files, a later one over an earlier one, under the names of their paths", async () => {
    const env = await environmentOf("-e", "prod", "--no-inherit");
    expect(env).toEqual({
      DATABASE_HOST: "db.example",
      DATABASE_PASSWORD: "p@ss w/rd",
      log: "info",
      ports: "[1,2]",
      empty: "",
      big: "9007199254740993",
      API_KEY: "abcd$HOME'\"",
    });
  });

  test("gets files that are named, without any configuration", async () => {
    expect(await environmentOf("-f", "prod.env", "-f", "base.yaml", "--no-inherit", "--prefix", "TF_VAR_")).toEqual({
      TF_VAR_API_KEY: "abcd$HOME'\"",
      TF_VAR_DATABASE_HOST: "db.example",
      TF_VAR_DATABASE_PASSWORD: "base",
      TF_VAR_log: "info",
    });
  });

  test("gets what was chosen by name, by path, and below a path", async () => {
    expect(Object.keys(await environmentOf("-e", "prod", "--no-inherit", "--only", "database", "--only", "API_KEY"))).toEqual([
      "DATABASE_HOST",
      "DATABASE_PASSWORD",
      "API_KEY",
    ]);
    expect(Object.keys(await environmentOf("-e", "prod", "--no-inherit", "--only", "DATABASE_HOST", "--only", "ports"))).toEqual([
      "DATABASE_HOST",
      "ports",
    ]);
  });

  test("gets the rest of the environment, and no identity", async () => {
    const env = await environmentOf("-e", "prod");
    expect(env["HOME"]).toBe(folder.env["HOME"]);
    expect(Object.keys(folder.env).filter((name) => name.startsWith("SOPS_AGE_"))).not.toEqual([]);
    expect(Object.keys(env).filter((name) => name.startsWith("SOPS_AGE_"))).toEqual([]);
    const name = Object.keys(folder.env).find((one) => one.startsWith("SOPS_AGE_")) ?? "";
    expect(Object.keys(await environmentOf("-f", "prod.env", "--no-inherit", "--pass", name, "--pass", "NOT_SET"))).toEqual(
      [name, "API_KEY"].toSorted().toReversed(),
    );
  });

  test("gets its arguments as they are: there is no shell", async () => {
    const args = ["$HOME", "a b", "*", "; exit 3", "", "--json", "-e", "'"];
    const { output, exit } = await folder.sotto("run", "-e", "prod", process.execPath, "-e", PRINT, "--", ...args);
    expect([exit, JSON.parse(output)]).toEqual([0, args]);
  });

  test("gets values that are not UTF-8", async () => {
    expect((await folder.sotto("run", "-f", "raw.env", "--", "sh", "-c", 'printf %s "$A" | od -An -tx1')).output.trim()).toBe("ff fe 27");
  });

  test("gets open files and standard input", () => {
    folder.write("given", "given\n");
    const line = `exec 3< given; '${process.execPath}' '${folder.program}' run -f prod.env -- sh -c 'cat <&3; cat'`;
    const { stdout } = spawnSync("/bin/sh", ["-c", line], { cwd: folder.path, env: folder.env, input: "typed\n", encoding: "utf8" });
    expect(stdout).toBe("given\ntyped\n");
  });

  test("is looked for in the PATH, and not in the current folder", async () => {
    folder.write("here", "#!/bin/sh\necho here\n");
    chmodSync(folder.place("here"), 0o755);
    const env = { PATH: `:.:${folder.env["PATH"]}` };
    const run = (name: string): Promise<{ exit: number | undefined; output: string }> =>
      folder.startSotto(["run", "-f", "prod.env", "--", name], { env }).end();
    expect(await run("here")).toMatchObject({ exit: 127, output: "" });
    expect(await run("./here")).toMatchObject({ exit: 0, output: "here\n" });
    chmodSync(folder.place("here"), 0o644);
    expect(await run("./here")).toMatchObject({ exit: 127, output: "" });
  });

  test("may be a script without a first line for the system, and is called as it was typed", async () => {
    folder.write("script", 'echo "$1 $API_KEY"\n');
    chmodSync(folder.place("script"), 0o755);
    expect((await folder.sotto("run", "-f", "prod.env", "--", "./script", "a b")).output).toBe("a b abcd$HOME'\"\n");
    expect((await folder.sotto("run", "-f", "prod.env", "--", "sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline | cut -c1-5")).output).toBe(
      "sh -c\n",
    );
  });
});

describe.runIf(process.platform !== "win32")("the end of the command", () => {
  test.each([0, 1, 7, 255])("by exit %d is that of sotto, which has nothing to add", async (code) => {
    expect(await folder.sotto("run", "-e", "prod", "--", "sh", "-c", `exit ${code}`)).toEqual({
      exit: code,
      signal: undefined,
      output: "",
      errors: "",
    });
  });

  test("by a signal of its own is 128 and its number", async () => {
    expect(await folder.sotto("run", "-e", "prod", "--", "sh", "-c", "kill -KILL $$")).toMatchObject({ exit: 137, errors: "" });
    expect(await folder.sotto("run", "-e", "prod", "--redact", "--", "sh", "-c", "kill -TERM $$")).toMatchObject({ exit: 143, errors: "" });
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const)("by %s to sotto is that of both", async (signal) => {
    for (const flags of [[], ["--redact"]]) {
      const started = folder.startSotto(["run", "-e", "prod", ...flags, "--", "sh", "-c", "echo $$; exec sleep 60"]);
      const id = Number(await started.says("\n"));
      started.child.kill(signal);
      expect(await started.end()).toMatchObject({ exit: undefined, signal });
      expect(await hasEnded(id)).toBe(true);
    }
  });

  test("a signal is for the command, which deals with what it has started", async () => {
    const script =
      "let c; process.on('SIGTERM', () => { c.on('exit', () => process.exit(5)); c.stdin.end('x\\n'); });" +
      "c = require('node:child_process').spawn('sh', ['-c', \"trap 'echo child got it' TERM; echo ready; read x; echo done\"], { stdio: ['pipe', 'inherit', 'inherit'] });";
    const started = folder.startSotto(["run", "-e", "prod", "--", ...node(script)]);
    await started.says("ready");
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ exit: 5, output: "ready\ndone\n" });
  });
});

const isStarted = (): boolean => existsSync(folder.place("started"));

const attempt = async (...argv: readonly string[]): Promise<{ exit: number | undefined; errors: string }> => {
  const { exit, errors } = await folder.sotto("run", ...argv, "--", "touch", "started");
  expect(isStarted()).toBe(false);
  return { exit, errors };
};

describe.runIf(process.platform !== "win32")("nothing is started", () => {
  test("when names clash, are no names, or decide what programs load: all of it is told", async () => {
    await folder.seal("bad.yaml", 'a-b:\n    c: "1"\na_b:\n    c: "2"\nx y: "3"\nLD_PRELOAD: "4"\nNODE_OPTIONS: "5"\nnul: "a\\0b"\n');
    expect(
      await attempt("-f", "bad.yaml", "--as-file", "LD_PRELAOD=k", "--as-file", "nul=bad.yaml", "--only", "nothing", "--only", "a-b"),
    ).toEqual({
      exit: 1,
      errors: [
        "error: 3 things are wrong:",
        "  there is no nothing to choose",
        "  there is no LD_PRELAOD to put into a file; did you mean LD_PRELOAD?",
        "  bad.yaml is there already; a file is put where nothing is",
        "hint: rename the keys, or choose others with --only",
        "hint: write --as-file KEY=PATH: KEY is a name or a path of the environment, and nothing lies at PATH\n",
      ].join("\n"),
    });
    expect(await attempt("-f", "bad.yaml")).toEqual({
      exit: 1,
      errors: [
        "error: 5 things are wrong:",
        '  x y gives "x y", which is no name of a variable',
        "  nul holds a NUL, which no variable can hold",
        "  a-b.c and a_b.c give one name, A_B_C",
        "  LD_PRELOAD decides what programs load or start",
        "  NODE_OPTIONS decides what programs load or start",
        "hint: rename the keys, or choose others with --only",
        "hint: if it is meant to: --allow-env LD_PRELOAD --allow-env NODE_OPTIONS\n",
      ].join("\n"),
    });
  });

  test("when a value would set what decides which code runs, encrypted or not, unless that is allowed", async () => {
    await folder.seal("code.env", "PATH=/evil\nA=1\n");
    expect(await attempt("-f", "code.env")).toMatchObject({ exit: 204, errors: expect.stringContaining("--allow-env PATH") });
    expect(await attempt("-f", "prod.env", "--prefix", "LD_")).toMatchObject({ exit: 204 });
    expect(await environmentOf("-f", "code.env", "--allow-env", "PATH", "--no-inherit")).toEqual({ PATH: "/evil", A: "1" });
  });

  test("when a file is missing or has no key for us: each is named, and who can read it", async () => {
    const env = { SOPS_AGE_KEY_FILE: folder.place("none") };
    const { exit, errors } = await folder.startSotto(["run", "-e", "prod", "--", "touch", "started"], { env }).end();
    expect(exit).toBe(128);
    for (const file of ["base.yaml", "prod.yaml", "prod.env"]) {
      expect(errors).toContain(`  ${file}: no key of the file could unwrap its data key\n`);
      expect(errors).toContain(`hint: ${file} is for age1`);
    }
    expect(isStarted()).toBe(false);
    expect(await attempt("-f", "missing.yaml", "-f", "prod.env", "-f", "gone.env")).toMatchObject({
      exit: 100,
      errors: expect.stringMatching(/missing\.yaml does not exist[^]*gone\.env does not exist/),
    });
  });

  test("for an environment that does not exist, or is only extended, and without any", async () => {
    expect(await attempt("-e", "prdo")).toMatchObject({ exit: 1, errors: expect.stringContaining("hint: did you mean prod?") });
    expect(await attempt("-e", "base")).toMatchObject({ exit: 1, errors: expect.stringContaining("base is there to be extended only") });
    expect(await attempt()).toMatchObject({ exit: 8 });
    expect(await attempt("-e", "prod", "-f", "prod.env")).toMatchObject({ exit: 8 });
    expect(await attempt("-e", "prod", "--dialect", "perl")).toMatchObject({ exit: 8 });
    expect(await folder.sotto("run", "-e", "prod")).toMatchObject({ exit: 1 });
  });

  test("when a value is larger than a variable can be, or all of them are", async () => {
    await folder.seal("large.env", `LARGE=${"x".repeat(140_000)}\n`);
    expect((await attempt("-f", "large.env")).errors).toContain("--as-file");
    await folder.seal("many.env", Array.from({ length: 30 }, (_, at) => `K${at}=${"x".repeat(120_000)}\n`).join(""));
    expect(await attempt("-f", "many.env")).toMatchObject({ exit: 127, errors: expect.stringContaining("--as-file") });
    const { output } = await folder.sotto("run", "-f", "large.env", "--as-file", "LARGE", "--", "sh", "-c", 'wc -c < "$LARGE_FILE"');
    expect(output.trim()).toBe("140000");
  });
});

test.runIf(process.platform === "linux")("which value is too large is told", async () => {
  const { errors } = await folder.sotto("run", "-f", "large.env", "--", "true");
  expect(errors).toContain("LARGE is larger than a variable can be: --as-file LARGE hands it over as a file");
});

test("plain .env files are read in the dialect that is named", async () => {
  folder.write("plain.env", "# mine\nexport A='one two' # why\n");
  expect(await environmentOf("-f", "plain.env", "--dialect", "posix", "--no-inherit")).toEqual({ A: "one two" });
  expect(await environmentOf("-f", "plain.env", "-f", "prod.env", "--dialect", "dotenv", "--no-inherit")).toEqual({
    A: "one two",
    API_KEY: "abcd$HOME'\"",
  });
  expect((await folder.sotto("run", "-f", "plain.env", "--", "true")).errors).toContain("export A");
});

test("an environment that was guessed from names of files is told", async () => {
  mkdirSync(folder.place("guess/.git"), { recursive: true });
  await folder.seal("guess/prod.env", "A=1\n");
  const config = folder.place("guess/.sops.yaml");
  writeFileSync(config, "creation_rules: []\n");
  const { exit, errors } = await folder.sotto("run", "--config", config, "-e", "prod", "--", "true");
  expect([exit, errors]).toEqual([
    0,
    "warning: prod was guessed from file names: guess/prod.env; name it under sotto.environments in .sops.yaml to be sure\n",
  ]);
});

describeWithPeers(["script"], "on a terminal", () => {
  test("the command has it, and can be stopped and continued from a shell", async () => {
    const line = `cd '${folder.path}' && '${process.execPath}' '${folder.program}' run -e prod -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo all; read x; echo "got $x"'`;
    const { shown, status } = await runInTerminal(line, folder.env, [["all", "typed\r"]]);
    expect(shown).toContain("got typed");
    expect(status).toBe(0);
  });

  test("the key that interrupts reaches the command once", async () => {
    const line = `cd '${folder.path}' && '${process.execPath}' '${folder.program}' run -e prod -- sh -c 'trap "echo got" INT; echo ready; read x || read x; echo end'`;
    const { shown } = await runInTerminal(line, folder.env, [
      ["ready", "\u0003"],
      ["got", "x\r"],
    ]);
    expect(shown.split("got").length).toBe(2);
  });
});

test("nothing is left in the folder for temporary files", () => {
  expect(readdirSync(folder.place("tmp")).filter((name) => !name.startsWith("node-compile-cache"))).toEqual([]);
});
