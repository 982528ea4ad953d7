/** TOML 1.0: values of a table first, the tables in it behind them. TOML has no null, so a key with it is left out. */
import { formatPath } from "../../file/path.ts";
import { formatFloat, parseFloatText } from "../../model/number.ts";
import { encodeText } from "../../model/text.ts";
import type { Branch, Node, Pair, Scalar } from "../../model/tree.ts";
import { treeOf, unfit } from "../environment.ts";
import { chooseValues } from "../choose.ts";
import { holdsBytes } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import { scalarsOf } from "./scalars.ts";

export const renderToml: Renderer = (all, options) => {
  const values = chooseValues(all, options.only).filter(({ node }) => node.kind !== "null");
  const problems = values.flatMap(({ path, node }) => {
    const flaws = scalarsOf(node).map((scalar) => holdsBytes(scalar.canonical, "TOML") ?? outOfRange(scalar));
    if (holdsNull(node)) flaws.push("has a null in it, which TOML cannot hold");
    return flaws.flatMap((flaw) => (flaw === undefined ? [] : [`${formatPath(path)} ${flaw}`]));
  });
  if (problems.length > 0) throw unfit(problems, ["leave them out: choose others with --only"]);
  const parts: string[] = [];
  writeTable(treeOf({ values }), [], parts);
  return { bytes: encodeText(parts.join("")) };
};

function outOfRange({ type, canonical }: Scalar): string | undefined {
  if (type !== "int" || !/^-?\d+$/.test(canonical)) return undefined;
  return BigInt.asIntN(64, BigInt(canonical)) === BigInt(canonical) ? undefined : "is an integer of more than the 64 bits that TOML has";
}

function holdsNull(node: Node): boolean {
  if (node.kind === "branch") return node.entries.some((entry) => entry.kind === "pair" && isNullIn(entry.value));
  return node.kind === "sequence" && node.items.some((item) => item.kind !== "comment" && isNullIn(item));
}

const isNullIn = (node: Node): boolean => node.kind === "null" || holdsNull(node);

const isTable = ({ value }: Pair): boolean => value.kind === "branch" && value.entries.length > 0;

function writeTable(branch: Branch, path: readonly string[], parts: string[]): void {
  const pairs = branch.entries.filter((entry): entry is Pair => entry.kind === "pair");
  const plain = pairs.filter((pair) => !isTable(pair));
  if (path.length > 0 && plain.length > 0) parts.push(`${parts.length > 0 ? "\n" : ""}[${path.map((key) => writeKey(key)).join(".")}]\n`);
  for (const { key, value } of plain) parts.push(`${writeKey(key)} = ${writeValue(value)}\n`);
  for (const { key, value } of pairs.filter(isTable)) if (value.kind === "branch") writeTable(value, [...path, key], parts);
}

const writeKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : quote(key));

function writeValue(node: Node): string {
  switch (node.kind) {
    case "null":
      throw new TypeError("null in TOML");
    case "scalar":
      return writeScalar(node);
    case "sequence":
      return `[${node.items.flatMap((item) => (item.kind === "comment" ? [] : [writeValue(item)])).join(", ")}]`;
    case "branch": {
      const pairs = node.entries.flatMap((entry) => (entry.kind === "pair" ? [`${writeKey(entry.key)} = ${writeValue(entry.value)}`] : []));
      return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
    }
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function writeScalar({ type, canonical }: Scalar): string {
  if (type === "bool") return canonical.toLowerCase();
  if (type === "int" && /^-?\d+$/.test(canonical)) return canonical;
  if (type === "time" && TIME.test(canonical)) return canonical;
  const value = type === "float" ? parseFloatText(canonical) : undefined;
  if (value === undefined) return quote(canonical);
  if (!Number.isFinite(value)) return formatFloat(value).replace("+", "").toLowerCase();
  const text = formatFloat(value);
  return text.includes(".") ? text : `${text}.0`;
}

const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\u007f]/g;

function quote(text: string): string {
  return `"${text.replaceAll(ESCAPED, (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}
