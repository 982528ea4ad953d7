/** Lets another program take the place of this process, where the system and Node (22.15, 23.11) can. */
import { accessSync, constants } from "node:fs";
import { otherFolder, type ShellCall } from "./spawn.ts";

/** Ignored by Node; a program keeps what is ignored when it is replaced, but not what is caught. */
const IGNORED_BY_NODE = ["SIGPIPE", "SIGXFSZ"] as const satisfies readonly NodeJS.Signals[];

/** In bytes: every system takes as much (Linux whatever `ulimit -s` says). Node aborts, with its memory, when `execve` fails. */
const ALWAYS_FITS = 120_000;

/** @returns only where it is not possible, and then nothing has happened */
export function replaceProcess(call: ShellCall, env: Readonly<Record<string, string>>, cwd: string): void {
  if (typeof process.execve !== "function" || process.platform === "win32" || !fits(call, env) || !canRun(call.file)) return;
  for (const signal of IGNORED_BY_NODE) process.on(signal, catchSignal);
  const other = otherFolder(cwd);
  if (other !== undefined) process.chdir(other);
  process.execve(call.file, [call.file, ...call.args], { ...env });
}

function catchSignal(): void {}

function fits(call: ShellCall, env: Readonly<Record<string, string>>): boolean {
  // Each string has an end and a pointer to it.
  const texts = [call.file, call.file, ...call.args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  return texts.every((text) => text.isWellFormed()) && texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 9, 0) < ALWAYS_FITS;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
