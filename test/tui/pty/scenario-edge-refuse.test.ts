/** Where there is no person in front of a terminal: nothing is drawn, no key is read, and scripts get what sops would give them. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, PATIENT, startIn } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const NEEDS_TERMINAL = "the editor needs a terminal. In scripts use: sotto set, sotto get, sotto exec-env.";

let project: AcmeProject;
/** Whoever opens it waits for ever. */
let fifo = "";

beforeAll(async () => {
  await builtProgram();
  project = await createProject();
  fifo = join(project.home.path, "identity");
  spawnSync("mkfifo", [fifo]);
});
afterAll(() => project[Symbol.dispose]());

/** On a terminal, with an identity that must not be opened. */
async function refused(argv: readonly string[], env: readonly string[]): Promise<{ session: Session; code: number }> {
  const program = ["/usr/bin/env", ...env, process.execPath, await builtProgram()];
  const session = await startIn(project, { program, argv, env: { SOPS_AGE_KEY_FILE: fifo } });
  const { code } = await session.exit({ timeout: PATIENT });
  expect(session.screen().scrollback).toEqual([]);
  expect(session.log.toString()).not.toContain("\u001B[?1049h");
  expectClean(session, { text: /^error: / });
  expectNoLeak(session, project.canaries, { folders: [project.path] });
  return { session, code };
}

describe("the screen is refused", () => {
  test.each([
    ["CI is set", ["CI=true"]],
    ["the terminal is dumb", ["TERM=dumb"]],
    ["nothing is known of the terminal", ["-u", "TERM"]],
  ])("when %s; asked for by a flag it says so, and sotto alone ends as sops does", async (_, env) => {
    const asked = await refused(["edit", "--read-only", "secrets/dev.yaml"], env);
    await using first = asked.session;
    expect(asked.code).toBe(2);
    expect(first.screen().text.replaceAll("\n", "")).toContain(NEEDS_TERMINAL);
    const alone = await refused([], env);
    await using second = alone.session;
    expect(alone.code).toBe(100);
    expect(second.screen().text).toContain("no file and no command given");
  });

  test("when a debugger could look in", async () => {
    const { session, code } = await refused(["edit", "--share"], ["NODE_OPTIONS=--heapsnapshot-signal=SIGUSR2"]);
    await using _ = session;
    expect(code).toBe(2);
    expect(session.screen().text).toContain("the editor does not start with --heapsnapshot-signal");
  });

  test("when the output is a pipe, or the input is: not one byte of a frame comes through it", async () => {
    const program = await builtProgram();
    const run = (argv: readonly string[]): readonly [number | null, string, string] => {
      const env = { ...project.env, SOPS_AGE_KEY_FILE: fifo };
      const ran = spawnSync(process.execPath, [program, ...argv], {
        cwd: project.path,
        env,
        encoding: "utf8",
        timeout: PATIENT,
        input: "q",
      });
      return [ran.status, ran.stdout, ran.stderr];
    };
    expect(run([])).toEqual([100, "", expect.stringContaining("no file and no command given")]);
    expect(run(["edit", "--plain"])).toEqual([2, "", expect.stringContaining(NEEDS_TERMINAL)]);
  });

  test("when only the output is a pipe", async () => {
    const program = await builtProgram();
    await using session = await startIn(project, {
      program: ["/bin/sh", "-c", `"$0" "$1" edit --share | od -c; echo over`, process.execPath, program],
      env: { SOPS_AGE_KEY_FILE: fifo },
    });
    const screen = await session.waitFor("over", { timeout: PATIENT });
    expect(screen.text).toMatch(/^error: the editor needs a terminal/);
    expect(screen.text).toContain("0000000\n");
  });
});

test("an EDITOR that is a script edits as sops does, on a terminal too", async () => {
  project.write("next.yaml", "greeting: a new example\n");
  await using session = await startIn(project, { argv: ["edit", "secrets/dev.yaml"], env: { EDITOR: "cp next.yaml" } });
  expect(await session.exit({ timeout: PATIENT })).toEqual({ code: 0, signal: undefined });
  expectClean(session);
  expect(await project.sotto(["decrypt", "secrets/dev.yaml"])).toBe("greeting: a new example\n");
  await using unchanged = await startIn(project, { argv: ["edit", "secrets/dev.yaml"], env: { EDITOR: "true" } });
  expect((await unchanged.exit({ timeout: PATIENT })).code).toBe(200);
});
