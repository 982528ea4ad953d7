/** Locks and links where the file system gives other answers than usual. */
import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { describeSelf, formatOwner } from "../../src/host/owner.ts";
import { failing, FaultyFiles, type FileCall, systemError } from "../support/faulty-fs.ts";
import { content, firstTime, host, layOut, NEXT, OLD, place, save, strays, useSaveBed } from "./save-bed.ts";

useSaveBed();

const listeners = (): number[] => ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));

const isBesideLock = ({ name, args }: FileCall): boolean =>
  String(args[name === "symlinkSync" ? 1 : 0]) === place("work", ".file.sotto-lock");

describe("a lock", () => {
  test.each(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL"])("is a file where there are no symbolic links (%s)", async (code) => {
    layOut("replaced");
    const seen: string[] = [];
    const outcome = await save((call) => {
      if (call.name === "symlinkSync") return { throws: systemError(code) };
      if (call.name === "fsyncSync") seen.push(...readdirSync(place("work")).filter((name) => name.endsWith("-lock")));
      return undefined;
    });
    expect([outcome.said, content(), strays(), [...new Set(seen)]]).toEqual([true, NEXT, [], [".file.sotto-lock"]]);
    const made = outcome.files.calls.find(({ name }) => name === "writeFileSync");
    expect(made?.args[2]).toEqual({ flag: "wx", mode: 0o644 });
  });

  test("that is a file of another process is waited for", async () => {
    layOut("replaced");
    writeFileSync(place("work", ".file.sotto-lock"), "somebody");
    using files = new FaultyFiles(failing("symlinkSync", "ENOSYS"));
    await expect(host.lockFiles(["file"], { patience: 20 })).rejects.toMatchObject({
      code: "FILE_CHANGED",
      message: "file is locked by another process",
      hints: [`try again when it has ended; if there is no such process, remove ${place("work", ".file.sotto-lock")}`],
    });
    expect(files.calls.filter(({ name }) => name === "writeFileSync").length).toBeGreaterThan(1);
  });

  test.each(["EACCES", "EPERM", "EROFS", "ENAMETOOLONG"])(
    "lies in the folder of the session where it cannot lie beside the file (%s)",
    async (code) => {
      layOut("overwritten");
      const outcome = await save(
        (call) =>
          failing("symlinkSync", code, isBesideLock)(call, () => undefined) ??
          failing("writeFileSync", code, isBesideLock)(call, () => undefined),
      );
      expect([outcome.said, content(), strays()]).toEqual([true, NEXT, []]);
      expect(outcome.files.calls.filter(({ name }) => name === "symlinkSync").map(({ args }) => String(args[1]))).toContainEqual(
        expect.stringMatching(/\/home\/run\/sotto\/.*work%2Ffile\.sotto-lock$/),
      );
      expect(statSync(place("home", "run", "sotto")).mode & 0o777).toBe(0o700);
    },
  );

  test("beside the file counts for those who cannot lock there", async () => {
    layOut("replaced");
    using held = await host.lockFiles(["file"]);
    expect(held.files.length).toBe(1);
    using files = new FaultyFiles(failing("symlinkSync", "EACCES", ({ args }) => String(args[1]).startsWith(place("work"))));
    const other = createNodeHost({ cwd: place("work"), env: { HOME: place("home"), XDG_RUNTIME_DIR: place("home", "run") } });
    await expect(other.lockFiles(["file"], { patience: 20 })).rejects.toMatchObject({
      code: "FILE_CHANGED",
      message: `file is locked by process ${process.pid}`,
    });
    expect(files.calls.filter(({ name }) => name === "symlinkSync").length).toBeGreaterThan(1);
  });

  test("that cannot be laid for another reason is an error", async () => {
    layOut("replaced");
    expect((await save(failing("symlinkSync", "EIO"))).said).toBe("FILE_UNWRITABLE");
    expect([content(), strays()]).toEqual([OLD, []]);
  });

  test("listens for signals as long as there is one", async () => {
    layOut("replaced");
    const before = listeners();
    {
      using outer = await host.lockFiles(["file"]);
      using inner = await host.lockFiles(["other"]);
      expect([outer.files.length, inner.files.length, listeners()]).toEqual([1, 1, before.map((count) => count + 1)]);
    }
    expect(listeners()).toEqual(before);
  });

  test("that somebody else has taken meanwhile is not removed", async () => {
    layOut("replaced");
    {
      using held = await host.lockFiles(["file"]);
      expect(held.files.length).toBe(1);
      rmSync(lock());
      symlinkSync("1:2:other:3:elsewhere", lock());
    }
    expect(strays()).toEqual([".file.sotto-lock"]);
  });
});

const lock = (): string => place("work", ".file.sotto-lock");
const dead = (token: string): string => formatOwner({ ...describeSelf(), process: spawnSync("true").pid, token });
const alive = (token: string): string => formatOwner({ ...describeSelf(), token });
const listener = (): void => {};

describe("a lock that changes while somebody asks", () => {
  test("is asked again when it is released this moment", async () => {
    layOut("replaced");
    const isFirst = firstTime();
    const outcome = await save((call) => (call.name === "symlinkSync" && isFirst() ? { throws: systemError("EEXIST") } : undefined));
    expect([outcome.said, content(), strays()]).toEqual([true, NEXT, []]);
  });

  test("is asked again when it goes between two looks at it", async () => {
    layOut("replaced");
    symlinkSync(alive("other"), lock());
    const outcome = await save((call) => {
      if (call.name !== "lstatSync" || call.args[0] !== lock() || !existsAtAll(lock())) return undefined;
      rmSync(lock());
      return { returns: undefined };
    });
    expect([outcome.said, content(), strays()]).toEqual([true, NEXT, []]);
  });

  test("is not taken over once it has another owner, and the claim goes", async () => {
    layOut("replaced");
    symlinkSync(dead("gone"), lock());
    const claims: string[] = [];
    const outcome = await save((call) => {
      if (call.name !== "symlinkSync" || call.args[1] === lock()) return undefined;
      claims.push(String(call.args[1]));
      rmSync(lock());
      symlinkSync(alive("other"), lock());
      return undefined;
    });
    expect([outcome.said, content(), claims]).toEqual(["FILE_CHANGED", OLD, [`${lock()}.gone`]]);
    expect(strays()).toEqual([".file.sotto-lock"]);
    expect(readlinkSync(lock())).toContain(":other:");
    rmSync(lock());
  });

  test("is waited for anew with each owner", async () => {
    layOut("replaced");
    symlinkSync(alive("one"), lock());
    const start = performance.now();
    setTimeout(() => {
      symlinkSync(alive("two"), `${lock()}2`);
      renameSync(`${lock()}2`, lock());
    }, 400);
    setTimeout(() => rmSync(lock()), 900);
    using held = await host.lockFiles(["file"], { patience: 700 });
    expect([held.files.length, performance.now() - start > 700]).toEqual([1, true]);
  });

  test("counts as somebody's where its text cannot be read", async () => {
    layOut("replaced");
    writeFileSync(lock(), "x");
    const outcome = await save(failing("readFileSync", "EIO", ({ args }) => args[0] === lock()));
    expect([outcome.said, content()]).toEqual(["FILE_CHANGED", OLD]);
    rmSync(lock());
  });

  test("goes with the process that a signal ends, unless somebody else listens for it", async () => {
    layOut("replaced");
    const sent: unknown[] = [];
    const kill = process.kill.bind(process);
    process.kill = (pid, signal) => {
      sent.push([pid, signal]);
      return true;
    };
    try {
      using held = await host.lockFiles(["file"]);
      process.on("SIGHUP", listener);
      process.emit("SIGHUP", "SIGHUP");
      expect([sent, strays()]).toEqual([[], [".file.sotto-lock"]]);
      process.off("SIGHUP", listener);
      process.emit("SIGHUP", "SIGHUP");
      expect([sent, strays(), held.files.length]).toEqual([[[process.pid, "SIGHUP"]], [], 1]);
    } finally {
      process.off("SIGHUP", listener);
      process.kill = kill;
    }
  });
});

describe("where a file is", () => {
  test("links are followed to their end, up to forty", async () => {
    layOut("replaced");
    for (let at = 0; at < 41; at += 1) symlinkSync(at === 0 ? "file" : `link${at - 1}`, place("work", `link${at}`));
    expect(await host.writeFile("link38", Buffer.from("through"))).toBe(true);
    expect([content(), lstatSync(place("work", "link38")).isSymbolicLink()]).toEqual(["through", true]);
    symlinkSync("round", place("work", "round"));
    await expect(host.writeFile("round", Buffer.from("x"))).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  });

  test("a link of another user is refused, with what to do", async () => {
    layOut("replaced");
    symlinkSync("file", place("work", "link"));
    using files = new FaultyFiles((call, real) =>
      call.name === "lstatSync" && call.args[0] === place("work", "link")
        ? { returns: Object.assign(real() as object, { uid: 54_321 }) }
        : undefined,
    );
    await expect(host.writeFile("link", Buffer.from("x"))).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
      message: "link is a link that belongs to another user",
      hints: ["name the file that the link points to"],
    });
    expect(files.count("openSync")).toBe(0);
  });

  test("a folder is none, and a missing folder is told", async () => {
    layOut("replaced");
    mkdirSync(place("work", "folder"));
    await expect(host.writeFile("folder", Buffer.from("x"))).rejects.toMatchObject({ code: "FILE_IS_DIRECTORY", file: "folder" });
    await expect(host.writeFile("missing/file", Buffer.from("x"))).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    await expect(host.writeFile("file/inside", Buffer.from("x"))).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  });
});

function existsAtAll(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
