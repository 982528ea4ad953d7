/** Whether two decrypted trees say the same. */
import type { Branch, Entry, Item, Node, Pair } from "../../model/tree.ts";

/** Down to the order of keys and the comments. Iterative, since a file may nest deeper than the call stack is high. */
export function sameRoots(before: readonly Branch[], after: readonly Branch[]): boolean {
  if (before.length !== after.length) return false;
  const pending: [Entry | Item, Entry | Item | undefined][] = before.map((root, index) => [root, after[index]]);
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (left.kind === "pair") {
      if (right?.kind !== "pair" || left.key !== right.key) return false;
      pending.push([left.value, right.value]);
    } else if (left.kind === "branch" || left.kind === "sequence") {
      if (right?.kind !== left.kind) return false;
      const [mine, theirs] = [childrenOf(left), childrenOf(right)];
      if (mine.length !== theirs.length) return false;
      for (const [index, child] of mine.entries()) pending.push([child, theirs[index]]);
    } else if (!sameLeaf(left, right)) return false;
  }
  return true;
}

function childrenOf(node: Item): readonly (Entry | Item)[] {
  return node.kind === "branch" ? node.entries : node.kind === "sequence" ? node.items : [];
}

function sameLeaf(left: Entry | Item, right: Entry | Item | undefined): boolean {
  if (left.kind === "scalar") return right?.kind === "scalar" && left.type === right.type && left.canonical === right.canonical;
  if (left.kind === "comment") return right?.kind === "comment" && left.text === right.text;
  return right?.kind === left.kind;
}

/** As far as people merge: neither the order of keys nor comments count. Nothing is the same as nothing. */
export function sameNode(left: Node | undefined, right: Node | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === "branch") {
    if (right.kind !== "branch") return false;
    const [mine, theirs] = [pairsOf(left), pairsOf(right)];
    return (
      mine.length === theirs.length && mine.every((pair, at) => pair.key === theirs[at]?.key && sameNode(pair.value, theirs[at].value))
    );
  }
  if (left.kind === "sequence") {
    if (right.kind !== "sequence") return false;
    const [mine, theirs] = [itemsOf(left.items), itemsOf(right.items)];
    return mine.length === theirs.length && mine.every((item, at) => sameNode(item, theirs[at]));
  }
  return sameLeaf(left, right);
}

function pairsOf(branch: Branch): readonly Pair[] {
  const pairs = branch.entries.filter((entry) => entry.kind === "pair");
  return pairs.toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
}

function itemsOf(items: readonly Item[]): readonly Node[] {
  return items.filter((item): item is Node => item.kind !== "comment");
}
