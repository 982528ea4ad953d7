/** Starts a program without a shell, and filters what it prints where that is wanted. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync, write } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";
import { listPrograms, resolveProgram } from "./program-path.ts";
import { passRaw } from "./raw-environment.ts";
import type { SignalRelay } from "./signals.ts";
import { type Ended, feed, folderOf, notStarted, type SpawnOptions, streams } from "./spawn.ts";

export { listInherited } from "./descriptors.ts";
export { recoverRaw } from "./raw-environment.ts";
export { SignalRelay } from "./signals.ts";

export interface Program {
  /** As it was typed; the program gets it as its own name. */
  readonly name: string;
  readonly place: string;
}

export interface SearchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly cwd: string;
}

/**
 * As execvp(3) looks for it: with a slash it is a path, else it lies in the PATH. Relative folders there count for nothing, so that
 * no file of the current folder is taken for a program that was meant.
 * @throws SottoError `COMMAND_FAILED`
 */
export function findProgram(name: string, { env, platform, cwd }: SearchOptions): Program {
  const isWindows = platform === "win32";
  const endings = isWindows ? ["", ".exe", ".com"] : [""];
  for (const ending of endings) {
    if (name.includes("/") || (isWindows && name.includes("\\"))) {
      const place = resolve(cwd, name + ending);
      if (resolveProgram(place) !== undefined) return { name, place };
    } else if (name !== "") {
      for (const { place } of listPrograms(name + ending, { env, platform })) return { name, place };
    }
  }
  const where = name.includes("/") ? "" : " in the PATH";
  throw new SottoError("COMMAND_FAILED", `there is no program ${JSON.stringify(name)}${where} that can be run`, {
    hints: ["the command is no line for a shell; for one: sotto run … -- sh -c 'COMMAND'"],
  });
}

export interface ByteFilter {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

export interface ProgramOptions extends SpawnOptions {
  readonly platform: string;
  /** What standard output and standard error go through; without it the program has those of this process. */
  readonly filter?: (() => ByteFilter) | undefined;
}

export interface RunningProgram {
  /** When everything that it has printed is written, too. */
  readonly ended: Promise<Ended>;
  /** Asks it to end, and ends it when it has not done so in that many milliseconds. */
  stop(patience: number): Promise<Ended>;
}

/** @throws SottoError `COMMAND_FAILED`, `ENVIRONMENT_UNFIT` */
export async function startProgram(
  program: Program,
  args: readonly string[],
  options: ProgramOptions,
  relay: SignalRelay,
): Promise<RunningProgram> {
  try {
    return await launch(program, args, options, relay);
  } catch (error) {
    // execvp(3): a file that the system does not know how to run is a script for the shell.
    if (!SottoError.is(error) || systemCode(error.cause) !== "ENOEXEC" || !isScript(program.place)) throw error;
    return launch({ name: "sh", place: "/bin/sh" }, [program.place, ...args], options, relay);
  }
}

/** A text, by its beginning. */
function isScript(place: string): boolean {
  const opened = openSync(place, "r");
  try {
    const head = Buffer.alloc(128);
    return !head.subarray(0, readSync(opened, head)).includes(0);
  } finally {
    closeSync(opened);
  }
}

async function launch(
  { name, place }: Program,
  args: readonly string[],
  options: ProgramOptions,
  relay: SignalRelay,
): Promise<RunningProgram> {
  const raw = passRaw({ file: place, args }, options, options.platform);
  const { filter } = options;
  const given = streams(raw.options);
  const stdio = filter === undefined || !Array.isArray(given) ? given : given.map((one, at) => (at === 1 || at === 2 ? "pipe" : one));
  const { env } = raw.options;
  // Behind a shell that hands values on, the program gets its path as its name.
  const own = raw.call.file === place ? { argv0: name } : {};
  let child: ChildProcess;
  try {
    child = spawn(raw.call.file, [...raw.call.args], { ...folderOf(options), ...own, env, stdio });
  } catch (cause) {
    throw notStarted({ file: name, args }, cause);
  }
  relay.attach(child);
  const isStarted = new Promise<void>((done, fail) => {
    child.once("spawn", done);
    child.on("error", (cause) => fail(notStarted({ file: name, args }, cause)));
  });
  const exited = new Promise<Ended>((done) => {
    child.once("exit", (code, signal) =>
      done(signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "killed", signal, shared: relay.received(signal) }),
    );
  });
  const pumps =
    filter === undefined
      ? []
      : [child.stdout, child.stderr].map((stream, at) => (stream === null ? undefined : pump(stream, at + 1, filter())));
  await isStarted;
  for (const [number, content] of raw.options.descriptors ?? []) if (typeof content !== "number") feed(child, number, content);
  const ended = Promise.all([exited, ...pumps]).then(([end]) => end);
  return {
    ended,
    async stop(patience) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      await exited;
      clearTimeout(timer);
      return ended;
    },
  };
}

/** Without waiting in the call itself: signals have to be passed on while a reader is slow. */
async function pump(from: Readable, to: number, filter: ByteFilter): Promise<void> {
  try {
    for await (const chunk of from) if (chunk instanceof Uint8Array) await writeAll(to, filter.push(chunk));
    await writeAll(to, filter.end());
  } catch {
    // Nobody reads any more: the program will see that, too.
    from.destroy();
  }
}

/** How long a full pipe is left alone, in milliseconds. */
const PAUSE = 5;

async function writeAll(to: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += await writeSome(to, bytes.subarray(at));
    } catch (error) {
      if (systemCode(error) !== "EAGAIN") throw error;
      await new Promise((done) => {
        setTimeout(done, PAUSE);
      });
    }
  }
}

function writeSome(to: number, bytes: Uint8Array): Promise<number> {
  return new Promise((done, fail) => {
    write(to, bytes, (error, written) => (error === null ? done(written) : fail(error)));
  });
}
