/** Appending to a flow collection: on the same line, or on a line of its own where the last entry has one. */
import type { Branch, Document, Node, Pair, Sequence, Splice } from "../../src/model/tree.ts";
import { entryStop } from "./extent.ts";
import { flowKey, flowText } from "./flow.ts";
import { isFirstOnLine, lineStart, lineStop, skipSpace } from "./lines.ts";
import { quotesOf } from "./layout.ts";
import { keySlot, lastContent, scalarSlot } from "./places.ts";
import { type CollectionSlot, yamlOrigin } from "./slots.ts";

/**
 * @param metadata the block's pair in a flow root; the new entry goes in front of it
 */
export function appendToFlow(
  document: Document,
  parent: Branch | Sequence,
  slot: CollectionSlot,
  metadata: Pair | undefined,
  key: string | undefined,
  node: Node,
): Splice[] {
  const { text } = document;
  const last = lastContent(parent);
  const entry = parent.kind === "branch" ? flowPair(document, parent, metadata, key ?? "", node) : flowText(node);
  if (!hasBrackets(text, slot)) return [insert(slot.start, "{"), insert(slot.end, `, ${entry}}`)];
  if (last === undefined) return fillFlow(text, slot, metadata, entry);
  const stop = entryStop(document, last);
  const comma = commaAfter(text, stop);
  const start = startOf(last);
  if (!isFirstOnLine(text, start)) {
    const gap = gapBefore(text, start);
    return comma === undefined ? [insert(stop, `,${gap}${entry}`)] : [insert(comma + 1, `${gap}${entry},`)];
  }
  const line = yamlOrigin(document).lineEnd + text.slice(lineStart(text, start), start) + entry;
  if (comma !== undefined) return [insert(behindComment(text, comma + 1), `${line},`)];
  return [insert(stop, ","), insert(behindComment(text, stop), line)];
}

/** False for a pair that stands in a flow sequence without braces, as in `[a: 1]`. */
export function hasBrackets(text: string, slot: CollectionSlot): boolean {
  return text[slot.start] === "{" || text[slot.start] === "[";
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

function flowPair(document: Document, parent: Branch, metadata: Pair | undefined, key: string, node: Node): string {
  const alone = metadata !== undefined && lastContent(parent) === undefined;
  const quotes = quotesOf(alone ? { ...parent, entries: [metadata] } : parent);
  const head = flowKey(key, quotes);
  const pair = parent.entries.findLast((entry): entry is Pair => entry.kind === "pair");
  const slot = pair === undefined ? undefined : keySlot(pair);
  // JSON without blanks; only behind a quoted key is the colon then still a colon.
  const tight = quotes === "double" && slot?.colon !== undefined && /[^\s]/.test(document.text[slot.colon + 1] ?? " ");
  return `${head}${tight ? "" : " "}${flowText(node)}`;
}

function fillFlow(text: string, slot: CollectionSlot, metadata: Pair | undefined, entry: string): Splice[] {
  if (metadata !== undefined) return [insert(startOf(metadata), `${entry}, `)];
  const close = slot.end - 1;
  const inner = text.slice(slot.start + 1, close);
  return /^[ \t]*$/.test(inner) ? [{ start: slot.start + 1, end: close, text: entry }] : [insert(close, entry)];
}

/** Offset of the first character of an entry or item, properties included. */
export function startOf(child: Node | Pair): number {
  if (child.kind === "pair") return keySlot(child)?.entry ?? 0;
  const slot = scalarSlot(child);
  const start = slot?.start ?? 0;
  return Math.min(start, slot?.tag?.start ?? start, slot?.anchor?.start ?? start);
}

/** The comma that follows in a flow collection, comments and line ends skipped. */
export function commaAfter(text: string, at: number): number | undefined {
  const next = skipFlowSpace(text, at);
  return text[next] === "," ? next : undefined;
}

/** The end of a run of blanks, line ends and comments. */
export function skipFlowSpace(text: string, at: number): number {
  let next = skipSpace(text, at);
  while (text[next] === "#") next = skipSpace(text, lineStop(text, next));
  return next;
}

function gapBefore(text: string, start: number): string {
  let at = start;
  while (text[at - 1] === " ") at -= 1;
  return text[at - 1] === "," ? text.slice(at, start) : " ";
}

/** Behind an inline comment, if nothing but one follows on the line. */
function behindComment(text: string, at: number): number {
  const stop = lineStop(text, at);
  return /^[ \t]*(?:#.*)?$/.test(text.slice(at, stop)) ? stop : at;
}
