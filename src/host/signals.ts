/** Signals that sotto gets while a command of the user runs are the command's: they are passed on, and sotto ends when it ends. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** All that would end this process, and what programs react to otherwise. What stops a process is left to the system. */
const PASSED_ON = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGABRT",
  "SIGXCPU",
  "SIGIO",
  "SIGPWR",
  "SIGSTKFLT",
  "SIGWINCH",
  "SIGBREAK",
] as const satisfies readonly NodeJS.Signals[];

/** These reach what the shell has started as well: a shell does not pass them on, and waits for a program before SIGINT ends it. */
const ENDING: ReadonlySet<string> = new Set(["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"]);
/** These come from the terminal to all programs in its foreground at once. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGWINCH", "SIGBREAK"]);

/**
 * Catches signals from its creation on, also before there is a command; dispose it when nothing is left to clear up.
 * SIGUSR1 must be caught in any case: without a listener Node opens a port for debuggers.
 */
export class SignalRelay implements Disposable {
  readonly #received = new Set<string>();
  readonly #waiting: NodeJS.Signals[] = [];
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  /** What the shell had started when it got a signal that is for itself first. */
  readonly #below = new Map<string, readonly number[]>();
  readonly #isShell: boolean;
  #child: ChildProcess | undefined;
  #endings = 0;

  /** @param options `shell` is false where the command is the program itself, which deals with what it starts */
  constructor({ shell = true }: { readonly shell?: boolean } = {}) {
    this.#isShell = shell;
    for (const signal of PASSED_ON) {
      if (!(signal in constants.signals)) continue;
      const listener = (): void => this.#receive(signal);
      process.on(signal, listener);
      this.#listeners.set(signal, listener);
    }
  }

  /** From now on signals go to this one, those that came before first. */
  attach(child: ChildProcess): void {
    this.#child = child;
    for (const signal of this.#waiting) this.#pass(child, signal);
  }

  /** To be called when the command has ended of a signal: what a shell that is no more had started is not left behind. */
  followUp(signal: NodeJS.Signals): void {
    sendAll(this.#below.get(signal) ?? [], signal);
  }

  /** How many signals came by now that end a process which does nothing about them. */
  get endings(): number {
    return this.#endings;
  }

  /** True if this process got it too. */
  received(signal: string): boolean {
    return this.#received.has(signal);
  }

  #receive(signal: NodeJS.Signals): void {
    this.#received.add(signal);
    if (ENDING.has(signal)) this.#endings += 1;
    if (FROM_TERMINAL.has(signal) && inForeground()) return;
    if (this.#child === undefined) this.#waiting.push(signal);
    else this.#pass(this.#child, signal);
  }

  #pass(child: ChildProcess, signal: NodeJS.Signals): void {
    const below = this.#isShell ? listBelowShell(child) : [];
    child.kill(signal);
    if (ENDING.has(signal)) sendAll(below, signal);
    else this.#below.set(signal, below);
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
    this.#listeners.clear();
  }
}

function sendAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const id of processes) {
    try {
      process.kill(id, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** What a shell that sotto started has started itself; nothing once it has made place for the program. */
function listBelowShell(child: ChildProcess): number[] {
  const { pid, spawnargs } = child;
  try {
    const running = readFileSync(`/proc/${pid}/cmdline`, "latin1");
    const started = Buffer.from(`${spawnargs.join("\0")}\0`).toString("latin1");
    if (running !== started) return [];
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** True where the terminal has sent to the command what it sent to this process: both are in its foreground. */
function inForeground(): boolean {
  if (process.platform === "win32") return true;
  try {
    // proc(5): behind the name come state, parent, process group, session, terminal, and the group in its foreground.
    const text = readFileSync("/proc/self/stat", "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    return process.getBuiltinModule("node:tty").isatty(0);
  }
}
