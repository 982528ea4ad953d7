/** Which rows of the matrix are shown, and which one the cursor is on. */
import { editsByFile } from "./edits.ts";
import { isGap, type Matrix, matrixCells, type MatrixCell, matrixOf, type MatrixRow } from "./matrix.ts";
import type { MatrixScreen } from "./screens.ts";
import type { State } from "./state.ts";
import { matchesText, parseFilter } from "./visible.ts";

export function currentMatrix(state: State): Matrix {
  return matrixOf(state.project.environments, state.files, state.edits);
}

interface Shown {
  readonly key: readonly unknown[];
  readonly lines: readonly number[];
}
const shown = new WeakMap<Matrix, Shown>();

/** Indexes of rows, line by line. */
export function matrixLines(state: State, screen: MatrixScreen): readonly number[] {
  const matrix = currentMatrix(state);
  const looksAtValues = screen.view !== "all" || screen.filter.startsWith("~");
  const key = [screen.folded, screen.view, screen.filter, ...(looksAtValues ? [state.files, state.edits, screen.reference] : [])];
  const known = shown.get(matrix);
  if (known !== undefined && known.key.length === key.length && known.key.every((part, index) => part === key[index])) return known.lines;
  const lines = findLines(state, screen, matrix);
  shown.set(matrix, { key, lines });
  return lines;
}

function findLines(state: State, screen: MatrixScreen, matrix: Matrix): readonly number[] {
  const wanted = chooseRows(state, screen, matrix);
  const lines: number[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, row] of matrix.rows.entries()) {
    if (wanted?.has(index) === false) continue;
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = Number.POSITIVE_INFINITY;
    lines.push(index);
    if (screen.folded.has(row.id)) hiddenBelow = row.depth;
  }
  return lines;
}

/** @returns undefined for all of them; else what hits and what holds it */
function chooseRows(state: State, screen: MatrixScreen, matrix: Matrix): ReadonlySet<number> | undefined {
  const filter = parseFilter(screen.filter);
  if (screen.view === "all" && filter === undefined) return undefined;
  const chosen = new Set<number>();
  const above: number[] = [];
  for (const [index, row] of matrix.rows.entries()) {
    above.length = row.depth;
    above[row.depth] = index;
    if (!hitsView(state, screen, row) || !hitsFilter(state, screen, row, filter)) continue;
    for (const one of above) chosen.add(one);
  }
  return chosen;
}

function hitsView(state: State, screen: MatrixScreen, row: MatrixRow): boolean {
  if (screen.view === "all") return true;
  if (row.kind === "branch") return false;
  const cells = cellsOf(state, screen, row);
  if (screen.view === "edited") return cells.some((cell) => cell.edited);
  if (screen.view === "differs") return cells.some((cell) => cell.state === "differs" || cell.state === "clash");
  return cells.some(isGap);
}

function hitsFilter(state: State, screen: MatrixScreen, row: MatrixRow, filter: ReturnType<typeof parseFilter>): boolean {
  if (filter === undefined) return true;
  if (filter.kind === "text") return matchesText(row.path.at(-1) ?? "", filter) || matchesText(row.path.join("."), filter);
  if (row.kind === "branch") return false;
  const cells = cellsOf(state, screen, row);
  switch (filter.kind) {
    case "missing":
      return cells.some((cell) => cell.state === "missing" || cell.state === "only");
    case "differs":
      return cells.some((cell) => cell.state === "differs" || cell.state === "clash");
    case "edited":
      return cells.some((cell) => cell.edited);
    case "empty":
      return cells.some((cell) => cell.state === "empty");
    case "plain":
      return cells.some((cell) => cell.cell.kind === "plain");
  }
}

export function cellsOf(state: State, screen: Pick<MatrixScreen, "reference">, row: MatrixRow): readonly MatrixCell[] {
  return matrixCells(row, state.project.environments, state.files, state.edits, screen.reference);
}

export function currentRow(state: State, screen: MatrixScreen): MatrixRow | undefined {
  const index = matrixLines(state, screen)[screen.list.cursor];
  return index === undefined ? undefined : currentMatrix(state).rows[index];
}

export function currentCell(state: State, screen: MatrixScreen): MatrixCell | undefined {
  const row = currentRow(state, screen);
  return row === undefined ? undefined : cellsOf(state, screen, row)[screen.column];
}

export interface GapCount {
  readonly missing: number;
  readonly empty: number;
  readonly clash: number;
  readonly only: number;
  readonly total: number;
}

const gaps = new WeakMap<State["files"], { readonly edits: State["edits"]; readonly count: GapCount }>();

export function countGaps(state: State): GapCount {
  const known = gaps.get(state.files);
  if (known?.edits === state.edits) return known.count;
  const count = { missing: 0, empty: 0, clash: 0, only: 0, total: 0 };
  for (const row of currentMatrix(state).rows) {
    if (row.kind === "branch") continue;
    const cells = cellsOf(state, { reference: 0 }, row);
    // What is in one environment alone is one gap, not one in each of the others.
    const isAlone = cells.some((cell) => cell.state === "only");
    for (const cell of cells) {
      if (cell.state === "missing" && !isAlone) count.missing += 1;
      if (cell.state === "empty") count.empty += 1;
      if (cell.state === "clash") count.clash += 1;
      if (cell.state === "only") count.only += 1;
    }
  }
  count.total = count.missing + count.empty + count.clash + count.only;
  gaps.set(state.files, { edits: state.edits, count });
  return count;
}

export function countEditedFiles(state: State): number {
  return editsByFile(state.edits).size;
}
