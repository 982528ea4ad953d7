/** Whatever ends an edit, no plaintext stays behind, and the file is as it was. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ExecFolder, hasEnded, isAlive, type Started, type StartOptions } from "../deploy/program.ts";
import { describeWithPeers, findPeer } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";

const SECRET = "hunter2-of-the-file";
let folder: ExecFolder;
let sealed: string;

beforeAll(async () => {
  folder = await ExecFolder.make();
  await folder.seal("app.yaml", `a: ${SECRET}\n`);
  sealed = folder.read("app.yaml");
  folder.write("waits.sh", 'echo "$1 $$"; exec sleep 60 > /dev/null 2>&1');
  folder.write("stubborn.sh", 'trap "" TERM HUP; echo "$1 $$"; exec > /dev/null 2>&1; while :; do sleep 0.05; done');
  folder.write("handles.sh", 'trap "echo a: new > \\"$1\\"; exit 0" INT; echo "$1 $$"; while :; do sleep 0.02; done');
  folder.write("dies.sh", 'echo "$1 $$"; echo a: changed > "$1"; kill -9 $$');
  folder.write("wrong.sh", 'echo "$1 $$"; echo "a: [" > "$1"');
  folder.write(
    "looks.sh",
    'echo "$1"; cat "$1"; tr "\\0" "\\n" < /proc/$$/environ; tr "\\0" "\\n" < /proc/$$/cmdline; ls -la "$(dirname "$1")"',
  );
  folder.write("mends.sh", 'if grep -q wrong "$1"; then echo "a: mended" > "$1"; else echo "a: [wrong" > "$1"; fi');
});
afterAll(() => folder[Symbol.dispose]());

function edit(editor: string, options: StartOptions = {}): Started {
  return folder.startSotto(["edit", "app.yaml"], { ...options, env: { EDITOR: `/bin/sh ${folder.place(editor)}`, ...options.env } });
}

async function opened(started: Started): Promise<{ path: string; editor: number }> {
  const [path = "", id] = (await started.says("\n")).trim().split(/\s/);
  return { path, editor: Number(id) };
}

function expectNothingLeft(started: Started, path: string): void {
  expect(existsSync(dirname(path))).toBe(false);
  expect(folder.leftOver(started.pid)).toEqual([]);
  expect(folder.read("app.yaml")).toBe(sealed);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("."))).toEqual([]);
}

describe.runIf(process.platform !== "win32")("edit", () => {
  test("shows a file for its user alone, with its name, in memory where there is any", async () => {
    const started = edit("waits.sh");
    const { path } = await opened(started);
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readFileSync(path, "utf8")).toBe(`a: ${SECRET}\n`);
    expect(path.endsWith("/app.yaml")).toBe(true);
    const isMemory = process.platform === "linux" && existsSync("/dev/shm");
    expect(path.startsWith("/dev/shm/")).toBe(isMemory);
    started.child.kill("SIGTERM");
    await started.end();
  });

  test.concurrent.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM"] as const)(
    "that gets %s ends, and so does the editor",
    async (signal) => {
      const started = edit("waits.sh");
      const { path, editor } = await opened(started);
      started.child.kill(signal);
      expect(await started.end()).toMatchObject({
        exit: 1,
        errors: expect.stringContaining("the edit was broken off; nothing was written"),
      });
      expect(await hasEnded(editor)).toBe(true);
      expectNothingLeft(started, path);
    },
  );

  test.concurrent("ends without an editor that does not", async () => {
    const started = edit("stubborn.sh");
    const { path, editor } = await opened(started);
    started.child.kill("SIGTERM");
    expect((await started.end()).exit).toBe(1);
    expectNothingLeft(started, path);
    expect(isAlive(editor)).toBe(true);
    process.kill(editor, "SIGKILL");
  });

  test.concurrent("with an editor that is killed ends with 201", async () => {
    const started = edit("dies.sh");
    const { path } = await opened(started);
    expect(await started.end()).toMatchObject({ exit: 201, errors: expect.stringContaining("SIGKILL ended it") });
    expectNothingLeft(started, path);
  });

  test.concurrent.each([20, 50, 80, 120])("that is ended after %d ms leaves nothing", async (delay) => {
    const started = edit("waits.sh");
    await new Promise((resolve) => setTimeout(resolve, delay));
    started.child.kill("SIGTERM");
    await started.end();
    expect(folder.leftOver(started.pid)).toEqual([]);
    expect(folder.read("app.yaml")).toBe(sealed);
  });

  test("that waits for a key has no plaintext anywhere, and can be ended", async () => {
    const script = 'rm -f pipe; mkfifo pipe; exec 3<> pipe; exec "$@" <&3 2>&1';
    const started = edit("wrong.sh", { under: ["/bin/sh", "-c", script, "sh"] });
    const { path } = await opened(started);
    await started.says("press enter to return to the editor");
    expectNothingLeft(started, path);
    started.child.kill("SIGTERM");
    expect(await started.end()).toMatchObject({ signal: "SIGTERM" });
  });

  test("that is killed leaves a file that the next start removes", async () => {
    const killed = edit("waits.sh");
    const used = edit("waits.sh");
    const [left, kept] = [await opened(killed), await opened(used)];
    killed.child.kill("SIGKILL");
    await killed.end();
    expect(existsSync(left.path)).toBe(true);
    const next = folder.startSotto(["edit", "app.yaml"], { env: { EDITOR: "true" } });
    expect((await next.end()).exit).toBe(200);
    expect([existsSync(dirname(left.path)), existsSync(kept.path)]).toEqual([false, true]);
    process.kill(left.editor);
    used.child.kill("SIGTERM");
    await used.end();
    expectNothingLeft(used, kept.path);
  });

  test.runIf(process.platform === "linux")("hands the value over in the file and nowhere else", async () => {
    const run = await edit("looks.sh").end();
    expect(run.exit).toBe(200);
    expect(run.output.split(SECRET)).toHaveLength(2);
    const names = run.output.split("\n").filter((one) => /^[-d]r/.test(one));
    expect(names.map((one) => one.replace(/^.* /, ""))).toEqual([".", "..", ".sotto-owner", "app.yaml"]);
  });

  test("leaves it to the editor what the interrupt key means", async () => {
    await folder.seal("other.yaml", "a: old\n");
    const started = folder.startSotto(["edit", "other.yaml"], { env: { EDITOR: `/bin/sh ${folder.place("handles.sh")}` } });
    await opened(started);
    started.child.kill("SIGINT");
    expect((await started.end()).exit).toBe(0);
    expect((await folder.sotto("decrypt", "other.yaml")).output).toBe("a: new\n");
  });
});

async function onTerminal(editor: string, turns: Parameters<typeof runInTerminal>[2]): Promise<number | null> {
  await folder.seal("terminal.yaml", "a: old\n");
  const env = { ...folder.env, TERM: "xterm", EDITOR: editor };
  const command = `cd ${folder.path} && ${process.execPath} ${folder.program} edit --editor terminal.yaml`;
  return (await runInTerminal(command, env, turns)).status;
}

describeWithPeers(["script"], "edit on a terminal", () => {
  test("asks for a key, and opens the editor with the text as it was left", async () => {
    expect(await onTerminal(`/bin/sh ${folder.place("mends.sh")}`, [['press enter for "back to the editor"', "\r"]])).toBe(0);
    expect((await folder.sotto("decrypt", "terminal.yaml")).output).toBe("a: mended\n");
  });

  test("ends with Ctrl-C there, and the file is as it was", async () => {
    expect(await onTerminal(`/bin/sh ${folder.place("mends.sh")}`, [['press enter for "back to the editor"', "\x03"]])).toBe(1);
    expect((await folder.sotto("decrypt", "terminal.yaml")).output).toBe("a: old\n");
  });

  test.runIf(findPeer("vim") !== undefined)("keeps vim from writing elsewhere what its settings would have it write", async () => {
    const home = folder.place("home");
    for (const name of ["u", "b", "s"]) mkdirSync(join(home, name));
    folder.write(
      "home/.vimrc",
      "set nocompatible undofile backup writebackup swapfile undodir=~/u backupdir=~/b directory=~/s\nset viminfo='9,n~/viminfo\n",
    );
    const typed = [["old", ":%s/old/new/\r:wq\r"]] as const;
    expect(await onTerminal("vim", typed)).toBe(0);
    expect((await folder.sotto("decrypt", "terminal.yaml")).output).toBe("a: new\n");
    expect(
      readdirSync(home, { recursive: true })
        .map(String)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual([".vimrc", "b", "s", "u"]);
    // Without being told it does.
    expect(await onTerminal("env vim", typed)).toBe(0);
    expect(readdirSync(home, { recursive: true })).toEqual(expect.arrayContaining(["b/terminal.yaml~", "viminfo"]));
  });
});
