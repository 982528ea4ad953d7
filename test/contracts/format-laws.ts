/** What the contract of formats needs to say its laws: plain trees, and a stand-in for the cipher. */
import type { Format } from "../../src/model/format.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Comment, Document, Entry, Item, Leaf, Node, Pair, Scalar, Sequence } from "../../src/model/tree.ts";

/** A tree without places. */
export type Shape = readonly unknown[];

/** How leaves and comments look in a shape; a comment that is undefined is left out. */
export interface View {
  readonly leaf: (leaf: Scalar) => Shape;
  readonly comment: (comment: Comment) => Shape | undefined;
}

export const VALUES: View = {
  leaf: (leaf) => [leaf.type, leaf.canonical],
  comment: (comment) => ["#", comment.text],
};

export const WITHOUT_COMMENTS: View = { leaf: VALUES.leaf, comment: () => undefined };

export function shapeOf(node: Item, view: View = VALUES): Shape | undefined {
  if (node.kind === "comment") return view.comment(node);
  if (node.kind === "scalar") return view.leaf(node);
  if (node.kind === "null") return ["null"];
  if (node.kind === "sequence") return ["seq", node.items.map((item) => shapeOf(item, view)).filter((item) => item !== undefined)];
  return ["map", node.entries.map((entry) => entryShape(entry, view)).filter((entry) => entry !== undefined)];
}

function entryShape(entry: Entry, view: View): Shape | undefined {
  return entry.kind === "comment" ? view.comment(entry) : ["k", entry.key, shapeOf(entry.value, view)];
}

export function shapesOf(document: Document, view: View = VALUES): (Shape | undefined)[] {
  return document.roots.map((root) => shapeOf(root, view));
}

/** Leaves with a place of their own, in document order. */
export function leavesOf(document: Document): Leaf[] {
  const found: Leaf[] = [];
  const visit = (node: Item | Entry): void => {
    if (node.kind === "pair") visit(node.value);
    else if (node.kind === "branch") node.entries.forEach(visit);
    else if (node.kind === "sequence") node.items.forEach(visit);
    else if (node.kind !== "null" && node.slot) found.push(node);
  };
  document.roots.forEach(visit);
  return found;
}

/** Collections with a place of their own; the root of an INI file has none and counts too. */
export function collectionsOf(document: Document): (Branch | Sequence)[] {
  const found: (Branch | Sequence)[] = [];
  const visit = (node: Item | Entry, root: boolean): void => {
    if (node.kind === "pair") visit(node.value, false);
    if (node.kind !== "branch" && node.kind !== "sequence") return;
    if (!root && node.slot === undefined) return;
    if (node.slot?.style === "alias") return;
    found.push(node);
    const children: readonly (Item | Entry)[] = node.kind === "branch" ? node.entries : node.items;
    for (const child of children) visit(child, false);
  };
  for (const root of document.roots) visit(root, true);
  return found;
}

export function textOf(leaf: Leaf): string {
  return leaf.kind === "comment" ? leaf.text : leaf.canonical;
}

export function str(canonical: string): Scalar {
  return { kind: "scalar", type: "str", canonical };
}

export function pair(key: string, value: Node): Pair {
  return { kind: "pair", key, value };
}

export function branchOf(fields: readonly (readonly [string, Node])[]): Branch {
  return { kind: "branch", entries: fields.map(([key, value]) => pair(key, value)) };
}

function armour(index: number): string {
  return `-----BEGIN AGE ENCRYPTED FILE-----\nline${index}\n-----END AGE ENCRYPTED FILE-----\n`;
}

/** A metadata block as sops would have it, in the form that the format takes. */
export function metadataFor(format: Format, mac: string, recipients: readonly string[]): Branch {
  const rest: readonly (readonly [string, Scalar])[] = [
    ["lastmodified", str("2026-01-02T03:04:05Z")],
    ["mac", str(mac)],
    ["unencrypted_suffix", str("_unencrypted")],
    ["version", str("3.13.3")],
  ];
  const keys = recipients.map((recipient, index) => [["enc", str(armour(index))] as const, ["recipient", str(recipient)] as const]);
  if (format.metadata === "nested") {
    const items = keys.map((fields) => branchOf(fields));
    return branchOf([["age", { kind: "sequence", items }], ...rest]);
  }
  const flat = keys.flatMap((fields, index) => fields.map(([name, value]) => [`age__list_${index}__map_${name}`, value] as const));
  return branchOf([...flat, ...rest]);
}

export interface Sealed {
  readonly text: string;
  /** What was covered; a token's number is its place here. */
  readonly leaves: readonly Leaf[];
  /** The former source where it differs from what is printed without it. */
  readonly residues: readonly (string | undefined)[];
}

export function tokenOf(leaf: Leaf, index: number): string {
  const type = leaf.kind === "comment" ? "comment" : leaf.type;
  return `ENC[AES256_GCM,data:${index},iv:AAAA+/==,tag:BBBB==,type:${type}]`;
}

/** Covers every leaf that is not empty, and attaches the metadata, in one pass. */
export function sealAll(format: Format, document: Document, metadata: Branch): Sealed {
  const leaves = leavesOf(document).filter((leaf) => textOf(leaf) !== "");
  const residues = leaves.map((leaf) => {
    const source = format.source(document, leaf);
    return source === format.bare(document, leaf) ? undefined : source;
  });
  const splices = leaves.flatMap((leaf, index) => format.cover(document, leaf, tokenOf(leaf, index)));
  return { text: splice(document.text, [...splices, ...format.attach(document, metadata)]), leaves, residues };
}

/** Number of the token in a leaf's text, -1 if it is none. */
export function tokenIn(leaf: Leaf): number {
  const match = /^ENC\[AES256_GCM,data:(\d+),/.exec(textOf(leaf));
  return match ? Number(match[1]) : -1;
}

/** Puts the values back and takes the metadata away, in one pass. */
export function openAll(format: Format, sealed: Sealed, withResidues: boolean): string {
  const document = format.parse(sealed.text);
  const splices = leavesOf(document).flatMap((leaf) => {
    const index = tokenIn(leaf);
    const value = sealed.leaves[index];
    if (value === undefined) return [];
    const residue = withResidues ? sealed.residues[index] : undefined;
    return residue === undefined ? format.spell(document, leaf, value) : format.spell(document, leaf, value, residue);
  });
  return splice(sealed.text, [...splices, ...format.detach(document)]);
}
