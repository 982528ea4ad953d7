/** A program that reads what it is given, and says what came of it on both of its outputs. */
import { spawn } from "node:child_process";
import { SottoError } from "../model/error.ts";
import type { ProgramEnd } from "../model/keys.ts";
import { systemCode } from "./errors.ts";
import { joinAndWipe } from "./key-context.ts";
import { listPrograms, type PathSearch } from "./program-path.ts";

/** Of what it says on standard error, in bytes; the rest is dropped. */
const MAX_ERRORS = 1 << 16;

export interface ProgramSetting extends PathSearch {
  readonly cwd: string;
}

/**
 * @param argv the program by its path, or by its name on the PATH
 * @param signal ends it
 * @returns undefined when there is no such program
 * @throws SottoError `IDENTITY_INVALID` when it cannot be started
 */
export function converse(
  argv: readonly string[],
  input: Uint8Array,
  setting: ProgramSetting,
  signal: AbortSignal | undefined,
): Promise<ProgramEnd | undefined> {
  const [program = "", ...rest] = argv;
  const path = findProgram(program, setting);
  if (path === undefined) return Promise.resolve(undefined);
  const { cwd, env } = setting;
  return new Promise((resolve, reject) => {
    const child = spawn(path, rest, { cwd, env: { ...env }, stdio: "pipe", ...(signal ? { signal } : {}) });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (part: Buffer) => output.push(part));
    child.stderr.on("data", (part: Buffer) => {
      if (length < MAX_ERRORS) errors.push(part);
      length += part.length;
    });
    child.once("error", (cause) => {
      if (systemCode(cause) === "ENOENT") resolve(undefined);
      // Whoever was ended is told by how it ended.
      else if (signal?.aborted !== true) reject(new SottoError("IDENTITY_INVALID", `${program} could not be started`, { cause }));
    });
    child.once("close", (code) => {
      resolve({ code: code ?? undefined, output: joinAndWipe(output), errors: new TextDecoder().decode(joinAndWipe(errors)) });
    });
    // Whoever does not read to the end says why in another way.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

function findProgram(program: string, setting: PathSearch): string | undefined {
  if (/[/\\]/.test(program)) return program;
  const file = setting.platform === "win32" && !/\.\w+$/.test(program) ? `${program}.exe` : program;
  const [found] = listPrograms(file, setting);
  return found?.place;
}
