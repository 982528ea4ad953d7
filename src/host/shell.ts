/** The system's shell, as sops starts it: `/bin/sh -c`, on Windows `cmd.exe /C`. */
import { SottoError } from "../model/error.ts";
import { passRaw } from "./raw-environment.ts";
import { replaceProcess } from "./replace.ts";
import type { SignalRelay } from "./signals.ts";
import { type Ended, runCall, type ShellCall, type SpawnOptions } from "./spawn.ts";

export { listInherited } from "./descriptors.ts";
export { recoverRaw } from "./raw-environment.ts";
export { SignalRelay } from "./signals.ts";

export interface ShellOptions extends SpawnOptions {
  readonly platform: string;
  /** A folder that is removed when the command has ended, without this process. */
  readonly removes?: string | undefined;
}

/** @throws SottoError `COMMAND_FAILED`, `ENVIRONMENT_UNFIT` */
export function runShell(command: string, options: ShellOptions, relay: SignalRelay): Promise<Ended> {
  const call = shellCall(command, options.platform);
  const own = options.removes === undefined ? call : removing(call, options.removes, options.platform);
  const raw = passRaw(own, options, options.platform);
  return runCall(raw.call, raw.options, relay);
}

/** The shell takes the place of this process. @returns where that is not possible, and then nothing has happened */
export function replaceByShell(command: string, options: ShellOptions): void {
  replaceProcess(shellCall(command, options.platform), options.env, options.cwd);
}

function shellCall(command: string, platform: string): ShellCall {
  return platform === "win32" ? { file: "cmd.exe", args: ["/C", command] } : { file: "/bin/sh", args: ["-c", command] };
}

function removing({ file, args }: ShellCall, folder: string, platform: string): ShellCall {
  if (platform === "win32") {
    throw new SottoError("COMMAND_FAILED", "no file can be handed to a command in the background on this system", {
      hints: ["leave out --background"],
    });
  }
  return { file: "/bin/sh", args: ["-c", 'folder=$1; shift; "$@"; rm -rf -- "$folder"', "sh", folder, file, ...args] };
}
