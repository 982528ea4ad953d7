/** Keys × environments: the union of all keys in file order, and what each environment has in its place. */
import type { EnvironmentView, FileView } from "./files.ts";
import { type Edits, type Path, pathKey } from "./edits.ts";
import type { Cell, Facts } from "./facts.ts";
import { cellAt, type Tree, treeOf } from "./tree.ts";

/** Where the value that counts in an environment stands. */
export interface Place {
  readonly file: string;
  /** Row of the file's tree. */
  readonly row: number;
  /** It comes from a file of an environment that this one extends. */
  readonly inherited: boolean;
}

export interface MatrixRow {
  readonly path: Path;
  readonly id: string;
  readonly depth: number;
  readonly kind: "branch" | "value";
  /** One for each environment. */
  readonly places: readonly (Place | undefined)[];
}

interface Node {
  readonly path: Path;
  readonly children: Map<string, Node>;
  order: string[];
  readonly places: (Place | undefined)[];
  isBranch: boolean;
}

export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly byId: ReadonlyMap<string, number>;
}

interface Known {
  readonly trees: readonly Tree[];
  readonly matrix: Matrix;
}
const matrices = new WeakMap<readonly EnvironmentView[], readonly Known[]>();
/** The one before an edit and the one after it. */
const KEPT = 2;

/** Cached: as long as no tree changed it is the same. */
export function matrixOf(environments: readonly EnvironmentView[], files: ReadonlyMap<string, FileView>, edits: Edits): Matrix {
  const trees = environments.flatMap((environment) =>
    environment.files.flatMap((path) => {
      const file = files.get(path);
      return file === undefined ? [] : [treeOf(file, edits)];
    }),
  );
  const all = matrices.get(environments) ?? [];
  const known = all.find((one) => one.trees.length === trees.length && one.trees.every((tree, index) => tree === trees[index]));
  if (known !== undefined) return known.matrix;
  const matrix = build(environments, files, edits);
  matrices.set(environments, [{ trees, matrix }, ...all].slice(0, KEPT));
  return matrix;
}

function build(environments: readonly EnvironmentView[], files: ReadonlyMap<string, FileView>, edits: Edits): Matrix {
  const root = newNode([], environments.length);
  for (const [column, environment] of environments.entries()) {
    for (const path of environment.files) {
      const file = files.get(path);
      if (file !== undefined) merge(root, treeOf(file, edits), column, { file: path, inherited: !environment.own.includes(path) });
    }
  }
  const rows: MatrixRow[] = [];
  flatten(root, 0, rows);
  return { rows, byId: new Map(rows.map((row, index) => [row.id, index])) };
}

function newNode(path: Path, columns: number): Node {
  return { path, children: new Map(), order: [], places: Array.from({ length: columns }, () => undefined), isBranch: false };
}

function merge(root: Node, tree: Tree, column: number, place: Pick<Place, "file" | "inherited">): void {
  const nodes: Node[] = [];
  const last = new Map<Node, string>();
  for (const [index, row] of tree.rows.entries()) {
    const parent = row.parent === -1 ? root : nodes[row.parent];
    if (parent === undefined || row.kind === "comment") continue;
    const isRemoved = tree.change(index)?.kind === "removed";
    let node = parent.children.get(row.key);
    if (node === undefined) {
      node = newNode([...parent.path, row.key], root.places.length);
      parent.children.set(row.key, node);
      parent.order = insertAfter(parent.order, last.get(parent), row.key);
    }
    last.set(parent, row.key);
    nodes[index] = node;
    node.isBranch ||= row.count > 0;
    // What is removed is seen as long as nothing else stands in its place.
    if (isRemoved) node.places[column] ??= { ...place, row: index };
    else node.places[column] = { ...place, row: index };
  }
}

/** A new key stands behind the one that it stands behind in its file. */
function insertAfter(order: string[], before: string | undefined, key: string): string[] {
  if (before === undefined || order.at(-1) === before) {
    order.push(key);
    return order;
  }
  const at = order.indexOf(before);
  order.splice(at + 1, 0, key);
  return order;
}

function flatten(node: Node, depth: number, rows: MatrixRow[]): void {
  for (const key of node.order) {
    const child = node.children.get(key);
    if (child === undefined) continue;
    rows.push({
      path: child.path,
      id: pathKey(child.path),
      depth,
      kind: child.isBranch || child.children.size > 0 ? "branch" : "value",
      places: child.places,
    });
    flatten(child, depth + 1, rows);
  }
}

export function placeCell(files: ReadonlyMap<string, FileView>, edits: Edits, place: Place | undefined): Cell {
  const file = place === undefined ? undefined : files.get(place.file);
  return place === undefined || file === undefined ? { kind: "absent" } : cellAt(file, treeOf(file, edits), place.row);
}

export type CellState = "same" | "differs" | "missing" | "empty" | "clash" | "unread" | "unreadable" | "branch" | "only";

export interface MatrixCell {
  readonly state: CellState;
  readonly cell: Cell;
  readonly place: Place | undefined;
  readonly edited: boolean;
  readonly inherited: boolean;
  /** The same secret stands in an environment that is marked as isolated, or this one is. */
  readonly shared: boolean;
  readonly facts: Facts | undefined;
}

/** What one row shows in each environment. @param reference the column that the others are compared with */
export function matrixCells(
  row: MatrixRow,
  environments: readonly EnvironmentView[],
  files: ReadonlyMap<string, FileView>,
  edits: Edits,
  reference: number,
): readonly MatrixCell[] {
  const cells = row.places.map((place) => placeCell(files, edits, place));
  const types = countTypes(cells);
  const present = cells.filter((cell) => cell.kind !== "absent").length;
  const base = identityOf(cells[reference]);
  return cells.map((cell, column): MatrixCell => {
    const place = row.places[column];
    const file = place === undefined ? undefined : files.get(place.file);
    const change = place === undefined || file === undefined ? undefined : treeOf(file, edits).change(place.row);
    const state = stateOf(row, cell, {
      base,
      own: identityOf(cell),
      types,
      present,
      columns: cells.length,
      known: isKnown(environments[column], files),
    });
    return {
      state,
      cell,
      place,
      edited: change !== undefined,
      inherited: place?.inherited === true,
      shared: isShared(cells, column, environments),
      facts: cell.kind === "secret" ? cell.facts : undefined,
    };
  });
}

function isKnown(environment: EnvironmentView | undefined, files: ReadonlyMap<string, FileView>): boolean {
  return environment?.files.every((path) => files.get(path)?.state === "read") === true;
}

interface Compared {
  readonly base: string | undefined;
  readonly own: string | undefined;
  readonly types: ReadonlyMap<string, number>;
  readonly present: number;
  readonly columns: number;
  readonly known: boolean;
}

function stateOf(row: MatrixRow, cell: Cell, compared: Compared): CellState {
  switch (cell.kind) {
    case "absent":
      return compared.known ? "missing" : "unreadable";
    case "map":
    case "list":
      return row.kind === "branch" || cell.count === 0 ? "branch" : "clash";
    case "null":
      return "empty";
    case "comment":
      return "branch";
    case "sealed":
      return cell.readable ? "unread" : "unreadable";
    case "plain":
    case "secret": {
      if (row.kind === "branch") return "clash";
      if (cell.kind === "plain" && cell.text === "") return "empty";
      const type = cell.kind === "plain" ? cell.type : cell.facts.type;
      const most = Math.max(...compared.types.values());
      if (compared.types.size > 1 && (compared.types.get(type) ?? 0) < most) return "clash";
      if (compared.present === 1 && compared.columns > 1) return "only";
      return compared.own === compared.base ? "same" : "differs";
    }
  }
}

function countTypes(cells: readonly Cell[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const type = cell.kind === "plain" ? (cell.text === "" ? undefined : cell.type) : cell.kind === "secret" ? cell.facts.type : undefined;
    if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

/** Equal exactly when type and value are; a plain and a secret value are told apart, since one of them is a mistake. */
function identityOf(cell: Cell | undefined): string | undefined {
  if (cell?.kind === "plain") return `plain\0${cell.type}\0${cell.text}`;
  return cell?.kind === "secret" ? cell.facts.digest : undefined;
}

function isShared(cells: readonly Cell[], column: number, environments: readonly EnvironmentView[]): boolean {
  const own = cells[column];
  if (own?.kind !== "secret") return false;
  return cells.some(
    (cell, other) =>
      other !== column &&
      cell.kind === "secret" &&
      cell.facts.digest === own.facts.digest &&
      (environments[other]?.isolated === true || environments[column]?.isolated === true),
  );
}

/** A cell that somebody has to look at: nothing there, empty, of another type than elsewhere, or nowhere else. */
export function isGap(cell: MatrixCell): boolean {
  return ["missing", "empty", "clash", "only"].includes(cell.state);
}
