/** Putting a token in the place of a value: which text it replaces, and what stands there afterwards (bytes kept: header, quotes, anchor). */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Document, Leaf, Span, Splice } from "../../src/model/tree.ts";
import { nextLine } from "./lines.ts";
import { placeOf, scalarSlot, stepOf } from "./places.ts";
import { type BlockScalar, type CollectionSlot, type ScalarSlot, yamlOrigin } from "./slots.ts";

/** Tags that make ciphertext unreadable: they are replaced together with the scalar. `!!merge` is sops's own spelling of the text `<<`. */
const VALUE_TAG = /^(?:!!|!<tag:yaml\.org,2002:)(?:int|float|bool|timestamp|null|binary|merge)>?$/;

/** True for a tag that a token cannot keep. */
export function isValueTag(slot: ScalarSlot): boolean {
  return slot.tag !== undefined && VALUE_TAG.test(slot.tag.text);
}

/** A block scalar whose header stays in the file. */
export function keptBlock(slot: ScalarSlot): BlockScalar | undefined {
  return isValueTag(slot) ? undefined : slot.block;
}

/** The slot of a leaf that can be spliced. @throws SottoError `YAML_UNSUPPORTED` for a copy below an alias */
export function slotOf(leaf: Leaf): ScalarSlot {
  const slot = scalarSlot(leaf);
  if (slot === undefined) throw new SottoError("YAML_UNSUPPORTED", "a value behind an alias has no place of its own in the file");
  return slot;
}

/** The text that {@link coverLeaf} replaces. */
export function coverSpan(leaf: Leaf): Span {
  const slot = slotOf(leaf);
  if (leaf.kind === "comment") return slot;
  const block = keptBlock(slot);
  if (block !== undefined) return block.body;
  if (isValueTag(slot) && slot.tag !== undefined) return { start: slot.tag.start, end: slot.end };
  return slot;
}

/** The source text of a leaf, as {@link coverLeaf} replaces it; the empty text for a block scalar of blank lines. */
export function sourceOf(document: Document, leaf: Leaf): string {
  const { start, end } = coverSpan(leaf);
  return document.text.slice(start, end);
}

/**
 * Puts a token in the leaf's place.
 * @throws SottoError `YAML_UNSUPPORTED` for a comment between a tag and its value, which no token could keep
 */
export function coverLeaf(document: Document, leaf: Leaf, token: string): Splice[] {
  const slot = slotOf(leaf);
  const span = coverSpan(leaf);
  if (leaf.kind === "comment") return [{ ...bare(span), text: token }];
  const block = keptBlock(slot);
  if (block !== undefined) return [coverBlock(document, leaf, slot, block, token)];
  const quoted = quoteToken(slot, token);
  if (!isValueTag(slot)) return [{ ...bare(span), text: quoted }];
  return [{ ...bare(span), text: keptAnchor(document, slot) + quoted }];
}

/** The quotes around a token, by the style that it replaces. */
function quoteToken(slot: ScalarSlot, token: string): string {
  const style = coveredStyle(slot);
  if (style === "single") return `'${token}'`;
  return style === "double" ? `"${token}"` : token;
}

/** The style in which a leaf stands after it was covered. */
export function coveredStyle(slot: ScalarSlot): ScalarSlot["style"] {
  if (keptBlock(slot) !== undefined) return slot.style;
  if (slot.style === "single" || slot.style === "double") return slot.style;
  return slot.flow ? "double" : "plain";
}

function bare(span: Span): Span {
  return { start: span.start, end: span.end };
}

/** An anchor behind the tag stands inside the replaced text. */
function keptAnchor(document: Document, slot: ScalarSlot): string {
  const { tag, anchor } = slot;
  if (tag === undefined) return "";
  if (/(?:^|\s)#/.test(document.text.slice(tag.end, slot.start))) {
    throw new SottoError("YAML_UNSUPPORTED", "a comment between a tag and its value cannot be kept", {
      position: positionAt(document.text, tag.start),
      hints: ["move the comment above the value"],
    });
  }
  return anchor !== undefined && anchor.start > tag.start ? `${document.text.slice(anchor.start, anchor.end)} ` : "";
}

function coverBlock(document: Document, leaf: Leaf, slot: ScalarSlot, block: BlockScalar, token: string): Splice {
  const line = " ".repeat(bodyIndent(document, leaf, block)) + token;
  if (block.body.end > block.body.start) return { ...bare(block.body), text: line };
  const at = nextLine(document.text, slot.end);
  if (token === "" || at === slot.end) return { start: at, end: at, text: "" };
  return { start: at, end: at, text: line + yamlOrigin(document).lineEnd };
}

/** Column of the one line that holds a token: with a digit exactly what the digit says, else where the text stood. */
export function bodyIndent(document: Document, leaf: Leaf, block: BlockScalar): number {
  if (block.digit !== undefined) return block.parentIndent + block.digit;
  if (block.body.end > block.body.start) return block.indent;
  const place = placeOf(document, leaf);
  const column = (place?.parent.slot as CollectionSlot | undefined)?.column ?? 0;
  return column + (place?.parent.kind === "sequence" ? 2 : stepOf(document));
}
