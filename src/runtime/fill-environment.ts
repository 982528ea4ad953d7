/** Fills the environment of a process with the values of one of the project's environments, before the program in it starts. */
import { foldName, isIdentity } from "../deploy/child-environment.ts";
import { valueCanStartCode } from "../deploy/code-names.ts";
import type { EnvironmentValue } from "../deploy/environment.ts";
import { type NamedValue, nameValues } from "../deploy/names.ts";
import { createNodeHost } from "../host/node-host.ts";
import type { Variables } from "../host/own-environment.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { openForProgram } from "./open-for-program.ts";

export interface Filled {
  readonly set: readonly string[];
  /** Had a value before, and have it still. */
  readonly kept: readonly string[];
}

/** What a process says to those that it starts: they have the values already, and no identity to get them again. */
const FILLED = "SOTTO_FILLED";

/**
 * The environment is named by `SOTTO_ENVIRONMENT`, by nothing else. A variable that is set already stays, unless `SOTTO_OVERRIDE` is 1.
 * `SOTTO_ONLY` chooses names, or paths with what is below them.
 * Afterwards no identity of sotto's stands in it. Nothing is changed when anything is wrong.
 * @throws SottoError `USAGE`, `REFUSED` for names that decide what programs load or start, `ENVIRONMENT_UNFIT`, and what opening throws
 */
export async function fillEnvironment(env: Variables, given?: Host): Promise<Filled> {
  const host = given ?? createNodeHost({ env });
  const environment = env["SOTTO_ENVIRONMENT"] ?? "";
  if (environment !== "" && env[FILLED] === environment) return { set: [], kept: [] };
  const { platform } = host;
  const { values } = await openForProgram({ host });
  const named = nameChosen(values, platform, listIn(env["SOTTO_ONLY"]));
  refuseCode(named, listIn(env["SOTTO_ALLOW_ENV"]), platform);
  const before = new Set(Object.keys(env).map((name) => foldName(name, platform)));
  const isKept = (name: string): boolean => env["SOTTO_OVERRIDE"] !== "1" && before.has(foldName(name, platform));
  const kept = named.filter(({ name }) => isKept(name));
  const set = named.filter(({ name }) => !isKept(name));
  for (const { name, text } of set) env[name] = text;
  for (const name of Object.keys(env)) if (isIdentity(name, platform)) Reflect.deleteProperty(env, name);
  env[FILLED] = environment;
  return { set: set.map(({ name }) => name), kept: kept.map(({ name }) => name) };
}

function listIn(text = ""): readonly string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function nameChosen(values: readonly EnvironmentValue[], platform: string, only: readonly string[]): readonly NamedValue[] {
  try {
    return nameValues(values, { platform, only });
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const hints = ["rename the keys, or choose others: SOTTO_ONLY=NAME,PATH"];
    throw new SottoError(error.code, error.message, { hints });
  }
}

function refuseCode(named: readonly NamedValue[], allowed: readonly string[], platform: string): void {
  const through = new Set(allowed.map((name) => foldName(name, platform)));
  const found = named
    .filter(({ name, text }) => valueCanStartCode(name, text, platform) && !through.has(foldName(name, platform)))
    .map(({ name }) => name);
  if (found.length === 0) return;
  throw new SottoError("REFUSED", `${found.join(", ")}: what decides which programs load or start is not taken from secrets`, {
    hints: [`if it is meant to: SOTTO_ALLOW_ENV=${found.join(",")}`],
  });
}
