/** Packages that only some users need: installed as optional dependencies, loaded when they are used. */
import { SottoError } from "../model/error.ts";

/**
 * @param name of the package
 * @param what needs it, for the message
 * @throws SottoError `PACKAGE_MISSING`
 */
export async function loadPackage<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new SottoError("PACKAGE_MISSING", `${what} needs the package ${name}, which is not installed`, {
      cause,
      hints: [`npm install -g ${name}, or install sotto without --omit=optional`],
    });
  }
}
