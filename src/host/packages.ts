/** Packages that are loaded when something needs them, and that need not be installed. */
import { createRequire } from "node:module";
import { SottoError } from "../model/error.ts";

/**
 * @param name of a package in `optionalDependencies`
 * @throws SottoError `PACKAGE_MISSING` with the command that installs it
 */
export async function loadPackage<T>(name: string): Promise<T> {
  try {
    // The name is no literal, so that no bundler looks for a package that may not be there.
    return (await import(name)) as T;
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new SottoError("PACKAGE_MISSING", `the package ${name} is not installed`, {
      cause,
      hints: [`npm install -g ${name}, or install sotto without --omit=optional`],
    });
  }
}

/** Without loading it. */
export function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // A package for `import` alone is there as well.
    return !isMissing(error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND");
}
