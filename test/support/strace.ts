/** Runs a program under strace: lists its calls that touch a folder, and lets one of them be its last, or fail. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { peerPath } from "./peers.ts";

export interface Call {
  readonly name: string;
  /** How often this call had been made since the start of the program, this one counted. */
  readonly count: number;
  /** The same, of the calls that touch the folder only. */
  readonly place: number;
  /** It may change something on the disk. */
  readonly changes: boolean;
  readonly text: string;
}

export interface Program {
  readonly argv: readonly string[];
  /** Calls that mention one of these paths are looked at, from the first one that makes a link (the lock) on. */
  readonly folders: readonly string[];
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Outcome {
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  readonly output: string;
  readonly errors: string;
}

const CHANGING = /^(?:write|pwrite64|fsync|ftruncate|rename\w*|link|linkat|unlink\w*|symlink\w*|fchmod|fchown|mkdir\w*|rmdir)$/;
const LOOKED_AT =
  "access,faccessat,faccessat2,openat,close,read,pread64,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,symlink,symlinkat,readlink,readlinkat,stat,statx,lstat,fstat,newfstatat,fchmod,fchown,chmod,mkdir,mkdirat,getdents64,rmdir";

/** @throws Error when the program fails */
export async function listCalls(program: Program): Promise<readonly Call[]> {
  const outcome = await run(program, []);
  if (outcome.exit !== 0) throw new Error(`the program failed without any fault: ${outcome.errors}`);
  return readCalls(program);
}

/**
 * Now and then Node opens or writes something once more or less before the program has begun: then it is tried again.
 * @param fault in strace's words: `signal=KILL`, `error=EIO`, `retval=10`
 * @param prepare lays everything out as it was when the calls were listed
 * @returns undefined if the call was not met
 */
export async function runWithFault(program: Program, call: Call, fault: string, prepare: () => void): Promise<Outcome | undefined> {
  let learnt: number | undefined;
  for (const guess of [0, 0, 1, -1, 0, 2, -2, 1, -1, 0, 3, 0, 1, -1, 2, 0]) {
    prepare();
    const count = Math.max(1, learnt ?? call.count + guess);
    const outcome = await run(program, ["-e", `inject=${call.name}:${fault}:when=${count}`]);
    const found = readCalls(program).find((one) => one.name === call.name && one.place === call.place);
    if (found?.count === count) return outcome;
    // Which number it had in this run is the best guess for the next.
    learnt = learnt === undefined ? found?.count : undefined;
  }
  return undefined;
}

function run({ argv, log, env, cwd }: Program, inject: readonly string[]): Promise<Outcome> {
  const strace = ["-y", "-qq", "-s", "16", "-o", log, "-e", `trace=${LOOKED_AT}`, ...inject, "--", ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(peerPath("strace"), strace, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"], ...(cwd ? { cwd } : {}) });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => output.push(part));
    child.stderr.on("data", (part: Buffer) => errors.push(part));
    child.once("error", reject);
    child.once("close", (exit, signal) => {
      resolve({ exit: exit ?? undefined, signal: signal ?? undefined, output: text(output), errors: text(errors) });
    });
  });
}

function text(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString("utf8");
}

function readCalls({ log, folders }: Program): Call[] {
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  const calls: Call[] = [];
  let started = false;
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) continue;
    const count = next(counts, name);
    const touches = folders.some((folder) => line.includes(folder));
    started ||= touches && name.startsWith("symlink");
    if (!started || !touches) continue;
    const changes = CHANGING.test(name) || (name === "openat" && line.includes("O_CREAT"));
    calls.push({ name, count, place: next(places, name), changes, text: line });
  }
  return calls;
}

function next(counts: Map<string, number>, name: string): number {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count;
}
