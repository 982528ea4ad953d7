/** What the next action is about: the value under the cursor, or the places that are marked. */
import { currentDocumentRow } from "./document-view.ts";
import type { Path } from "./edits.ts";
import { pathKey, showPath } from "./edits.ts";
import type { Cell, Facts, ValueSource } from "./facts.ts";
import type { EnvironmentView } from "./files.ts";
import { whyReadOnly } from "./files.ts";
import { currentMatrix, currentRow } from "./matrix-view.ts";
import { placeCell, type MatrixRow } from "./matrix.ts";
import type { MatrixScreen } from "./screens.ts";
import { environmentsOf, type State, topScreen } from "./state.ts";
import { sourceAt, treeOf } from "./tree.ts";

/** A place for a value: one that has one, or one that could get one. */
export interface Selected {
  readonly file: string;
  readonly path: Path;
  /** Row of the file's tree; undefined where nothing stands yet. */
  readonly row: number | undefined;
  readonly cell: Cell;
  readonly source: ValueSource | undefined;
  /** The environment's name, else the path of the file. */
  readonly where: string;
  /** `database.password @ prod`. */
  readonly label: string;
}

/** @returns undefined where the cursor is on nothing that could hold a value */
export function selected(state: State): Selected | undefined {
  const screen = topScreen(state);
  if (screen.kind === "matrix") {
    const row = currentRow(state, screen);
    const environment = state.project.environments[screen.column];
    return row === undefined || environment === undefined ? undefined : selectCell(state, row, screen.column, environment);
  }
  if (screen.kind !== "document" || screen.pane === "files") return undefined;
  const row = currentDocumentRow(state, screen);
  if (row === undefined) return undefined;
  const where = nameOfFile(state, row.file.path);
  const label = `${showPath(row.path)} @ ${where}`;
  return { file: row.file.path, path: row.path, row: row.index, cell: row.cell, source: row.source, where, label };
}

export function nameOfFile(state: State, path: string): string {
  const environments = environmentsOf(state, path);
  return environments.length === 1 && environments[0] !== undefined ? environments[0].name : path;
}

function selectCell(state: State, row: MatrixRow, column: number, environment: EnvironmentView): Selected | undefined {
  const place = row.places[column];
  const label = `${showPath(row.path)} @ ${environment.name}`;
  const file = place === undefined ? undefined : state.files.get(place.file);
  if (place === undefined || file === undefined) {
    const home = homeFor(state, environment, row.path);
    if (home === undefined) return undefined;
    return { file: home, path: row.path, row: undefined, cell: { kind: "absent" }, source: undefined, where: environment.name, label };
  }
  const cell = placeCell(state.files, state.edits, place);
  const source = sourceAt(file, treeOf(file, state.edits), place.row);
  return { file: place.file, path: row.path, row: place.row, cell, source, where: environment.name, label };
}

/** The file of an environment that a new key goes to: its first own one that can hold the path. */
export function homeFor(state: State, environment: EnvironmentView, path: Path): string | undefined {
  return environment.own.find((name) => {
    const file = state.files.get(name);
    if (file === undefined || file.state !== "read" || file.format === "binary") return false;
    const depth = file.format === "dotenv" ? 1 : file.format === "ini" ? 2 : Number.POSITIVE_INFINITY;
    return path.length <= depth && (file.format !== "ini" || path.length === 2);
  });
}

/** A value of an inherited file is overridden, not changed for all who inherit it. */
export function overrideOf(state: State, one: Selected): Selected {
  const screen = topScreen(state);
  if (screen.kind !== "matrix" || one.row === undefined) return one;
  const environment = state.project.environments.find((candidate) => candidate.name === one.where);
  if (environment === undefined || environment.own.includes(one.file)) return one;
  const home = homeFor(state, environment, one.path);
  return home === undefined ? one : { ...one, file: home };
}

const SEPARATOR = "\u0001";

export function markOf(row: string, environment: string): string {
  return `${row}${SEPARATOR}${environment}`;
}

/** All places that are marked; the one under the cursor where none is. */
export function selectedOrMarked(state: State): readonly Selected[] {
  const screen = topScreen(state);
  const one = selected(state);
  if (screen.kind === "matrix" && screen.marks.size > 0) return markedCells(state, screen);
  if (screen.kind === "document" && screen.marks.size > 0 && screen.file !== undefined) {
    const file = state.files.get(screen.file);
    if (file !== undefined) return markedRows(state, screen.marks, screen.file);
  }
  return one === undefined ? [] : [one];
}

function markedCells(state: State, screen: MatrixScreen): readonly Selected[] {
  return currentMatrix(state).rows.flatMap((row) =>
    state.project.environments.flatMap((environment, column) => {
      if (!screen.marks.has(row.id) && !screen.marks.has(markOf(row.id, environment.name))) return [];
      const one = selectCell(state, row, column, environment);
      return one === undefined ? [] : [one];
    }),
  );
}

function markedRows(state: State, marks: ReadonlySet<string>, path: string): readonly Selected[] {
  const file = state.files.get(path);
  if (file === undefined) return [];
  const tree = treeOf(file, state.edits);
  const where = nameOfFile(state, path);
  const paths: string[][] = [];
  return tree.rows.flatMap((row, index): Selected[] => {
    const own = [...(paths[row.parent] ?? []), row.key];
    paths[index] = own;
    if (row.kind === "comment" || row.document > 0 || !marks.has(pathKey(own))) return [];
    const cell = placeCell(state.files, state.edits, { file: path, row: index, inherited: false });
    return [{ file: path, path: own, row: index, cell, source: sourceAt(file, tree, index), where, label: `${showPath(own)} @ ${where}` }];
  });
}

/** @returns why a place cannot be changed, undefined when it can */
export function whyFixed(state: State, one: Selected): string | undefined {
  if (state.readOnly) return "sotto was started with --read-only";
  const closed = environmentsOf(state, one.file).find((environment) => state.closed.has(environment.name));
  if (closed !== undefined) return `${closed.name} is locked against changes: L in the matrix unlocks it`;
  const file = state.files.get(one.file);
  const reason = whyReadOnly(file);
  if (reason !== undefined) return `${one.file}: ${reason}`;
  const document = one.row === undefined || file === undefined ? 0 : (treeOf(file, state.edits).rows[one.row]?.document ?? 0);
  return document === 0 ? undefined : "only the first document of a stream can be changed here; sotto set does not reach the others either";
}

export function factsOf(one: Selected): Facts | undefined {
  return one.cell.kind === "secret" ? one.cell.facts : undefined;
}

/** A place that can hold one value: no map, no list, no comment. */
export function isValue(one: Selected): boolean {
  return !["map", "list", "comment"].includes(one.cell.kind);
}
