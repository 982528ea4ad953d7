/** Names and texts for the forms that are flat, and what is wrong with them, all of it at once. */
import { formatPath } from "../../file/path.ts";
import { hasRawBytes } from "../../model/text.ts";
import { foldName } from "../child-environment.ts";
import { type EnvironmentValue, unfit } from "../environment.ts";
import { isChosen, missingChoices } from "../choose.ts";
import { nameOf } from "../name-of.ts";
import { type NamedValue, textOf } from "../names.ts";
import { refuseCode } from "../variables.ts";
import type { RenderOptions } from "./renderer.ts";
import { scalarsOf } from "./scalars.ts";

/** What a form asks of names and texts. */
export interface NameRules {
  /** Of a path; the name of a variable without it. */
  readonly nameOf?: (path: readonly string[]) => string;
  readonly isName: (name: string) => boolean;
  /** What a name is, for messages: `name of a variable`. */
  readonly noun: string;
  /** What is wrong with a text or its name, to be put behind the path: `holds a NUL, …`. */
  readonly flaws?: (named: NamedValue) => readonly (string | undefined)[];
}

/**
 * Null is no value and gets no name.
 * @throws SottoError `ENVIRONMENT_UNFIT` for names that do not fit, names that several paths have, and flaws of texts
 */
export function nameTexts(values: readonly EnvironmentValue[], options: RenderOptions, rules: NameRules): readonly NamedValue[] {
  const { prefix = "", only = [], platform } = options;
  const nameIt = rules.nameOf ?? nameOf;
  const problems: string[] = [];
  const named: NamedValue[] = [];
  const paths = new Map<string, string[]>();
  const all = values.map((value) => ({ value, name: prefix + nameIt(value.path), dotted: formatPath(value.path) }));
  for (const { value, name, dotted } of all) {
    if (value.node.kind === "null" || (only.length > 0 && !only.some((one) => isChosen(one, { name, dotted })))) continue;
    const one = { ...value, name, text: textOf(value.node) };
    const same = paths.get(foldName(name, platform));
    if (same === undefined) paths.set(foldName(name, platform), [dotted]);
    else same.push(dotted);
    if (!rules.isName(name)) problems.push(`${dotted} gives ${JSON.stringify(name)}, which is no ${rules.noun}`);
    // In what is not a single value they would be spelled as JSON spells nothing.
    const inner = value.node.kind === "scalar" ? [] : scalarsOf(value.node);
    if (inner.some(({ canonical }) => hasRawBytes(canonical))) problems.push(`${dotted} ${BYTES} JSON cannot hold`);
    for (const flaw of rules.flaws?.(one) ?? []) if (flaw !== undefined) problems.push(`${dotted} ${flaw}`);
    named.push(one);
  }
  for (const [name, same] of paths) if (same.length > 1) problems.push(`${same.join(" and ")} give one name, ${name}`);
  problems.push(...missingChoices(only, all));
  if (problems.length > 0) throw unfit(problems, ["change the keys or values, or choose others with --only"]);
  return named;
}

const BYTES = "holds bytes that are not UTF-8, which";

/** POSIX: what a shell can set. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Variables of an environment: as {@link nameTexts}, and none that decides what programs start unless it was encrypted.
 * @throws SottoError `ENVIRONMENT_UNFIT`, `REFUSED`
 */
export function nameVariables(
  values: readonly EnvironmentValue[],
  options: RenderOptions,
  flaws: (named: NamedValue) => readonly (string | undefined)[] = () => [],
): readonly NamedValue[] {
  const named = nameTexts(values, options, {
    isName: (name) => VARIABLE.test(name),
    noun: "name of a variable",
    flaws: (one) => [holdsNul(one.text, "no variable can hold"), ...flaws(one)],
  });
  refuseCode(
    named.map(({ name, text, encrypted }) => ({ name, value: text, encrypted })),
    options.allowed ?? [],
    options.platform,
  );
  return named;
}

/** @param limit `no variable can hold` */
export function holdsNul(text: string, limit: string): string | undefined {
  return text.includes("\0") ? `holds a NUL, which ${limit}` : undefined;
}

export function holdsBytes(text: string, reader: string): string | undefined {
  return hasRawBytes(text) ? `${BYTES} ${reader} cannot hold` : undefined;
}
