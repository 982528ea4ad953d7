/**
 * Reads the values of a config as go-yaml decodes them into sops's structs: what fits which field, merge keys resolved.
 * Nodes are read where they are asked for, never the whole tree.
 */
import { parseFloatText } from "../model/number.ts";
import type { Branch, Node, Scalar, Span } from "../model/tree.ts";
import type { ConfigSource } from "./source.ts";

/** A node, and where to point at: inside an alias there is no text of its own, so it is the alias. */
export interface Located {
  readonly node: Node;
  readonly span: Span;
}

export interface Field extends Located {
  readonly key: string;
  readonly keySpan: Span;
}

/** A chain of merge keys longer than this is no config. */
const MAX_MERGES = 100;

/**
 * Entries of a mapping with `<<` resolved: own keys first, then what is merged, the first of a name counts (go-yaml `merge`).
 * @param name of the field, for the message
 * @returns none for a null
 */
export function readFields(source: ConfigSource, value: Located, name: string, type: string): readonly Field[] {
  const { node, span } = value;
  if (node.kind === "null") return [];
  if (node.kind !== "branch") throw source.misfit(span, name, tagOf(node), type);
  const fields = new Map<string, Field>();
  collect(source, node, span, fields, 0);
  return [...fields.values()];
}

function collect(source: ConfigSource, branch: Branch, outer: Span, fields: Map<string, Field>, depth: number): void {
  const merges: Located[] = [];
  for (const entry of branch.entries) {
    if (entry.kind === "comment") continue;
    const { key, value, slot } = entry;
    const keySpan = slot ?? outer;
    const located = { node: value, span: value.slot ?? keySpan };
    if (key === "<<" && (slot === undefined || slot.style === "plain")) merges.push(located);
    else if (!fields.has(key)) fields.set(key, { ...located, key, keySpan });
  }
  for (const merge of merges) {
    const parts = merge.node.kind === "sequence" ? readItems(merge.node, merge.span) : [merge];
    for (const { node, span } of parts) {
      if (node.kind !== "branch" || depth >= MAX_MERGES) {
        throw source.error(
          span,
          "error loading config: Could not unmarshal config file: yaml: map merge requires map or sequence of maps as the value",
        );
      }
      collect(source, node, span, fields, depth + 1);
    }
  }
}

/** Items of a list. Nulls are dropped, as go-yaml does for lists of texts and of structs. */
export function readList(source: ConfigSource, value: Located, name: string, type: string): readonly Located[] {
  if (value.node.kind === "null") return [];
  if (value.node.kind !== "sequence") throw source.misfit(value.span, name, tagOf(value.node), type);
  return readItems(value.node, value.span).filter((item) => item.node.kind !== "null");
}

function readItems(node: Extract<Node, { kind: "sequence" }>, outer: Span): readonly Located[] {
  return node.items.flatMap((item) => (item.kind === "comment" ? [] : [{ node: item, span: item.slot ?? outer }]));
}

/** A text field takes any scalar as it is written; null leaves it empty. */
export function readText(source: ConfigSource, value: Located, name: string): string {
  if (value.node.kind === "null") return "";
  if (value.node.kind !== "scalar") throw source.misfit(value.span, name, tagOf(value.node), "string");
  return scalarText(source, value.node);
}

export function readTexts(source: ConfigSource, value: Located, name: string): readonly string[] {
  return readList(source, value, name, "[]string").map((item) => readText(source, item, name));
}

/** A whole number; the fraction of a float is cut off (go-yaml). Null is 0. */
export function readInt(source: ConfigSource, value: Located, name: string): number {
  if (value.node.kind === "null") return 0;
  const type = value.node.kind === "scalar" ? value.node.type : undefined;
  if (value.node.kind === "scalar" && (type === "int" || type === "float")) {
    const number = type === "int" ? Number(value.node.canonical) : Math.trunc(parseFloatText(value.node.canonical) ?? Number.NaN);
    if (Number.isSafeInteger(number)) return number;
  }
  throw source.misfit(value.span, name, tagOf(value.node), "int");
}

const YES = new Set(["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]);
const NO = new Set(["n", "N", "no", "No", "NO", "off", "Off", "OFF"]);

/** True and false, and YAML 1.1's words for them, quoted or not (go-yaml). Null is false. */
export function readBool(source: ConfigSource, value: Located, name: string): boolean {
  const { node } = value;
  if (node.kind === "null") return false;
  if (node.kind === "scalar" && node.type === "bool") return node.canonical === "True";
  if (node.kind === "scalar" && node.type === "str" && YES.has(node.canonical)) return true;
  if (node.kind === "scalar" && node.type === "str" && NO.has(node.canonical)) return false;
  throw source.misfit(value.span, name, tagOf(node), "bool");
}

/** The scalar as written, where its text is at hand; numbers behind an alias come in canonical form. */
export function scalarText(source: ConfigSource, scalar: Scalar): string {
  const { slot } = scalar;
  // a number that sops cannot encrypt is read as an empty text
  const folded = scalar.type === "str" && scalar.canonical !== "";
  if (folded || slot === undefined || slot.style !== "plain") return scalar.canonical;
  return source.text.slice(slot.start, slot.end);
}

const TAGS = { str: "!!str", int: "!!int", float: "!!float", bool: "!!bool", time: "!!timestamp" } as const;

/** go-yaml's short tag of a node. Values are left out of messages. */
export function tagOf(node: Node): string {
  if (node.kind === "scalar") return TAGS[node.type];
  if (node.kind === "null") return "!!null";
  return node.kind === "branch" ? "!!map" : "!!seq";
}

const GO_TYPES = { str: "string", int: "int", float: "float64", bool: "bool", time: "time.Time" } as const;

/** Go's name of the type that go-yaml makes of a node. */
export function goTypeOf(node: Node): string {
  if (node.kind === "scalar") return GO_TYPES[node.type];
  if (node.kind === "null") return "<nil>";
  return node.kind === "branch" ? "map[string]interface {}" : "[]interface {}";
}
