/** New text for block collections, laid out as the file is: indentation step, key quotes, blanks behind dashes. */
import type { Branch, Document, Node, Pair } from "../../src/model/tree.ts";
import { emitYaml } from "./emit.ts";
import { flowKey, flowText } from "./flow.ts";
import { indentLines, splitLines } from "./lines.ts";
import { contentOf, isIndentless, keySlot, stepOf } from "./places.ts";
import { isPlainSafe, spellDefault, spellDouble, spellSingle } from "./quote.ts";

export type KeyQuotes = "plain" | "single" | "double";

/** A node as text: what goes on the line of its key or dash, and the lines below, indented from column 0 of the file. */
export interface Lines {
  readonly inline: string;
  readonly below: readonly string[];
}

export interface LayoutPlace {
  /** Column of the keys or dashes of the collection around. */
  readonly column: number;
  readonly inSequence: boolean;
  readonly step: number;
  /** Column of a nested collection. */
  readonly nested: number;
  /** True where no block scalar may end: what follows would become part of it. */
  readonly tight?: boolean;
}

/** Where the value of a new entry of a block mapping in this column goes. */
export function mappingPlace(document: Document, column: number, node: Node): LayoutPlace {
  const step = stepOf(document);
  const flush = node.kind === "sequence" && isIndentless(document);
  return { column, inSequence: false, step, nested: flush ? column : column + step };
}

/** Lays out a value. */
export function layOut(node: Node, place: LayoutPlace): Lines {
  if (node.kind === "null") return { inline: "null", below: [] };
  if (place.tight === true && hasLines(node)) return { inline: flowText(node), below: [] };
  if (node.kind === "scalar") {
    const text = spellDefault(node, { indent: place.column, inSequence: place.inSequence, step: place.step });
    const [inline = "", ...below] = text.split("\n");
    return { inline, below };
  }
  const [first = "", ...lines] = emitted(node, place.step);
  if (lines.length === 0) return { inline: first.replace(/^k: /, ""), below: [] };
  const inner = /^ */.exec(lines.find((line) => line !== "") ?? "")?.[0].length ?? 0;
  return {
    inline: "",
    below: indentLines(
      lines.map((line) => line.slice(inner)),
      place.nested,
    ),
  };
}

/** True for a node that holds text of several lines. */
function hasLines(node: Node): boolean {
  const open: Node[] = [node];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (top.kind === "scalar") {
      if (splitLines(top.canonical).length > 1) return true;
    } else if (top.kind !== "null") for (const child of contentOf(top)) open.push(child.kind === "pair" ? child.value : child);
  }
  return false;
}

function emitted(node: Node, step: number): string[] {
  return emitYaml([{ kind: "branch", entries: [{ kind: "pair", key: "k", value: node }] }], { indent: step })
    .replace(/\n$/, "")
    .split("\n");
}

/** A key and its colon, in the quotes that its siblings share. */
export function spellKey(key: string, quotes: KeyQuotes): string {
  if (quotes === "double") return `${spellDouble(key)}:`;
  const single = quotes === "single" ? spellSingle(key) : undefined;
  if (single !== undefined) return `${single}:`;
  return `${isPlainSafe(key, false) ? key : spellDefault({ kind: "scalar", type: "str", canonical: key }, { key: true, indent: 0 })}:`;
}

/** The quotes of all keys of a mapping, plain unless they agree on others. */
export function quotesOf(branch: Branch): KeyQuotes {
  const pairs = branch.entries.filter((entry): entry is Pair => entry.kind === "pair" && entry.slot !== undefined);
  const style = pairs[0] === undefined ? undefined : keySlot(pairs[0])?.style;
  if (style !== "single" && style !== "double") return "plain";
  return pairs.every((pair) => keySlot(pair)?.style === style) ? style : "plain";
}

/** The lines of a new entry of a block mapping. */
export function pairLines(
  document: Document,
  key: string,
  node: Node,
  place: { column: number; tight: boolean },
  quotes: KeyQuotes,
): string[] {
  const { column, tight } = place;
  if (isLongKey(key)) return indentLines(longPair(key, node, stepOf(document)), column);
  const { inline, below } = layOut(node, { ...mappingPlace(document, column, node), tight });
  const head = spellKey(key, quotes);
  return [" ".repeat(column) + head + (inline === "" ? "" : ` ${inline}`), ...below];
}

/** sops writes such keys behind `? ` (sops: §4.1.5). */
function isLongKey(key: string): boolean {
  return splitLines(key).length > 1 || flowKey(key).length > 128;
}

function longPair(key: string, node: Node, step: number): string[] {
  return emitYaml([{ kind: "branch", entries: [{ kind: "pair", key, value: node }] }], { indent: step })
    .replace(/\n$/, "")
    .split("\n");
}

/** The lines of a new item of a block sequence. */
export function itemLines(document: Document, node: Node, place: { column: number; tight: boolean }, blanks: string): string[] {
  const { column, tight } = place;
  const step = stepOf(document);
  const nested = column + 1 + blanks.length;
  const { inline, below } = layOut(node, { column, inSequence: true, step, nested, tight });
  const dash = `${" ".repeat(column)}-`;
  if (inline !== "") return [`${dash}${blanks}${inline}`, ...below];
  const [first = "", ...rest] = below;
  return [`${dash}${blanks}${first.slice(nested)}`, ...rest];
}
