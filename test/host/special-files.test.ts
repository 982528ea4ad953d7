/** What is no file is written straight, and where sotto keeps what cannot lie beside a file. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backupPaths, findBackups, findOwnFolders, makePrivate, nameOfPlace } from "../../src/host/own-folders.ts";
import { findTarget } from "../../src/host/target.ts";
import { host, layOut, leaked, place, save, strays, useSaveBed } from "./save-bed.ts";

useSaveBed();

const at = (path: string): object => findTarget("named", path);
const user = process.getuid?.() ?? "user";

test("a pipe gets the bytes, and is a pipe afterwards", async () => {
  layOut("made");
  spawnSync("mkfifo", [place("work", "file")]);
  const out = openSync(place("out"), "w");
  const reader = spawn("timeout", ["5", "cat", place("work", "file")], { stdio: ["ignore", out, "ignore"] });
  const ended = once(reader, "exit");
  const outcome = await save(undefined, {}, "through");
  await ended;
  closeSync(out);
  expect([outcome.said, leaked(outcome), readFileSync(place("out"), "utf8"), strays()]).toEqual([true, 0, "through", []]);
  expect(lstatSync(place("work", "file")).isFIFO()).toBe(true);
});

test("an open descriptor goes on where it is", async () => {
  layOut("made");
  const opened = openSync(place("out"), "w");
  expect(await host.writeFile(`/dev/fd/${opened}`, Buffer.from("one "))).toBe(true);
  expect(await host.writeFile(`/proc/self/fd/${opened}`, Buffer.from("two"))).toBe(true);
  closeSync(opened);
  expect(readFileSync(place("out"), "utf8")).toBe("one two");
  await expect(host.writeFile(`/dev/fd/${opened}`, Buffer.from("x"))).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
});

test("a place is a stream, something special, or a file behind its links", () => {
  layOut("replaced");
  mkdirSync(place("work", "folder"));
  symlinkSync("folder", place("work", "way"));
  symlinkSync("../file", place("work", "folder", "link"));
  expect(["/dev/stdout", "/dev/stderr", "/dev/fd/0", "/proc/self/fd/12"].map((path) => at(path))).toEqual(
    [1, 2, 0, 12].map((descriptor) => ({ kind: "stream", descriptor })),
  );
  expect(["/dev/null", "/proc/self/status"].map((path) => at(path))).toEqual(
    ["/dev/null", "/proc/self/status"].map((path) => ({ kind: "special", place: path })),
  );
  const file = { kind: "file", place: place("work", "file") };
  expect([at(place("work", "file")), at(place("work", "way", "link"))]).toEqual([file, file]);
  mkdirSync(place("dev", "fd"), { recursive: true });
  writeFileSync(place("dev", "fd", "1"), "");
  expect(at(place("dev", "fd", "1"))).toEqual({ kind: "file", place: place("dev", "fd", "1") });
  expect(at(place("work", "missing", "file"))).toEqual({ kind: "file", place: place("work", "missing", "file") });
  expect(at(place("work", "file", "x"))).toEqual({ kind: "file", place: place("work", "file", "x") });
  expect(() => at(place("work", "folder"))).toThrow("named is a directory, not a file");
  symlinkSync("round", place("work", "round"));
  expect(() => at(place("work", "round"))).toThrow("ELOOP");
});

test.each([
  [{ XDG_RUNTIME_DIR: "/run/1", XDG_STATE_HOME: "/state", HOME: "/home/x" }, "/run/1/sotto", "/state/sotto/backups"],
  [{ XDG_RUNTIME_DIR: "", XDG_STATE_HOME: "", HOME: "/home/x" }, join(tmpdir(), `sotto-${user}`), "/home/x/.local/state/sotto/backups"],
  [{ HOME: "" }, join(tmpdir(), `sotto-${user}`), join(homedir(), ".local", "state", "sotto", "backups")],
])("own folders with %j", (env, locks, backups) => {
  expect(findOwnFolders(env)).toEqual({ locks, backups });
  expect(findBackups(env)).toBe(backups);
});

test("a backup is named for its file", () => {
  expect(backupPaths("/a/b c", "/own")).toEqual(["/a/.b c.sotto-backup", "/own/%2Fa%2Fb%20c"]);
  expect(nameOfPlace(`/${"x".repeat(500)}`)).toBe("x".repeat(200));
});

test("a private folder is made for its owner alone, and is refused if others can write it", () => {
  layOut("made");
  const folder = place("home", "a", "b");
  makePrivate(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  makePrivate(folder);
  for (const mode of [0o720, 0o702]) {
    chmodSync(folder, mode);
    expect(() => makePrivate(folder)).toThrow(
      expect.objectContaining({
        code: "FILE_UNWRITABLE",
        message: `${folder} is not a folder that only this user can write`,
        file: folder,
      }),
    );
  }
  symlinkSync(place("home", "a"), place("home", "link"));
  expect(() => makePrivate(place("home", "link"))).toThrow("is not a folder that only this user can write");
});

test.runIf(user === 0)("a private folder of another user is refused", () => {
  layOut("made");
  const folder = place("home", "theirs");
  mkdirSync(folder, { mode: 0o700 });
  spawnSync("chown", ["1", folder]);
  expect(() => makePrivate(folder)).toThrow("is not a folder that only this user can write");
});
