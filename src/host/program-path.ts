/** Where a program lies that is called by its name. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

export interface ProgramPlace {
  /** As it is found on the PATH. */
  readonly place: string;
  /** Without links. */
  readonly real: string;
}

export interface PathSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** All programs of a name, in the order of the PATH. Relative folders on it count for nothing: they may be anybody's. */
export function* listPrograms(file: string, { env, platform }: PathSearch): Generator<ProgramPlace> {
  const path = env["PATH"] ?? env["Path"] ?? "";
  for (const folder of path.split(platform === "win32" ? ";" : ":")) {
    if (!isAbsolute(folder)) continue;
    const place = join(folder, file);
    const real = resolveProgram(place);
    if (real !== undefined) yield { place, real };
  }
}

/** @returns the path without links, undefined if no program is there */
export function resolveProgram(place: string): string | undefined {
  try {
    if (!statSync(place).isFile()) return undefined;
    accessSync(place, constants.X_OK);
    return realpathSync(place);
  } catch {
    return undefined;
  }
}
