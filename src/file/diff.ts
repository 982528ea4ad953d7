/** What differs between two decrypted trees, by key path. Values never leave this module: only that they differ. */
import type { Branch, Comment, Node, ScalarType, Sequence } from "../model/tree.ts";
import type { PathPart } from "./path.ts";

export type ChangeKind = "added" | "removed" | "changed" | "comment";

export interface Change {
  readonly kind: ChangeKind;
  readonly path: readonly PathPart[];
  /** The type on each side: of a leaf, or `mapping`, `list`, `null`. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * Compares two trees leaf by leaf; order of keys does not count.
 * A list is compared by position, behind a common beginning and before a common end.
 */
export function diffTrees(before: readonly Branch[], after: readonly Branch[]): Change[] {
  const changes: Change[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const prefix: PathPart[] = Math.max(before.length, after.length) > 1 ? [`document ${index + 1}`] : [];
    compareBranches(before[index] ?? { kind: "branch", entries: [] }, after[index] ?? { kind: "branch", entries: [] }, prefix, changes);
  }
  return changes;
}

function compare(left: Node, right: Node, path: readonly PathPart[], changes: Change[]): void {
  if (left.kind === "branch" && right.kind === "branch") return compareBranches(left, right, path, changes);
  if (left.kind === "sequence" && right.kind === "sequence") return compareSequences(left, right, path, changes);
  if (sameLeaf(left, right)) return;
  if (isContainer(left) !== isContainer(right)) {
    listAll(left, path, "removed", changes);
    listAll(right, path, "added", changes);
  } else changes.push({ kind: "changed", path, before: describe(left), after: describe(right) });
}

function isContainer(node: Node): boolean {
  return node.kind === "branch" || node.kind === "sequence";
}

function compareBranches(left: Branch, right: Branch, path: readonly PathPart[], changes: Change[]): void {
  const rest = new Map<string, Node[]>();
  for (const entry of right.entries) {
    if (entry.kind !== "pair") continue;
    const nodes = rest.get(entry.key);
    if (nodes === undefined) rest.set(entry.key, [entry.value]);
    else nodes.push(entry.value);
  }
  for (const nodes of rest.values()) nodes.reverse();
  for (const entry of left.entries) {
    if (entry.kind !== "pair") continue;
    const other = rest.get(entry.key)?.pop();
    if (other === undefined) listAll(entry.value, [...path, entry.key], "removed", changes);
    else compare(entry.value, other, [...path, entry.key], changes);
  }
  for (const [key, nodes] of rest) for (const node of nodes) listAll(node, [...path, key], "added", changes);
  compareComments(left.entries, right.entries, path, changes);
}

function compareSequences(left: Sequence, right: Sequence, path: readonly PathPart[], changes: Change[]): void {
  const before = left.items.filter((item): item is Node => item.kind !== "comment");
  const after = right.items.filter((item): item is Node => item.kind !== "comment");
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && sameItems(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && sameItems(before[before.length - 1 - end], after[after.length - 1 - end])) end += 1;
  for (let at = start; at < Math.max(before.length, after.length) - end; at += 1) {
    const one = at < before.length - end ? before[at] : undefined;
    const two = at < after.length - end ? after[at] : undefined;
    if (one !== undefined && two !== undefined) compare(one, two, [...path, at], changes);
    else if (one !== undefined) listAll(one, [...path, at], "removed", changes);
    else if (two !== undefined) listAll(two, [...path, at], "added", changes);
  }
  compareComments(left.items, right.items, path, changes);
}

function sameItems(left: Node | undefined, right: Node | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const changes: Change[] = [];
  compare(left, right, [], changes);
  return changes.length === 0;
}

function compareComments(
  left: readonly { kind: string }[],
  right: readonly { kind: string }[],
  path: readonly PathPart[],
  changes: Change[],
): void {
  const before = commentTexts(left);
  const after = commentTexts(right);
  if (before.length !== after.length || before.some((text, index) => text !== after[index])) changes.push({ kind: "comment", path });
}

function commentTexts(items: readonly { kind: string }[]): string[] {
  return items.filter((item): item is Comment => item.kind === "comment").map((comment) => comment.text);
}

function listAll(node: Node, path: readonly PathPart[], kind: "added" | "removed", changes: Change[]): void {
  const children: (readonly [PathPart, Node])[] =
    node.kind === "branch"
      ? node.entries.flatMap((entry) => (entry.kind === "pair" ? [[entry.key, entry.value] as const] : []))
      : node.kind === "sequence"
        ? node.items.filter((item): item is Node => item.kind !== "comment").map((item, index) => [index, item] as const)
        : [];
  if (children.length === 0) {
    changes.push(kind === "added" ? { kind, path, after: describe(node) } : { kind, path, before: describe(node) });
  }
  for (const [part, child] of children) listAll(child, [...path, part], kind, changes);
}

function sameLeaf(left: Node, right: Node): boolean {
  if (left.kind !== "scalar" || right.kind !== "scalar") return left.kind === right.kind && left.kind === "null";
  return left.type === right.type && left.canonical === right.canonical;
}

function describe(node: Node): ScalarType | "mapping" | "list" | "null" {
  if (node.kind === "scalar") return node.type;
  if (node.kind === "branch") return "mapping";
  return node.kind === "sequence" ? "list" : "null";
}
