/** Adds, replaces and removes JSON members in the layout of their neighbours. */
import type { Branch, Document, Entry, Node, Pair, Sequence, Span, Splice } from "../../src/model/tree.ts";
import { printJson, quoteJson } from "./print.ts";
import type { JsonLayout } from "./print.ts";
import { jsonOrigin } from "./scan.ts";

/** A member or an element with its place, key included. */
export interface Child extends Span {
  readonly node: Node;
  readonly pair: Pair | undefined;
}

const NOWHERE: Span = { start: 0, end: 0 };

export function spanOf(node: Node): Span {
  return node.slot ?? NOWHERE;
}

const childLists = new WeakMap<Branch | Sequence, readonly Child[]>();

/** All members as they stand in the text; for the root that includes the metadata. */
export function childrenOf(document: Document, parent: Branch | Sequence): readonly Child[] {
  const known = childLists.get(parent);
  if (known) return known;
  const found = parent === document.roots[0] ? fieldsIn(jsonOrigin(document).members) : listChildren(parent);
  childLists.set(parent, found);
  return found;
}

/** The members of an object or the elements of an array. */
export function listChildren(parent: Branch | Sequence): readonly Child[] {
  if (parent.kind === "branch") return fieldsIn(parent.entries);
  return parent.items.flatMap((node) => (node.kind === "comment" ? [] : [{ ...spanOf(node), node, pair: undefined }]));
}

function fieldsIn(entries: readonly Entry[]): readonly Child[] {
  return entries.flatMap((pair) =>
    pair.kind === "pair" ? [{ start: pair.slot?.start ?? 0, end: spanOf(pair.value).end, node: pair.value, pair }] : [],
  );
}

/** The white space in front of a child, behind the bracket or the comma. */
export function leadOf(text: string, parent: Span, children: readonly Child[], index: number): string {
  const start = children[index]?.start ?? 0;
  const before = children[index - 1];
  if (!before) return text.slice(parent.start + 1, start);
  const gap = text.slice(before.end, start);
  return gap.slice(gap.indexOf(",") + 1);
}

export function colonOf(text: string, pair: Pair | undefined): string | undefined {
  if (!pair?.slot) return undefined;
  const between = text.slice(pair.slot.end, spanOf(pair.value).start);
  return between.includes("\n") ? undefined : between;
}

/** The habits of the file, taken from the first members of the root. */
export function layoutOf(document: Document): JsonLayout {
  const root = document.roots[0];
  const { members, lineEnd } = jsonOrigin(document);
  const first = members[0];
  const colon = colonOf(document.text, first) ?? ": ";
  if (!root || !first) return { lineEnd: undefined, unit: "\t", colon, comma: ", " };
  const children = childrenOf(document, root).slice(0, 2);
  const lead = leadOf(document.text, spanOf(root), children, 0);
  const next = children.length > 1 ? leadOf(document.text, spanOf(root), children, 1) : colon.slice(colon.indexOf(":") + 1);
  const comma = next.includes("\n") ? ", " : `,${next}`;
  if (!lead.includes("\n")) return { lineEnd: undefined, unit: "\t", colon, comma };
  return { lineEnd, unit: indentIn(lead), colon, comma };
}

function indentIn(lead: string): string {
  return lead.slice(lead.lastIndexOf("\n") + 1);
}

/** How to print inside a collection whose members are led by `lead`. */
export interface Place {
  readonly layout: JsonLayout;
  readonly lead: string;
  readonly indent: string;
}

export function placeAt(layout: JsonLayout, lead: string): Place {
  if (!lead.includes("\n")) return { layout: { ...layout, lineEnd: undefined }, lead, indent: "" };
  const indent = indentIn(lead);
  const lineEnd = layout.lineEnd ?? "\n";
  return { layout: { ...layout, lineEnd }, lead: lineEnd + indent, indent };
}

export function printMember(place: Place, key: string | undefined, node: Node): string {
  const value = printJson(node, place.layout, place.indent);
  return key === undefined ? value : quoteJson(key) + place.layout.colon + value;
}

/** Where a member that follows `index` stands. */
function placeAfter(document: Document, parent: Branch | Sequence, children: readonly Child[], index: number): Place {
  const habits = layoutOf(document);
  const layout = { ...habits, colon: colonOf(document.text, children[index]?.pair) ?? habits.colon };
  const lead = leadOf(document.text, spanOf(parent), children, index);
  if (index === 0 && lead === "") return placeAt(layout, layout.comma.slice(1));
  return placeAt(layout, lead);
}

export function appendChild(document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice[] {
  const children = childrenOf(document, parent);
  const data = children.findLastIndex((child) => child.node !== document.metadata);
  const last = children[data];
  if (last) {
    const place = placeAfter(document, parent, children, data);
    return [insertAt(last.end, `,${place.lead}${printMember(place, key, node)}`)];
  }
  const only = children[0];
  if (only) {
    // Only the metadata is there: the data goes in front.
    const place = placeAfter(document, parent, children, 0);
    return [insertAt(only.start, `${printMember(place, key, node)},${place.lead}`)];
  }
  return [fill(document, parent, key, node)];
}

/** Puts the first member between the brackets: on a line of its own where the collection itself begins a line, or is the root. */
function fill(document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice {
  const layout = layoutOf(document);
  const { start, end } = spanOf(parent);
  if (parent === document.roots[0]) {
    const { lineEnd } = jsonOrigin(document);
    const place = placeAt({ ...layout, lineEnd }, lineEnd + layout.unit);
    return { start: start + 1, end: end - 1, text: place.lead + printMember(place, key, node) + lineEnd };
  }
  const line = layout.lineEnd === undefined ? "" : document.text.slice(document.text.lastIndexOf("\n", start) + 1, start);
  if (layout.lineEnd === undefined || !beginsLine(line)) {
    return { start: start + 1, end: end - 1, text: printMember(placeAt(layout, ""), key, node) };
  }
  const outer = layout.lineEnd + (/^[ \t]*/.exec(line)?.[0] ?? "");
  const place = placeAt(layout, outer + layout.unit);
  return { start: start + 1, end: end - 1, text: place.lead + printMember(place, key, node) + outer };
}

/** True if nothing but white space and at most one key stands before the place. */
function beginsLine(line: string): boolean {
  return /^[ \t]*(?:"(?:[^"\\]|\\.)*"\s*:\s*)?$/.test(line);
}

export function replaceChild(document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[] {
  const children = childrenOf(document, parent);
  const at = indexInText(document, parent, index);
  const child = children[at];
  if (!child) return [];
  const habits = layoutOf(document);
  const layout = { ...habits, colon: colonOf(document.text, child.pair) ?? habits.colon };
  const place = placeAt(layout, leadOf(document.text, spanOf(parent), children, at));
  return [{ ...spanOf(child.node), text: printJson(node, place.layout, place.indent) }];
}

export function removeChild(document: Document, parent: Branch | Sequence, index: number): Splice[] {
  const children = childrenOf(document, parent);
  const at = indexInText(document, parent, index);
  return children[at] ? [removal(parent, children, at)] : [];
}

/** Cuts a member with the comma in front of it, or behind it if it is the first. */
export function removal(parent: Branch | Sequence, children: readonly Child[], at: number): Splice {
  const child = children[at] ?? NOWHERE;
  const before = children[at - 1];
  const after = children[at + 1];
  if (before) return { start: before.end, end: child.end, text: "" };
  if (after) return { start: child.start, end: after.start, text: "" };
  const { start, end } = spanOf(parent);
  return { start: start + 1, end: end - 1, text: "" };
}

/** The metadata counts in the text, but not in the tree. */
function indexInText(document: Document, parent: Branch | Sequence, index: number): number {
  const { metadata } = jsonOrigin(document);
  return parent === document.roots[0] && metadata !== -1 && metadata <= index ? index + 1 : index;
}

export function insertAt(offset: number, text: string): Splice {
  return { start: offset, end: offset, text };
}

/** The layout of a new member at the end of the root, and where it goes. */
export function endOfRoot(document: Document, root: Branch): { readonly offset: number; readonly place: Place } | undefined {
  const children = childrenOf(document, root);
  const last = children.at(-1);
  if (!last) return undefined;
  const first = leadOf(document.text, spanOf(root), children, 0);
  const layout = layoutOf(document);
  const inline = children.length > 1 ? leadOf(document.text, spanOf(root), children, children.length - 1) : layout.comma.slice(1);
  const lead = first.includes("\n") ? first : inline.includes("\n") ? layout.comma.slice(1) : inline;
  return { offset: last.end, place: placeAt(layout, lead) };
}
