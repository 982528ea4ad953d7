/** Real failures: a disk that is full, one that cannot be written, a limit on the size of files. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeIfPermitted } from "../support/permitted.ts";
import { bundle } from "./bundle.ts";

const OLD: string = "old line\n".repeat(1200);
const NEXT: string = "the new line\n".repeat(1000);
const bundles: string[] = [];
let disk = "";
let child = "";
let top = "";
let folder = "";

beforeAll(async () => {
  disk = await bundle("test/faults/disk.ts");
  child = await bundle("test/faults/child.ts");
  bundles.push(dirname(disk), dirname(child));
});
afterAll(() => {
  for (const place of bundles) rmSync(place, { recursive: true });
});
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "sotto-disk-"));
  folder = join(top, "work");
  mkdirSync(folder);
  mkdirSync(join(top, "rehearsal"));
  writeFileSync(join(top, "next"), NEXT);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

interface Row {
  readonly kind: string;
  readonly room: number;
  readonly result: string;
  readonly whole: boolean;
  readonly error: string | null;
  readonly stray: readonly string[];
}

/** `$0` is Node, `$1` the program, `$2` the folder. In a namespace of its own the mount is gone when the shell ends. */
function mounted(script: string, program: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const argv = ["-rm", "sh", "-ec", script, process.execPath, program, folder];
  return spawnSync("unshare", argv, {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: join(top, "home"), XDG_RUNTIME_DIR: top },
  });
}

describeIfPermitted("unshare", "a disk of its own", () => {
  test("that has no room left leaves the old file whole, says so, and keeps nothing else", () => {
    const { stdout, stderr } = mounted(`mount -t tmpfs -o size=24k tmpfs "$2"; exec "$0" "$1" "$2"`, disk);
    expect(stderr).toBe("");
    const rows = JSON.parse(stdout) as readonly Row[];
    expect(rows).toHaveLength(36);
    expect(rows.filter((row) => row.result === "neither" || !row.whole || row.stray.length > 0)).toEqual([]);
    expect(rows.filter((row) => (row.result === "new") !== (row.error === null))).toEqual([]);
    const met = new Set(rows.map(({ kind, result }) => `${kind}: ${result}`));
    expect([...met].toSorted()).toEqual([
      "made: new",
      "made: old",
      "overwritten: new",
      "overwritten: old",
      "replaced: new",
      "replaced: old",
    ]);
    const errors = new Set(rows.map((row) => row.error));
    errors.delete(null);
    expect([...errors]).toEqual(["cannot write file: no space left on device"]);
  });

  test("that is mounted read-only leaves the file, and says so", () => {
    const script = `mount -t tmpfs -o size=1m tmpfs "$2"; printf old > "$2/file"; mount -o remount,ro "$2"
      "$0" "$1" save "$2" || echo "exit $?"; cat "$2/file"; ls -A "$2"`;
    const { stdout, stderr } = mounted(script, child);
    expect([stdout, stderr]).toEqual(["exit 1\noldfile\n", "SottoError: cannot write file: read-only file system\n"]);
  });

  test("that is a single mounted file is written in place", () => {
    writeFileSync(join(top, "outer"), OLD);
    writeFileSync(join(folder, "file"), "");
    const script = `mount --bind "$2/../outer" "$2/file"; "$0" "$1" save "$2"; ls -A "$2"`;
    const { stdout, stderr } = mounted(script, child);
    expect([stdout, stderr, readFileSync(join(top, "outer"), "utf8")]).toEqual(["file\n", "", NEXT]);
  });
});

test("a limit on the size of files, met in the middle of a write, leaves the old file and nothing else", () => {
  writeFileSync(join(folder, "file"), OLD);
  // The rehearsal does not meet it: there is nothing to write.
  writeFileSync(join(top, "rehearsal", "file"), NEXT);
  // dash counts blocks of 512 bytes.
  const { status, stderr } = spawnSync("sh", ["-c", `ulimit -f 12; exec "$0" "$1" save "$2"`, process.execPath, child, folder], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([1, "SottoError: cannot write file: file too large\n"]);
  expect([readFileSync(join(folder, "file"), "utf8") === OLD, readdirSync(folder)]).toEqual([true, ["file"]]);
});
