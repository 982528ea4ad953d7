/** How far a node's text reaches, and where the next thing after it may be inserted without changing its value. */
import type { Document, Entry, Item, Node, Pair } from "../../src/model/tree.ts";
import { endsLine, lineStop, nextLine, skipSpace, splitLines } from "./lines.ts";
import { collectionSlot, keySlot, lastContent, scalarSlot, valueOf } from "./places.ts";

/** The last scalar, null or flow collection of a node in block style: the one whose text ends it. */
export function lastOf(child: Node | Pair): Node | Pair {
  let last: Node | Pair = child;
  for (;;) {
    const value: Node = last.kind === "pair" ? last.value : last;
    if (value.slot === undefined || value.slot.start === value.slot.end) return last;
    if ((value.kind !== "branch" && value.kind !== "sequence") || value.slot.style !== "block") return value;
    const next = lastContent(value);
    if (next === undefined) return last;
    last = next;
  }
}

/** Offset behind the last character of an entry's text. */
export function entryStop(document: Document, child: Node | Pair): number {
  const last = lastOf(child);
  const node = last.kind === "pair" ? last.value : last;
  const slot = scalarSlot(node);
  const key = last.kind === "pair" ? keySlot(last) : undefined;
  const lead = Math.max(
    key?.colon === undefined ? (key?.end ?? 0) : key.colon + 1,
    last.kind === "pair" || slot?.dash === undefined ? 0 : slot.dash + 1,
    propertiesStop(node),
  );
  if (slot === undefined || slot.style === ("block" as string)) return lead;
  // A value without text may be placed anywhere up to the next token; it must not drag the entry over a line end.
  if (slot.end === slot.start) return Math.max(lead, Math.min(slot.end, lineStop(document.text, lead)));
  return Math.max(lead, slot.end);
}

function propertiesStop(node: Node): number {
  const slot = scalarSlot(node);
  return Math.max(slot?.tag?.end ?? 0, slot?.anchor?.end ?? 0);
}

/** A place to insert lines: behind the end of a line, or at the start of one. */
export interface Seam {
  readonly at: number;
  readonly before: "lineEnd" | "line";
}

/**
 * Where lines may be inserted behind an entry of a block collection: after its inline comment, in front of foot comments and blank lines.
 * Blank lines that are part of the entry's value stay with it.
 */
export function seamAfter(document: Document, child: Node | Pair): Seam {
  const { text } = document;
  const stop = lineStop(text, entryStop(document, child));
  const last = lastOf(child);
  const block = last.kind === "pair" ? undefined : scalarSlot(last)?.block;
  if (block === undefined) return { at: stop, before: "lineEnd" };
  const space = skipSpace(text, stop);
  const blank = space === text.length ? space : Math.max(stop, nextLineStart(text, stop, space));
  const owned = splitLines(text.slice(stop, blank))
    .slice(1)
    .some((line, index, all) => line.length > block.indent || (block.chomp === "+" && index < all.length - 1));
  return owned && endsLine(text.slice(stop, blank)) ? { at: blank, before: "line" } : { at: stop, before: "lineEnd" };
}

function nextLineStart(text: string, from: number, to: number): number {
  let at = from;
  for (let next = nextLine(text, at); next <= to && next !== at; next = nextLine(text, at)) at = next;
  return at;
}

/** Column of a block collection's keys or dashes. */
export function columnOf(node: Node): number {
  return node.kind === "branch" || node.kind === "sequence" ? (collectionSlot(node)?.column ?? 0) : 0;
}

/** The value of an entry as a node; comments have none. */
export function nodeOf(child: Entry | Item): Node | undefined {
  const value = valueOf(child);
  return value.kind === "comment" ? undefined : value;
}
