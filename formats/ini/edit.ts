/** Adds, replaces and removes INI keys and sections in the layout of their neighbours. */
import { SottoError } from "../../src/model/error.ts";
import type { Branch, Comment, Document, Entry, Node, Pair, Sequence, Splice } from "../../src/model/tree.ts";
import { printHeader, printKey, printKeys, printValue, sectionLines } from "./print.ts";
import { commentBlock } from "./comment.ts";
import { commentSlot, headerSlot, iniOrigin, keySlot, sectionSlot, valueSlot } from "./slots.ts";
import type { CommentSlot, KeySlot } from "./slots.ts";
import { lineStart, skipSpace, skipSpaceBack } from "./text.ts";

const STRICT = { lossy: false };

export function appendEntry(document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice[] {
  if (parent.kind !== "branch") throw new SottoError("EMIT_FAILED", "INI has no lists");
  const pair: Pair = { kind: "pair", key: key ?? "", value: node };
  return parent === document.roots[0] ? [appendSection(document, pair)] : [appendKey(document, parent, pair)];
}

function appendKey(document: Document, section: Branch, pair: Pair): Splice {
  const { text } = document;
  const name = printKey(pair.key, false);
  const value = printValue(pair.key, pair.value, STRICT);
  const keys = keySlots(section);
  const last = keys.at(-1);
  const line = last ? neighbourIndent(text, last) + name + neighbourDelimiter(document, section, keys, name) + value : `${name} = ${value}`;
  return insertLines(document, sectionSlot(section)?.next ?? text.length, [line]);
}

function keySlots(section: Branch): KeySlot[] {
  return section.entries.flatMap((entry) => (entry.kind === "pair" ? (keySlot(entry.slot) ?? []) : []));
}

function neighbourIndent(text: string, key: KeySlot): string {
  return text.slice(key.line.start, key.start);
}

/** What stands between key and value, padded to the column of the delimiters where they stand in one. */
function neighbourDelimiter(document: Document, section: Branch, keys: readonly KeySlot[], name: string): string {
  const last = keys.at(-1);
  const entry = section.entries.findLast((one) => one.kind === "pair");
  const value = entry?.kind === "pair" && entry.value.kind === "scalar" ? valueSlot(entry.value) : undefined;
  if (!last || !value) return " = ";
  const width = last.delimiter - last.start;
  const aligned =
    keys.every((key) => key.delimiter - key.start === width) && keys.some((key) => key.end - key.start !== last.end - last.start);
  const gap = aligned ? " ".repeat(Math.max(1, width - name.length)) : document.text.slice(last.end, last.delimiter);
  return gap + document.text.slice(last.delimiter, value.start);
}

function appendSection(document: Document, pair: Pair): Splice {
  const { text } = document;
  const header = printHeader(pair.key, false);
  const { comment, keys } = sectionLines(pair, false);
  const { lineEnd, metadata } = iniOrigin(document);
  const block = [...(comment === "" ? [] : [commentBlock(comment, "; ", "section", lineEnd)]), header, ...printKeys(keys)];
  const next = metadata?.header.line.start;
  const at = next === undefined ? text.length : blankLineBefore(text, next);
  const first = at === 0 || (at === 1 && text.startsWith("\uFEFF"));
  const lines = first || text.slice(0, at).endsWith(lineEnd + lineEnd) ? block : ["", ...block];
  return insertLines(document, at, at === next ? [...lines, ""] : lines);
}

/** Start of the blank line in front of a line, or of the line itself. */
function blankLineBefore(text: string, start: number): number {
  const before = start > 0 ? lineStart(text, start - 1) : start;
  return skipSpace(text, before, start) === start ? before : start;
}

/** True if the line before `offset` would be continued by the next. */
function endsInBackslash(text: string, offset: number): boolean {
  const start = offset > 0 ? lineStart(text, offset - 1) : 0;
  return text[skipSpaceBack(text, start, offset) - 1] === "\\";
}

/** Whole lines at the start of a line; at the end of a file without a final line end, the line end goes in front. */
function insertLines(document: Document, offset: number, lines: readonly string[]): Splice {
  const { lineEnd } = iniOrigin(document);
  const { text } = document;
  const open = offset === text.length && offset > 0 && !text.endsWith("\n") && text !== "\uFEFF";
  const gap = endsInBackslash(text, offset) && lines[0] !== "" ? lineEnd : "";
  const block = gap + lines.join(lineEnd);
  return { start: offset, end: offset, text: open ? lineEnd + block : block + lineEnd };
}

export function replaceEntry(document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[] {
  const entry = parent.kind === "branch" ? parent.entries[index] : undefined;
  if (entry?.kind !== "pair") return [];
  if (parent !== document.roots[0]) {
    const slot = entry.value.kind === "scalar" ? valueSlot(entry.value) : undefined;
    return slot ? [{ ...slot, text: printValue(entry.key, node, STRICT) }] : [];
  }
  const { keys } = sectionLines({ kind: "pair", key: entry.key, value: node }, false);
  const { lineEnd } = iniOrigin(document);
  const body = entry.value.kind === "branch" ? sectionSlot(entry.value) : undefined;
  if (!body) return [];
  const start = headerSlot(entry.slot)?.line.end ?? body.start;
  const open = body.next === document.text.length && !document.text.endsWith("\n");
  const lead = open && start === body.next && start > 0 ? lineEnd : "";
  const block = printKeys(keys).join(lineEnd);
  return [{ start, end: body.next, text: block === "" ? "" : lead + block + (open ? "" : lineEnd) }];
}

export function removeEntry(document: Document, parent: Branch | Sequence, index: number): Splice[] {
  const entry = parent.kind === "branch" ? parent.entries[index] : undefined;
  if (parent.kind !== "branch" || !entry) return [];
  if (entry.kind === "comment") return removeComment(document, entry);
  const name = keySlot(entry.slot);
  if (name) return [cutLines(document, headStart(document, parent, index, name.line.start), name.line.end)];
  return [removeSection(document, parent, index)];
}

/** Start of the comment lines that touch the line, of the comment that stands behind the entry in the tree. */
function headStart(document: Document, parent: Branch, index: number, line: number): number {
  const comment = parent.entries[index + 1];
  const slot = comment?.kind === "comment" ? commentSlot(comment) : undefined;
  return slot?.style === "line" && slot.tail !== undefined ? touching(document.text, slot, line) : line;
}

function touching(text: string, slot: CommentSlot, line: number): number {
  let start = line;
  while (start > slot.start) {
    const above = lineStart(text, start - 1);
    if (skipSpace(text, above, start) === start) break;
    start = above;
  }
  return start;
}

function removeComment(document: Document, comment: Comment): Splice[] {
  const slot = commentSlot(comment);
  if (!slot) return [];
  const { text } = document;
  if (slot.style === "inline") {
    let start = slot.start;
    while (start > 0 && (text[start - 1] === " " || text[start - 1] === "\t")) start -= 1;
    return [{ start, end: slot.end, text: "" }];
  }
  if (slot.start === slot.end) return slot.behind ? [{ ...slot.behind, text: "" }] : [];
  const start = lineStart(text, slot.start);
  const feed = text.indexOf("\n", slot.end);
  const lines = cutLines(document, start, feed === -1 ? text.length : feed + 1);
  return slot.behind ? [lines, { ...slot.behind, text: "" }] : [lines];
}

/** The section with all that stands in it, up to the comment lines of the next header. */
function removeSection(document: Document, root: Branch, index: number): Splice {
  const { text } = document;
  const entry = root.entries[index];
  const body = entry?.kind === "pair" && entry.value.kind === "branch" ? entry.value : undefined;
  const slot = body && sectionSlot(body);
  if (!entry || !body || !slot) return { start: 0, end: 0, text: "" };
  const header = headerSlot(entry.slot);
  const first = body.entries[0];
  const own = first?.kind === "comment" ? commentSlot(first) : undefined;
  const above = header && own?.style === "line" && own.tail === header.end ? touching(text, own, header.line.start) : undefined;
  const start = above ?? header?.line.start ?? firstLine(text, body.entries, slot.start);
  const trailing = body.entries.at(-1);
  const last = trailing?.kind === "comment" && trailing.unseen ? commentSlot(trailing) : undefined;
  const feed = last ? text.indexOf("\n", last.end) : -1;
  const end = last ? (feed === -1 ? text.length : feed + 1) : slot.next;
  const next = root.entries[index + 1];
  // One of the blank lines around it goes, too.
  const { lineEnd } = iniOrigin(document);
  if (next && text.startsWith(lineEnd, end)) return { start, end: end + lineEnd.length, text: "" };
  const blank = blankLineBefore(text, start);
  return cutLines(document, endsInBackslash(text, blank) ? start : blank, end);
}

function firstLine(text: string, entries: readonly Entry[], fallback: number): number {
  const starts = entries.flatMap((entry) => {
    const slot = entry.kind === "pair" ? keySlot(entry.slot)?.line : commentSlot(entry);
    return slot ? [lineStart(text, slot.start)] : [];
  });
  return starts.reduce((one, other) => Math.min(one, other), starts[0] ?? fallback);
}

/** Cuts whole lines; at the end of a file without a final line end, with the line end in front. */
function cutLines(document: Document, start: number, end: number): Splice {
  const { text } = document;
  if (end < text.length || text.endsWith("\n") || start === 0) return { start, end, text: "" };
  const crlf = text.slice(0, start).endsWith("\r\n");
  return { start: start - (crlf ? 2 : 1), end, text: "" };
}
