import {
  chmodSync,
  chownSync,
  linkSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFileSafely } from "../../src/host/write.ts";
import { SottoError } from "../../src/model/error.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const isRoot = process.getuid?.() === 0;
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-write-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function place(name: string, content?: string, mode?: number): string {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  if (mode !== undefined) chmodSync(path, mode);
  return path;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return SottoError.is(error) ? error.code : String(error);
  }
  return "no error";
}

test("a new file gets the mode of the umask, or exactly the mode that was asked for", () => {
  const umask = process.umask(0o027);
  try {
    expect(writeFileSafely(place("a"), bytes("one"))).toBe(true);
    expect(writeFileSafely(place("b"), bytes("two"), { mode: 0o644 })).toBe(true);
  } finally {
    process.umask(umask);
  }
  expect(statSync(place("a")).mode & 0o777).toBe(0o640);
  expect(statSync(place("b")).mode & 0o777).toBe(0o644);
  expect(readFileSync(place("b"), "utf8")).toBe("two");
  expect(readdirSync(folder)).toEqual(["a", "b"]);
});

test("an existing file keeps its mode, also when another is asked for, and is another file afterwards", () => {
  const path = place("a", "old", 0o604);
  const { ino } = statSync(path);
  expect(writeFileSafely(path, bytes("new"), { mode: 0o600 })).toBe(true);
  const now = statSync(path);
  expect([now.mode & 0o777, now.ino === ino, readFileSync(path, "utf8")]).toEqual([0o604, false, "new"]);
});

test("an unchanged file is not touched", () => {
  const path = place("a", "same");
  utimesSync(path, 1000, 1000);
  const before = statSync(path);
  expect(writeFileSafely(path, bytes("same"), { expected: bytes("same") })).toBe(false);
  const after = statSync(path);
  expect([after.mtimeMs, after.ctimeMs, after.ino]).toEqual([1_000_000, before.ctimeMs, before.ino]);
});

test("a file that is not what was expected is left alone", () => {
  const path = place("a", "theirs");
  expect(codeOf(() => writeFileSafely(path, bytes("ours"), { expected: bytes("old") }))).toBe("FILE_CHANGED");
  expect(codeOf(() => writeFileSafely(place("gone"), bytes("ours"), { expected: bytes("old") }))).toBe("FILE_CHANGED");
  expect(readFileSync(path, "utf8")).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a link of this user stays a link; its file is replaced", () => {
  mkdirSync(join(folder, "deep"));
  const file = place("deep/file", "old");
  symlinkSync("deep/file", place("link"));
  symlinkSync("deep/new", place("dangling"));
  writeFileSafely(place("link"), bytes("new"));
  writeFileSafely(place("dangling"), bytes("made"));
  expect(lstatSync(place("link")).isSymbolicLink()).toBe(true);
  expect([readFileSync(file, "utf8"), readFileSync(join(folder, "deep/new"), "utf8")]).toEqual(["new", "made"]);
});

test.runIf(isRoot)("a link of another user is refused", () => {
  place("file", "old");
  symlinkSync("file", place("link"));
  lchownSync(place("link"), 12_345, 12_345);
  expect(codeOf(() => writeFileSafely(place("link"), bytes("new")))).toBe("FILE_UNWRITABLE");
  expect(readFileSync(place("file"), "utf8")).toBe("old");
});

test("a file with a second name keeps it: both names show the new content", () => {
  const path = place("a", "a longer old content");
  linkSync(path, place("b"));
  expect(writeFileSafely(path, bytes("new"))).toBe(true);
  expect(readFileSync(place("b"), "utf8")).toBe("new");
  expect(statSync(path).nlink).toBe(2);
});

test("a pipe is written to, not replaced", () => {
  expect(spawnSync("mkfifo", [place("pipe")]).status).toBe(0);
  const script = `const { writeFileSafely } = await import(${JSON.stringify(new URL("../../src/host/write.ts", import.meta.url).href)});
    writeFileSafely(${JSON.stringify(place("pipe"))}, new TextEncoder().encode("through"));`;
  const command = `"$0" --input-type=module -e "$1" & cat "$2"; wait`;
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath, script, place("pipe")], { encoding: "utf8" });
  expect(stdout).toBe("through");
  expect(lstatSync(place("pipe")).isFIFO()).toBe(true);
});

test("a redirected standard output keeps what was written before", () => {
  const script = `const { writeFileSafely } = await import(${JSON.stringify(new URL("../../src/host/write.ts", import.meta.url).href)});
    const { writeSync } = await import("node:fs"); writeSync(1, "first ");
    writeFileSafely("/dev/stdout", new TextEncoder().encode("second")); writeFileSafely("/dev/fd/1", new TextEncoder().encode(" third"));`;
  spawnSync("sh", ["-c", `"$0" --input-type=module -e "$1" > "$2"`, process.execPath, script, place("out")]);
  expect(readFileSync(place("out"), "utf8")).toBe("first second third");
});

test("a folder, and a file in a folder that does not exist, cannot be written", () => {
  expect(codeOf(() => writeFileSafely(folder, bytes("x")))).toBe("FILE_IS_DIRECTORY");
  expect(codeOf(() => writeFileSafely(place("no/such/file"), bytes("x")))).toBe("FILE_UNWRITABLE");
});

test("a write-protected file stays as it is", () => {
  const path = place("a", "old", 0o444);
  chmodSync(folder, 0o777);
  const script = `const { writeFileSafely } = await import(${JSON.stringify(new URL("../../src/host/write.ts", import.meta.url).href)});
    try { writeFileSafely(${JSON.stringify(path)}, new Uint8Array()) } catch (error) { console.log(error.code) }`;
  // Root may write everything, so root becomes somebody else here.
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  expect(spawnSync(process.execPath, ["--input-type=module", "-e", script], { ...user, encoding: "utf8" }).stdout).toBe(
    "FILE_UNWRITABLE\n",
  );
  expect(readFileSync(path, "utf8")).toBe("old");
});

test.runIf(isRoot)("a file of another user keeps its owner", () => {
  const path = place("a", "old");
  chownSync(path, 12_345, 12_346);
  writeFileSafely(path, bytes("new"));
  expect([statSync(path).uid, statSync(path).gid, readFileSync(path, "utf8")]).toEqual([12_345, 12_346, "new"]);
});
