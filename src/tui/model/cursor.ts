/** The cursor stays on its row when rows come and go: by edits, by undoing them, by a file that was read again, by folds and filters. */
import { documentView, type OpenDocumentView } from "./document-view.ts";
import { fileRows } from "./file-tree.ts";
import { listHeight, matrixColumns } from "./layout.ts";
import { moveTo } from "./list.ts";
import { currentMatrix, matrixLines } from "./matrix-view.ts";
import type { DocumentScreen, MatrixScreen, Screen } from "./screens.ts";
import type { State } from "./state.ts";
import { findPath, pathAt, type Tree, treeOf } from "./tree.ts";

/** @returns the state with its cursors, and what is folded, where they were before the data changed */
export function settle(before: State, after: State): State {
  if (before.edits === after.edits && before.files === after.files && before.project === after.project) return after;
  let changed = false;
  const screens = after.screens.map((screen, index): Screen => {
    const next = settleScreen(before, after, before.screens[index], screen);
    changed ||= next !== screen;
    return next;
  });
  return changed ? { ...after, screens } : after;
}

/** The same for what shows other rows of the same data: the screen on top, as it was before and as it is now. */
export function onSameRow(before: State, after: State): State {
  const screen = after.screens.at(-1);
  if (screen === undefined) return after;
  const next = settleScreen(before, after, before.screens.at(-1), screen);
  return next === screen ? after : { ...after, screens: [...after.screens.slice(0, -1), next] };
}

function settleScreen(before: State, after: State, old: Screen | undefined, screen: Screen): Screen {
  if (screen.kind === "matrix") return settleMatrix(before, after, old?.kind === "matrix" ? old : screen, screen);
  if (screen.kind === "document") return settleDocument(before, after, old?.kind === "document" ? old : screen, screen);
  return screen;
}

function settleMatrix(before: State, after: State, old: MatrixScreen, screen: MatrixScreen): MatrixScreen {
  const lines = matrixLines(after, screen);
  const environments = after.project.environments.length;
  const column = Math.max(0, Math.min(screen.column, environments - 1));
  const { count } = matrixColumns(after.size, environments);
  const firstColumn = Math.max(0, Math.min(screen.firstColumn, environments - count));
  const reference = Math.max(0, Math.min(screen.reference, environments - 1));
  const list = moveTo(screen.list, lineOfMatrix(before, after, old, screen), lines.length, heightFor(after, screen));
  const isSame = list === screen.list && column === screen.column && firstColumn === screen.firstColumn && reference === screen.reference;
  return isSame ? screen : { ...screen, list, column, firstColumn, reference };
}

function lineOfMatrix(before: State, after: State, old: MatrixScreen, screen: MatrixScreen): number {
  const was = currentMatrix(before);
  const now = currentMatrix(after);
  const lines = matrixLines(after, screen);
  // Somebody has moved the cursor meanwhile: it is where it has to be.
  if (old.list.cursor !== screen.list.cursor) return screen.list.cursor;
  const row = was.rows[matrixLines(before, old)[old.list.cursor] ?? -1];
  if (row === undefined) return screen.list.cursor;
  if (now === was && lines[screen.list.cursor] === was.byId.get(row.id)) return screen.list.cursor;
  const line = lines.indexOf(now.byId.get(row.id) ?? -1);
  if (line !== -1) return line;
  // What held it, where that is shown for its own sake: a fold was closed over the row.
  for (let depth = row.path.length - 1; depth > 0; depth -= 1) {
    const id = row.path.slice(0, depth).join("\0");
    if (screen.folded.has(id)) {
      const at = lines.indexOf(now.byId.get(id) ?? -1);
      if (at !== -1) return at;
    }
  }
  if (screen.filter === "" && screen.view === "all") return Math.min(screen.list.cursor, lines.length - 1);
  return Math.max(
    0,
    lines.findIndex((index) => now.rows[index]?.kind === "value"),
  );
}

function settleDocument(before: State, after: State, old: DocumentScreen, screen: DocumentScreen): DocumentScreen {
  const folded = settleFolds(before, after, screen);
  const next = folded === screen.folded ? screen : { ...screen, folded };
  const files = moveTo(
    screen.files,
    screen.files.cursor,
    fileRows(after, screen.foldedFolders).length,
    heightFor(after, { ...screen, pane: "files" }),
  );
  const view = documentView(after, next);
  if (view === undefined) return files === screen.files ? next : { ...next, files };
  const line =
    old.file === next.file && old.list.cursor === next.list.cursor
      ? lineOfDocument(before, old, view, next.filter !== "")
      : next.list.cursor;
  const list = moveTo(next.list, line ?? next.list.cursor, view.shown.length, heightFor(after, { ...next, pane: "tree" }));
  return list === next.list && files === next.files ? next : { ...next, list, files };
}

/** @param isFiltered the row may be hidden by a filter: then the first hit is next */
function lineOfDocument(before: State, old: DocumentScreen, { tree, shown }: OpenDocumentView, isFiltered: boolean): number | undefined {
  const view = documentView(before, old);
  if (view === undefined || (view.tree === tree && view.shown === shown)) return undefined;
  const row = sameRow(view.tree, view.shown.row(old.list.cursor), tree);
  if (row === undefined) return undefined;
  const line = shown.line(row);
  if (shown.row(line) === row || !isFiltered) return line;
  for (let hit = 0; hit < shown.length; hit += 1) if (tree.rows[shown.row(hit)]?.count === 0) return hit;
  return 0;
}

/** Folds are kept by row of the tree, and rows move. */
function settleFolds(before: State, after: State, screen: DocumentScreen): DocumentScreen["folded"] {
  let changed = false;
  const folded = new Map<string, ReadonlySet<number>>();
  for (const [path, rows] of screen.folded) {
    const [was, now] = [before.files.get(path), after.files.get(path)];
    folded.set(path, rows);
    if (was === undefined || now === undefined || rows.size === 0) continue;
    const [old, tree] = [treeOf(was, before.edits), treeOf(now, after.edits)];
    if (old === tree) continue;
    changed = true;
    folded.set(path, new Set([...rows].flatMap((row) => exactRow(old, row, tree) ?? [])));
  }
  return changed ? folded : screen.folded;
}

/** The row that was there before, else what held it. */
function sameRow(old: Tree, index: number, tree: Tree): number | undefined {
  for (let at = index; at >= 0; at = old.rows[at]?.parent ?? -1) {
    const found = exactRow(old, at, tree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function exactRow(old: Tree, index: number, tree: Tree): number | undefined {
  if (old.rows[index] === undefined) return undefined;
  const source = old.source(index);
  if (source !== undefined && old.origin === tree.origin) {
    // Few rows come or go at a time, so that it is near.
    for (let away = 0; away < tree.rows.length; away += 1) {
      for (const at of [index + away, index - away]) if (tree.source(at) === source) return at;
    }
    return undefined;
  }
  return findPath(tree, pathAt(old, index));
}

function heightFor(state: State, screen: Screen): number {
  return listHeight({ ...state, screens: [screen] });
}
