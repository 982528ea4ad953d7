/**
 * The completeness check: splicing leaves alone what the reader did not see, so every letter and digit of the input must
 * belong to something that the reader knows. Otherwise a secret could stay readable in a file that looks encrypted.
 */
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { Document, Node, Span } from "../model/tree.ts";
import type { WalkedLeaf } from "./walk.ts";

const WORD = /[\p{L}\p{N}]/u;

/** @throws SottoError `LEFT_READABLE` with the position of the first text that is neither key, value, comment nor property */
export function checkComplete(format: Format, document: Document, leaves: readonly WalkedLeaf[]): void {
  const spans: Span[] = [...document.properties];
  for (const { leaf } of leaves) {
    if (leaf.slot !== undefined) for (const span of format.cover(document, leaf, "")) spans.push(span);
    if (leaf.slot !== undefined) spans.push(leaf.slot);
  }
  for (const root of document.roots) collectKeys(root, spans);
  spans.sort((a, b) => a.start - b.start);
  let at = 0;
  for (const span of spans) {
    if (span.start > at) checkGap(document, at, span.start);
    at = Math.max(at, span.end);
  }
  checkGap(document, at, document.text.length);
}

function checkGap(document: Document, start: number, end: number): void {
  if (!mayHoldWord(document.text, start, end)) return;
  const found = WORD.exec(document.text.slice(start, end));
  if (found === null) return;
  throw new SottoError("LEFT_READABLE", "this text is no part of a value, so it would stay readable in the encrypted file", {
    position: positionAt(document.text, start + found.index),
    hints: ["remove it, or make it a comment or a value"],
  });
}

/** Most gaps are a colon and blanks. */
function mayHoldWord(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) return true;
  }
  return false;
}

/** Keys, nulls and aliases stay as they are. */
function collectKeys(root: Node, spans: Span[]): void {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "null" || (node.slot?.style === "alias" && node.kind !== "scalar")) {
      if (node.slot !== undefined) spans.push(node.slot);
      continue;
    }
    if (node.kind === "scalar") continue;
    for (const child of node.kind === "branch" ? node.entries : node.items) {
      if (child.kind === "pair") {
        if (child.slot !== undefined) spans.push(child.slot);
        open.push(child.value);
      } else if (child.kind !== "comment") open.push(child);
    }
  }
}
