/** What has to be known about a leaf's place to write a value there, as the place looks once the leaf is covered. */
import type { Document, Scalar } from "../../src/model/tree.ts";
import { bodyIndent, coveredStyle, isValueTag, keptBlock } from "./cover.ts";
import { lineStart, lineStop, skipSpace } from "./lines.ts";
import { blockSpanIn } from "./metadata-span.ts";
import { columnOf } from "./extent.ts";
import { placeOf, stepOf } from "./places.ts";
import type { Surroundings } from "./probe.ts";
import { type ScalarSlot, yamlOrigin } from "./slots.ts";

export interface Frame extends Surroundings {
  readonly style: ScalarSlot["style"];
  /** Header of a block scalar without comment, or the empty text. */
  readonly header: string;
  /** Column of the body of a block scalar. */
  readonly bodyIndent: number;
  /** What follows the value: a line end, and the blank lines up to the next text, as they will be without the metadata block. */
  readonly rest: string;
  /** Column of the comment on the next line that is not blank, -1 if something else stands there. Deeper text would swallow it. */
  readonly commentBelow: number;
  readonly step: number;
  readonly lineEnd: string;
}

export function frameOf(document: Document, leaf: Scalar, slot: ScalarSlot): Frame {
  const place = placeOf(document, leaf);
  const block = keptBlock(slot);
  return {
    flow: slot.flow,
    inSequence: place?.parent.kind === "sequence",
    column: place === undefined ? 0 : columnOf(place.parent),
    tag: keptTag(slot),
    style: coveredStyle(slot),
    header: block === undefined ? "" : headerOf(document.text, slot),
    bodyIndent: block === undefined ? 0 : bodyIndent(document, leaf, block),
    rest: slot.flow ? "" : restOf(document, slot.end),
    commentBelow: slot.flow ? -1 : commentBelow(document, slot.end),
    step: stepOf(document),
    lineEnd: yamlOrigin(document).lineEnd,
  };
}

/** The header of a block scalar: indicator, digit, chomping. */
export function headerOf(text: string, slot: ScalarSlot): string {
  const header = /[|>][-+0-9]*/y;
  header.lastIndex = slot.start;
  return header.exec(text)?.[0] ?? "|";
}

/** A tag that stays in front of the value. Any local tag reads like any other, and the handle's declaration is not at hand. */
function keptTag(slot: ScalarSlot): string {
  if (slot.tag === undefined || isValueTag(slot)) return "";
  const { text } = slot.tag;
  return text === "!" || /^!(?:!|<)/.test(text) ? text : "!x";
}

/** The blank lines below the line of `at`, its line end included, as they will be without the metadata block. */
export function restOf(document: Document, at: number): string {
  const { text } = document;
  const from = lineStop(text, at);
  const stop = skipSpace(text, from);
  const block = blockSpanIn(document, from, stop);
  if (block === undefined) return blankLines(text.slice(from, stop), stop === text.length);
  const after = skipSpace(text, block.end);
  return blankLines(text.slice(from, block.start) + text.slice(block.end, after), after === text.length);
}

/** Column of a comment that is the next text below the line of `at`, once the metadata block is gone; else -1. */
export function commentBelow(document: Document, at: number): number {
  const { text } = document;
  const stop = lineStop(text, at);
  let next = skipSpace(text, stop);
  const block = blockSpanIn(document, stop, next);
  if (block !== undefined) next = skipSpace(text, block.end);
  return text[next] === "#" && next > stop ? next - lineStart(text, next) : -1;
}

/** Whole blank lines; at the end of the file also the last one without a line end. */
function blankLines(space: string, atEnd: boolean): string {
  if (atEnd) return space;
  const whole = space.slice(0, lineStart(space, space.length));
  return whole === "" ? "\n" : whole;
}
