/**
 * Aliases to collections that hold selected leaves. Ciphertext is bound to its path, so a copy needs ciphertext of its own: the
 * alias `*NAME` is written out as a flow collection behind the local tag `!sotto/NAME`, which every reader drops, and comes back as
 * `*NAME` when its decrypted leaves still equal those of the anchor.
 */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Branch, Comment, Document, Leaf, Node, Pair, Scalar, Sequence, Splice } from "../../src/model/tree.ts";
import { flowScalar, flowText } from "./flow.ts";
import { anchorAt, collectionSlot, contentOf, scalarSlot } from "./places.ts";
import { yamlOrigin } from "./slots.ts";

const TAG = "!sotto/";

/** A value that was written out in the place of an alias. */
export interface WrittenAlias {
  readonly node: Node;
  readonly name: string;
  /** From the tag to the closing bracket. */
  readonly start: number;
  readonly end: number;
}

/**
 * Writes out one alias: `!sotto/NAME {"k": "ENC[…]"}`.
 * @param tokens the token of a leaf below, undefined if it stays plain. Comments are not copied.
 */
export function expandAlias(document: Document, collection: Branch | Sequence, tokens: (leaf: Leaf) => string | undefined): Splice {
  const slot = collectionSlot(collection);
  if (slot?.style !== "alias") throw new RangeError("not an alias");
  const text = flowText(collection, (leaf) => {
    const token = tokens(leaf);
    return token === undefined ? typedScalar(leaf) : `"${token}"`;
  });
  return { start: slot.start, end: slot.end, text: `${TAG}${document.text.slice(slot.start + 1, slot.end)} ${text}` };
}

/** A whole float keeps a fraction, or it would come back as an integer, unequal to the anchor's. */
function typedScalar(leaf: Scalar): string {
  const text = flowScalar(leaf);
  return leaf.type === "float" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * Writes out every alias that cannot stay: one with a selected leaf below it, and one that stays plain while its anchor does not.
 * @param token the token of a leaf, undefined if it stays plain
 * @throws SottoError `YAML_UNSUPPORTED` for an alias to a number, bool or date that stays plain while its anchor is encrypted
 */
export function expandAliases(document: Document, token: (leaf: Leaf) => string | undefined): Splice[] {
  const splices: Splice[] = [];
  // No alias without an anchor.
  if (!document.properties.some(({ start }) => document.text[start] === "&")) return splices;
  for (const node of nodesOf(document)) {
    if (node.slot?.style !== "alias") continue;
    const name = document.text.slice(node.slot.start + 1, node.slot.end);
    const target = anchorAt(document, name, node.slot.start)?.node;
    const covered = target !== undefined && target.kind !== "pair" && leavesOf(target).some((leaf) => token(leaf) !== undefined);
    if (node.kind === "branch" || node.kind === "sequence") {
      if (covered || leavesOf(node).some((leaf) => token(leaf) !== undefined)) splices.push(expandAlias(document, node, token));
    } else if (node.kind === "scalar" && covered && token(node) === undefined) splices.push(writeOut(document, node, name));
  }
  return splices;
}

/** A plain copy of an encrypted value. A local tag makes a string of any scalar, so nothing else can carry one. */
function writeOut(document: Document, leaf: Scalar, name: string): Splice {
  const slot = scalarSlot(leaf);
  if (slot === undefined || leaf.type !== "str") {
    throw new SottoError("YAML_UNSUPPORTED", "an alias that stays plain refers to a value that is encrypted", {
      position: positionAt(document.text, slot?.start ?? 0),
      hints: ["write the value out instead of the alias"],
    });
  }
  return { start: slot.start, end: slot.end, text: `${TAG}${name} ${flowScalar(leaf)}` };
}

/** All values of a document that stand behind a `!sotto/NAME` tag. */
export function findWrittenAliases(document: Document): readonly WrittenAlias[] {
  if (!document.text.includes(TAG)) return [];
  return nodesOf(document).flatMap((node): WrittenAlias[] => {
    const slot = scalarSlot(node);
    if (slot?.tag === undefined || !slot.tag.text.startsWith(TAG)) return [];
    return [{ node, name: slot.tag.text.slice(TAG.length), start: slot.tag.start, end: slot.end }];
  });
}

/**
 * Puts aliases back. One whose leaves no longer equal those of its anchor stays written out, without the tag.
 * @param value the decrypted value of a leaf
 * @returns the splices, and the leaves that these replace
 */
export function restoreAliases(
  document: Document,
  value: (leaf: Leaf) => Scalar | Comment,
): { readonly splices: Splice[]; readonly leaves: ReadonlySet<Leaf> } {
  const splices: Splice[] = [];
  const leaves = new Set<Leaf>();
  for (const { node, name, start, end } of findWrittenAliases(document)) {
    const target = anchorAt(document, name, start)?.node;
    if (target !== undefined && target.kind !== "pair" && sameTree(node, target, value)) {
      splices.push({ start, end, text: `*${name}` });
      for (const leaf of leavesOf(node)) leaves.add(leaf);
    } else splices.push({ start, end: node.slot?.start ?? start, text: "" });
  }
  return { splices, leaves };
}

/** All nodes with a place of their own, in document order; copies below aliases have none. */
function nodesOf(document: Document): Node[] {
  const nodes: Node[] = [];
  for (const { root } of yamlOrigin(document).documents) {
    const open: Node[] = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      nodes.push(node);
      if (node.slot?.style === "alias" || (node.kind !== "branch" && node.kind !== "sequence")) continue;
      for (const child of contentOf(node).toReversed()) open.push(child.kind === "pair" ? child.value : child);
    }
  }
  return nodes;
}

function leavesOf(node: Node): Scalar[] {
  const leaves: Scalar[] = [];
  const open: Node[] = [node];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (top.kind === "scalar") leaves.push(top);
    else if (top.kind !== "null") for (const child of contentOf(top)) open.push(child.kind === "pair" ? child.value : child);
  }
  return leaves;
}

/** Same keys, order, types and values, comments aside. */
function sameTree(left: Node, right: Node, value: (leaf: Leaf) => Scalar | Comment): boolean {
  const open: [Node, Node][] = [[left, right]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [one, other] = pair;
    if (one.kind === "scalar" && other.kind === "scalar") {
      const [a, b] = [value(one), value(other)];
      if (a.kind !== "scalar" || b.kind !== "scalar" || a.type !== b.type || a.canonical !== b.canonical) return false;
    } else if (one.kind === "null" || one.kind === "scalar" || other.kind === "null" || other.kind === "scalar") {
      if (one.kind !== other.kind) return false;
    } else if (one.kind !== other.kind || !pairUp(contentOf(one), contentOf(other), open)) return false;
  }
  return true;
}

function pairUp(left: readonly (Node | Pair)[], right: readonly (Node | Pair)[], open: [Node, Node][]): boolean {
  if (left.length !== right.length) return false;
  return left.every((one, index) => {
    const other = right[index];
    if (other === undefined || (one.kind === "pair") !== (other.kind === "pair")) return false;
    if (one.kind === "pair" && other.kind === "pair" && one.key !== other.key) return false;
    open.push([one.kind === "pair" ? one.value : one, other.kind === "pair" ? other.value : other]);
    return true;
  });
}
