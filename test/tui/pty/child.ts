/** A program on a pseudo-terminal of its own, its bytes, how it ended, and in which modes it left the terminal. */
import { spawnSync } from "node:child_process";
import { closeSync, constants as files, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { spawn } from "@lydell/node-pty";
import type { IPty } from "@lydell/node-pty";

export interface ChildOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

export interface Exit {
  readonly code: number;
  /** Undefined when it ended by itself. */
  readonly signal: string | undefined;
}

/** The modes of a terminal, as `stty -a` tells them. */
export interface Modes {
  /** Lines are edited by the terminal itself, and handed over as a whole. */
  readonly canonical: boolean;
  readonly echo: boolean;
  /** `ctrl+c` is a signal. */
  readonly signals: boolean;
  /** `ctrl+s` stops the output. */
  readonly flow: boolean;
  readonly text: string;
}

/** What node-pty has on Unix and does not declare. */
interface UnixPty extends IPty {
  readonly fd: number;
  readonly ptsName: string;
}

const LOOK = 10;
/** Milliseconds until a terminal whose buffer was full is tried again. */
const FULL = 2;

export class Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #pty: UnixPty;
  #exit: Exit | undefined;
  #last: Modes | undefined;
  #unwritten: Buffer = Buffer.alloc(0);
  #writing = false;
  /** Its end is known, and the number of its terminal may soon be that of another file. */
  #gone = false;

  constructor({ argv, cwd, env, columns, rows }: ChildOptions, onBytes: (bytes: Uint8Array) => void) {
    const [file = "", ...rest] = argv;
    const { TERM: name = "dumb" } = env;
    this.#pty = spawn(file, rest, { name, cols: columns, rows, cwd, env: { ...env }, encoding: null }) as UnixPty;
    this.pid = this.#pty.pid;
    // With `encoding: null` these are bytes, whatever the types say.
    this.#pty.onData((bytes) => onBytes(bytes as unknown as Uint8Array));
    const release = this.#hold();
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal = 0 }) => {
        release();
        this.#exit = { code: exitCode, signal: signalName(signal) };
        resolve(this.#exit);
      });
    });
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** In order, as fast as the terminal takes it. */
  write(text: string): void {
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(text)]);
    if (!this.#writing) this.#write();
  }

  /**
   * node-pty would wait until the program has read all of it, and read nothing meanwhile: neither would go on when the program itself
   * waits until it can write.
   */
  #write(): void {
    this.#writing = this.#exit === undefined && !this.#gone && this.#unwritten.length > 0;
    if (!this.#writing) return;
    let wait = 0;
    try {
      this.#unwritten = this.#unwritten.subarray(writeSync(this.#pty.fd, this.#unwritten));
    } catch (error) {
      // Nobody is there any more.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") this.#unwritten = Buffer.alloc(0);
      wait = FULL;
    }
    setTimeout(() => this.#write(), wait);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  /** @throws Error when it has ended */
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  kill(): void {
    try {
      if (this.#exit === undefined) this.signal("SIGKILL");
    } catch {
      // It ended on its own.
    }
  }

  /** Of this moment; after the end, those that it left. @throws Error where they cannot be told */
  modes(): Modes {
    if (this.#exit === undefined) this.#last = this.#readModes() ?? this.#last;
    if (this.#last === undefined) throw new Error("the modes of the terminal cannot be read on this system");
    return this.#last;
  }

  /**
   * Once the last program has closed a terminal its modes cannot be read any more, so it is kept open until they are.
   * node-pty waits a fifth of a second for that.
   * @returns what lets go
   */
  #hold(): () => void {
    if (process.platform !== "linux") return () => {};
    let held = openTerminal(this.#pty.ptsName);
    const release = (): void => {
      clearInterval(timer);
      if (held !== undefined) closeSync(held);
      held = undefined;
    };
    const timer = setInterval(() => {
      if (isThere(this.pid)) return;
      this.#gone = true;
      this.#last = this.#readModes();
      release();
    }, LOOK);
    return release;
  }

  #readModes(): Modes | undefined {
    const { stdout, status } = spawnSync("stty", ["-a"], { stdio: [this.#pty.fd, "pipe", "ignore"], encoding: "utf8" });
    if (status !== 0) return undefined;
    const words = new Set(stdout.split(/[\s;]+/));
    return {
      canonical: words.has("icanon"),
      echo: words.has("echo"),
      signals: words.has("isig"),
      flow: words.has("ixon"),
      text: stdout,
    };
  }
}

function openTerminal(path: string): number | undefined {
  try {
    return openSync(path, files.O_RDWR | files.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
