/** Comments that sops stored as values: an element `- ENC[…,type:comment]` of a sequence becomes a comment line again. */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Comment, Document, Scalar, Sequence, Splice } from "../../src/model/tree.ts";
import { lineStop, splitLines } from "./lines.ts";
import { collectionSlot, isSealedComment, placeOf, stepOf } from "./places.ts";
import { type ScalarSlot, yamlOrigin } from "./slots.ts";

/** @throws SottoError `EMIT_FAILED` for a value of a mapping */
export function spellElementComment(document: Document, leaf: Scalar, slot: ScalarSlot, comment: Comment): Splice[] {
  const parent = placeOf(document, leaf)?.parent;
  if (parent?.kind !== "sequence") {
    throw new SottoError("EMIT_FAILED", "a comment is stored where only a value can stand", {
      position: positionAt(document.text, slot.start),
    });
  }
  return slot.dash === undefined
    ? [flowComment(document, slot, comment)]
    : [blockComment(document, parent, leaf, slot, slot.dash, comment)];
}

function blockComment(document: Document, parent: Sequence, leaf: Scalar, slot: ScalarSlot, dash: number, comment: Comment): Splice {
  const column = collectionSlot(parent)?.column ?? 0;
  const lines = splitLines(comment.text).map((line) => `#${line}`);
  // A sequence of nothing but comments is an empty one, not a null.
  if (isLastOfComments(document, parent, leaf)) lines.push(`${" ".repeat(isFlush(document, parent, column) ? stepOf(document) : 0)}[]`);
  return { start: dash, end: slot.end, text: lines.join(yamlOrigin(document).lineEnd + " ".repeat(column)) };
}

/** True for the last element of a sequence that holds nothing but comments. */
function isLastOfComments(document: Document, parent: Sequence, leaf: Scalar): boolean {
  for (let index = (placeOf(document, leaf)?.index ?? 0) + 1; index < parent.items.length; index += 1) {
    if (parent.items[index]?.kind !== "comment") return false;
  }
  return parent.items.every((item) => item.kind === "comment" || (item.kind === "scalar" && isSealedComment(item)));
}

/** A sequence in the column of its key; a flow sequence has to stand further right. */
function isFlush(document: Document, parent: Sequence, column: number): boolean {
  const outer = placeOf(document, parent)?.parent;
  return outer?.kind === "branch" && collectionSlot(outer)?.column === column;
}

/** In a flow sequence the element's comma goes with it; a comment ends its line. */
function flowComment(document: Document, slot: ScalarSlot, comment: Comment): Splice {
  const { text } = document;
  const comma = /[ \t\r\n\u0085\u2028\u2029]*,/y;
  comma.lastIndex = slot.end;
  const end = comma.test(text) ? comma.lastIndex : slot.end;
  const { lineEnd } = yamlOrigin(document);
  const lines = splitLines(comment.text).map((line) => `#${line}`);
  const closing = lineStop(text, end) === end ? "" : `${lineEnd} `;
  return { start: slot.start, end, text: ` ${lines.join(`${lineEnd} `)}${closing}` };
}
