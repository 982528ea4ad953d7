/** Packages of the vendors, by whatever loads packages where sotto runs. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";

/** @throws SottoError `PACKAGE_MISSING` with the command that installs it */
export function loadPackage<T>(name: string, context: KeyContext): Promise<T> {
  if (context.load !== undefined) return context.load<T>(name);
  throw new SottoError("PACKAGE_MISSING", `the package ${name} is not loaded here: the context has no way to load packages`);
}
