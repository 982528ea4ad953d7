/** Putting a value in the place of a token: the former source text if it says the same, else the retained style, else sops's spelling. */
import type { Comment, Document, Leaf, Scalar, Span, Splice } from "../../src/model/tree.ts";
import { coverSpan, keptBlock, slotOf } from "./cover.ts";
import { spellElementComment } from "./spell-comment.ts";
import { type Frame, frameOf, headerOf } from "./frame.ts";
import { lineStop, nextLine, splitLines } from "./lines.ts";
import { anchorAt } from "./places.ts";
import { readsAs } from "./probe.ts";
import type { BlockScalar, CommentSlot, ScalarSlot } from "./slots.ts";
import { type Written, writeOnLine, writeScalar, writtenText } from "./spelling.ts";
import { yamlOrigin } from "./slots.ts";

/** Values written to anchored leaves: an alias may come back only if its anchor has the same value now. */
const anchored = new WeakMap<Leaf, Scalar>();

/** What {@link spellLeaf} prints for a leaf that was covered and has no residue. */
export function bareText(document: Document, leaf: Leaf): string {
  if (leaf.kind === "comment") return leaf.text;
  const slot = slotOf(leaf);
  const line = writeOnLine(slot, leaf);
  if (line !== undefined) return line;
  const frame = frameOf(document, leaf, slot);
  return writtenText(frame, writeScalar(frame, leaf));
}

/**
 * Writes a value into a leaf's place.
 *
 * A residue `*x` is used only if the value of the anchor is known to be equal: it stands in plaintext, or `spellLeaf` was called for it
 * on the same document before.
 * @throws SottoError `EMIT_FAILED` for a comment where only a value can stand
 */
export function spellLeaf(document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[] {
  const slot = slotOf(leaf);
  if (leaf.kind === "comment") return [spellComment(document, leaf, value)];
  if (value.kind === "comment") return spellElementComment(document, leaf, slot, value);
  if (slot.anchor !== undefined) anchored.set(leaf, value);
  const line = residue === undefined && slot.end > slot.start ? writeOnLine(slot, value) : undefined;
  if (line !== undefined) return [{ start: slot.start, end: slot.end, text: separate(document, slot, line) }];
  const frame = frameOf(document, leaf, slot);
  const restored = residue === undefined ? undefined : restore(document, leaf, slot, frame, value, residue);
  return restored ?? place(document, slot, leaf, frame, writeScalar(frame, value));
}

function spellComment(document: Document, leaf: Comment, value: Scalar | Comment): Splice {
  const slot = leaf.slot as CommentSlot;
  const text = value.kind === "comment" ? value.text : value.canonical;
  // All that is a line break to go-yaml ends a comment, or what follows would be read as content.
  const lines = splitLines(text).join(`${yamlOrigin(document).lineEnd}${" ".repeat(slot.column)}#`);
  return { start: slot.start, end: slot.end, text: lines };
}

function restore(document: Document, leaf: Scalar, slot: ScalarSlot, frame: Frame, value: Scalar, residue: string): Splice[] | undefined {
  const block = keptBlock(slot);
  const span = coverSpan(leaf);
  if (block !== undefined) return restoreBody(document, frame, block, value, residue);
  const alias = /^\*([\w-]+)$/.exec(residue)?.[1];
  if (alias !== undefined) {
    if (frame.tag !== "" || slot.anchor !== undefined || !isAnchorOf(document, alias, slot.start, value)) return undefined;
    return [{ start: span.start, end: span.end, text: residue }];
  }
  if (!readsAs(frame, residue, frame.rest, value)) return undefined;
  const { anchor } = slot;
  const takesAnchor = anchor !== undefined && /^![^\s]*\s+&/.test(residue);
  return [{ start: takesAnchor ? anchor.start : span.start, end: span.end, text: residue }];
}

function restoreBody(document: Document, frame: Frame, block: BlockScalar, value: Scalar, residue: string): Splice[] | undefined {
  const { start, end } = block.body;
  const open = frame.header + frame.lineEnd;
  if (residue !== "") return readsAs(frame, open + residue, frame.rest, value) ? [{ start, end, text: residue }] : undefined;
  // Only blank lines: the line that held the token goes, line end included.
  const rest = frame.rest.slice(nextLine(frame.rest, 0));
  return readsAs(frame, frame.header, frame.lineEnd + rest, value) ? [{ start, end: nextLine(document.text, end), text: "" }] : undefined;
}

function isAnchorOf(document: Document, name: string, at: number, value: Scalar): boolean {
  const node = anchorAt(document, name, at)?.node;
  if (node?.kind === "pair") return value.type === "str" && node.key === value.canonical;
  if (node?.kind !== "scalar") return false;
  const target = anchored.get(node) ?? (node.canonical.startsWith("ENC[") ? undefined : node);
  return target?.type === value.type && target.canonical === value.canonical;
}

function place(document: Document, slot: ScalarSlot, leaf: Scalar, frame: Frame, written: Written): Splice[] {
  const block = keptBlock(slot);
  if (written.kind === "body" && block !== undefined) return [bodySplice(document, slot, block, frame, written.text)];
  const head = written.kind === "block" ? written.header : written.text;
  const dropTag = written.kind !== "body" && written.dropTag;
  const span = dropTag && slot.tag !== undefined ? { start: slot.tag.start, end: slot.end } : coverSpan(leaf);
  const anchor = keptAnchor(document, slot, span);
  if (block === undefined) {
    const splices: Splice[] = [{ start: span.start, end: span.end, text: separate(document, span, anchor + head) }];
    const stop = lineStop(document.text, slot.end);
    if (written.kind === "block") splices.push({ start: stop, end: stop, text: frame.lineEnd + written.body });
    return splices;
  }
  const headerEnd = slot.start + headerOf(document.text, slot).length;
  const start = dropTag ? span.start : slot.start;
  const splices: Splice[] = [{ start, end: headerEnd, text: anchor + head }];
  if (written.kind === "block") splices.push(bodySplice(document, slot, block, frame, written.body));
  else if (block.body.end > block.body.start) splices.push({ start: lineStop(document.text, headerEnd), end: block.body.end, text: "" });
  return splices;
}

/** Blanks where the former token needed none: behind a tag that had no value, in front of a comment that touches a quote. */
function separate(document: Document, span: Span, text: string): string {
  const before = span.end === span.start && /[^\s]/.test(document.text[span.start - 1] ?? " ") ? " " : "";
  return before + text + (document.text[span.end] === "#" && !/["'\]}]$/.test(text) ? " " : "");
}

/** An anchor between a tag that goes and the value. */
function keptAnchor(document: Document, slot: ScalarSlot, span: Span): string {
  const { anchor } = slot;
  if (anchor === undefined || anchor.start < span.start || anchor.start >= slot.start) return "";
  return `${document.text.slice(anchor.start, anchor.end)} `;
}

function bodySplice(document: Document, slot: ScalarSlot, block: BlockScalar, frame: Frame, text: string): Splice {
  const { start, end } = block.body;
  if (end > start) return { start, end, text };
  const stop = lineStop(document.text, slot.end);
  return { start: stop, end: stop, text: frame.lineEnd + text };
}
