import { constants } from "node:os";

/** What a process leaves behind that one of these ends may hold its memory. */
const DUMPS_CORE: ReadonlySet<string> = new Set(["SIGQUIT", "SIGABRT", "SIGXCPU", "SIGTRAP", "SIGSYS"]);

/**
 * Ends this process by a signal, so that whoever started it sees what the command ended of. No listener may be left.
 * @returns the exit number to take instead where that would write this process's memory to disk
 */
export function endBySignal(signal: NodeJS.Signals): number {
  if (!DUMPS_CORE.has(signal)) process.kill(process.pid, signal);
  return exitOfSignal(signal);
}

/** The exit number that shells have for a command that a signal has ended. */
export function exitOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
