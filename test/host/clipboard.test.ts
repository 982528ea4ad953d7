import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  clearIfUnchanged,
  type Clipboard,
  copyText,
  findClipboard,
  osc52,
  osc52Clear,
  type ProgramClipboard,
} from "../../src/host/clipboard.ts";
import { peerPath } from "../support/peers.ts";

const CANARY = "canary-4711-orange";
const HOLDER = join(import.meta.dirname, "../../src/host/clipboard-holder.ts");
const MODULE = pathToFileURL(join(import.meta.dirname, "../../src/host/clipboard.ts")).href;
const LONG = 600_000;

let folder: string;
let bin: string;
let store: string;
let calls: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-clipboard-"));
  bin = join(folder, "bin");
  store = join(folder, "store");
  calls = join(folder, "calls");
  mkdirSync(bin);
  writeFileSync(calls, "");
  for (const name of ["cat", "sh", "rm"]) symlinkSync(peerPath(name), join(bin, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Programs that keep the text in a file, and write down how they were called. */
function fake(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${calls}'\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

function fakeXclip(): ProgramClipboard {
  fake("xclip", `case "$*" in *-out*) cat '${store}' || exit 1;; *) cat > '${store}.new'; mv '${store}.new' '${store}';; esac`);
  symlinkSync(peerPath("mv"), join(bin, "mv"));
  return program(find({ DISPLAY: ":7" }));
}

function find(env: Record<string, string>, platform = "linux"): Clipboard | undefined {
  return findClipboard({ PATH: bin, ...env }, platform);
}

function program(found: Clipboard | undefined): ProgramClipboard {
  if (found?.kind !== "program") throw new Error("no program was found");
  return found;
}

const env = (): Record<string, string> => ({ PATH: bin, DISPLAY: ":7", TOKEN: CANARY });
const bytes = (text: string): Uint8Array => Buffer.from(text);
const stored = (): string => readFileSync(store, "utf8");
const readCalls = (): readonly string[] => readFileSync(calls, "utf8").trim().split("\n");

function untilStored(text: string): Promise<void> {
  return new Promise((done) => {
    const check = (): void => {
      if (!existsSync(store) || stored() !== text) return;
      watcher.close();
      done();
    };
    const watcher = watch(folder, check);
    check();
  });
}

/** A program that copies and holds, then does something else. */
function parent(after: number, then: string): string {
  return `
    const { findClipboard, copyText, clearIfUnchanged } = await import(${JSON.stringify(MODULE)});
    const env = { PATH: ${JSON.stringify(bin)}, DISPLAY: ":7" };
    const clipboard = findClipboard(env, "linux");
    const text = Buffer.from("canary" + "-4711-" + "orange");
    await copyText(clipboard, text, env);
    const hold = clearIfUnchanged(clipboard, text, { env, after: ${after}, holder: ${JSON.stringify(HOLDER)} });
    ${then}`;
}

function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

describe("which clipboard is taken", () => {
  const everything = ["pbcopy", "pbpaste", "wl-copy", "wl-paste", "xclip", "xsel", "clip.exe"];

  test.each([
    ["macOS", {}, "darwin", "pbcopy"],
    ["Wayland", { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" }, "linux", "wl-copy"],
    ["X11", { DISPLAY: ":0" }, "linux", "xclip"],
    ["Windows below Linux", { WSL_DISTRO_NAME: "Debian" }, "linux", "clip.exe"],
    ["a display forwarded by SSH", { SSH_TTY: "/dev/pts/1", DISPLAY: "localhost:10.0", TERM: "xterm" }, "linux", "xclip"],
    ["SSH", { SSH_TTY: "/dev/pts/1", TERM: "xterm" }, "linux", "OSC 52"],
    ["SSH to a Mac", { SSH_CONNECTION: "1", TERM: "xterm" }, "darwin", "OSC 52"],
    ["a terminal alone", { TERM: "xterm" }, "linux", "OSC 52"],
    ["the console of Linux", { TERM: "linux" }, "linux", undefined],
    ["no terminal", {}, "linux", undefined],
  ] as const)("on %s", (_, more, platform, name) => {
    for (const one of everything) fake(one, "");
    expect(find(more, platform)?.name).toBe(name);
  });

  test("what is not installed is passed over", () => {
    fake("xsel", "");
    expect(find({ WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0", TERM: "xterm" })?.name).toBe("xsel");
    expect(find({ WAYLAND_DISPLAY: "wayland-0", TERM: "xterm" })?.name).toBe("OSC 52");
  });
});

describe("copying", () => {
  test("hands the text over by standard input, and no variables that are not needed", async () => {
    fake("xclip", `cat > '${store}'; echo "$TOKEN" >> '${calls}'`);
    await copyText(program(find({ DISPLAY: ":7" })), bytes(`${CANARY}\n`), env());
    expect(stored()).toBe(`${CANARY}\n`);
    expect(readCalls().join("\n").trim()).toBe("xclip -selection clipboard -in");
  });

  test.each([
    ["knows it", "--sensitive", "wl-copy --sensitive --type text/plain"],
    ["does not know it", "", "wl-copy --type text/plain"],
  ])("marks the text as sensitive where wl-copy %s", async (_, help, expected) => {
    fake("wl-copy", `case "$*" in *--help*) echo "usage ${help}";; *) cat > '${store}';; esac`);
    fake("wl-paste", `cat '${store}'`);
    await copyText(program(find({ WAYLAND_DISPLAY: "wayland-0" })), bytes("x"), env());
    expect(readCalls()).toEqual(["wl-copy --help", expected]);
  });

  test("is done when the program has ended, whatever it leaves running", async () => {
    fake("xclip", `cat > '${store}'; (exec ${peerPath("sleep")} 30) & echo $! >> '${calls}'`);
    await copyText(program(find({ DISPLAY: ":7" })), bytes("x"), env());
    process.kill(Number(readCalls().at(-1)), "SIGKILL");
    expect(stored()).toBe("x");
  });

  test("that fails is told without the value", async () => {
    fake("xclip", `cat >&2; exit 4`);
    const failure = copyText(program(find({ DISPLAY: ":7" })), bytes(CANARY), env());
    await expect(failure).rejects.toMatchObject({ code: "COMMAND_FAILED", message: "xclip did not take the value: it ended with 4" });
  });
});

describe("clearing", () => {
  test("takes the text away after the time", async () => {
    const clipboard = fakeXclip();
    await copyText(clipboard, bytes(CANARY), env());
    const hold = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: 10, holder: HOLDER });
    expect(await hold?.ended).toBe("cleared");
    expect(stored()).toBe("");
  });

  test("leaves another text alone", async () => {
    const clipboard = fakeXclip();
    await copyText(clipboard, bytes("something else"), env());
    const hold = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: 10, holder: HOLDER });
    expect(await hold?.ended).toBe("changed");
    expect(stored()).toBe("something else");
  });

  test("is done at once when it is told so, and not at all when it is told to drop it", async () => {
    const clipboard = fakeXclip();
    await copyText(clipboard, bytes(CANARY), env());
    const first = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: LONG, holder: HOLDER });
    first?.drop();
    expect(await first?.ended).toBe("dropped");
    expect(stored()).toBe(CANARY);
    const second = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: LONG, holder: HOLDER });
    second?.clearNow();
    expect(await second?.ended).toBe("cleared");
    second?.clearNow();
    expect(stored()).toBe("");
  });

  test("is left when the clipboard cannot be read", async () => {
    const clipboard = fakeXclip();
    fake("xclip", "exit 1");
    const hold = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: 0, holder: HOLDER });
    expect(await hold?.ended).toBe("changed");
    expect(clearIfUnchanged({ ...clipboard, paste: undefined }, bytes(CANARY), { env: env(), after: 0, holder: HOLDER })).toBeUndefined();
  });

  test("outlives the program that was killed", async () => {
    fakeXclip();
    const child = spawn(process.execPath, ["--input-type=module", "-e", parent(1000, `process.kill(process.pid, "SIGKILL");`)]);
    const signal = await new Promise((done) => child.once("exit", (_, by) => done(by)));
    expect(signal).toBe("SIGKILL");
    expect(stored()).toBe(CANARY);
    await untilStored("");
  });

  test("is told at the very end of the program, which does not wait for it", async () => {
    fakeXclip();
    const { status } = spawnSync(process.execPath, [
      "--input-type=module",
      "-e",
      parent(LONG, `process.on("exit", () => hold.clearNow()); process.exit(5);`),
    ]);
    expect(status).toBe(5);
    await untilStored("");
  });

  test("does not keep a program from ending", () => {
    fakeXclip();
    const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", parent(50, "")], { timeout: 20_000 });
    expect(status).toBe(0);
  });

  test.skipIf(process.platform !== "linux")("shows the value in the arguments and variables of no process", async () => {
    const clipboard = fakeXclip();
    const seen = join(folder, "seen");
    symlinkSync(peerPath("ps"), join(bin, "ps"));
    fake("xclip", `ps axeww >> '${seen}'; cat > /dev/null`);
    await copyText(clipboard, bytes(CANARY), env());
    const hold = clearIfUnchanged(clipboard, bytes(CANARY), { env: env(), after: LONG, holder: HOLDER });
    const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const lines = own.map((pid) => readProc(pid, "cmdline") + readProc(pid, "environ"));
    expect(lines.join("\n")).toContain("clipboard-holder.ts");
    expect(lines.join("\n") + readFileSync(seen, "utf8") + readCalls().join("\n")).not.toContain(CANARY);
    hold?.clearNow();
    await hold?.ended;
  });
});

describe("OSC 52", () => {
  test("carries the bytes as they are", () => {
    const text = Buffer.from("xx日本\n").subarray(2);
    const sequence = osc52(text) ?? "";
    expect(sequence.startsWith("\u001B]52;c;") && sequence.endsWith("\u0007")).toBe(true);
    expect(Buffer.from(sequence.slice(7, -1), "base64").toString()).toBe("日本\n");
  });

  test("is not used for more than terminals take", () => {
    expect(osc52(new Uint8Array(74_994))).toHaveLength(100_000);
    expect(osc52(new Uint8Array(74_995))).toBeUndefined();
  });

  test("is cleared by a space and then by nothing", () => {
    expect(osc52Clear()).toBe("\u001B]52;c;IA==\u0007\u001B]52;c;\u0007");
  });
});
