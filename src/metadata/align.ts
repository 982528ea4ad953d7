/**
 * Gives a new metadata block the shape of the one that it replaces: order and spelling of the field names, and the empty
 * lists and nulls of earlier releases. Without it, a change of one value in such a file would move the whole block.
 */
import type { Branch, Node, Pair, Sequence } from "../model/tree.ts";
import { foldCase } from "./decode.ts";

/** @param old the block as it was read; comments in it are ignored */
export function alignBlock(next: Branch, old: Branch): Branch {
  return alignBranch(next, old);
}

function align(next: Node, old: Node): Node {
  if (next.kind === "branch" && old.kind === "branch") return alignBranch(next, old);
  if (next.kind === "sequence" && old.kind === "sequence") return alignSequence(next, old);
  return isEmpty(next) && isEmpty(old) ? withoutSlot(old) : next;
}

function alignBranch(next: Branch, old: Branch): Branch {
  const wanted = new Map(pairsOf(next).map((pair) => [foldCase(pair.key), pair]));
  const kept = new Set<string>();
  const entries: Pair[] = [];
  for (const { key, value } of pairsOf(old)) {
    const folded = foldCase(key);
    const pair = wanted.get(folded);
    if (kept.has(folded)) continue;
    if (pair !== undefined) entries.push({ kind: "pair", key, value: align(pair.value, value) });
    else if (isEmpty(value)) entries.push({ kind: "pair", key, value: withoutSlot(value) });
    else continue;
    kept.add(folded);
  }
  return { kind: "branch", entries: insertNew(entries, [...wanted], kept) };
}

/** A field that was not there yet follows the one that it follows in sops's order. */
function insertNew(
  entries: readonly Pair[],
  wanted: readonly (readonly [folded: string, pair: Pair])[],
  kept: ReadonlySet<string>,
): readonly Pair[] {
  const followers = new Map<string, Pair[]>();
  let before = "";
  for (const [folded, pair] of wanted) {
    if (kept.has(folded)) before = folded;
    else if (!followers.get(before)?.push(pair)) followers.set(before, [pair]);
  }
  if (followers.size === 0) return entries;
  const first = followers.get("") ?? [];
  return [...first, ...entries.flatMap((entry) => [entry, ...(followers.get(foldCase(entry.key)) ?? [])])];
}

/** Elements take the shape of the element that names the same key, else of the one in the same place. */
function alignSequence(next: Sequence, old: Sequence): Node {
  const models = old.items.filter((item) => item.kind !== "comment");
  const named = new Map(models.map((model) => [identityOf(model), model]));
  const items = next.items.map((item, index) => {
    if (item.kind === "comment") return item;
    const model = named.get(identityOf(item)) ?? models[index] ?? models.at(-1);
    return model === undefined ? item : align(item, model);
  });
  return { kind: "sequence", items };
}

/** What names an entry: its texts, but for the wrapped key and the time. */
function identityOf(node: Node): string {
  if (node.kind !== "branch") return "";
  const texts = pairsOf(node).flatMap(({ key, value }) => {
    const folded = foldCase(key);
    if (value.kind !== "scalar" || value.canonical === "" || folded === "enc" || folded === "created_at") return [];
    return [`${folded}=${value.canonical}`];
  });
  return texts.toSorted().join("\n");
}

function pairsOf(branch: Branch): readonly Pair[] {
  return branch.entries.filter((entry) => entry.kind === "pair");
}

/** A field with such a value says the same as no field. */
function isEmpty(node: Node): boolean {
  switch (node.kind) {
    case "null":
      return true;
    case "sequence":
      return node.items.length === 0;
    case "branch":
      return node.entries.length === 0;
    case "scalar":
      return ["", "0", "False"].includes(node.canonical) && node.type !== "float";
    default:
      return node satisfies never;
  }
}

function withoutSlot(node: Node): Node {
  const { slot: _, ...bare } = node;
  return bare;
}
