/** A file as a tree with the unsaved edits in it: what the document shows, row by row. */
import { type Edit, type Edits, editsByFile, type Path, pathKey } from "./edits.ts";
import type { Cell, ValueRef, ValueSource } from "./facts.ts";
import type { FileView, Row } from "./files.ts";

export type RowChange =
  | { readonly kind: "changed" | "added"; readonly value: ValueRef }
  /** A map that was made for what was added below it. */
  | { readonly kind: "made" }
  | { readonly kind: "removed" }
  | { readonly kind: "renamed"; readonly from: string };

export interface Tree {
  readonly rows: readonly Row[];
  /** The rows of the file's outline, before any edit. */
  readonly origin: readonly Row[];
  /** Which row of the file's outline this is, undefined for one that an edit made. */
  source(index: number): number | undefined;
  change(index: number): RowChange | undefined;
}

const trees = new WeakMap<readonly Row[], WeakMap<readonly Edit[], Tree>>();
const NONE: readonly Edit[] = [];

/** Cached: the same file with the same edits is the same tree. */
export function treeOf(file: FileView, edits: Edits): Tree {
  const own = editsByFile(edits).get(file.path) ?? NONE;
  const known = trees.get(file.rows) ?? new WeakMap<readonly Edit[], Tree>();
  const found = known.get(own);
  if (found !== undefined) return found;
  const tree = own.length === 0 ? plainTree(file.rows) : editedTree(file.rows, own);
  known.set(own, tree);
  trees.set(file.rows, known);
  return tree;
}

function plainTree(rows: readonly Row[]): Tree {
  return { rows, origin: rows, source: (index) => index, change: () => undefined };
}

interface Item {
  readonly row: Row;
  readonly source: number | undefined;
  readonly parent: Item | undefined;
  key: string;
  count: number;
  change: RowChange | undefined;
}

function editedTree(rows: readonly Row[], edits: readonly Edit[]): Tree {
  const items: Item[] = [];
  for (const [source, row] of rows.entries()) {
    items.push({ row, source, parent: items[row.parent], key: row.key, count: row.count, change: undefined });
  }
  for (const edit of edits) applyTo(items, edit);
  countChildren(items);
  const places = new Map(items.map((item, index) => [item, index]));
  const next = items.map((item): Row => {
    const parent = item.parent === undefined ? -1 : (places.get(item.parent) ?? -1);
    const { row } = item;
    const same = row.parent === parent && row.key === item.key && row.count === item.count;
    return same ? row : { ...row, parent, key: item.key, count: item.count };
  });
  return { rows: next, origin: rows, source: (index) => items[index]?.source, change: (index) => items[index]?.change };
}

/** Of what an edit has made more or fewer of. */
function countChildren(items: readonly Item[]): void {
  for (const item of items) if (item.row.kind === "map" || item.row.kind === "list") item.count = 0;
  for (const { parent, row, change } of items)
    if (parent !== undefined && row.kind !== "comment" && change?.kind !== "removed") parent.count += 1;
}

function applyTo(items: Item[], { path, change }: Edit): void {
  const { item, rest } = descend(items, path);
  if (change.kind === "set") {
    if (rest.length === 0 && item !== undefined) {
      item.change = { kind: item.source === undefined || item.change?.kind === "added" ? "added" : "changed", value: change.value };
      revive(item.parent);
    } else insert(items, item, rest, change.value);
    return;
  }
  if (item === undefined || rest.length > 0 || item.change?.kind === "removed") return;
  if (change.kind === "rename") {
    // A new value says more than a new name, and must not be taken for the old one.
    const hasNewValue = item.change?.kind === "changed" || item.change?.kind === "added" || item.change?.kind === "made";
    if (!hasNewValue) item.change = { kind: "renamed", from: item.change?.kind === "renamed" ? item.change.from : item.key };
    item.key = change.to;
    return;
  }
  const at = items.indexOf(item);
  const end = endOf(items, at);
  if (item.source === undefined) items.splice(at, end - at);
  else for (const one of items.slice(at, end)) one.change = { kind: "removed" };
  if (item.parent?.row.kind === "list") renumber(items, item.parent);
}

/** Behind a removed item of a list the others move up, as they will in the file. */
function renumber(items: readonly Item[], list: Item): void {
  let position = 0;
  for (const item of items) {
    if (item.parent !== list || item.row.kind === "comment" || item.change?.kind === "removed") continue;
    item.key = String(position);
    position += 1;
  }
}

/** Setting below something that was removed brings back what holds it. */
function revive(item: Item | undefined): void {
  for (let at = item; at?.change?.kind === "removed"; at = at.parent) at.change = undefined;
}

/** @returns the deepest item on the path, and what of the path is missing below it */
function descend(items: readonly Item[], path: Path): { readonly item: Item | undefined; readonly rest: Path } {
  let item: Item | undefined;
  let from = 0;
  for (const [depth, part] of path.entries()) {
    const index = findChild(items, from, item, depth, part);
    if (index === undefined) return { item, rest: path.slice(depth) };
    item = items[index];
    from = index + 1;
  }
  return { item, rest: [] };
}

/** Of a map also one that was removed, where no other has taken its name. */
function findChild(items: readonly Item[], from: number, parent: Item | undefined, depth: number, key: string): number | undefined {
  let removed: number | undefined;
  for (let index = from; index < items.length; index += 1) {
    const item = items[index];
    if (item === undefined || item.row.depth < depth) break;
    if (item.parent !== parent || item.key !== key || item.row.kind === "comment" || item.row.document > 0) continue;
    if (item.change?.kind !== "removed") return index;
    removed ??= index;
  }
  return parent?.row.kind === "list" ? undefined : removed;
}

function insert(items: Item[], below: Item | undefined, rest: Path, value: ValueRef): void {
  let parent = below;
  let at = below === undefined ? endOfFirstDocument(items) : endOf(items, items.indexOf(below));
  for (const [index, key] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const row: Row = {
      parent: -1,
      depth: (parent?.row.depth ?? -1) + 1,
      kind: isLast ? "value" : "map",
      key,
      count: 0,
      document: 0,
      sealed: false,
      selected: value.plain === undefined,
      ...(isLast ? { type: value.facts.type } : {}),
    };
    const item: Item = { row, source: undefined, parent, key, count: 0, change: isLast ? { kind: "added", value } : { kind: "made" } };
    items.splice(at, 0, item);
    parent = item;
    at += 1;
  }
}

function endOfFirstDocument(items: readonly Item[]): number {
  const next = items.findIndex((item) => item.row.document > 0);
  return next === -1 ? items.length : next;
}

/** Behind the last row below the one at `at`. */
function endOf(items: readonly Item[], at: number): number {
  const depth = items[at]?.row.depth ?? 0;
  let end = at + 1;
  while (end < items.length && (items[end]?.row.depth ?? 0) > depth) end += 1;
  return end;
}

export function pathAt(tree: Tree, index: number): Path {
  const path: string[] = [];
  for (let at = index; at >= 0; at = tree.rows[at]?.parent ?? -1) path.push(tree.rows[at]?.key ?? "");
  return path.toReversed();
}

/** @returns the row at a path of the first document; one that was removed only where no other is */
export function findPath(tree: Tree, path: Path): number | undefined {
  let parent = -1;
  let from = 0;
  for (const [depth, part] of path.entries()) {
    let found: number | undefined;
    for (let index = from; index < tree.rows.length; index += 1) {
      const row = tree.rows[index];
      if (row === undefined || row.depth < depth) break;
      if (row.parent !== parent || row.key !== part || row.kind === "comment" || row.document > 0) continue;
      found ??= index;
      if (tree.change(index)?.kind === "removed") continue;
      found = index;
      break;
    }
    if (found === undefined) return undefined;
    parent = found;
    from = found + 1;
  }
  return parent === -1 ? undefined : parent;
}

/** What stands in a row, with its edit. */
export function cellAt(file: FileView, tree: Tree, index: number): Cell {
  const row = tree.rows[index];
  if (row === undefined) return { kind: "absent" };
  const change = tree.change(index);
  if (change?.kind === "removed") return { kind: "absent" };
  if (change?.kind === "changed" || change?.kind === "added") {
    const { plain, facts } = change.value;
    return plain === undefined ? { kind: "secret", facts } : { kind: "plain", type: facts.type, text: plain };
  }
  switch (row.kind) {
    case "map":
    case "list":
      return { kind: row.kind, count: row.count };
    case "null":
      return { kind: "null" };
    case "comment":
    case "value": {
      const source = tree.source(index);
      const facts = source === undefined ? undefined : file.facts.get(source);
      if (facts !== undefined) return { kind: "secret", facts };
      if (row.sealed) return { kind: "sealed", type: row.type ?? "str", readable: file.key !== "refused" };
      if (row.kind === "comment") return { kind: "comment", text: row.text ?? "" };
      return { kind: "plain", type: row.type === "comment" ? "str" : (row.type ?? "str"), text: row.text ?? "" };
    }
  }
}

/** Where the plaintext of a row can be had; undefined for what has none. */
export function sourceAt(file: FileView, tree: Tree, index: number): ValueSource | undefined {
  const change = tree.change(index);
  if (change?.kind === "changed" || change?.kind === "added") return { kind: "kept", id: change.value.id };
  const source = tree.source(index);
  const row = tree.rows[index];
  if (source === undefined || row === undefined || (row.kind !== "value" && row.kind !== "comment")) return undefined;
  return { kind: "row", file: file.path, row: source };
}

/** A row by its path, the same before and after other rows come and go. */
export function rowKey(tree: Tree, index: number): string {
  const row = tree.rows[index];
  if (row === undefined) return "";
  const path = pathKey(pathAt(tree, index));
  return row.kind === "comment" ? `${path}\0#${tree.source(index) ?? index}` : `${row.document}\0${path}`;
}
