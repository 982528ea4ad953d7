/** What `exec-env` and `exec-file` have in common: flags, and how the end of the command becomes sotto's own. */
import { type Ended, endBySignal, type ExecOptions } from "../../index.ts";
import type { Context } from "../command.ts";
import { refuseReveal } from "../reveal.ts";

export const BACKGROUND = {
  name: "background",
  type: "boolean",
  help: "start the command without input and output and do not wait for it (deprecated, as in sops)",
} as const;
export const USER = { name: "user", type: "string", value: "name", help: "run the command as this user; only root can" } as const;

/** sops's for a command that a signal has ended. */
const KILLED = 255;

/** sops looks at the number of arguments itself, and calls both mistakes the same. */
export const ARGUMENTS = [{ name: "file" }, { name: "command" }] as const;

/**
 * What sops warns of before it has decrypted anything.
 * @throws SottoError `REFUSED` where no value may be shown, since the command may print what it gets
 */
export function readExecFlags(context: Context, flags: { readonly background: boolean; readonly user?: string | undefined }): ExecOptions {
  refuseReveal(context, `a command that ${context.command} starts may print values`, [
    "sotto run -f FILE -- COMMAND takes them out of what the command prints",
  ]);
  if (flags.background) context.warn(`${context.command}: --background is deprecated in sops and will go; leave it to your shell: … &`);
  return { background: flags.background, user: flags.user === "" ? undefined : flags.user };
}

/**
 * Runs the command and ends as it does.
 * @param user may not be able to read where sotto is installed: what a failure needs is loaded before
 * @returns the exit number
 */
export async function runCommand(context: Context, user: string | undefined, run: () => Promise<Ended>): Promise<number> {
  if (user === undefined) return reportEnd(context, await run());
  const { reportError } = await import("../report.ts");
  try {
    return reportEnd(context, await run());
  } catch (error) {
    if (context.json) throw error;
    return reportError(error, { host: context.host, command: context.command, json: false, usage: "" });
  }
}

/** Standard error says what sops says, since scripts may look for it. @returns the exit number */
function reportEnd(context: Context, ended: Ended): number {
  switch (ended.kind) {
    case "started":
      context.result({ process: ended.process });
      return 0;
    case "exited":
      context.result({ exit: ended.code });
      if (ended.code !== 0) context.err(`exit status ${ended.code}\n`);
      return ended.code;
    case "killed":
      context.result({ signal: ended.signal });
      if (ended.shared) return endBySignal(ended.signal);
      context.err(`signal: ${SIGNALS[ended.signal] ?? ended.signal}\n`);
      return KILLED;
  }
}

/** go syscall, on Linux */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
};
