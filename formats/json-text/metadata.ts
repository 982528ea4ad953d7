/** Writes, updates and removes the `sops` member. An update changes the text of what changed, and nothing else. */
import type { Branch, Document, Node, Pair, Sequence, Span, Splice } from "../../src/model/tree.ts";
import { childrenOf, colonOf, endOfRoot, insertAt, layoutOf, leadOf, listChildren, placeAt, printMember, removal, spanOf } from "./edit.ts";
import type { Child, Place } from "./edit.ts";
import { isNode, printJson } from "./print.ts";
import { jsonOrigin } from "./scan.ts";

export function attachMetadata(document: Document, metadata: Branch): Splice[] {
  const root = document.roots[0];
  if (!root) return [];
  if (document.metadata) {
    const { members, metadata: index } = jsonOrigin(document);
    const lead = leadOf(document.text, spanOf(root), childrenOf(document, root).slice(0, index + 1), index);
    const place = placeAt({ ...layoutOf(document), colon: colonOf(document.text, members[index]) ?? ": " }, lead);
    return [{ ...spanOf(document.metadata), text: new Updater(document.text).node(document.metadata, metadata, place) }];
  }
  const end = endOfRoot(document, root);
  if (end) return [insertAt(end.offset, `,${end.place.lead}${printMember(end.place, "sops", metadata)}`)];
  // Directly behind the brace, so that the white space of an empty object is kept and known to be its own.
  return [insertAt(spanOf(root).start + 1, printMember(placeAt(layoutOf(document), ""), "sops", metadata))];
}

export function detachMetadata(document: Document): Splice[] {
  const root = document.roots[0];
  if (!root || !document.metadata) return [];
  const children = childrenOf(document, root);
  const { metadata: index } = jsonOrigin(document);
  const only = children.length === 1 ? children[0] : undefined;
  if (only && only.start === spanOf(root).start + 1) return [{ start: only.start, end: only.end, text: "" }];
  return [removal(root, children, index)];
}

class Updater {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text of `old` with the changes that make it `next`. */
  node(old: Node, next: Node, place: Place): string {
    if (equalNodes(old, next)) return this.slice(spanOf(old));
    if (old.kind === "branch" && next.kind === "branch" && old.entries.length > 0) return this.branch(old, next, place);
    if (old.kind === "sequence" && next.kind === "sequence" && old.items.length > 0) return this.sequence(old, next, place);
    return printJson(next, place.layout, place.indent);
  }

  private branch(old: Branch, next: Branch, place: Place): string {
    const children = listChildren(old);
    const wanted = next.entries.filter((entry) => entry.kind === "pair");
    const kept = new Map<string, Child>();
    for (const child of children) if (child.pair && !kept.has(child.pair.key)) kept.set(child.pair.key, child);
    const values = new Map(wanted.map((pair) => [pair.key, pair]));
    const order: { readonly old?: Child; readonly next: Pair }[] = [];
    for (const child of kept.values()) {
      const pair = child.pair && values.get(child.pair.key);
      if (pair) order.push({ old: child, next: pair });
    }
    // A new field follows the field that it follows in the new block, which is in alphabetical order.
    for (const [index, pair] of wanted.entries()) {
      if (kept.has(pair.key)) continue;
      const before = wanted[index - 1];
      order.splice(before ? order.findIndex((one) => one.next === before) + 1 : 0, 0, { next: pair });
    }
    return this.join(old, children, order, place);
  }

  private sequence(old: Sequence, next: Sequence, place: Place): string {
    const children = listChildren(old);
    const wanted = next.items.filter(isNode);
    const same = (from: number, to: number): boolean => {
      const [one, other] = [children[from]?.node, wanted[to]];
      return one !== undefined && other !== undefined && equalNodes(one, other);
    };
    let head = 0;
    while (same(head, head)) head += 1;
    let tail = 0;
    const shorter = Math.min(children.length, wanted.length);
    while (head + tail < shorter && same(children.length - 1 - tail, wanted.length - 1 - tail)) tail += 1;
    const order = wanted.map((node, index) => {
      const fromEnd = wanted.length - index;
      const at = fromEnd <= tail ? children.length - fromEnd : index;
      const child = fromEnd > tail && index >= children.length - tail ? undefined : children[at];
      return child ? { old: child, next: node } : { next: node };
    });
    return this.join(old, children, order, place);
  }

  private join(
    parent: Branch | Sequence,
    children: readonly Child[],
    order: readonly { readonly old?: Child; readonly next: Pair | Node }[],
    place: Place,
  ): string {
    const span = spanOf(parent);
    const lead = leadOf(this.text, span, children, 0);
    const inner = placeAt({ ...place.layout, lineEnd: place.layout.lineEnd ?? "\n" }, lead);
    const within = { ...inner, layout: { ...inner.layout, colon: colonOf(this.text, children[0]?.pair) ?? place.layout.colon } };
    const tail = this.text.slice(children.at(-1)?.end ?? span.end, span.end);
    if (order.length === 0) return parent.kind === "branch" ? "{}" : "[]";
    const unchanged = order.length === children.length && order.every((one, index) => one.old === children[index]);
    const parts: string[] = [this.text.slice(span.start, span.start + 1)];
    for (const [index, one] of order.entries()) {
      if (unchanged) parts.push(this.text.slice(children[index - 1]?.end ?? span.start + 1, children[index]?.start));
      else if (inner.layout.lineEnd !== undefined) parts.push(index === 0 ? inner.lead : `,${inner.lead}`);
      else parts.push(index === 0 ? lead : place.layout.comma);
      parts.push(this.entry(one.old, one.next, within));
    }
    parts.push(tail);
    return parts.join("");
  }

  private entry(old: Child | undefined, next: Pair | Node, place: Place): string {
    const [key, value] = next.kind === "pair" ? [next.key, next.value] : [undefined, next];
    if (!old) return printMember(place, key, value);
    const start = spanOf(old.node).start;
    return this.text.slice(old.start, start) + this.node(old.node, value, place);
  }

  private slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

/** Same kinds, types, texts and order; places and comments do not count. */
function equalNodes(one: Node, other: Node): boolean {
  const pairs: [Node, Node][] = [[one, other]];
  for (let next = pairs.pop(); next; next = pairs.pop()) {
    const [left, right] = next;
    if (left.kind === "scalar" && right.kind === "scalar") {
      if (left.type !== right.type || left.canonical !== right.canonical) return false;
    } else if (left.kind === "branch" && right.kind === "branch") {
      const [from, to] = [listChildren(left), listChildren(right)];
      if (from.length !== to.length || from.some((child, index) => child.pair?.key !== to[index]?.pair?.key)) return false;
      for (const [index, child] of from.entries()) pairs.push([child.node, to[index]?.node ?? child.node]);
    } else if (left.kind === "sequence" && right.kind === "sequence") {
      const [from, to] = [left.items.filter(isNode), right.items.filter(isNode)];
      if (from.length !== to.length) return false;
      for (const [index, node] of from.entries()) pairs.push([node, to[index] ?? node]);
    } else if (left.kind !== right.kind) return false;
  }
  return true;
}
