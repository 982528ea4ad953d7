/** INI: sections of string values, as sops reads them. */
import type { EmitOptions, Format } from "../src/model/format.ts";
import type { Branch, Comment, Document, Item, Leaf, Node, Scalar, Splice } from "../src/model/tree.ts";
import { printFlat } from "./flat/text.ts";
import { commentBlock, joinPieces, piecesOf, prefixOf, readPieces, splitPieces } from "./ini/comment.ts";
import { appendEntry, removeEntry, replaceEntry } from "./ini/edit.ts";
import { attachMetadata, detachMetadata } from "./ini/metadata.ts";
import { printIni } from "./ini/print.ts";
import { lineEnd, lineStart } from "./ini/text.ts";
import { parseIni } from "./ini/scan.ts";
import { commentSlot, iniOrigin, valueSlot } from "./ini/slots.ts";
import type { CommentSlot } from "./ini/slots.ts";
import { coveredStyle, findForm, quoteValue, readsBack, sopsForm } from "./ini/value.ts";
import type { ValueStyle } from "./ini/slots.ts";
import { printJson } from "./json-text/print.ts";

export const ini: Format = {
  id: "ini",
  title: "INI",
  suffixes: [".ini"],
  metadata: "section",
  supports: { comments: true, nesting: false, documents: false },

  parse: parseIni,

  /** A value with its quotes; a comment with its marks, in the form of `joinPieces` where it stands in two places. */
  source(document: Document, leaf: Leaf): string {
    if (leaf.kind === "scalar") return leaf.slot ? document.text.slice(leaf.slot.start, leaf.slot.end) : "";
    const slot = commentSlot(leaf);
    return slot ? joinPieces(piecesOf(document.text, slot)) : "";
  },

  bare(document: Document, leaf: Leaf): string {
    if (leaf.kind === "scalar") return spellValue(leaf, valueSlot(leaf)?.style ?? "plain");
    const slot = commentSlot(leaf);
    return slot ? commentBlock(leaf.text, prefixOf(document.text, slot), slot.owner, iniOrigin(document).lineEnd) : "";
  },

  /** Quotes on one line stay around the token; a comment in several places becomes one line in the first of them. */
  cover(document: Document, leaf: Leaf, token: string): Splice[] {
    if (leaf.kind === "scalar") {
      const slot = valueSlot(leaf);
      return slot ? [{ ...slot, text: quoteValue(token, coveredStyle(slot.style)) }] : [];
    }
    const slot = commentSlot(leaf);
    if (!slot) return [];
    const end = slot.end === slot.start ? iniOrigin(document).lineEnd : "";
    const line: Splice = { start: slot.start, end: slot.end, text: prefixOf(document.text, slot) + token + end };
    return slot.behind ? [line, { ...slot.behind, text: "" }] : [line];
  },

  spell(document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[] {
    if (leaf.kind === "comment") return spellComment(document, leaf, value, residue);
    const slot = valueSlot(leaf);
    if (!slot) return [];
    const text = value.kind === "comment" ? value.text : value.canonical;
    const behind = document.text.slice(slot.end, lineEnd(document.text, slot.end)).trimEnd();
    const same = residue !== undefined && value.kind === "scalar" && value.type === "str" && readsBack(residue, text, behind);
    return [{ ...slot, text: same ? residue : spellValue(value, slot.style) }];
  },

  append: appendEntry,
  replace: replaceEntry,
  remove: removeEntry,
  attach: attachMetadata,
  detach: detachMetadata,

  emit: (roots: readonly Branch[], options?: EmitOptions): string => printIni(roots, options?.lossy ?? false),

  /** JSON on one line, of the records that sops keeps in memory. */
  emitValue(node: Node | Comment, options?: EmitOptions): string {
    if (node.kind === "branch") return ini.emit([node], options);
    if (node.kind === "scalar" && node.type === "str") return node.canonical;
    return printJson(recordOf(node, 0), { lineEnd: undefined, unit: "", colon: ":", comma: "," });
  },
};

function spellValue(value: Scalar | Comment, style: ValueStyle): string {
  const text = value.kind === "comment" ? value.text : printFlat(value);
  return findForm(text, style) ?? sopsForm(text);
}

function spellComment(document: Document, leaf: Comment, value: Scalar | Comment, residue: string | undefined): Splice[] {
  const slot = commentSlot(leaf);
  if (!slot) return [];
  const text = value.kind === "comment" ? value.text : value.canonical;
  const whole: Splice = { start: slot.start, end: slot.end, text: "" };
  const pieces = residue === undefined ? undefined : splitPieces(residue);
  if (
    pieces &&
    readPieces(pieces, document.text.slice(slot.end, lineEnd(document.text, slot.end))) === text &&
    fits(slot, pieces.region, pieces.behind)
  ) {
    const behind = pieces.behind === "" ? [] : [{ start: slot.tail ?? slot.end, end: slot.tail ?? slot.end, text: pieces.behind }];
    return [pieces.region === "" ? wholeLine(document.text, slot) : { ...whole, text: pieces.region }, ...behind];
  }
  const end = iniOrigin(document).lineEnd;
  const block = commentBlock(text, prefixOf(document.text, slot), slot.owner, end);
  if (slot.style === "line" || !block.includes("\n")) return [{ ...whole, text: block }];
  // Several lines do not fit behind a value: they go above its line.
  const line = lineStart(document.text, slot.start);
  return [{ start: line, end: line, text: block + end }, whole];
}

function wholeLine(text: string, slot: CommentSlot): Splice {
  return { start: lineStart(text, slot.start), end: lineEnd(text, slot.end), text: "" };
}

function fits(slot: CommentSlot, region: string, behind: string): boolean {
  if (slot.style === "inline") return behind === "" && !region.includes("\n");
  return behind === "" || slot.tail !== undefined;
}

/** sops's records: a mapping is a list of `Key` and `Value`, a comment has `Value` and `Inline`. */
function recordOf(node: Item, depth: number): Node {
  if (depth > 1000) return { kind: "null" };
  if (node.kind === "comment") {
    return record([
      ["Value", { kind: "scalar", type: "str", canonical: node.text }],
      ["Inline", { kind: "scalar", type: "bool", canonical: node.inline ? "True" : "False" }],
    ]);
  }
  if (node.kind === "sequence") return { kind: "sequence", items: node.items.map((item) => recordOf(item, depth + 1)) };
  if (node.kind !== "branch") return node;
  const items = node.entries.map((entry) =>
    entry.kind === "comment"
      ? record([
          ["Key", recordOf(entry, depth + 1)],
          ["Value", { kind: "null" }],
        ])
      : record([
          ["Key", { kind: "scalar", type: "str", canonical: entry.key }],
          ["Value", recordOf(entry.value, depth + 1)],
        ]),
  );
  return { kind: "sequence", items };
}

function record(fields: readonly (readonly [string, Node])[]): Branch {
  return { kind: "branch", entries: fields.map(([key, value]) => ({ kind: "pair", key, value })) };
}
