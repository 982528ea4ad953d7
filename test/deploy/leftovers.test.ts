/** Nothing of the plaintext stays behind: not by a signal that cannot be caught either, once sotto is started again. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExecFolder, hasEnded } from "./program.ts";

let folder: ExecFolder;

beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal("app.yaml", "A: one\n");
});
afterAll(() => folder[Symbol.dispose]());

describe.runIf(process.platform !== "win32")("exec-file", () => {
  test("gives a file that can be read again and again, in part and in whole", async () => {
    const command = "cat {}; head -c 2 {}; echo; cat {} {}; exec 7< {}; cat <&7; exec 8< {}; cat <&8";
    const { exit, output } = await folder.sotto("exec-file", "app.yaml", command);
    expect([exit, output]).toEqual([0, "A: one\nA:\nA: one\nA: one\nA: one\nA: one\n"]);
  });

  test("gives it for its user alone, in a folder for the user alone", async () => {
    const { output } = await folder.sotto(
      "exec-file",
      "--filename",
      "a.yaml",
      "app.yaml",
      "(ls -ld {}; ls -ld $(dirname {})) | cut -c1-10; echo {}",
    );
    const [file, place, path = ""] = output.split("\n");
    expect([file, place]).toEqual(["-rw-------", "drwx------"]);
    expect(path.endsWith("/a.yaml")).toBe(true);
    expect(existsSync(dirname(path))).toBe(false);
  });

  test("leaves nothing, whatever the command does with the file", async () => {
    for (const command of ["rm -f {}", "chmod 000 {}; mv {} {}.moved; touch $(dirname {})/more"]) {
      const started = folder.startSotto(["exec-file", "--no-fifo", "app.yaml", command]);
      expect((await started.end()).exit).toBe(0);
      expect(folder.leftOver(started.pid)).toEqual([]);
    }
  });

  test("leaves nothing when the command cannot be started", async () => {
    const started = folder.startSotto(["exec-file", "--no-fifo", "app.yaml", `: ${"x".repeat(120_000)} {} ${" {}".repeat(1000)}`]);
    expect(await started.end()).toMatchObject({ exit: 1, errors: expect.stringContaining("more than the system hands to a program") });
    expect(folder.leftOver(started.pid)).toEqual([]);
  });

  test("in the background hands over a file that outlives sotto, and goes with the command", async () => {
    for (const flags of [[], ["--no-fifo"]]) {
      const line = `(sleep 0.2; cat {}; echo {}) > out.part; mv out.part out`;
      const started = folder.startSotto(["exec-file", "--background", ...flags, "app.yaml", line]);
      expect((await started.end()).exit).toBe(0);
      const [text, path = ""] = (await appears(folder.place("out"))).split("\n");
      expect(text).toBe("A: one");
      // The other one is a number of whoever looks.
      if (flags.length > 0) await vanishes(path);
      rmSync(folder.place("out"));
    }
  });

  test("what a sotto that was killed left behind is removed at the next start, and nothing else", async () => {
    const killed = folder.startSotto(["exec-file", "--no-fifo", "app.yaml", "echo {} $$; exec sleep 60 > /dev/null 2>&1"]);
    const alive = folder.startSotto(["exec-file", "--no-fifo", "app.yaml", "echo {} $$; exec sleep 60 > /dev/null 2>&1"]);
    const [left = "", sleeping] = (await killed.says("\n")).trim().split(" ");
    const [used = ""] = (await alive.says("\n")).trim().split(" ");
    // Folders of ours without an owner: a fresh one is just being made.
    const fresh = mkdtempSync(join(folder.place("tmp"), ".sotto-exec-"));
    const foreign = join(folder.place("tmp"), "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, ".sotto-owner"), readFileSync(join(dirname(left), ".sotto-owner")));
    killed.child.kill("SIGKILL");
    expect(await killed.end()).toMatchObject({ signal: "SIGKILL" });
    expect(statSync(left).mode & 0o777).toBe(0o600);

    expect((await folder.sotto("exec-file", "app.yaml", "true")).exit).toBe(0);
    expect([left, dirname(left), used, fresh, foreign].map((path) => existsSync(path))).toEqual([false, false, true, true, true]);
    process.kill(Number(sleeping));
    alive.child.kill("SIGTERM");
    await alive.end();
    expect(await hasEnded(Number(sleeping))).toBe(true);
    expect(existsSync(used)).toBe(false);
  });

  test.runIf(process.platform === "linux")("in memory leaves nothing even when it is killed", async () => {
    const started = folder.startSotto(["exec-file", "app.yaml", "echo {} $$; exec sleep 60 > /dev/null 2>&1"]);
    const [path = "", sleeping] = (await started.says("\n")).trim().split(" ");
    expect(path).toMatch(/^\/proc\/\d+\/fd\/\d+$/);
    expect(readFileSync(path, "utf8")).toBe("A: one\n");
    started.child.kill("SIGKILL");
    expect(await started.end()).toMatchObject({ signal: "SIGKILL" });
    expect(existsSync(path)).toBe(false);
    expect(folder.leftOver(started.pid).filter((place) => place.startsWith("/dev/shm"))).toEqual([]);
    process.kill(Number(sleeping));
  });
});

async function appears(path: string): Promise<string> {
  for (let round = 0; round < 500 && !existsSync(path); round += 1) await pause();
  return readFileSync(path, "utf8");
}

async function vanishes(path: string): Promise<void> {
  for (let round = 0; round < 500 && existsSync(path); round += 1) await pause();
  expect(existsSync(path)).toBe(false);
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
