/** Makes sure that what a build has made for browsers holds no secret. */
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { unfit } from "../deploy/environment.ts";
import { SottoError } from "../model/error.ts";
import { LeakFinder } from "./find-leaks.ts";
import { listFilesBelow } from "./list-files.ts";
import { openForProgram, type ProgramOptions } from "./open-for-program.ts";

export interface CheckBundleOptions extends ProgramOptions {
  /** Folders and files that browsers get, relative to `cwd`. */
  readonly paths: readonly string[];
  /** Of the files in folders only those with these endings (`.html`); all of them without it. */
  readonly endings?: readonly string[] | undefined;
  /** Paths of values that may be public (`analytics.id`), with what is below them. */
  readonly allow?: readonly string[] | undefined;
}

export interface CheckedBundle {
  /** How many files were looked at. */
  readonly files: number;
  /** Paths of the values that were looked for. */
  readonly looked: readonly string[];
  /** Paths of the encrypted values that are too short or too common to be looked for. */
  readonly skipped: readonly string[];
}

/** Where a value of this path was found. */
export interface Leak {
  readonly file: string;
  readonly path: string;
}

/**
 * Looks for every encrypted value of an environment in files that browsers get. Values that are not encrypted are nobody's secret.
 * @throws SottoError `CHECK_FAILED` with all that was found, `FILE_MISSING`, `ENVIRONMENT_UNFIT` where there is nothing to look at
 */
export async function checkBundle(options: CheckBundleOptions): Promise<CheckedBundle> {
  const { paths, endings, allow } = options;
  const base = resolve(options.cwd ?? ".");
  const files = paths.flatMap((path) => listBelow(resolve(base, path), path, endings));
  if (files.length === 0) throw unfit([`there is no file in ${paths.join(", ")}`], ["run it after the build"]);
  const { values } = await openForProgram(options);
  const finder = new LeakFinder(values, allow);
  refuseLeaks(files.flatMap((file) => finder.find(readFileSync(file)).map((path) => ({ file: relative(base, file), path }))));
  return { files: files.length, looked: finder.looked, skipped: finder.skipped };
}

/** @throws SottoError `CHECK_FAILED` unless there is none */
export function refuseLeaks(leaks: readonly Leak[]): void {
  const [first] = leaks;
  if (first === undefined) return;
  const count = new Set(leaks.map(({ path }) => path)).size;
  const what = count === 1 ? "1 secret is" : `${count} secrets are`;
  throw new SottoError(
    "CHECK_FAILED",
    `${what} in what browsers get:\n${leaks.map(({ file, path }) => `  ${path} in ${file}`).join("\n")}`,
    {
      hints: [
        "use it in code that runs on the server only",
        `a value that may be public is named so: allow: [${JSON.stringify(first.path)}]`,
      ],
    },
  );
}

function listBelow(place: string, shown: string, endings: readonly string[] | undefined): readonly string[] {
  if (!existsSync(place)) {
    throw new SottoError("FILE_MISSING", `${shown} does not exist`, { file: shown, hints: ["run it after the build"] });
  }
  return listFilesBelow(place).filter((file) => file === place || endings === undefined || endings.some((ending) => file.endsWith(ending)));
}
