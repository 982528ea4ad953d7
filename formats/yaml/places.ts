/**
 * Where a node hangs in its document, which anchors there are, and how deep the file indents. A tree has no pointers to
 * parents, so the answers are collected once per document, when the first question comes.
 */
import type { Branch, Comment, Document, Entry, Item, Node, Pair, Scalar, Sequence } from "../../src/model/tree.ts";
import { lastStarting } from "./lines.ts";
import { type CollectionSlot, type KeySlot, type ScalarSlot, type YamlDocument, yamlOrigin } from "./slots.ts";

export interface Place {
  readonly parent: Branch | Sequence;
  /** Position in `entries` or `items`. */
  readonly index: number;
  /** The document of the stream. */
  readonly document: YamlDocument;
}

/** An anchored value or key. */
export interface Anchor {
  readonly node: Node | Pair;
  readonly start: number;
  readonly document: YamlDocument;
}

interface Places {
  readonly places: Map<Node | Comment, Place>;
  readonly anchors: Map<string, Anchor[]>;
  readonly step: number;
  readonly indentless: boolean;
}

const known = new WeakMap<Document, Places>();

/** The place of a node that has a slot; undefined for a root and for the block's own pair. */
export function placeOf(document: Document, node: Node | Comment): Place | undefined {
  return placesOf(document).places.get(node);
}

/** Columns by which nested block collections are indented most often, the metadata block aside; 4, as sops has it, where nothing is nested. */
export function stepOf(document: Document): number {
  return placesOf(document).step;
}

/** True if most sequences inside mappings stand in the column of their key. */
export function isIndentless(document: Document): boolean {
  return placesOf(document).indentless;
}

/** What `*name` stands for at an offset: the last anchor of that name in front of it, in the same document. */
export function anchorAt(document: Document, name: string, at: number): Anchor | undefined {
  const anchors = placesOf(document).anchors.get(name) ?? [];
  const before = lastStarting(anchors, at - 1);
  if (before === undefined) return undefined;
  const end = before.document.end;
  return at < end || before.document === yamlOrigin(document).documents.at(-1) ? before : undefined;
}

export function scalarSlot(node: Node | Comment): ScalarSlot | undefined {
  return node.slot as ScalarSlot | undefined;
}

export function collectionSlot(node: Branch | Sequence): CollectionSlot | undefined {
  return node.slot as CollectionSlot | undefined;
}

export function keySlot(pair: Pair): KeySlot | undefined {
  return pair.slot as KeySlot | undefined;
}

/** The children of a collection. */
export function childrenOf(node: Branch | Sequence): readonly (Entry | Item)[] {
  return node.kind === "branch" ? node.entries : node.items;
}

/** The children of a collection without its comments. */
export function contentOf(node: Branch | Sequence): (Node | Pair)[] {
  const children: readonly (Entry | Item)[] = childrenOf(node);
  return children.filter((child) => child.kind !== "comment");
}

/** The last child that is no comment. */
export function lastContent(node: Branch | Sequence): Node | Pair | undefined {
  const children: readonly (Entry | Item)[] = childrenOf(node);
  return children.findLast((child) => child.kind !== "comment");
}

/** The value of an entry or item. */
export function valueOf(child: Entry | Item): Node | Comment {
  return child.kind === "pair" ? child.value : child;
}

/** True for a scalar that sops wrote where a comment stood in a sequence. */
export function isSealedComment(scalar: Scalar): boolean {
  return scalar.canonical.startsWith("ENC[AES256_GCM,") && scalar.canonical.includes(",type:comment]");
}

function placesOf(document: Document): Places {
  const before = known.get(document);
  if (before !== undefined) return before;
  const found = collect(document);
  known.set(document, found);
  return found;
}

function collect(document: Document): Places {
  const places = new Map<Node | Comment, Place>();
  const anchors: Anchor[] = [];
  const names = new Map<Anchor, string>();
  const steps = new Map<number, number>();
  const sequences = { flush: 0, indented: 0 };
  const note = (node: Node | Pair, yaml: YamlDocument): void => {
    const anchor = (node.slot as ScalarSlot | KeySlot | undefined)?.anchor;
    if (anchor === undefined) return;
    const one: Anchor = { node, start: anchor.start, document: yaml };
    anchors.push(one);
    names.set(one, anchor.name);
  };
  for (const yaml of yamlOrigin(document).documents) {
    note(yaml.root, yaml);
    const open: { readonly node: Branch | Sequence; readonly counts: boolean }[] = [{ node: yaml.root, counts: true }];
    const metadata = yaml.metadata?.pair.value;
    if (metadata?.kind === "branch") open.push({ node: metadata, counts: false });
    for (let top = open.pop(); top !== undefined; top = open.pop()) {
      const { node, counts } = top;
      for (const [index, child] of childrenOf(node).entries()) {
        const value = valueOf(child);
        if (child.kind === "pair") note(child, yaml);
        if (value.slot === undefined) continue;
        places.set(value, { parent: node, index, document: yaml });
        if (value.kind === "comment") continue;
        note(value, yaml);
        if (value.kind === "null" || value.kind === "scalar") continue;
        if (counts && node.kind === "branch") countStep(node, value, steps, sequences);
        if (value.slot.style !== "alias") open.push({ node: value, counts });
      }
    }
  }
  let step = 4;
  for (const [width, count] of [...steps].toSorted((a, b) => a[0] - b[0])) if (count > (steps.get(step) ?? 0)) step = width;
  return { places, anchors: byName(anchors, names), step, indentless: sequences.flush > sequences.indented };
}

function countStep(
  parent: Branch,
  child: Branch | Sequence,
  steps: Map<number, number>,
  sequences: { flush: number; indented: number },
): void {
  const outer = collectionSlot(parent);
  const inner = collectionSlot(child);
  if (outer?.style !== "block" || inner?.style !== "block") return;
  const width = inner.column - outer.column;
  if (child.kind === "sequence") {
    if (width === 0) sequences.flush += 1;
    else sequences.indented += 1;
  }
  if (width > 0) steps.set(width, (steps.get(width) ?? 0) + 1);
}

function byName(anchors: readonly Anchor[], names: ReadonlyMap<Anchor, string>): Map<string, Anchor[]> {
  const grouped = new Map<string, Anchor[]>();
  for (const anchor of anchors.toSorted((a, b) => a.start - b.start)) {
    const name = names.get(anchor) ?? "";
    const group = grouped.get(name);
    if (group === undefined) grouped.set(name, [anchor]);
    else group.push(anchor);
  }
  return grouped;
}
