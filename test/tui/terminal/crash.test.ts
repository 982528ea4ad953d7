import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SottoError } from "../../../src/model/error.ts";
import { describeError, findStateFolder } from "../../../src/tui/terminal/crash.ts";

const CANARY = "canary-4711-orange";
const MODULE = pathToFileURL(join(import.meta.dirname, "../../../src/tui/terminal/crash.ts")).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-crash-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runCrash(
  body: string,
  more = "",
): { status: number | null; output: string; errors: string; report: string; names: readonly string[] } {
  const state = join(folder, "state");
  const program = `
    import { writeSync } from "node:fs";
    const { installCrashHandlers } = await import(${JSON.stringify(MODULE)});
    installCrashHandlers({
      leave: () => writeSync(1, "left;"), stateFolder: ${JSON.stringify(state)}, version: "1.2.3",
      describe: () => "matrix, 2 edits", exit: (code) => process.exit(code), ${more}
    });
    process.on("exit", () => writeSync(1, "exit;"));
    ${body}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  const names = readdirSync(state);
  return { status, output: stdout, errors: stderr, report: names.map((name) => readFileSync(join(state, name), "utf8")).join(""), names };
}

describe("a bug", () => {
  test.each([
    ["an error that nobody catches", `setTimeout(() => { throw new TypeError("${CANARY}"); });`, "error: TypeError"],
    ["a promise that nobody catches", `Promise.reject(new RangeError("${CANARY}"));`, "error: RangeError"],
    ["a text that is thrown", `setTimeout(() => { throw "${CANARY}"; });`, "thrown: string"],
  ])("as %s ends in one line and a report, without the value", (_, body, expected) => {
    const run = runCrash(body);
    expect(run.status).toBe(1);
    expect(run.output).toBe("left;exit;");
    const path = join(folder, "state", run.names[0] ?? "");
    expect(run.errors).toBe(`sotto stopped on a bug. No file was changed. Report: ${path} (no values in it).\n`);
    expect(run.report).toContain(expected);
    expect(run.report).toContain(`sotto 1.2.3, node ${process.versions.node}`);
    expect(run.report).toContain("where: matrix, 2 edits");
    expect(run.errors + run.report + run.names.join("")).not.toContain("canary");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
  });

  test("while files are written does not claim that none was changed", () => {
    expect(runCrash(`setTimeout(() => { throw new Error("x"); });`, "isSaving: () => true,").errors).toMatch(
      /^sotto stopped on a bug\. It was saving: each file is whole/,
    );
  });

  test("in the handling itself still ends the process, and the line is said", () => {
    const run = runCrash(
      `setTimeout(() => { throw new Error("x"); });`,
      `leave: () => { throw new Error("${CANARY}"); }, describe: () => { throw new Error("${CANARY}"); },`,
    );
    expect(run.status).toBe(1);
    expect(run.errors).toMatch(/^sotto stopped on a bug/);
    expect(run.report).toContain("where: unknown");
    expect(run.errors + run.report).not.toContain("canary");
  });

  test("where no report can be written is still told", () => {
    const run = runCrash(
      `setTimeout(() => { throw new Error("x"); });`,
      `stateFolder: "/dev/null/none", version: (await import("node:fs")).mkdirSync(${JSON.stringify(join(folder, "state"))}) ?? "1",`,
    );
    expect(run).toMatchObject({ status: 1, errors: "sotto stopped on a bug. No file was changed. The report could not be written.\n" });
  });
});

describe("what is told of an error", () => {
  test("are functions, files and lines", () => {
    expect(describeError(new Error(CANARY)).join("\n")).toMatch(/^error: Error\n {2}at (?:\S+ )?crash\.test\.ts:\d+:\d+\n/);
  });

  test("is the message of our own errors, and never that of a cause", () => {
    const error = new SottoError("DECRYPT_FAILED", "a.yaml does not open", { cause: new SyntaxError(CANARY) });
    const text = describeError(error).join("\n");
    expect(text).toContain("error: SottoError DECRYPT_FAILED: a.yaml does not open");
    expect(text).toContain("cause: SyntaxError");
    expect(text).not.toContain(CANARY);
  });

  test.each([
    ["looks like a stack", new Error(`x\n    at ${CANARY} (${CANARY}.js:1:1)`)],
    ["was changed later", Object.assign(new Error(`x\n    at ${CANARY} (${CANARY}.js:1:1)`), { message: "other" })],
    ["was taken away later", Object.assign(new Error(`x\n    at ${CANARY} (${CANARY}.js:1:1)`), { message: "" })],
    ["is a name", Object.assign(new Error("x"), { name: `${CANARY} x`, code: CANARY })],
    ["is in a stack of another kind", Object.assign(new Error("x"), { stack: CANARY })],
  ])("is nothing of a message that %s", (_, error) => {
    void error.stack;
    expect(describeError(error).join("\n")).not.toContain("canary");
  });
});

test("reports lie in the folder for state", () => {
  expect(findStateFolder({ XDG_STATE_HOME: "/state" })).toBe(join("/state", "sotto"));
  expect(findStateFolder({ HOME: "/home/ana" })).toBe(join("/home/ana", ".local", "state", "sotto"));
});
