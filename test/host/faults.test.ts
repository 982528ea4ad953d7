/** Saves in this process, in which each call of the file system fails in turn: the file is old or new, whole, and nothing else stays. */
import { lstatSync, readSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { failing, type Fault, type FaultyFiles, type FileCall, systemError } from "../support/faulty-fs.ts";
import { content, firstTime, host, layOut, LAYOUTS, leaked, NEXT, OLD, place, save, strays, top, useSaveBed } from "./save-bed.ts";

useSaveBed();

const isBackup = (call: FileCall): boolean => String(call.args[0]).endsWith(".sotto-backup");

/** A disk that keeps something else. */
const lying: Fault = ({ name, args }) => {
  if (name !== "writeSync") return undefined;
  const [descriptor, bytes, from, length, at] = args as [number, Uint8Array, number, number?, number?];
  const other = Uint8Array.from(bytes, (byte) => (byte === 0x74 ? 0x54 : byte));
  return { returns: writeSync(descriptor, other, from, length, at) };
};

const relevant = (files: FaultyFiles): string =>
  files.calls
    .filter(({ name }) => /^(?:symlink|open|fchmod|write|fsync|read|rename|link|ftruncate|unlink|close)Sync$/.test(name))
    .map(({ name }) => name.slice(0, -"Sync".length))
    .join(" ");

describe("a save takes these steps, in this order", () => {
  test.each([
    ["replaced", "symlink open fchmod write fsync read read close rename open fsync close unlink"],
    [
      "overwritten",
      "symlink open open write fsync read read close open fsync close write ftruncate fsync read read unlink open fsync close close unlink",
    ],
    ["made", "symlink open write fsync read read close link unlink open fsync close unlink"],
  ] as const)("a file that is %s", async (layout, steps) => {
    layOut(layout);
    const outcome = await save();
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual([true, NEXT, [], 0]);
    expect(relevant(outcome.files)).toBe(steps);
  });

  test("what it opens is closed, and made for the owner alone before it has its mode", async () => {
    layOut("replaced");
    const { files } = await save();
    const opened = files.calls.filter(({ name }) => name === "openSync").map(({ args }) => args.slice(1));
    expect(opened).toEqual([["wx+", 0o600], ["r"]]);
    expect(statSync(place("work", "file")).mode & 0o7777).toBe(0o640);
    expect(files.calls.find(({ name }) => name === "fchmodSync")?.args[1]).toBe(0o640);
  });

  test("a new file may be given a mode", async () => {
    layOut("made");
    const { files } = await save(undefined, { mode: 0o646 });
    expect(statSync(place("work", "file")).mode & 0o7777).toBe(0o646);
    expect(files.calls.find(({ name }) => name === "openSync")?.args.slice(1)).toEqual(["wx+", 0o646]);
    layOut("made");
    const plain = await save();
    expect(plain.files.calls.find(({ name }) => name === "openSync")?.args.slice(1)).toEqual(["wx+", 0o666]);
    expect(plain.files.count("fchmodSync")).toBe(0);
  });
});

test.each(LAYOUTS)("any call may fail, for a file that is %s", async (layout) => {
  layOut(layout);
  const { files } = await save();
  const wrong: unknown[] = [];
  for (const { number, name, args } of files.calls) {
    for (const code of ["EIO", "ENOSPC", "EACCES"]) {
      layOut(layout);
      const outcome = await save((call) => (call.number === number ? { throws: systemError(code) } : undefined));
      const found = content();
      const about = `${code} at call ${number}, ${name}`;
      if (found !== NEXT && found !== (layout === "made" ? undefined : OLD)) wrong.push(`${about}: torn`);
      if (outcome.said === true && found !== NEXT) wrong.push(`${about}: not told`);
      // What failed to close is not closed again.
      if (name !== "closeSync" && leaked(outcome) > 0) wrong.push(`${about}: left open`);
      // A lock that could not be removed ends with its process.
      if (String(args).includes(".file.sotto-lock")) rmSync(place("work", ".file.sotto-lock"), { force: true });
      await host.writeFile("file", Buffer.from("later"));
      if (strays().length > 0) wrong.push(`${about}: left ${strays().join(" ")}`);
    }
  }
  expect(wrong).toEqual([]);
});

describe("where a file cannot be replaced", () => {
  test.each(["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV", "ENAMETOOLONG", "ENOTSUP"])(
    "by a rename (%s) it is overwritten",
    async (code) => {
      layOut("replaced");
      const { ino } = statSync(place("work", "file"));
      const outcome = await save(failing("renameSync", code));
      expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual([true, NEXT, [], 0]);
      expect(statSync(place("work", "file")).ino).toBe(ino);
    },
  );

  test.each(["EIO", "ENOSPC", "EMFILE"])("and it is no matter of renames (%s), it stays", async (code) => {
    layOut("replaced");
    const outcome = await save(failing("renameSync", code));
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual(["FILE_UNWRITABLE", OLD, [], 0]);
    expect(outcome.message).toMatch(/^cannot write file: /);
  });

  test.each(["EACCES", "EPERM", "EROFS", "ENAMETOOLONG"])("the backup lies in a folder of the user's own (%s)", async (code) => {
    layOut("overwritten");
    const outcome = await save(failing("openSync", code, isBackup));
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual([true, NEXT, [], 0]);
    const made = outcome.files.calls.filter(({ name, args }) => name === "openSync" && String(args[0]).includes("/sotto/backups"));
    expect(made.map(({ args }) => args.slice(1))).toEqual([["wx+", 0o600], ["r"], ["r"]]);
  });

  test("and there is no room for a backup, nothing happens", async () => {
    layOut("overwritten");
    const outcome = await save(failing("openSync", "ENOSPC", isBackup));
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual(["FILE_UNWRITABLE", OLD, [], 0]);
  });

  test("and writing fails, the old content is put back", async () => {
    layOut("overwritten");
    const outcome = await save(failing("ftruncateSync", "EIO", firstTime()));
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual(["FILE_UNWRITABLE", OLD, [], 0]);
  });

  test("and even that fails, the backup stays, and the next command puts it back", async () => {
    layOut("overwritten");
    const outcome = await save(failing("ftruncateSync", "EIO"));
    expect([outcome.said, outcome.message]).toEqual(["FILE_UNWRITABLE", "cannot write file, nor put its content back"]);
    expect(outcome.hints).toEqual([
      `the content is safe in ${place("work", ".file.sotto-backup")}; the next command on this file puts it back`,
    ]);
    expect(strays()).toEqual([".file.sotto-backup"]);
    expect(lstatSync(place("work", ".file.sotto-backup")).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await host.readFile("file")).toString()).toBe(OLD);
    expect([content(), strays()]).toEqual([OLD, []]);
  });
});

describe("a new file", () => {
  test.each(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EXDEV", "EACCES"])(
    "is renamed where there are no links (%s)",
    async (code) => {
      layOut("made");
      const outcome = await save(failing("linkSync", code));
      expect([outcome.said, content(), strays(), outcome.files.count("renameSync")]).toEqual([true, NEXT, [], 1]);
    },
  );

  test("whose name was taken meanwhile is not written", async () => {
    layOut("made");
    const outcome = await save(failing("linkSync", "EEXIST"));
    expect([outcome.said, content(), strays(), outcome.files.count("renameSync")]).toEqual(["FILE_CHANGED", undefined, [], 0]);
    expect(outcome.message).toBe("file was changed by someone else meanwhile; nothing was written");
  });

  test("is not made after any other failure", async () => {
    layOut("made");
    const outcome = await save(failing("linkSync", "EIO"));
    expect([outcome.said, content(), strays(), outcome.files.count("renameSync")]).toEqual(["FILE_UNWRITABLE", undefined, [], 0]);
  });

  test("is not made where one was expected", async () => {
    layOut("made");
    expect((await save(undefined, { expected: Buffer.from("x") })).said).toBe("FILE_CHANGED");
  });
});

describe("what was written", () => {
  test.each(LAYOUTS)("is read back: a disk that keeps something else is noticed, for a file that is %s", async (layout) => {
    layOut(layout);
    const outcome = await save(lying);
    expect([outcome.said, outcome.message]).toEqual(["FILE_UNWRITABLE", "the file system did not keep what was written"]);
    expect([content(), strays(), leaked(outcome)]).toEqual([layout === "made" ? undefined : OLD, [], 0]);
  });

  test.each(LAYOUTS)("may be written in pieces, for a file that is %s", async (layout) => {
    layOut(layout);
    const outcome = await save(({ name, args }) => {
      if (name !== "writeSync") return undefined;
      const [descriptor, bytes, from, , at] = args as [number, Uint8Array, number, number?, number?];
      return { returns: writeSync(descriptor, bytes, from, Math.min(7, bytes.length - from), at) };
    });
    expect([outcome.said, content(), strays()]).toEqual([true, NEXT, []]);
  });

  test("may be read in pieces", async () => {
    layOut("replaced");
    const outcome = await save(({ name, args }) => {
      if (name !== "readSync") return undefined;
      const [descriptor, into, from, length, at] = args as [number, Uint8Array, number, number, number];
      return { returns: readSync(descriptor, into, from, Math.min(11, length), at) };
    });
    expect([outcome.said, content()]).toEqual([true, NEXT]);
  });

  test.each(["EINVAL", "EACCES", "EPERM", "ENOTSUP", "EISDIR"])("counts where a folder cannot be flushed (%s)", async (code) => {
    layOut("replaced");
    const outcome = await save(failing("openSync", code, ({ args }) => args[0] === place("work")));
    expect([outcome.said, content(), strays()]).toEqual([true, NEXT, []]);
  });

  test("does not count where flushing the folder fails otherwise", async () => {
    layOut("replaced");
    expect((await save(failing("openSync", "EIO", ({ args }) => args[0] === place("work")))).said).toBe("FILE_UNWRITABLE");
  });

  test("is compared just before it gets its name", async () => {
    layOut("replaced");
    const outcome = await save((call) => {
      if (call.name === "fchmodSync") writeFileSync(place("work", "file"), "theirs");
      return undefined;
    });
    expect([outcome.said, content(), strays(), leaked(outcome)]).toEqual(["FILE_CHANGED", "theirs", [], 0]);
  });

  test("and is there already, touches nothing", async () => {
    layOut("replaced");
    const outcome = await save(undefined, {}, OLD);
    expect([outcome.said, outcome.files.count("openSync")]).toEqual([false, 0]);
  });
});

describe("the owner of a file", () => {
  test.each([
    ["another", { uid: 1, gid: 2 }, 1],
    ["another group", { gid: 2 }, 1],
    ["this user", {}, 0],
  ])("is set when it is %s", async (_, owner, times) => {
    layOut("replaced");
    const chown: unknown[] = [];
    const outcome = await save((call, real) => {
      if (call.name === "fchownSync") {
        chown.push(call.args.slice(1));
        return { returns: undefined };
      }
      if (call.name !== "statSync" || call.args[0] !== place("work", "file")) return undefined;
      return { returns: Object.assign(real() as object, owner) };
    });
    const { uid, gid } = statSync(top);
    expect([outcome.said, chown]).toEqual([true, times === 0 ? [] : [[{ uid, ...owner }.uid, { gid, ...owner }.gid]]]);
  });
});
