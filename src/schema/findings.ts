/** What the schema, and good sense, find in the values of one environment. No message holds a value. */
import { formatOfPath } from "../../formats/index.ts";
import type { EnvironmentValue } from "../deploy/environment.ts";
import { textOf } from "../deploy/names.ts";
import { formatPath } from "../file/path.ts";
import { looksLikePlaceholder } from "../file/placeholder.ts";
import type { Node } from "../model/tree.ts";
import { suggest } from "../policy/suggest.ts";
import { expiriesOf, type ExpiryOptions } from "./certificates.ts";
import { misfitOf } from "./fits.ts";
import { isRequired, type KeySchema, type Schema } from "./model.ts";

export type FindingKind =
  /** A file cannot be opened, or was tampered with. */
  | "file"
  /** A file is readable that a rule encrypts. */
  | "plaintext"
  /** Names of variables that are none, or that two keys share. */
  | "name"
  | "missing"
  | "empty"
  | "type"
  /** A secret that everybody can read. */
  | "readable"
  | "unknown"
  /** A key where it may not be. */
  | "misplaced"
  | "placeholder"
  /** The same secret as in an environment that is kept apart. */
  | "shared"
  | "certificate"
  | "token"
  /** Older than it may be. */
  | "rotate";

export interface EnvironmentFinding {
  readonly kind: FindingKind;
  readonly path?: string;
  readonly file?: string;
  readonly message: string;
  /** Who is to ask, as the schema says. */
  readonly owner?: string;
}

/** What the schema says of the values of one environment. */
export function checkSchema(schema: Schema, environment: string, values: readonly EnvironmentValue[]): readonly EnvironmentFinding[] {
  const byPath = new Map(values.map((value) => [formatPath(value.path), value]));
  const names = schema.keys.map(({ name }) => name);
  const found = schema.keys.flatMap((key) => checkKey(key, environment, byPath.get(key.name) ?? nodeBelow(key, values)));
  if (!schema.strict) return found;
  const known = new Set(names);
  const strangers = [...byPath].filter(([path, { path: parts }]) => !known.has(path) && !isBelowKnown(parts, schema.keys));
  return [
    ...found,
    ...strangers.map(([path, { file }]): EnvironmentFinding => {
      const meant = suggest(path, names);
      const message = `the schema does not know it${meant === undefined ? "" : `: did you mean ${meant}?`}`;
      return { kind: "unknown", path, file, message };
    }),
  ];
}

/** A mapping where the schema names a value. */
function nodeBelow({ path }: KeySchema, values: readonly EnvironmentValue[]): EnvironmentValue | undefined {
  const inner = values.find((value) => value.path.length > path.length && path.every((part, index) => part === value.path[index]));
  return inner === undefined ? undefined : { ...inner, path, node: { kind: "branch", entries: [] } };
}

/** What stands in a mapping that is one value, such as JSON. */
function isBelowKnown(path: readonly string[], keys: readonly KeySchema[]): boolean {
  return keys.some((key) => key.path.length < path.length && key.path.every((part, index) => part === path[index]));
}

function checkKey(key: KeySchema, environment: string, value: EnvironmentValue | undefined): readonly EnvironmentFinding[] {
  const { name, owner } = key;
  const finding = (kind: FindingKind, message: string): EnvironmentFinding => ({
    kind,
    path: name,
    ...(value === undefined ? {} : { file: value.file }),
    message,
    ...(owner === undefined ? {} : { owner }),
  });
  const required = isRequired(key, environment);
  if (value === undefined) return required ? [finding("missing", "is required, and missing")] : [];
  const found: EnvironmentFinding[] = [];
  if (key.environments?.includes(environment) === false) {
    found.push(finding("misplaced", `may be in ${key.environments.join(", ") || "no environment"} only`));
  }
  if (isEmpty(value.node)) return required ? [...found, finding("empty", "is required, and empty")] : found;
  const misfit = misfitOf(key, value.node, isTyped(value.file));
  if (misfit !== undefined) found.push(finding("type", misfit));
  if (key.secret === true && !value.encrypted) found.push(finding("readable", "is a secret, and not encrypted"));
  if (key.secret !== false && key.example !== undefined && key.type !== "enum" && key.type !== "bool") {
    if (textOf(value.node) === key.example) found.push(finding("placeholder", "is the example of the schema"));
  }
  return found;
}

export function isEmpty(node: Node): boolean {
  return node.kind === "null" || (node.kind === "scalar" && node.canonical === "");
}

/** Whether the format of a file has numbers and switches, or texts alone. */
export function isTyped(file: string): boolean {
  const format = formatOfPath(file);
  return format === "yaml" || format === "json";
}

/** What can be told of any value: placeholders, and what expires. */
export function checkValues(
  values: readonly EnvironmentValue[],
  schema: Schema | undefined,
  options: ExpiryOptions,
): readonly EnvironmentFinding[] {
  const keys = new Map(schema?.keys.map((key) => [key.name, key]));
  return values.flatMap(({ path: parts, node, file, encrypted }): readonly EnvironmentFinding[] => {
    const path = formatPath(parts);
    const key = keys.get(path);
    const owner = key?.owner === undefined ? {} : { owner: key.owner };
    const texts = listTexts(node);
    // A word that is no secret may well be `test` or `none`.
    const secret = encrypted && key?.secret !== false && key?.type !== "enum" && key?.type !== "bool";
    const placeholder = secret && texts.some(looksLikePlaceholder);
    return [
      ...(placeholder ? [{ kind: "placeholder", path, file, message: "looks like a placeholder", ...owner } as const] : []),
      ...texts.flatMap((text) => expiriesOf(text, options).map(({ kind, message }) => ({ kind, path, file, message, ...owner }))),
    ];
  });
}

function listTexts(node: Node): readonly string[] {
  switch (node.kind) {
    case "null":
      return [];
    case "scalar":
      return node.type === "str" ? [node.canonical] : [];
    case "sequence":
      return node.items.flatMap((item) => (item.kind === "comment" ? [] : listTexts(item)));
    case "branch":
      return node.entries.flatMap((entry) => (entry.kind === "pair" ? listTexts(entry.value) : []));
  }
}
