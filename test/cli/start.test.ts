/** The built program, as it is installed. `npm test` builds it first; on its own this needs `npm run build`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const program: string = join(import.meta.dirname, "..", "..", "dist", "sotto.js");
const work: string = mkdtempSync(join(tmpdir(), "sotto-start-"));
afterAll(() => rmSync(work, { recursive: true }));

/** Prints, last on standard error, which files of the program were loaded. */
const spy: string = join(work, "spy.cjs");
writeFileSync(spy, 'process.on("exit", () => require("fs").writeSync(2, "\\n" + JSON.stringify(Object.keys(require.cache))));');

function start(...argv: readonly string[]): { status: number | null; stdout: string; loaded: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", spy, program, ...argv], { cwd: work, encoding: "utf8" });
  const loaded: readonly string[] = JSON.parse(stderr.split("\n").at(-1) ?? "[]");
  return { status, stdout, loaded: loaded.filter((path) => path !== spy).map((path) => basename(path)) };
}

describe("the built program", () => {
  test("can be executed, also through a link", () => {
    expect(readFileSync(program, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
    expect(statSync(program).mode & 0o111).toBe(0o111);
    const link = join(work, "sotto");
    symlinkSync(program, link);
    expect(spawnSync(process.execPath, [link, "--version"], { encoding: "utf8" }).stdout).toBe("sops 3.13.3 (sotto 0.1.0)\n");
  });

  test("tells its version out of one file", () => {
    expect(start("--version")).toEqual({ status: 0, stdout: "sops 3.13.3 (sotto 0.1.0)\n", loaded: ["sotto.js"] });
  });

  test("loads help and reports only when they are shown", () => {
    const { status, stdout, loaded } = start("--help");
    expect([status, loaded.length]).toEqual([0, 2]);
    expect(stdout).toContain("usage: sotto");
    expect(start("nothing-like-a-command").status).toBe(1);
  });

  test("ends with the number of its error, though it ends at once", () => {
    expect(start("decrypt", "no-such-file.yaml").status).toBe(100);
    expect(start().status).toBe(100);
  });

  test("ends quietly when its reader has gone away", () => {
    // A pipe that is open for writing only.
    const script = `mkfifo pipe && exec 3<>pipe 4>pipe 3<&-; "$0" "$1" --help >&4; echo "$?"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, program], { cwd: work, encoding: "utf8" });
    expect([stdout, stderr]).toEqual(["141\n", ""]);
  });
});
