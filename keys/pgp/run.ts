/** Starts gpg, and reads the lines it has for programs (GnuPG, doc/DETAILS). */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, ProgramEnd } from "../../src/model/keys.ts";

const MARK = "[GNUPG:] ";

export interface GpgEnd extends ProgramEnd {
  /** The words of each status line. */
  readonly status: readonly (readonly string[])[];
}

/** From the environment alone: no file says which program to start. */
export function findGpg(context: KeyContext): string {
  return context.env["SOPS_GPG_EXEC"] || "gpg";
}

export function findGpgHome(context: KeyContext): string {
  return context.env["GNUPGHOME"] || `${context.home}/.gnupg`;
}

/** @throws SottoError `IDENTITY_INVALID` when there is no gpg */
export async function runGpg(args: readonly string[], input: Uint8Array, context: KeyContext): Promise<GpgEnd> {
  const program = findGpg(context);
  if (context.converse === undefined) throw new SottoError("IDENTITY_INVALID", "no program can be started here, and PGP keys need gpg");
  const end = await context.converse([program, "--status-fd", "2", ...args], input);
  if (end === undefined) {
    throw new SottoError("IDENTITY_INVALID", `${program} is not installed`, {
      hints: ["install GnuPG (apt install gnupg, brew install gnupg), or name the program: SOPS_GPG_EXEC=/path/to/gpg"],
    });
  }
  const lines = end.errors.split(/\r?\n/).filter((line) => line.startsWith(MARK));
  return { ...end, status: lines.map((line) => line.slice(MARK.length).split(" ")) };
}

/** @returns the words behind the keyword of the first such line */
export function findStatus({ status }: GpgEnd, ...start: readonly string[]): readonly string[] | undefined {
  return status.find((words) => start.every((word, at) => words[at] === word))?.slice(start.length);
}
