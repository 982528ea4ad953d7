/** sotto as a program of its own, and sops, in one folder: `exec-*` hand their streams on, so they cannot run inside a test. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeText } from "../../src/model/text.ts";
import { formatOfPath } from "../../formats/index.ts";
import { bundle } from "../faults/bundle.ts";
import { peerPath } from "../support/peers.ts";
import { accessFor, ANA, sealText, type SealSettings } from "../support/sotto.ts";

export interface Run {
  /** Undefined when a signal has ended it. */
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  readonly output: string;
  readonly errors: string;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Of Node. */
  readonly flags?: readonly string[];
  /** A program that starts it, such as strace. */
  readonly under?: readonly string[];
}

/** A program that has been started. */
export class Started {
  readonly child: ChildProcess;
  readonly #ended: Promise<Run>;
  #output = "";
  #errors = "";
  #wake: () => void = () => {};

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("latin1").on("data", (part: string) => {
      this.#output += part;
      this.#wake();
    });
    child.stderr?.setEncoding("utf8").on("data", (part: string) => {
      this.#errors += part;
      this.#wake();
    });
    this.#ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        resolve({ exit: code ?? undefined, signal: signal ?? undefined, output: this.#output, errors: this.#errors });
        this.#wake();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  end(): Promise<Run> {
    return this.#ended;
  }

  /** Waits until this stands on standard output. */
  says(text: string): Promise<string> {
    return this.#until(text, () => this.#output);
  }

  /** Waits until this stands on standard error. */
  complains(text: string): Promise<string> {
    return this.#until(text, () => this.#errors);
  }

  async #until(text: string, read: () => string): Promise<string> {
    while (!read().includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`it ended first: ${this.#output}${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return read();
  }
}

export class ExecFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "sotto-exec-test-"));
  readonly env: Readonly<Record<string, string>>;
  readonly program: string;

  private constructor(program: string) {
    this.program = program;
    const home = join(this.path, "home");
    mkdirSync(home);
    // A folder for temporary files of its own: what is left there was left by these runs.
    mkdirSync(join(this.path, "tmp"));
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      TMPDIR: join(this.path, "tmp"),
      SOPS_DISABLE_VERSION_CHECK: "true",
      // Hundreds of starts compile the program once.
      NODE_COMPILE_CACHE: join(this.path, "cache"),
      ...ANA,
    };
  }

  static async make(): Promise<ExecFolder> {
    return new ExecFolder(await bundle("src/cli/main.ts"));
  }

  place(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.place(name), encodeText(text));
  }

  /** Encrypts a text for Ana, as a file of this name. */
  async seal(name: string, text: string, settings: SealSettings = {}): Promise<void> {
    this.write(name, await sealText(text, formatOfPath(name), { access: accessFor(ANA), ...settings }));
  }

  read(name: string): string {
    return readFileSync(this.place(name), "latin1");
  }

  sotto(...argv: readonly string[]): Promise<Run> {
    return this.startSotto(argv).end();
  }

  sops(...argv: readonly string[]): Promise<Run> {
    return this.startSops(argv).end();
  }

  startSotto(argv: readonly string[], options: StartOptions = {}): Started {
    return this.#start(process.execPath, [...(options.flags ?? []), this.program, ...argv], options);
  }

  startSops(argv: readonly string[], options: StartOptions = {}): Started {
    return this.#start(peerPath("sops"), argv, options);
  }

  #start(program: string, rest: readonly string[], { env = {}, input = "", under = [] }: StartOptions): Started {
    const [file = program, ...argv] = [...under, program, ...rest];
    const child = spawn(file, argv, { cwd: this.path, env: { ...this.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => {});
    child.stdin.end(encodeText(input));
    return new Started(child);
  }

  /** Folders of `exec-file` that are still there: below `TMPDIR`, and in memory those of a process. */
  leftOver(process: number): readonly string[] {
    const own = readdirSync(join(this.path, "tmp"));
    const memory = listHandOvers("/dev/shm").filter((place) => ownerOf(place) === process);
    return [...own, ...memory];
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
    rmSync(dirname(this.program), { recursive: true, force: true });
  }
}

export function listHandOvers(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(".sotto-exec-"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function ownerOf(place: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(place, ".sotto-owner"), "utf8"), 10);
  } catch {
    return undefined;
  }
}

/** True while there is such a process that has not ended. */
export function isAlive(id: number): boolean {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "latin1");
    return !/^[ZX]/.test(text.slice(text.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Waits until a process has ended. @returns false when it is still there after five seconds */
export async function hasEnded(id: number): Promise<boolean> {
  for (let round = 0; round < 500; round += 1) {
    if (!isAlive(id)) return true;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  return false;
}
