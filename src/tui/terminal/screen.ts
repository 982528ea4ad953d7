/**
 * The screen of the program: the terminal's second buffer. Whatever the program ends of, the terminal is left as it was found,
 * and nothing that was drawn stays in it. What ends, stops and continues the process is heard here.
 *
 * Ink draws on `output`. It may switch buffers too (`alternateScreen: true`, with which it repaints best): those sequences are
 * dropped, as this class has switched already. After `leave()` everything is dropped, for Ink draws its last frame once more
 * when it ends, and that would land in the shell.
 */
import { constants } from "node:os";
import type { ReadStream, WriteStream } from "node:tty";
import { endBySignal } from "../../host/end-by-signal.ts";
import { writeFully } from "../../host/streams.ts";
import { MOUSE_OFF, MOUSE_ON, REPORTS_OFF, reportsOn } from "./tap.ts";

const ALTERNATE_ON = "\u001B[?1049h";
const ALTERNATE_OFF = "\u001B[?1049l";
const CURSOR_OFF = "\u001B[?25l";
const CURSOR_ON = "\u001B[?25h";
const HOME = "\u001B[H";
/** Twice: some terminals keep what the second of them clears, and by then it is blank. */
const WIPE = `${HOME}\u001B[J\u001B[2J${HOME}`;
/** The end of a synchronized update, colours, bracketed paste. */
const MODES_OFF = `\u001B[?2026l\u001B[0m\u001B[?2004l${REPORTS_OFF}`;
const KITTY_OFF = "\u001B[<u";

/** Ink's `suspendTerminal`: gives the keyboard back, runs, takes it again and paints everything anew. */
export type Pause = (run: () => Promise<void>) => Promise<void>;

export interface ScreenHooks {
  readonly pause?: Pause;
  /** Hides what is revealed; called before the process stops. */
  readonly mask?: () => void;
  /** Called when a signal ends the process, with the terminal already clean. What takes time must be begun by then. */
  readonly ending?: (signal: NodeJS.Signals) => void;
}

export interface ScreenOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Ends the process, as `process.exit` does. */
  readonly exit: (code: number) => void;
  /** False for screen readers: the text stays in the terminal, and nothing is wiped. */
  readonly alternate?: boolean;
  readonly mouse?: boolean;
  /** Writes at once, before it returns. */
  readonly put?: (text: string) => void;
}

/** What ends a process unless it is caught. Of SIGUSR1 Node would open a port for debuggers, so it is caught for nothing. */
const ENDING = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGABRT",
  "SIGXCPU",
  "SIGIO",
  "SIGPWR",
  "SIGSTKFLT",
  "SIGBREAK",
] as const satisfies readonly NodeJS.Signals[];
/** While another program has the terminal these are for that program. */
const FOR_BORROWER: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGUSR2"]);
/** How long to wait for the stop to take effect. A process that nobody could continue is not stopped. In milliseconds. */
const STOP_GRACE = 250;

export class Screen implements Disposable {
  /** What Ink and all others draw on. */
  readonly output: WriteStream;
  readonly #options: ScreenOptions;
  readonly #put: (text: string) => void;
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  readonly #leave = (): void => this.leave();
  readonly #gone = (): void => this.#end("SIGHUP");
  #hooks: ScreenHooks = {};
  #state: "out" | "in" | "lent" = "out";
  #mouse: boolean;
  #kitty = false;
  #waiting: NodeJS.Signals | undefined;
  #ending = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#mouse = options.mouse ?? false;
    this.#put = options.put ?? ((text) => writeFully(1, Buffer.from(text)));
    this.output = this.#gate();
  }

  /** What the program does around it. Replaces what was given before. */
  connect(hooks: ScreenHooks): void {
    this.#hooks = hooks;
  }

  /** Shows an empty screen without a cursor, and takes keys as they are typed. */
  enter(): void {
    if (this.#state === "in") return;
    this.#listen();
    this.#state = "in";
    const { alternate = true } = this.#options;
    this.#quietly(() => this.#put((alternate ? ALTERNATE_ON + WIPE + CURSOR_OFF : "") + reportsOn(this.#mouse)));
    this.#raw(true);
  }

  /** Wipes the screen and gives the terminal back as it was. Done before it returns; harmless when done again. */
  leave(): void {
    if (this.#state !== "in") return;
    this.#state = "out";
    const { alternate = true } = this.#options;
    const modes = MODES_OFF + (this.#kitty ? KITTY_OFF : "");
    this.#kitty = false;
    this.#quietly(() => this.#put(modes + (alternate ? WIPE + ALTERNATE_OFF : "") + CURSOR_ON));
    this.#raw(false);
  }

  /** Off, the terminal's own selection works again. */
  useMouse(on: boolean): void {
    this.#mouse = on;
    if (this.#state === "in") this.#quietly(() => this.#put(on ? MOUSE_ON : MOUSE_OFF));
  }

  /** Lets another program have the terminal. With Ink: `suspendTerminal(() => screen.lend(run))`, or `paused`. */
  async lend<T>(run: () => Promise<T>): Promise<T> {
    this.leave();
    this.#state = "lent";
    // A program that stops itself stops this one too, as one job.
    this.#ignore("SIGTSTP");
    try {
      return await run();
    } finally {
      this.#state = "out";
      if (this.#waiting === undefined) this.enter();
      else this.#end(this.#waiting);
    }
  }

  /** {@link lend} within Ink's pause, if one is connected. */
  async paused<T>(run: () => Promise<T>): Promise<T> {
    const { pause } = this.#hooks;
    if (pause === undefined) return this.lend(run);
    let result: { readonly value: T } | undefined;
    await pause(async () => {
      result = { value: await this.lend(run) };
    });
    if (result === undefined) throw new Error("the pause did not run");
    return result.value;
  }

  /** Stops the job as ^Z does elsewhere, and paints again when it goes on. @returns false where a process cannot stop */
  async suspend(): Promise<boolean> {
    if (process.platform === "win32" || this.#state !== "in") return false;
    this.#hooks.mask?.();
    await this.paused(stopJob);
    return true;
  }

  /** Leaves, and listens to signals no more. */
  [Symbol.dispose](): void {
    this.leave();
    for (const signal of this.#listeners.keys()) this.#ignore(signal);
    process.off("exit", this.#leave);
    this.#options.output.off("error", this.#gone);
    this.#options.input.off("error", this.#gone);
  }

  #listen(): void {
    for (const signal of ENDING) this.#hear(signal, () => this.#end(signal));
    this.#hear("SIGUSR1", () => {});
    this.#hear("SIGTSTP", () => void this.suspend());
    this.#hear("SIGCONT", () => void this.#repaint());
    if (process.listeners("exit").includes(this.#leave)) return;
    process.on("exit", this.#leave);
    // The terminal has gone away.
    this.#options.output.on("error", this.#gone);
    this.#options.input.on("error", this.#gone);
  }

  #hear(signal: NodeJS.Signals, listener: () => void): void {
    if (this.#listeners.has(signal) || !(signal in constants.signals)) return;
    process.on(signal, listener);
    this.#listeners.set(signal, listener);
  }

  #ignore(signal: NodeJS.Signals): void {
    const listener = this.#listeners.get(signal);
    if (listener !== undefined) process.off(signal, listener);
    this.#listeners.delete(signal);
  }

  /** After a stop that came from outside, others have written on the screen and taken raw mode away. */
  async #repaint(): Promise<void> {
    if (this.#state === "in" && this.#hooks.pause !== undefined) await this.paused(async () => {});
  }

  #end(signal: NodeJS.Signals): void {
    if (this.#state === "lent") {
      if (!FOR_BORROWER.has(signal)) this.#waiting ??= signal;
      return;
    }
    if (this.#options.alternate !== false || this.#ending) return this.#finish(signal);
    // What is spoken stays in the terminal: without what is revealed.
    this.#ending = true;
    this.#quietly(() => this.#hooks.mask?.());
    setImmediate(() => this.#finish(signal));
  }

  #finish(signal: NodeJS.Signals): void {
    this.leave();
    this.#quietly(() => this.#hooks.ending?.(signal));
    this[Symbol.dispose]();
    // Others would catch it once more.
    process.removeAllListeners(signal);
    this.#options.exit(endBySignal(signal));
  }

  #raw(on: boolean): void {
    const { input } = this.#options;
    if (input.isTTY) this.#quietly(() => input.setRawMode(on));
  }

  /** A terminal that has gone away must not keep the rest from being done. */
  #quietly(act: () => void): void {
    try {
      act();
    } catch {
      // Nothing is left to be restored.
    }
  }

  #gate(): WriteStream {
    const write = (data: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      const done = rest.find((one) => typeof one === "function") as ((error?: Error | null) => void) | undefined;
      if (this.#state === "in") {
        // oxlint-disable-next-line no-control-regex
        if (typeof data === "string" && /^\u001B\[>\d+u$/.test(data)) this.#kitty = true;
        return this.#options.output.write(typeof data === "string" ? withoutSwitch(data) : data, done);
      }
      if (done !== undefined) setImmediate(done, null);
      return true;
    };
    return new Proxy(this.#options.output, {
      get: (target, key) => {
        if (key === "write") return write;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

function withoutSwitch(text: string): string {
  return text.includes("\u001B[?1049") ? text.replaceAll(ALTERNATE_ON, "").replaceAll(ALTERNATE_OFF, "") : text;
}

/** All of the job, with what has started this program: a shell waits for the whole of it. */
async function stopJob(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGCONT", resolve);
  process.kill(0, "SIGTSTP");
  // Does not run while the process is stopped.
  const timer = setTimeout(resolve, STOP_GRACE);
  await promise;
  clearTimeout(timer);
  process.off("SIGCONT", resolve);
}
