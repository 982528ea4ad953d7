/** What two changes of a tree come to, leaf by leaf: the measure that a merged text is held against. */
import { leafText } from "../file/walk.ts";
import type { Branch, Node } from "../model/tree.ts";

/** Leaves and empty collections by path; lists are one thing each. The text says type and value. */
export type Leaves = ReadonlyMap<string, string>;

export interface MergedLeaves {
  /** Conflicts as this side has them. */
  readonly ours: Leaves;
  readonly theirs: Leaves;
  /** Paths that the sides changed in different ways. */
  readonly conflicts: readonly string[];
  /** Lists that both sides changed, with what they have to hold. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
}

const LIST = "list\0";

/** @param roots one for each document */
export function listLeaves(roots: readonly Branch[]): Leaves {
  const leaves = new Map<string, string>();
  for (const [index, root] of roots.entries()) collect(root, JSON.stringify([index]), leaves);
  return leaves;
}

function collect(node: Node, path: string, leaves: Map<string, string>): void {
  if (node.kind === "branch") {
    const pairs = node.entries.filter((entry) => entry.kind === "pair");
    if (pairs.length === 0) leaves.set(unused(path, leaves), "{}");
    for (const pair of pairs) collect(pair.value, unused(`${path}${JSON.stringify([pair.key])}`, leaves), leaves);
  } else if (node.kind === "sequence") {
    const inner = new Map<string, string>();
    for (const [index, item] of node.items.filter((one) => one.kind !== "comment").entries()) collect(item, `[${index}]`, inner);
    leaves.set(path, LIST + JSON.stringify([...inner]));
  } else leaves.set(path, node.kind === "null" ? "null" : `${node.type}\0${leafText(node)}`);
}

/** A key that stands twice is two paths. */
function unused(path: string, leaves: ReadonlyMap<string, string>): string {
  return leaves.has(path) ? unused(`${path}"again"`, leaves) : path;
}

export function mergeLeaves(base: Leaves, ours: Leaves, theirs: Leaves): MergedLeaves {
  const merged = { ours: new Map<string, string>(), theirs: new Map<string, string>() };
  const conflicts: string[] = [];
  const lists = new Map<string, ReadonlySet<string>>();
  for (const [path, ...below] of groupPaths([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const paths = [path, ...below];
    const [old, left, right] = [base, ours, theirs].map((side) => pick(side, paths));
    const isConflict = left !== right && left !== old && right !== old;
    const isList = [ours, theirs].every((side) => side.get(path)?.startsWith(LIST) === true);
    if (isConflict && isList) lists.set(path, mergeItems(base.get(path), ours.get(path), theirs.get(path)));
    else if (isConflict) conflicts.push(path);
    const result = left === old ? theirs : ours;
    copy(isConflict ? ours : result, paths, merged.ours);
    copy(isConflict ? theirs : result, paths, merged.theirs);
  }
  return { ...merged, conflicts, lists };
}

/** Where a value became a mapping, or the other way round, it is one thing with all that is below it. */
function groupPaths(paths: readonly string[]): readonly (readonly [string, ...string[]])[] {
  const groups: [string, ...string[]][] = [];
  for (const path of [...new Set(paths)].toSorted((left, right) => (left < right ? -1 : 1))) {
    const last = groups.at(-1);
    if (last !== undefined && path.startsWith(last[0])) last.push(path);
    else groups.push([path]);
  }
  return groups;
}

function pick(side: Leaves, paths: readonly string[]): string {
  return JSON.stringify(paths.map((path) => side.get(path) ?? null));
}

function copy(side: Leaves, paths: readonly string[], to: Map<string, string>): void {
  for (const path of paths) {
    const value = side.get(path);
    if (value !== undefined) to.set(path, value);
  }
}

/** True for a merged tree that is what it has to be. */
export function isExpected(found: Leaves, expected: Leaves, lists: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (found.size !== expected.size) return false;
  for (const [path, value] of found) {
    const items = lists.get(path);
    if (items === undefined ? expected.get(path) !== value : !equalSets(new Set(itemsOf(value)), items)) return false;
  }
  return true;
}

/**
 * What a list that both sides changed has to hold, in whatever order: what all three have, and what either side added.
 * @returns undefined for a path that is no such list
 */
export function mergeItems(base: string | undefined, ours: string | undefined, theirs: string | undefined): ReadonlySet<string> {
  const [old, left, right] = [base, ours, theirs].map((list) => new Set(itemsOf(list)));
  if (old === undefined || left === undefined || right === undefined) return new Set();
  const kept = [...old].filter((item) => left.has(item) && right.has(item));
  return new Set([...kept, ...[...left, ...right].filter((item) => !old.has(item))]);
}

function equalSets(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((item) => right.has(item));
}

function itemsOf(list: string | undefined): readonly string[] {
  if (list?.startsWith(LIST) !== true) return [];
  const parsed = JSON.parse(list.slice(LIST.length)) as readonly (readonly [path: string, value: string])[];
  return parsed.map(([path, value]) => `${path.replace(/^\[\d+\]/, "")}\0${value}`);
}

/** The keys of a path of {@link listLeaves}, after the number of its document. */
export function keysOfPath(path: string): readonly [document: number, ...keys: string[]] {
  const parts = path.match(/\[(?:"(?:\\.|[^"\\])*"|\d+)\]/g) ?? [];
  const [document = 0, ...keys] = parts.map((part) => (JSON.parse(part) as readonly [string | number])[0]);
  return [Number(document), ...keys.map(String)];
}
