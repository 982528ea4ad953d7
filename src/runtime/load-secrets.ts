/** The values of an environment, for a program at its start. */
import { chooseValues } from "../deploy/choose.ts";
import { treeOf } from "../deploy/environment.ts";
import { openForProgram, type ProgramOptions } from "./open-for-program.ts";
import { sealValues } from "./seal-values.ts";

/** A value as its file has it. Integers beyond 2^53, dates and floats that JavaScript does not have are texts. */
export type LoadedValue = string | number | boolean | null | readonly LoadedValue[] | LoadedSecrets;

export interface LoadedSecrets {
  readonly [key: string]: LoadedValue;
}

export interface LoadSecretsOptions extends ProgramOptions {
  /** Only these: paths with what is below them (`database`), or names of variables (`DATABASE_PASSWORD`). */
  readonly only?: readonly string[] | undefined;
}

/**
 * Opens the files of an environment, verifies them and merges them, later over earlier.
 *
 * The result is plain data, frozen. Printed as a whole, by `console.log` or `JSON.stringify`, it shows `***` for every value; a value by
 * itself is what it is, and so is a copy (`{ ...secrets.database }`, `structuredClone(secrets)`).
 * @typeParam T what `sotto types` writes for the project
 * @example
 * const secrets = await loadSecrets({ environment: "prod" })
 * connect(secrets.database.url)
 * @throws SottoError with a `code` of the closed list; it names all that is missing, not the first
 */
export async function loadSecrets<T = LoadedSecrets>(options: LoadSecretsOptions = {}): Promise<T> {
  const { values } = await openForProgram(options);
  return sealValues(treeOf({ values: chooseValues(values, options.only) })) as T;
}
