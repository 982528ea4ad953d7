/** Names of variables for the values of an environment. */
import { formatPath } from "../file/path.ts";
import type { Node } from "../model/tree.ts";
import { foldName } from "./child-environment.ts";
import { isChosen, missingChoices } from "./choose.ts";
import { type EnvironmentValue, unfit } from "./environment.ts";
import { jsonText } from "./json-text.ts";
import { nameOf } from "./name-of.ts";

export interface NamedValue extends EnvironmentValue {
  readonly name: string;
  /** The value as a text; a list and what is in it as JSON. */
  readonly text: string;
}

export interface NameOptions {
  /** What stands in front of every name. */
  readonly prefix?: string;
  /** Only these: names, or paths and what is below them. */
  readonly only?: readonly string[];
  readonly platform: string;
}

/** POSIX: what a shell can set. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface FoundNames {
  readonly named: readonly NamedValue[];
  /** Every path without a fit name, every name that two paths have, every NUL, and every choice of nothing. */
  readonly problems: readonly string[];
}

export const RENAME = "rename the keys, or choose others with --only";

/**
 * Nested keys are joined by `_` in upper case, with `_` for `-`, `.` and blanks; a key at the top keeps its spelling. Null is no value.
 * @throws SottoError `ENVIRONMENT_UNFIT` that names all problems
 */
export function nameValues(values: readonly EnvironmentValue[], options: NameOptions): readonly NamedValue[] {
  const { named, problems } = findNames(values, options);
  if (problems.length > 0) throw unfit(problems, [RENAME]);
  return named;
}

export function findNames(values: readonly EnvironmentValue[], options: NameOptions): FoundNames {
  const { prefix = "", only = [], platform } = options;
  const named: NamedValue[] = [];
  const problems: string[] = [];
  const paths = new Map<string, readonly string[]>();
  const clashes = new Map<string, (readonly string[])[]>();
  for (const value of values) {
    const { path, node } = value;
    if (node.kind === "null") continue;
    const name = prefix + nameOf(path);
    if (only.length > 0 && !only.some((one) => isChosen(one, { name, dotted: formatPath(path) }))) continue;
    const folded = foldName(name, platform);
    const first = paths.get(folded);
    if (first === undefined) paths.set(folded, path);
    else clashes.set(folded, [...(clashes.get(folded) ?? [first]), path]);
    if (!NAME.test(name)) problems.push(`${formatPath(path)} gives ${JSON.stringify(name)}, which is no name of a variable`);
    const text = textOf(node);
    if (text.includes("\0")) problems.push(`${formatPath(path)} holds a NUL, which no variable can hold`);
    named.push({ path, node, file: value.file, encrypted: value.encrypted, name, text });
  }
  for (const [name, same] of clashes) problems.push(`${same.map(formatPath).join(" and ")} give one name, ${name}`);
  if (only.length > 0) {
    const all = values.map(({ path }) => ({ name: prefix + nameOf(path), dotted: formatPath(path) }));
    problems.push(...missingChoices(only, all));
  }
  return { named, problems };
}

/** A text as it is, `true` and `false`, numbers in sops's spelling, everything else as JSON. */
export function textOf(node: Node): string {
  if (node.kind === "null") return "";
  if (node.kind !== "scalar") return jsonText(node);
  return node.type === "bool" ? node.canonical.toLowerCase() : node.canonical;
}
