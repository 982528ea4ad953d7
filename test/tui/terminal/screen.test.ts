import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pty from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "programs", "on-screen.ts");
/** All that the program turns on, or Ink for it. */
const MODES = ["1000", "1002", "1006", "1004", "2004", "1049", "25"];

let state: string;
let desk: Desk;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "sotto-screen-"));
});
afterEach(() => {
  desk.close();
  rmSync(state, { recursive: true, force: true });
});

/** A terminal with a shell in it that runs the program. */
class Desk {
  readonly terminal: xterm.Terminal = new xterm.Terminal({ cols: 60, rows: 12, allowProposedApi: true });
  readonly #shell: pty.IPty;
  readonly #waiting = new Set<() => void>();
  all = "";

  constructor() {
    // The shell turns it on by itself otherwise.
    writeFileSync(join(state, ".inputrc"), "set enable-bracketed-paste off\n");
    const env = { PATH: process.env["PATH"] ?? "", HOME: state, TERM: "xterm-256color", STATE: state, PS1: "prompt> ", LC_ALL: "C.UTF-8" };
    this.#shell = pty.spawn("bash", ["--norc", "--noprofile", "-i"], { cols: 60, rows: 12, env, name: "xterm-256color" });
    this.terminal.onData((answer) => this.#shell.write(answer));
    this.#shell.onData((part) => {
      this.all += part;
      this.terminal.write(part, () => {
        for (const check of this.#waiting) check();
      });
    });
  }

  type(text: string): void {
    this.#shell.write(text);
  }

  lines(): string {
    const { active } = this.terminal.buffer;
    return Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? "").join("\n");
  }

  get isAlternate(): boolean {
    return this.terminal.buffer.active.type === "alternate";
  }

  until(what: string, holds: () => boolean = () => this.lines().includes(what)): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`never came: ${what}\n${this.lines()}\n${JSON.stringify(this.all.slice(-2000))}`)),
        20_000,
      );
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        done();
      };
      this.#waiting.add(check);
      check();
    });
  }

  async start(how = ""): Promise<number> {
    await this.until("prompt>");
    this.type(`${process.execPath} --disable-warning=ExperimentalWarning ${PROGRAM} ${how}& echo "pid=$!;"; fg >/dev/null\r`);
    await this.until("drawn", () => this.isAlternate && this.lines().includes("seen ready.") && this.all.includes("[?2004h"));
    return Number(/pid=(\d+);/.exec(this.all)?.[1]);
  }

  modesLeftOn(): string[] {
    const last = (mode: string): string => [...this.all.matchAll(new RegExp(`\\[\\?${mode}([hl])`, "g"))].at(-1)?.[1] ?? "l";
    return MODES.filter((mode) => last(mode) === (mode === "25" ? "l" : "h"));
  }

  /** The window is closed. */
  hangUp(): void {
    if ("destroy" in this.#shell && typeof this.#shell.destroy === "function") this.#shell.destroy();
  }

  close(): void {
    this.#shell.kill("SIGKILL");
    this.terminal.dispose();
  }
}

/** That the terminal is as it was before, and shows nothing of what was drawn. */
async function expectClean(status: number): Promise<void> {
  await desk.until("prompt");
  desk.type('echo "status=$?;" "$(stty -a | grep -o -- "-*icanon")"\r');
  await desk.until(`status=${status}; icanon`);
  expect(desk.isAlternate).toBe(false);
  expect(desk.lines()).not.toContain("DRAWN");
  // Programs can bring the second buffer back, so it is wiped each time before it is left.
  const left = desk.all.split("\u001B[?1049l").slice(0, -1);
  expect(left.length).toBeGreaterThan(0);
  for (const before of left) expect(before.endsWith("\u001B[H\u001B[J\u001B[2J\u001B[H")).toBe(true);
  expect(desk.modesLeftOn()).toEqual([]);
}

describe.skipIf(process.platform === "win32")("a program on the screen", () => {
  test.each(["", "plain-ink "])("draws, ends by itself, and leaves nothing behind (%s)", async (how) => {
    desk = new Desk();
    await desk.start(how);
    expect(desk.modesLeftOn()).toEqual(MODES);
    expect(desk.lines().trimEnd().endsWith("last line")).toBe(true);
    desk.type("q");
    await desk.until("bye");
    await expectClean(0);
    expect(desk.all.split("[?1049h")).toHaveLength(2);
    expect(desk.all.split("[?1049l")).toHaveLength(2);
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
    ["SIGUSR2", 140],
  ] as const)("that %s ends leaves the terminal clean and ends with %i", async (signal, status) => {
    desk = new Desk();
    process.kill(await desk.start(), signal);
    await desk.until(`ended of ${signal}`);
    await expectClean(status);
  });

  test("goes on at SIGUSR1, without opening a port for debuggers", async () => {
    desk = new Desk();
    process.kill(await desk.start(), "SIGUSR1");
    desk.type("k");
    await desk.until("seen key k.");
    expect(desk.all).not.toContain("Debugger");
  });

  test("that stops on a bug leaves the terminal clean before it says so", async () => {
    desk = new Desk();
    await desk.start();
    desk.type("c");
    await desk.until("sotto stopped on a bug. No file was changed.");
    await expectClean(1);
  });

  test("hears the mouse and the focus, and takes none of it for keys", async () => {
    desk = new Desk();
    await desk.start();
    desk.type("\u001B[<0;11;3M");
    await desk.until("seen press 10,2.");
    desk.type("\u001B[<65;");
    desk.type("1;1M");
    await desk.until("seen wheel-down 0,0.");
    desk.type("\u001B[O");
    await desk.until("seen focus false.");
    expect(desk.all).not.toContain("seen key");
  });

  test.each(["^Z", "SIGTSTP"])("is stopped by %s with a clean terminal, and comes back masked", async (how) => {
    desk = new Desk();
    const pid = await desk.start();
    if (how === "^Z") desk.type("\u001A");
    else process.kill(pid, "SIGTSTP");
    await desk.until("Stopped");
    await expectClean(148);
    desk.type("fg\r");
    await desk.until("painted again", () => desk.isAlternate && desk.lines().includes("masked") && desk.lines().includes("last line"));
    expect(desk.lines()).not.toContain("DRAWN");
    desk.type("k");
    await desk.until("seen key k.");
    process.kill(pid, "SIGTERM");
    await expectClean(143);
  });

  test("is painted again when it was stopped from outside", async () => {
    desk = new Desk();
    const pid = await desk.start();
    process.kill(pid, "SIGSTOP");
    await desk.until("Stopped");
    desk.type("fg\r");
    const before = desk.all.length;
    await desk.until("painted again", () => desk.isAlternate && desk.all.slice(before).includes("last line"));
    desk.type("k");
    await desk.until("seen key k.");
    expect(desk.modesLeftOn()).toEqual(MODES);
  });

  test("lends the terminal to another program, which SIGTERM lets end first", async () => {
    desk = new Desk();
    const pid = await desk.start();
    desk.type("l");
    await desk.until("borrowed");
    expect(desk.isAlternate).toBe(false);
    expect(desk.modesLeftOn()).toEqual([]);
    desk.type("\r");
    await desk.until("seen back.");
    expect(desk.isAlternate).toBe(true);
    desk.type("l");
    await desk.until("borrowed again", () => !desk.isAlternate && desk.lines().split("borrowed").length === 3);
    process.kill(pid, "SIGTERM");
    desk.type("\r");
    await desk.until("ended of SIGTERM");
    await expectClean(143);
  });

  test("ends when the terminal goes away, and takes that for no bug", async () => {
    desk = new Desk();
    await desk.start();
    const ended = join(state, "ended");
    desk.hangUp();
    await new Promise<void>((done) => {
      const check = (): void => {
        if (!existsSync(ended) || readFileSync(ended, "utf8") === "") return;
        watcher.close();
        done();
      };
      const watcher = watch(state, check);
      check();
    });
    expect(readFileSync(ended, "utf8")).toBe("SIGHUP");
    expect(readdirSync(state).filter((name) => name.startsWith("crash"))).toEqual([]);
  });
});
