/** What becomes of a command, and of sotto, when sotto gets a signal. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithPeers } from "../support/peers.ts";
import { ExecFolder, hasEnded, isAlive } from "./program.ts";

let folder: ExecFolder;

beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal("app.env", "A=one\n");
  await folder.seal("app.yaml", "A: one\n");
});
afterAll(() => folder[Symbol.dispose]());

describe.runIf(process.platform !== "win32")("signals", () => {
  const COMMANDS: readonly { readonly line: readonly string[]; readonly handled: readonly NodeJS.Signals[] }[] = [
    { line: ["exec-env", "app.env"], handled: ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGWINCH"] },
    { line: ["exec-file", "--no-fifo", "app.yaml"], handled: ["SIGTERM", "SIGQUIT"] },
  ];

  describe.each(COMMANDS)("of $line.0", ({ line, handled }) => {
    test.concurrent.each(handled)("%s reaches a command that handles it, and its exit number is sotto's", async (signal) => {
      const command = `trap 'echo got; exit 3' ${signal.slice(3)}; echo ready; while :; do sleep 0.02; done`;
      const started = folder.startSotto([...line, command]);
      await started.says("ready");
      started.child.kill(signal);
      expect(await started.end()).toMatchObject({
        exit: 3,
        signal: undefined,
        output: "ready\ngot\n",
        errors: expect.stringContaining("exit status 3\n"),
      });
      expect(folder.leftOver(started.pid)).toEqual([]);
    });

    test.concurrent.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1"] as const)(
      "%s ends both where the command does not handle it",
      async (signal) => {
        const started = folder.startSotto([...line, "echo $$; exec sleep 60"]);
        const id = Number(await started.says("\n"));
        started.child.kill(signal);
        expect(await started.end()).toMatchObject({ exit: undefined, signal });
        expect(await hasEnded(id)).toBe(true);
        expect(folder.leftOver(started.pid)).toEqual([]);
      },
    );
  });

  test("SIGQUIT ends both, and no memory is written to the disk", async () => {
    const started = folder.startSotto(["exec-env", "app.env", "ulimit -c 0; echo ready; exec sleep 60"]);
    await started.says("ready");
    started.child.kill("SIGQUIT");
    expect(await started.end()).toMatchObject({ exit: 131, signal: undefined });
  });

  test("what the shell has started ends as well", async () => {
    const started = folder.startSotto(["exec-env", "app.env", "sleep 60 & echo $!; wait; echo after"]);
    const id = Number(await started.says("\n"));
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ signal: "SIGTERM", output: `${id}\n` });
    expect(await hasEnded(id)).toBe(true);
  });

  test("a command that ends well although it got a signal has ended well", async () => {
    const started = folder.startSotto(["exec-env", "app.env", "trap 'exit 0' INT; echo ready; while :; do sleep 0.02; done"]);
    await started.says("ready");
    started.child.kill("SIGINT");
    expect(await started.end()).toMatchObject({ exit: 0, errors: "" });
  });

  test.concurrent.each([30, 60, 90, 120])("one that comes %d ms after the start leaves nothing", async (delay) => {
    const started = folder.startSotto(["exec-file", "--no-fifo", "app.yaml", "sleep 1"]);
    await new Promise((resolve) => setTimeout(resolve, delay));
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ exit: undefined, signal: "SIGTERM" });
    expect(folder.leftOver(started.pid)).toEqual([]);
  });

  test("--same-process is the process that was started", async () => {
    const started = folder.startSotto(["exec-env", "--same-process", "app.env", "echo $$; exec sleep 60"]);
    expect(Number(await started.says("\n"))).toBe(started.pid);
    started.child.kill("SIGUSR1");
    expect(await started.end()).toMatchObject({ signal: "SIGUSR1", errors: "" });
  });
});

describeWithPeers(["sops"], "signals as sops takes them", () => {
  test("it ends alone: the command runs on, and the plaintext stays", async () => {
    const started = folder.startSops(["exec-file", "--no-fifo", "app.yaml", "echo $$; exec sleep 60 > /dev/null 2>&1"]);
    const id = Number(await started.says("\n"));
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ signal: "SIGTERM" });
    expect(isAlive(id)).toBe(true);
    const left = readdirSync(folder.place("tmp")).filter((name) => name.startsWith(".sops"));
    expect(left).toHaveLength(1);
    rmSync(join(folder.place("tmp"), left[0] ?? ""), { recursive: true });
    process.kill(id);
  });
});
