import { chmodSync, chownSync, linkSync, lchownSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { SottoError } from "../../src/model/error.ts";
import type { Host, WriteOptions } from "../../src/model/host.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const isRoot = process.getuid?.() === 0;
/** Somebody who is not root. */
const NOBODY = 65_534;
let folder = "";
let own = "";
let host: Host = createNodeHost();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-write-"));
  own = mkdtempSync(join(tmpdir(), "sotto-own-"));
  host = createNodeHost({ env: { HOME: own, XDG_RUNTIME_DIR: join(own, "run") } });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(own, { recursive: true, force: true });
});

const save = (path: string, text: string, options: WriteOptions = {}): Promise<boolean> => host.writeFile(path, bytes(text), options);

function place(name: string, content?: string, mode?: number): string {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  if (mode !== undefined) chmodSync(path, mode);
  return path;
}

const read = (name: string): string => readFileSync(place(name), "utf8");

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    return SottoError.is(error) ? error.code : String(error);
  }
  return "no error";
}

/** A save in a process of its own, as nobody if this process is root: root may write everything. */
function saveAs(path: string, text: string): { readonly output: string; readonly status: number | null } {
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost();
    try { console.log(await host.writeFile(process.argv[1], new TextEncoder().encode(process.argv[2]))); } catch (error) { console.log(error.code) }`;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script, path, text], {
    ...user,
    encoding: "utf8",
    env: { HOME: join(own, "home"), XDG_RUNTIME_DIR: join(own, "run") },
  });
  return { output: stdout, status };
}

// A thread cannot set it; the tests run in processes of their own, except for mutation testing.
test.runIf(isMainThread)("a new file gets the mode of the umask, or exactly the mode that was asked for", async () => {
  const umask = process.umask(0o027);
  try {
    expect(await save(place("a"), "one")).toBe(true);
    expect(await save(place("b"), "two", { mode: 0o644 })).toBe(true);
  } finally {
    process.umask(umask);
  }
  expect(statSync(place("a")).mode & 0o777).toBe(0o640);
  expect(statSync(place("b")).mode & 0o777).toBe(0o644);
  expect(read("b")).toBe("two");
  expect(readdirSync(folder)).toEqual(["a", "b"]);
});

test("an existing file keeps its mode, also when another is asked for, and is another file afterwards", async () => {
  const path = place("a", "old", 0o604);
  const { ino } = statSync(path);
  expect(await save(path, "new", { mode: 0o600 })).toBe(true);
  const now = statSync(path);
  expect([now.mode & 0o777, now.ino === ino, read("a")]).toEqual([0o604, false, "new"]);
});

test("an unchanged file is not touched", async () => {
  const path = place("a", "same");
  utimesSync(path, 1000, 1000);
  const before = statSync(path);
  expect(await save(path, "same", { expected: bytes("same") })).toBe(false);
  const after = statSync(path);
  expect([after.mtimeMs, after.ctimeMs, after.ino]).toEqual([1_000_000, before.ctimeMs, before.ino]);
});

test("a file that is not what was expected is left alone", async () => {
  const path = place("a", "theirs");
  expect(await codeOf(save(path, "ours", { expected: bytes("old") }))).toBe("FILE_CHANGED");
  expect(await codeOf(save(place("gone"), "ours", { expected: bytes("old") }))).toBe("FILE_CHANGED");
  expect(read("a")).toBe("theirs");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a link of this user stays a link; its file is replaced, also behind several links", async () => {
  mkdirSync(join(folder, "deep"));
  place("deep/file", "old");
  symlinkSync("deep/file", place("link"));
  symlinkSync("link", place("link-to-link"));
  symlinkSync("deep/new", place("dangling"));
  await save(place("link-to-link"), "new");
  await save(place("dangling"), "made");
  expect([lstatSync(place("link")).isSymbolicLink(), lstatSync(place("link-to-link")).isSymbolicLink()]).toEqual([true, true]);
  expect([read("deep/file"), read("deep/new")]).toEqual(["new", "made"]);
});

test("links in a circle are an error", async () => {
  symlinkSync("b", place("a"));
  symlinkSync("a", place("b"));
  expect(await codeOf(save(place("a"), "new"))).toBe("FILE_UNWRITABLE");
});

test.runIf(isRoot)("a link of another user is refused, also behind one of this user", async () => {
  place("file", "old");
  symlinkSync("file", place("theirs"));
  lchownSync(place("theirs"), 12_345, 12_345);
  symlinkSync("theirs", place("mine"));
  expect(await codeOf(save(place("theirs"), "new"))).toBe("FILE_UNWRITABLE");
  expect(await codeOf(save(place("mine"), "new"))).toBe("FILE_UNWRITABLE");
  expect(read("file")).toBe("old");
});

test("a file with a second name keeps it: both names show the new content", async () => {
  const path = place("a", "a longer old content");
  linkSync(path, place("b"));
  expect(await save(path, "new")).toBe(true);
  expect(read("b")).toBe("new");
  expect(statSync(path).nlink).toBe(2);
  expect(readdirSync(folder)).toEqual(["a", "b"]);
});

test("a pipe is written to, not replaced", () => {
  expect(spawnSync("mkfifo", [place("pipe")]).status).toBe(0);
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost();
    await host.writeFile(process.argv[1], new TextEncoder().encode("through"));`;
  const command = `"$0" --input-type=module -e "$1" "$2" & cat "$2"; wait`;
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath, script, place("pipe")], { encoding: "utf8" });
  expect(stdout).toBe("through");
  expect(lstatSync(place("pipe")).isFIFO()).toBe(true);
});

test("a redirected standard output keeps what was written before", () => {
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost(); const bytes = (text) => new TextEncoder().encode(text);
    host.write("output", bytes("first ")); await host.writeFile("/dev/stdout", bytes("second")); await host.writeFile("/dev/fd/1", bytes(" third"));`;
  spawnSync("sh", ["-c", `"$0" --input-type=module -e "$1" > "$2"`, process.execPath, script, place("out")]);
  expect(read("out")).toBe("first second third");
});

// Not under mutation testing: a changed writer that runs as root would put a file in the device's place.
test.runIf(isMainThread)("a device is written straight", async () => {
  expect(await save("/dev/null", "x")).toBe(true);
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  expect(readdirSync("/dev").filter((name) => name.includes("sotto"))).toEqual([]);
});

test("a folder, and a file in a folder that does not exist, cannot be written", async () => {
  expect(await codeOf(save(folder, "x"))).toBe("FILE_IS_DIRECTORY");
  expect(await codeOf(save(place("no/such/file"), "x"))).toBe("FILE_UNWRITABLE");
  place("file", "x");
  expect(await codeOf(save(place("file/below"), "x"))).toBe("FILE_UNWRITABLE");
});

test("a write-protected file stays as it is", () => {
  const path = place("a", "old", 0o444);
  chmodSync(folder, 0o777);
  chmodSync(own, 0o777);
  expect(saveAs(path, "new").output).toBe("FILE_UNWRITABLE\n");
  expect(read("a")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("in a folder that is not writable a file is overwritten; lock and backup are elsewhere and gone", () => {
  const path = place("a", "old", 0o666);
  chmodSync(folder, 0o555);
  chmodSync(own, 0o777);
  const { ino } = statSync(path);
  expect(saveAs(path, "new and longer").output).toBe("true\n");
  chmodSync(folder, 0o755);
  expect([read("a"), statSync(path).ino]).toEqual(["new and longer", ino]);
  expect(readdirSync(join(own, "run", "sotto"))).toEqual([]);
  expect(readdirSync(join(own, "home", ".local", "state", "sotto", "backups"))).toEqual([]);
});

test.runIf(isRoot)("a file of another user keeps its owner", async () => {
  const path = place("a", "old");
  chownSync(path, 12_345, 12_346);
  await save(path, "new");
  expect([statSync(path).uid, statSync(path).gid, read("a")]).toEqual([12_345, 12_346, "new"]);
});

test.runIf(isRoot)("who cannot give a file to its owner writes into it", () => {
  const path = place("a", "old", 0o666);
  chownSync(path, 12_345, 12_346);
  chmodSync(folder, 0o777);
  chmodSync(own, 0o777);
  expect(saveAs(path, "new").output).toBe("true\n");
  expect([statSync(path).uid, statSync(path).gid, read("a")]).toEqual([12_345, 12_346, "new"]);
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("what comes through a pipe is read, and a user without a name and a home can save", () => {
  const path = place("a", "old", 0o666);
  chmodSync(folder, 0o777);
  const module = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
  const script = `const host = (await import(${module})).createNodeHost({ env: {} });
    await host.writeFile(process.argv[1], await host.readFile("/dev/stdin"));`;
  const user = isRoot ? { uid: 54_321, gid: 54_321 } : {};
  const { stderr } = spawnSync("sh", ["-c", `printf piped | "$0" --input-type=module -e "$1" "$2"`, process.execPath, script, path], {
    ...user,
    encoding: "utf8",
    env: {},
  });
  expect([stderr, read("a")]).toEqual(["", "piped"]);
});

test("names as long as the file system allows can be written", async () => {
  const path = place("n".repeat(255), "old");
  expect(await save(path, "new")).toBe(true);
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["n".repeat(255)]);
});
