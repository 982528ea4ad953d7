/** Removing an entry with its inline comment and the head comments that touch it. Comments of other entries never move. */
import type { Branch, Comment, Document, Entry, Item, Node, Pair, Sequence, Splice } from "../../src/model/tree.ts";
import { entryStop, lastOf } from "./extent.ts";
import { commaAfter, hasBrackets, skipFlowSpace, startOf } from "./insert-flow.ts";
import { documentOfRoot, editableSlot } from "./insert.ts";
import { endsLine, isFirstOnLine, lineStart, lineStop, nextLine, previousStop, skipSpace } from "./lines.ts";
import { childrenOf, keySlot, placeOf, scalarSlot } from "./places.ts";
import type { CollectionSlot, CommentSlot } from "./slots.ts";

/** @throws SottoError `YAML_UNSUPPORTED` for an entry behind an alias */
export function removeEntry(document: Document, parent: Branch | Sequence, index: number): Splice[] {
  const slot = editableSlot(parent);
  const child = childrenOf(parent)[index];
  if (child === undefined) throw new RangeError("no such entry");
  if (child.kind === "comment") return [removeComment(document, child)];
  if (slot.style === "flow") return [removeFromFlow(document, parent, slot, index, child)];
  const metadata = documentOfRoot(document, parent)?.metadata;
  const alone = childrenOf(parent).every((one) => one === child || one.kind === "comment");
  if (alone && metadata === undefined) return removeOnly(document, parent, slot, child);
  return removeLines(document, parent, slot, index, child);
}

function removeComment(document: Document, comment: Comment): Splice {
  const { text } = document;
  const slot = comment.slot as CommentSlot;
  if (!isFirstOnLine(text, slot.hash)) {
    let start = slot.hash;
    while (text[start - 1] === " " || text[start - 1] === "\t") start -= 1;
    return { start, end: slot.end, text: "" };
  }
  return wholeLines(text, slot.hash, slot.end);
}

/** Whole lines; at the end of a file without a final newline the line end in front goes instead. */
function wholeLines(text: string, from: number, to: number): Splice {
  const start = lineStart(text, from);
  const end = nextLine(text, to);
  return end === text.length && !endsLine(text) ? { start: previousStop(text, start), end, text: "" } : { start, end, text: "" };
}

function removeLines(document: Document, parent: Branch | Sequence, slot: CollectionSlot, index: number, child: Node | Pair): Splice[] {
  const { text } = document;
  const children = childrenOf(parent);
  const first = leadOf(child);
  const stop = entryStop(document, child);
  if (!isFirstOnLine(text, first)) {
    // The first entry of a compact collection shares its line with a dash: what follows moves up.
    const end = skipSpace(text, lineStop(text, stop));
    return [{ start: first, end, text: "" }];
  }
  const head = headOf(document, children, index, first);
  const lines = wholeLines(text, head, stop);
  const before = contentBefore(children, index);
  const block = before === undefined ? undefined : blockAtEnd(before);
  if (block === undefined) return [lines];
  // A block scalar in front would take over the line end, or with `+` the blank lines behind.
  if (lines.end === text.length && !endsLine(text)) return [{ ...lines, start: lineStart(text, head) }];
  const next = skipSpace(text, lines.end);
  const blank = next === text.length ? next : Math.max(lines.end, lineStart(text, next));
  return [block === "+" ? { ...lines, end: blank } : lines, ...outdentComments(text, blank, slot.column)];
}

/** Comments that would become text of the block scalar in front are moved to the column of the collection. */
function outdentComments(text: string, from: number, column: number): Splice[] {
  const splices: Splice[] = [];
  for (let at = from, hash = skipSpace(text, at); text[hash] === "#"; hash = skipSpace(text, at)) {
    const start = lineStart(text, hash);
    if (hash - start > column) splices.push({ start: start + column, end: hash, text: "" });
    at = lineStop(text, hash);
  }
  return splices;
}

/** The nearest child in front that is no comment. */
function contentBefore(children: readonly (Entry | Item)[], index: number): Node | Pair | undefined {
  for (let at = index - 1; at >= 0; at -= 1) {
    const child = children[at];
    if (child !== undefined && child.kind !== "comment") return child;
  }
  return undefined;
}

function blockAtEnd(child: Node | Pair): string | undefined {
  const last = lastOf(child);
  return last.kind === "pair" ? undefined : scalarSlot(last)?.block?.chomp;
}

/** Offset of the dash of an item, or of the first character of a pair. */
function leadOf(child: Node | Pair): number {
  if (child.kind === "pair") return startOf(child);
  return scalarSlot(child)?.dash ?? startOf(child);
}

/** Offset of the first comment of the group that touches an entry from above. */
function headOf(document: Document, children: readonly (Entry | Item)[], index: number, first: number): number {
  const { text } = document;
  let head = first;
  for (let at = index - 1; at >= 0; at -= 1) {
    const comment = children[at];
    if (comment?.kind !== "comment" || comment.slot === undefined) break;
    const { hash } = comment.slot as CommentSlot;
    // The inline comment of the entry itself stands in front of it in the tree (sops: §4.1.6).
    if (hash > first) continue;
    if (!isFirstOnLine(text, hash) || nextLine(text, hash) !== lineStart(text, head)) break;
    head = hash;
  }
  return head;
}

/** A collection that loses its last entry becomes `{}` or `[]`, behind its key or dash. */
function removeOnly(document: Document, parent: Branch | Sequence, slot: CollectionSlot, child: Node | Pair): Splice[] {
  const { text } = document;
  const empty = parent.kind === "branch" ? "{}" : "[]";
  const first = leadOf(child);
  const place = placeOf(document, parent);
  const stop = entryStop(document, child);
  if (place === undefined || !isFirstOnLine(text, first)) return [{ start: first, end: lineStop(text, stop), text: empty }];
  const outer = childrenOf(place.parent)[place.index];
  const key = outer?.kind === "pair" ? keySlot(outer) : undefined;
  const behind = Math.max(
    key?.colon === undefined ? 0 : key.colon + 1,
    slot.dash === undefined ? 0 : slot.dash + 1,
    slot.tag?.end ?? 0,
    slot.anchor?.end ?? 0,
  );
  const index = childrenOf(parent).indexOf(child);
  const lines = wholeLines(text, headOf(document, childrenOf(parent), index, first), stop);
  return [{ start: behind, end: behind, text: ` ${empty}` }, lines];
}

function removeFromFlow(document: Document, parent: Branch | Sequence, slot: CollectionSlot, index: number, child: Node | Pair): Splice {
  const { text } = document;
  if (!hasBrackets(text, slot)) return { start: slot.start, end: slot.end, text: "{}" };
  const start = startOf(child);
  const stop = entryStop(document, child);
  const comma = commaAfter(text, stop);
  const ownLine = isFirstOnLine(text, start);
  const after = comma === undefined ? stop : comma + 1;
  const tail = lineStop(text, after);
  const before = previousSibling(document, parent, index);
  const isLast = comma === undefined || skipFlowSpace(text, comma + 1) === slot.end - 1;
  if (ownLine && /^[ \t]*(?:#.*)?$/.test(text.slice(after, tail))) {
    const lines = { start: lineStart(text, headOf(document, childrenOf(parent), index, start)), end: nextLine(text, tail), text: "" };
    if (comma !== undefined || before === undefined) return lines;
    return removeWithComma(document, before, lines);
  }
  if (!isLast) return { start, end: skipBlanks(text, after), text: "" };
  if (before === undefined) return { start, end: after, text: "" };
  // The last entry goes with the comma in front; a trailing comma stays.
  const leading = commaAfter(text, entryStop(document, before)) ?? start;
  return comma === undefined ? { start: leading, end: stop, text: "" } : { start: leading, end: comma, text: "" };
}

/** Removes lines at the end of a flow collection without a trailing comma; the entry in front keeps its comma, which go-yaml allows. */
function removeWithComma(document: Document, before: Node | Pair, lines: Splice): Splice {
  const comma = commaAfter(document.text, entryStop(document, before));
  const nothingBetween = comma !== undefined && document.text.slice(comma + 1, lines.start).trim() === "";
  if (!nothingBetween) return lines;
  const feed = lineStop(document.text, comma);
  return { start: comma, end: lines.end, text: document.text.slice(feed, nextLine(document.text, feed)) };
}

function previousSibling(document: Document, parent: Branch | Sequence, index: number): Node | Pair | undefined {
  const children: (Entry | Item)[] = childrenOf(parent).slice(0, index);
  const metadata = documentOfRoot(document, parent)?.metadata;
  if (metadata !== undefined && metadata.index <= index) children.splice(metadata.index, 0, metadata.pair);
  return contentBefore(children, children.length);
}

function skipBlanks(text: string, at: number): number {
  const gap = /[ \t]*/y;
  gap.lastIndex = at;
  gap.test(text);
  return gap.lastIndex;
}
