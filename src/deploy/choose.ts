/** `--only`: some values of an environment. */
import { formatPath } from "../file/path.ts";
import { type EnvironmentValue, unfit } from "./environment.ts";
import { nameOf } from "./name-of.ts";

export interface Choice {
  /** Of a variable, with its prefix. */
  readonly name: string;
  /** The path as people write it. */
  readonly dotted: string;
}

/** By a name, a path, or a path above it. */
export function isChosen(one: string, { name, dotted }: Choice): boolean {
  return one === name || one === dotted || dotted.startsWith(`${one}.`);
}

/** Sentences for what is to be chosen and is not there. */
export function missingChoices(only: readonly string[], all: readonly Choice[]): readonly string[] {
  return only.filter((one) => !all.some((choice) => isChosen(one, choice))).map((one) => `there is no ${one} to choose`);
}

/**
 * The chosen values, for forms that keep the tree.
 * @throws SottoError `ENVIRONMENT_UNFIT` for a choice that is not there
 */
export function chooseValues(values: readonly EnvironmentValue[], only: readonly string[] = []): readonly EnvironmentValue[] {
  if (only.length === 0) return values;
  const all = values.map((value) => ({ value, name: nameOf(value.path), dotted: formatPath(value.path) }));
  const problems = missingChoices(only, all);
  if (problems.length > 0) throw unfit(problems, ["sotto get FILE lists what is there"]);
  return all.filter((choice) => only.some((one) => isChosen(one, choice))).map(({ value }) => value);
}
