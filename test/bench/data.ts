/** Plain files of a given number of values, the same on every run. */

import { createRandom } from "../support/random.ts";

export type BenchFormat = "yaml" | "json" | "env" | "ini";
/** `grouped`: ten values a group, as people write; `flat`: all beside each other; `nested`: ten a group, ten groups a group, and so on. */
export type Shape = "grouped" | "flat" | "nested";

type Value = string | number | boolean;
type Tree = Map<string, Value | Tree>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Seven strings of 24 to 40 letters, an integer, a boolean and a short string in every ten. */
function createValue(index: number, random: (below: number) => number): Value {
  const kind = index % 10;
  if (kind === 7) return index;
  if (kind === 8) return index % 20 === 8;
  const length = kind === 9 ? 11 : 23 + (index % 3) * 8;
  return `v${Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]).join("")}`;
}

function createTree(count: number, shape: Shape): Tree {
  const random = createRandom(42);
  const root: Tree = new Map();
  for (let index = 0; index < count; index += 1) {
    place(root, pathOf(index, shape), createValue(index, random));
  }
  return root;
}

function pathOf(index: number, shape: Shape): string[] {
  if (shape === "flat") return [`key_${index}`];
  const group = Math.floor(index / 10);
  const groups = shape === "grouped" ? [group] : Array.from(String(group));
  return [...groups.map((name) => `service_${name}`), `key_${index % 10}`];
}

function place(root: Tree, path: readonly string[], value: Value): void {
  let branch = root;
  for (const name of path.slice(0, -1)) {
    const next = branch.get(name);
    if (next instanceof Map) {
      branch = next;
    } else {
      const fresh: Tree = new Map();
      branch.set(name, fresh);
      branch = fresh;
    }
  }
  branch.set(path.at(-1) ?? "", value);
}

/** @returns the text in the layout that sops prints */
export function createPlain(count: number, format: BenchFormat, shape: Shape = "grouped"): string {
  const tree = createTree(count, shape);
  const lines: string[] = [];
  switch (format) {
    case "yaml":
      printYaml(tree, "", lines);
      break;
    case "json":
      return `${JSON.stringify(toObject(tree), undefined, "\t")}\n`;
    case "env":
      printFlat(tree, "", lines);
      break;
    case "ini":
      printSections(tree, lines);
      break;
  }
  return `${lines.join("\n")}\n`;
}

function printYaml(tree: Tree, indent: string, lines: string[]): void {
  for (const [key, value] of tree) {
    lines.push(value instanceof Map ? `${indent}${key}:` : `${indent}${key}: ${String(value)}`);
    if (value instanceof Map) printYaml(value, `${indent}    `, lines);
  }
}

function printFlat(tree: Tree, prefix: string, lines: string[]): void {
  for (const [key, value] of tree) {
    const name = `${prefix}${key.toUpperCase()}`;
    if (value instanceof Map) printFlat(value, `${name}_`, lines);
    else lines.push(`${name}=${String(value)}`);
  }
}

/** One section a group; what is flat goes into one section. */
function printSections(tree: Tree, lines: string[]): void {
  const loose = [...tree].filter(([, value]) => !(value instanceof Map));
  const sections: [string, Tree][] =
    loose.length > 0
      ? [["all", new Map(loose)]]
      : [...tree].flatMap(([key, value]) => (value instanceof Map ? [[key, value] as [string, Tree]] : []));
  for (const [name, section] of sections) {
    if (lines.length > 0) lines.push("");
    lines.push(`[${name}]`);
    const own: string[] = [];
    printFlat(section, "", own);
    const width = Math.max(...own.map((line) => line.indexOf("=")));
    for (const line of own) {
      const equals = line.indexOf("=");
      lines.push(`${line.slice(0, equals).padEnd(width)} = ${line.slice(equals + 1)}`);
    }
  }
}

function toObject(tree: Tree): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([key, value]) => [key, value instanceof Map ? toObject(value) : value]));
}
