/**
 * sops turns a comment of a YAML list into an element when it writes JSON: a string that opens to a comment.
 * JSON has no comments, so that such an element disappears when it is opened.
 */
import type { Document, Leaf, Node, Sequence, Splice } from "../../src/model/tree.ts";
import { spanOf } from "./edit.ts";

interface Position {
  readonly items: readonly Node[];
  readonly parent: Sequence;
  readonly index: number;
}

const positions = new WeakMap<Document, ReadonlyMap<Leaf, Position>>();

/**
 * Cuts the element with one comma. Elements that all open to comments may be cut in one pass: each takes the comma in
 * front of it if anything stays before it, else the one behind it.
 */
export function removeOpenedComment(document: Document, leaf: Leaf): Splice[] {
  const position = positionsIn(document).get(leaf);
  if (!position) return [{ ...(leaf.slot ?? { start: 0, end: 0 }), text: "null" }];
  const { items, index } = position;
  const own = spanOf(items[index] ?? position.parent);
  const before = items[index - 1];
  const after = items[index + 1];
  if (before && firstKept(position.parent, items) < index) return [{ start: spanOf(before).end, end: own.end, text: "" }];
  if (after) return [{ start: own.start, end: spanOf(after).start, text: "" }];
  return [{ start: own.start, end: own.end, text: "" }];
}

const kept = new WeakMap<Sequence, number>();

function firstKept(parent: Sequence, items: readonly Node[]): number {
  const known = kept.get(parent);
  if (known !== undefined) return known;
  const found = items.findIndex((item) => !(item.kind === "scalar" && isCommentToken(item.canonical)));
  const first = found === -1 ? items.length : found;
  kept.set(parent, first);
  return first;
}

function isCommentToken(text: string): boolean {
  return text.startsWith("ENC[") && text.includes(",type:comment]");
}

function positionsIn(document: Document): ReadonlyMap<Leaf, Position> {
  const known = positions.get(document);
  if (known) return known;
  const found = new Map<Leaf, Position>();
  const nodes: Node[] = [...document.roots];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.kind === "branch") for (const entry of node.entries) if (entry.kind === "pair") nodes.push(entry.value);
    if (node.kind !== "sequence") continue;
    const items = node.items.filter((item) => item.kind !== "comment");
    for (const [index, item] of items.entries()) {
      if (item.kind === "scalar") found.set(item, { items, parent: node, index });
      nodes.push(item);
    }
  }
  positions.set(document, found);
  return found;
}
