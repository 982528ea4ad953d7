/** Runs a program with the streams of this process, and gives it the signals that this process gets. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { Writable } from "node:stream";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";
import type { SignalRelay } from "./signals.ts";

export interface ShellCall {
  readonly file: string;
  readonly args: readonly string[];
}

export interface SpawnOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Started without streams, and not waited for. */
  readonly background?: boolean;
  /** What the command has open beside the three streams, by its number there: an open file, or bytes that it can read. */
  readonly descriptors?: ReadonlyMap<number, number | Uint8Array>;
}

export type Ended =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals; /** This process got it too. */ readonly shared: boolean }
  | { readonly kind: "started"; readonly process: number };

/**
 * Runs until the command has ended, or has been started in the background.
 * @throws SottoError `COMMAND_FAILED` when it cannot be started
 */
export async function runCall(call: ShellCall, options: SpawnOptions, relay: SignalRelay): Promise<Ended> {
  const child = start(call, options);
  relay.attach(child);
  return new Promise((done, fail) => {
    child.once("error", (cause) => fail(notStarted(call, cause)));
    if (options.background === true) {
      child.once("spawn", () => {
        child.unref();
        done({ kind: "started", process: child.pid ?? 0 });
      });
    } else {
      child.once("exit", (code, signal) => {
        if (signal === null) return done({ kind: "exited", code: code ?? 0 });
        relay.followUp(signal);
        return done({ kind: "killed", signal, shared: relay.received(signal) });
      });
    }
  });
}

function start(call: ShellCall, options: SpawnOptions): ChildProcess {
  try {
    const child = spawn(call.file, [...call.args], { ...folderOf(options), env: options.env, stdio: streams(options) });
    for (const [number, content] of options.descriptors ?? []) if (typeof content !== "number") feed(child, number, content);
    return child;
  } catch (cause) {
    throw notStarted(call, cause);
  }
}

export function folderOf({ cwd }: SpawnOptions): { cwd?: string } {
  const other = otherFolder(cwd);
  return other === undefined ? {} : { cwd: other };
}

/** @returns undefined when this process is there already, also in a folder that has been removed */
export function otherFolder(cwd: string): string | undefined {
  try {
    return process.cwd() === cwd ? undefined : cwd;
  } catch {
    return existsSync(cwd) ? cwd : undefined;
  }
}

export function streams({ background, descriptors = new Map() }: SpawnOptions): StdioOptions {
  const last = Math.max(2, ...descriptors.keys());
  return Array.from({ length: last + 1 }, (_, at) => {
    const given = descriptors.get(at);
    if (given === undefined) return at <= 2 && background !== true ? at : "ignore";
    return typeof given === "number" ? given : "pipe";
  });
}

export function feed(child: ChildProcess, number: number, content: Uint8Array): void {
  const pipe = child.stdio[number];
  if (!(pipe instanceof Writable)) return;
  // A command that ended without reading is none of ours.
  pipe.on("error", () => {});
  pipe.end(content);
}

export function notStarted(call: ShellCall, cause: unknown): SottoError {
  const code = systemCode(cause);
  if (code === "E2BIG") {
    return new SottoError("COMMAND_FAILED", "the command and its variables are more than the system hands to a program", {
      hints: ["hand large values over as a file, with exec-file"],
      cause,
    });
  }
  return new SottoError("COMMAND_FAILED", `${call.file} could not be started: ${code ?? "unknown reason"}`, { cause });
}
