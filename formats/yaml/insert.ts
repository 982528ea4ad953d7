/** Appending an entry to a collection, laid out as its neighbours are. */
import { SottoError } from "../../src/model/error.ts";
import type { Branch, Document, Node, Pair, Sequence, Splice } from "../../src/model/tree.ts";
import { type Seam, lastOf, seamAfter } from "./extent.ts";
import { appendToFlow } from "./insert-flow.ts";
import { flowText } from "./flow.ts";
import { commentBelow, headerOf, restOf } from "./frame.ts";
import { endsLine, isFirstOnLine, lineStart, lineStop, splitLines } from "./lines.ts";
import { itemLines, pairLines, quotesOf } from "./layout.ts";
import { collectionSlot, keySlot, lastContent, scalarSlot } from "./places.ts";
import { type CollectionSlot, type YamlDocument, yamlOrigin } from "./slots.ts";

/** The slot of a collection that can be changed. @throws SottoError `YAML_UNSUPPORTED` for a collection behind an alias */
export function editableSlot(node: Branch | Sequence): CollectionSlot {
  const slot = collectionSlot(node);
  if (slot === undefined || slot.style === "alias") {
    throw new SottoError("YAML_UNSUPPORTED", "a collection behind an alias cannot be changed in one place only", {
      hints: ["change it where its anchor stands, or write it out instead of the alias"],
    });
  }
  return slot;
}

/** The document of the stream whose root a branch is. */
export function documentOfRoot(document: Document, node: Branch | Sequence): YamlDocument | undefined {
  return yamlOrigin(document).documents.find((yaml) => yaml.root === node);
}

/** @throws SottoError `YAML_UNSUPPORTED` */
export function appendNode(document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice[] {
  const slot = editableSlot(parent);
  const metadata = documentOfRoot(document, parent)?.metadata?.pair;
  if (slot.style === "flow") return appendToFlow(document, parent, slot, metadata, key, node);
  const last = lastContent(parent);
  const seam: Seam = last === undefined ? { at: slot.start, before: "lineEnd" } : seamAfter(document, last);
  const tight = isTight(document, seam.before === "line" ? seam.at - 1 : seam.at, slot.column);
  const lines = newLines(document, parent, { column: slot.column, tight }, key, node);
  const { lineEnd } = yamlOrigin(document);
  const text = lines.join(lineEnd);
  if (last !== undefined) return insertBehind(document, last, text);
  if (metadata !== undefined) {
    const at = lineStart(document.text, keySlot(metadata)?.entry ?? 0);
    return [{ start: at, end: at, text: text + lineEnd }];
  }
  return fillEmpty(document, parent, slot, key, node, text);
}

function newLines(
  document: Document,
  parent: Branch | Sequence,
  place: { column: number; tight: boolean },
  key: string | undefined,
  node: Node,
): string[] {
  if (parent.kind === "branch") return pairLines(document, key ?? "", node, place, quotesOf(parent));
  return itemLines(document, node, place, blanksAfterDash(document, parent));
}

/** True where a block scalar would lose its final line feed, or take in what is below: at the end of the file, above an indented comment. */
export function isTight(document: Document, at: number, column: number): boolean {
  const { text } = document;
  const rest = restOf(document, at);
  if (!endsLine(text) && lineStop(text, at) + rest.length >= text.length) return true;
  return splitLines(rest).some((line) => line.length > column) || commentBelow(document, at) > column;
}

function blanksAfterDash(document: Document, parent: Sequence): string {
  const last = lastContent(parent);
  const dash = last === undefined || last.kind === "pair" ? undefined : scalarSlot(last)?.dash;
  if (dash === undefined) return " ";
  const blanks = / +(?=[^\s#])/y;
  blanks.lastIndex = dash + 1;
  return blanks.exec(document.text)?.[0] ?? " ";
}

/** Inserts lines behind an entry of a block collection; a file without a final newline stays one. */
export function insertBehind(document: Document, last: Node | Pair, text: string): Splice[] {
  const { lineEnd } = yamlOrigin(document);
  const seam = seamAfter(document, last);
  if (seam.before === "line") return [{ start: seam.at, end: seam.at, text: text + lineEnd }];
  const splices = seam.at === document.text.length ? closeOpenBlock(document, last) : [];
  return [...splices, { start: seam.at, end: seam.at, text: lineEnd + text }];
}

/** go-yaml: a block scalar that ends with the file, without a line end, has no final line feed; it must not get one now. */
function closeOpenBlock(document: Document, last: Node | Pair): Splice[] {
  const node = lastOf(last);
  const slot = node.kind === "pair" ? undefined : scalarSlot(node);
  if (slot?.block === undefined || slot.block.chomp === "-" || slot.block.body.end === slot.block.body.start) return [];
  const end = slot.start + headerOf(document.text, slot).length;
  const header = document.text.slice(slot.start, end).replace("+", "");
  return [{ start: slot.start, end, text: `${header}-` }];
}

/** An empty document: no text at all, or `null`. */
function fillEmpty(
  document: Document,
  parent: Branch | Sequence,
  slot: CollectionSlot,
  key: string | undefined,
  node: Node,
  text: string,
): Splice[] {
  const { start, end } = slot;
  if (end > start) {
    const only: Node =
      parent.kind === "branch"
        ? { kind: "branch", entries: [{ kind: "pair", key: key ?? "", value: node }] }
        : { kind: "sequence", items: [node] };
    return [{ start, end, text: flowText(only) }];
  }
  const { lineEnd } = yamlOrigin(document);
  const lead = isFirstOnLine(document.text, start) ? "" : lineEnd;
  const tail = start === document.text.length && start > 0 && !endsLine(document.text) ? "" : lineEnd;
  return [{ start, end, text: lead + text + tail }];
}
