/**
 * Plays the person in front of a program: types, clicks and looks at the screen. The terminal is an emulated one, the program is
 * the real one on a pseudo-terminal.
 *
 *   await using session = await start({ argv: [], cwd: project.path, env: project.env });
 *   await session.waitFor("KEY");
 *   await session.press("j", "ctrl+s");
 */
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { builtProgram } from "./build.ts";
import { Child } from "./child.ts";
import type { Exit, Modes } from "./child.ts";
import { Emulator } from "./emulator.ts";
import type { Background } from "./emulator.ts";
import { Home } from "./home.ts";
import type { Variables } from "./home.ts";
import { bytesOfKey, splitKeys } from "./keys.ts";
import { Watch } from "./processes.ts";
import type { Seen } from "./processes.ts";
import type { Place, Screen } from "./screen.ts";

export interface StartOptions {
  readonly argv?: readonly string[];
  /** Another program with its own arguments before `argv`; by default the built sotto. */
  readonly program?: readonly string[];
  readonly cwd: string;
  /** Above those of a home of nobody. Undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By default one that is made for this session and removed with it. */
  readonly home?: Home;
  readonly columns?: number;
  readonly rows?: number;
  readonly background?: Background;
  /** Milliseconds between two looks at what processes there are; 0 for none. */
  readonly watch?: number;
}

export type Condition = string | RegExp | ((screen: Screen) => boolean);

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  /** What is waited for, in the words of the error. */
  readonly what?: string;
  /** False: as soon as it is seen once, whatever comes after it. */
  readonly settle?: boolean;
}

/** A stretch of the log, in bytes. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds without output after which a picture counts as finished. */
const QUIET = 20;
/** Programs tell Escape from Alt by what comes within these milliseconds. */
const ESCAPE = 60;

export class Session implements AsyncDisposable {
  readonly home: Home;
  readonly startedAt: number = Date.now();
  /** Where the log may hold what must not be seen elsewhere. */
  readonly windows: Window[] = [];
  readonly emulator: Emulator;
  /** Are told of all bytes that come, before they are on the screen. */
  readonly listeners: Set<(bytes: Uint8Array) => void> = new Set();
  readonly #child: Child;
  readonly #watch: Watch | undefined;
  readonly #owned: Home | undefined;
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  #unparsed = 0;
  #changed: (() => void)[] = [];

  constructor(options: Required<Pick<StartOptions, "argv" | "columns" | "rows" | "watch">> & StartOptions, env: Variables, home: Home) {
    this.home = home;
    this.#owned = options.home === undefined ? home : undefined;
    const { columns, rows, background } = options;
    this.emulator = new Emulator({
      columns,
      rows,
      answer: (text) => this.#child.write(text),
      ...(background === undefined ? {} : { background }),
    });
    this.#child = new Child({ argv: options.argv, cwd: options.cwd, env, columns, rows }, (bytes) => this.#take(bytes));
    void this.#child.exited.then(() => this.#tell());
    if (options.watch > 0) this.#watch = new Watch(this.#child.pid, options.watch);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Every byte that the terminal got. */
  get log(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Bytes so far. */
  get logLength(): number {
    return this.#length;
  }

  /** The program and all that it started, so far as they were met. */
  get processes(): readonly Seen[] {
    this.#watch?.look();
    return this.#watch?.seen ?? [];
  }

  screen(): Screen {
    return this.emulator.screen();
  }

  /** Of the terminal itself: raw, echo and the like. @throws Error where they cannot be told */
  modes(): Modes {
    return this.#child.modes();
  }

  /** One key after the other, each on its own, and no faster than the program shows something or a quick finger goes. */
  async press(...names: readonly string[]): Promise<void> {
    for (const [index, name] of splitKeys(names).entries()) {
      if (index > 0) await this.#change(ESCAPE);
      this.send(bytesOfKey(name, this.emulator.terminal.modes.applicationCursorKeysMode));
      if (/^esc(ape)?$/i.test(name)) await delay(ESCAPE);
    }
  }

  /** All at once, as when the program was busy meanwhile. */
  type(text: string): void {
    this.send(text.replaceAll("\n", "\r"));
  }

  /** As terminals do it: line ends are carriage returns, and there are brackets if the program asked for them. */
  paste(text: string): void {
    const lines = text.replaceAll(/\r?\n/g, "\r");
    this.send(this.emulator.terminal.modes.bracketedPasteMode ? `\u001B[200~${lines}\u001B[201~` : lines);
  }

  /** @throws Error when the program did not ask for the mouse */
  click(column: number, row: number, button: "left" | "middle" | "right" = "left"): void {
    const code = { left: 0, middle: 1, right: 2 }[button];
    this.#mouse(code, { x: column, y: row }, "M");
    this.#mouse(code, { x: column, y: row }, "m");
  }

  /** @throws Error when the program did not ask for the mouse */
  wheel(direction: "up" | "down", { x = 0, y = 0, times = 1 }: Partial<Place> & { readonly times?: number } = {}): void {
    for (let turn = 0; turn < times; turn += 1) this.#mouse(direction === "up" ? 64 : 65, { x, y }, "M");
  }

  /** What a terminal says when another window comes before it, if it was asked to. @returns false if it was not */
  focus(has: boolean): boolean {
    const { sendFocusMode } = this.emulator.terminal.modes;
    if (sendFocusMode) this.send(has ? "\u001B[I" : "\u001B[O");
    return sendFocusMode;
  }

  resize(columns: number, rows: number): void {
    this.emulator.terminal.resize(columns, rows);
    this.#child.resize(columns, rows);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.signal(name);
  }

  /** Any bytes at all. */
  send(text: string): void {
    this.#child.write(text);
  }

  /**
   * @returns the screen on which it is so, once no more output comes
   * @throws Error that shows the screen
   */
  async waitFor(condition: Condition, { timeout = 15_000, what = describe(condition), settle = true }: WaitOptions = {}): Promise<Screen> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const ended = this.#ended();
      const screen = this.#finishedScreen();
      if (screen !== undefined && fulfils(screen, condition)) {
        // A spinner never rests: what it is so on is good enough then.
        if (!settle || ended || Date.now() >= deadline || !(await this.#change(QUIET))) return screen;
        continue;
      }
      const left = deadline - Date.now();
      if (ended || left <= 0)
        throw new Error(`${ended ? "the program ended before" : `${timeout} ms without`} ${what}\n${this.screen().draw()}`);
      await this.#change(left);
    }
  }

  /** Waits until nothing has come for some milliseconds. For what is to have no effect. */
  async settled(quiet: number = 5 * QUIET): Promise<Screen> {
    while (await this.#change(quiet)) if (this.#ended()) break;
    return this.screen();
  }

  /** What comes meanwhile may hold what must not be seen elsewhere. */
  async revealing<T>(action: () => Promise<T>): Promise<T> {
    const from = this.#length;
    try {
      return await action();
    } finally {
      this.windows.push({ from, to: this.#length });
    }
  }

  /** Waits until the program has ended. @throws Error that shows the screen when it does not */
  async exit({ timeout = 15_000 }: WaitOptions = {}): Promise<Exit> {
    const deadline = Date.now() + timeout;
    while (!this.#ended()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`the program did not end within ${timeout} ms\n${this.screen().draw()}`);
      await this.#change(left);
    }
    return this.#child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    this.#child.kill();
    await this.#child.exited;
    this.emulator[Symbol.dispose]();
    this.#owned?.[Symbol.dispose]();
  }

  #take(bytes: Uint8Array): void {
    for (const listener of this.listeners) listener(bytes);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    this.#unparsed += 1;
    void this.emulator.write(bytes).then(() => {
      this.#unparsed -= 1;
      this.#tell();
    });
  }

  #tell(): void {
    const waiting = this.#changed;
    this.#changed = [];
    for (const one of waiting) one();
  }

  /** Waits for output or the end. @returns false when neither came in time */
  #change(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.#changed.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #ended(): boolean {
    return this.#child.exit !== undefined && this.#unparsed === 0;
  }

  #finishedScreen(): Screen | undefined {
    return this.#unparsed > 0 || this.emulator.amidFrame ? undefined : this.screen();
  }

  #mouse(code: number, { x, y }: Place, final: "M" | "m"): void {
    if (this.emulator.terminal.modes.mouseTrackingMode === "none") throw new Error("the program did not ask for the mouse");
    this.send(`\u001B[<${code};${x + 1};${y + 1}${final}`);
  }
}

/** @throws Error when the program cannot be built */
export async function start(options: StartOptions): Promise<Session> {
  const argv = [...(options.program ?? [process.execPath, await builtProgram()]), ...(options.argv ?? [])];
  const home = options.home ?? new Home();
  const env = Object.fromEntries(
    Object.entries({ ...home.env, ...options.env }).filter((one): one is [string, string] => one[1] !== undefined),
  );
  const { columns = 100, rows = 30, watch = process.platform === "linux" ? 25 : 0 } = options;
  return new Session({ ...options, argv, columns, rows, watch }, env, home);
}

/** The code by which shells tell that a signal ended a program. */
export function codeOfSignal(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}

function fulfils(screen: Screen, condition: Condition): boolean {
  if (typeof condition === "string") return screen.text.includes(condition);
  return condition instanceof RegExp ? screen.text.search(condition) !== -1 : condition(screen);
}

function describe(condition: Condition): string {
  return typeof condition === "function"
    ? "what was waited for"
    : `showing ${typeof condition === "string" ? JSON.stringify(condition) : String(condition)}`;
}
