import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { lstatSync, lutimesSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { describeSelf, formatOwner, lifeOf, type Owner, parseOwner } from "../../src/host/owner.ts";
import type { Host } from "../../src/model/host.ts";

const MODULE: string = JSON.stringify(new URL("../../src/host/node-host.ts", import.meta.url).href);
const onLinux: boolean = process.platform === "linux";
let folder = "";
let host: Host = createNodeHost();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-lock-"));
  host = createNodeHost({ cwd: folder, env: { HOME: folder, XDG_RUNTIME_DIR: join(folder, "run") } });
  writeFileSync(join(folder, "file"), "old");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const lockPath = (): string => join(folder, ".file.sotto-lock");
const content = (): string => readFileSync(join(folder, "file"), "utf8");

/** The number of a process that has ended. */
function deadProcess(): number {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  return pid;
}

function leaveLock(owner: Partial<Owner>, path: string = lockPath()): string {
  const text = formatOwner({ ...describeSelf(), ...owner });
  symlinkSync(text, path);
  return text;
}

function start(script: string): ReturnType<typeof spawn> {
  return spawn(process.execPath, ["--input-type=module", "-e", `const host = (await import(${MODULE})).createNodeHost(); ${script}`], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
}

test("a lock names its process, and is gone when it is released", async () => {
  const locked = await host.lockFiles(["file"]);
  expect(parseOwner(readlinkSync(lockPath()))).toMatchObject({ process: process.pid, machine: hostname() });
  locked[Symbol.dispose]();
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("who finds a file locked waits, and goes on when it is released", async () => {
  const first = await host.lockFiles(["file"]);
  const second = host.lockFiles(["file"]);
  const order: string[] = [];
  const done = second.then((locked) => {
    order.push("second");
    locked[Symbol.dispose]();
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  order.push("first");
  first[Symbol.dispose]();
  await done;
  expect(order).toEqual(["first", "second"]);
});

test("a lock that is kept for too long is a conflict that names the process", async () => {
  using _ = await host.lockFiles(["file"]);
  const before = performance.now();
  await expect(host.lockFiles(["file"], { patience: 60 })).rejects.toMatchObject({
    code: "FILE_CHANGED",
    message: `file is locked by process ${process.pid}`,
    file: "file",
  });
  expect(performance.now() - before).toBeLessThan(2000);
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ code: "FILE_CHANGED" });
});

test("when one of several files stays locked, none does", async () => {
  writeFileSync(join(folder, "a"), "");
  using _ = await host.lockFiles(["file"]);
  await expect(host.lockFiles(["a", "file"], { patience: 0 })).rejects.toMatchObject({ file: "file" });
  expect(readdirSync(folder)).toEqual([".file.sotto-lock", "a", "file"]);
});

test("several names of one file are one lock", async () => {
  mkdirSync(join(folder, "deep"));
  symlinkSync("file", join(folder, "link"));
  symlinkSync("..", join(folder, "deep", "up"));
  using locked = await host.lockFiles(["link", "file", "deep/up/file", "./file"]);
  expect(locked.files.map((file) => file.path)).toEqual(["link"]);
  expect(readdirSync(folder)).toEqual([".file.sotto-lock", "deep", "file", "link"]);
});

test("files in the same order for everybody: locks crosswise never stand still", async () => {
  const names = ["a", "b", "c"];
  const rounds = Array.from({ length: 12 }, async (_, round) => {
    using locked = await host.lockFiles(round % 2 === 0 ? names : names.toReversed());
    await new Promise((resolve) => setTimeout(resolve, 1));
    return locked.files.length;
  });
  expect(await Promise.all(rounds)).toEqual(Array.from({ length: 12 }, () => 3));
});

test("the lock of a process that was killed is taken over", async () => {
  const child = start(`await host.lockFiles(["file"]); console.log("locked"); setInterval(() => {}, 1000);`);
  await once(child.stdout ?? child, "data");
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ message: `file is locked by process ${child.pid}` });
  child.kill("SIGKILL");
  await once(child, "exit");
  await host.writeFile("file", bytes("new"));
  expect([content(), readdirSync(folder)]).toEqual(["new", ["file"]]);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("a process that %s ends takes its locks with it", async (signal) => {
  const child = start(`await host.lockFiles(["file"]); console.log("locked"); setInterval(() => {}, 1000);`);
  await once(child.stdout ?? child, "data");
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([null, signal]);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("a program that handles the signal itself keeps its locks until it releases them", async () => {
  const child = start(
    `process.on("SIGINT", () => { console.log("handled"); }); const locked = await host.lockFiles(["file"]); console.log("locked");
     process.stdin.once("data", () => { locked[Symbol.dispose](); process.exit(0); });`,
  );
  await once(child.stdout ?? child, "data");
  child.kill("SIGINT");
  await once(child.stdout ?? child, "data");
  expect(lstatSync(lockPath()).isSymbolicLink()).toBe(true);
  child.stdin?.write("go\n");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test.runIf(onLinux)("a process that merely has the number of a dead owner does not count", async () => {
  leaveLock({ started: "1" });
  using locked = await host.lockFiles(["file"], { patience: 0 });
  expect(locked.files).toHaveLength(1);
});

test.runIf(onLinux)("a process that ended and was not collected by its parent does not count as living", async () => {
  const parent = spawn("sh", ["-c", `sleep 0 & echo $!; exec sleep 30`], { stdio: ["ignore", "pipe", "ignore"] });
  const [data] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(data.toString());
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stat = readFileSync(`/proc/${child}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  expect(fields[0]).toBe("Z");
  expect(lifeOf({ ...describeSelf(), process: child, started: fields[19] ?? "" })).toBe("dead");
  parent.kill();
});

test("a claim that a dead process left on a dead lock is taken over too, and nothing stays", async () => {
  const gone = deadProcess();
  leaveLock({ process: gone, token: "first" });
  leaveLock({ process: gone, token: "second" }, `${lockPath()}.first`);
  leaveLock({ process: gone, token: "third" }, `${lockPath()}.unrelated`);
  await host.writeFile("file", bytes("new"));
  expect([content(), readdirSync(folder)]).toEqual(["new", ["file"]]);
});

test("a claim of a living process is respected", async () => {
  leaveLock({ process: deadProcess(), token: "first" });
  leaveLock({ token: "second" }, `${lockPath()}.first`);
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ code: "FILE_CHANGED" });
});

test("the lock of another machine counts, until it is a quarter of an hour old", async () => {
  leaveLock({ machine: "elsewhere", process: deadProcess() });
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ code: "FILE_CHANGED" });
  lutimesSync(lockPath(), new Date(), new Date(Date.now() - 16 * 60_000));
  await host.writeFile("file", bytes("new"));
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("a lock that is a file counts, where there are no links; one that names nobody does for ten seconds", async () => {
  writeFileSync(lockPath(), formatOwner(describeSelf()));
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ message: `file is locked by process ${process.pid}` });
  writeFileSync(lockPath(), "");
  await expect(host.lockFiles(["file"], { patience: 0 })).rejects.toMatchObject({ message: "file is locked by another process" });
  const past = new Date(Date.now() - 11_000);
  utimesSync(lockPath(), past, past);
  await host.writeFile("file", bytes("new"));
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("whoever locks takes away what killed saves left of any file in the folder, and nothing of living ones", async () => {
  writeFileSync(join(folder, `.other.sotto-${deadProcess()}-abc.tmp`), "half");
  leaveLock({ process: deadProcess() }, join(folder, ".third.sotto-lock"));
  leaveLock({}, join(folder, ".busy.sotto-lock"));
  writeFileSync(join(folder, `.busy.sotto-${process.pid}-abc.tmp`), "half");
  writeFileSync(join(folder, ".mine.tmp"), "not ours");
  await host.writeFile("file", bytes("new"));
  expect(readdirSync(folder)).toEqual([`.busy.sotto-${process.pid}-abc.tmp`, ".busy.sotto-lock", ".mine.tmp", "file"]);
});

test("many processes that take over one dead lock at once never write at the same time", async () => {
  writeFileSync(join(folder, "file"), "0");
  leaveLock({ process: deadProcess() });
  const script = `for (let i = 0; i < 20; i += 1) {
      using locked = await host.lockFiles(["file"], { patience: 30000 });
      const [file] = locked.files;
      const now = Number(new TextDecoder().decode(await file.read()));
      await file.write(new TextEncoder().encode(String(now + 1)));
    }`;
  const children = Array.from({ length: 6 }, () => start(script));
  expect(await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as number))).toEqual([0, 0, 0, 0, 0, 0]);
  expect([content(), readdirSync(folder)]).toEqual(["120", ["file"]]);
});
