/** The file that the document shows, as a tree with folds and filter, and the row that the cursor is on. */
import type { Path } from "./edits.ts";
import type { Cell, ValueSource } from "./facts.ts";
import type { FileView, Row } from "./files.ts";
import type { DocumentScreen } from "./screens.ts";
import type { State } from "./state.ts";
import { cellAt, pathAt, sourceAt, type Tree, treeOf } from "./tree.ts";
import { parseFilter, type ShownRows, shownRows } from "./visible.ts";

export interface OpenDocumentView {
  readonly file: FileView;
  readonly tree: Tree;
  readonly shown: ShownRows;
}

const NO_FOLDS: ReadonlySet<number> = new Set();
const views = new WeakMap<Tree, { readonly folded: ReadonlySet<number>; readonly filter: string; readonly shown: ShownRows }>();

export function documentView(state: State, screen: DocumentScreen): OpenDocumentView | undefined {
  const file = screen.file === undefined ? undefined : state.files.get(screen.file);
  if (file === undefined) return undefined;
  const tree = treeOf(file, state.edits);
  const folded = screen.folded.get(file.path) ?? NO_FOLDS;
  const known = views.get(tree);
  if (known !== undefined && known.folded === folded && known.filter === screen.filter) return { file, tree, shown: known.shown };
  const shown = shownRows(file, tree, folded, parseFilter(screen.filter));
  views.set(tree, { folded, filter: screen.filter, shown });
  return { file, tree, shown };
}

export interface CurrentRow {
  readonly file: FileView;
  readonly tree: Tree;
  readonly index: number;
  readonly row: Row;
  readonly path: Path;
  readonly cell: Cell;
  readonly source: ValueSource | undefined;
}

export function currentDocumentRow(state: State, screen: DocumentScreen): CurrentRow | undefined {
  const view = documentView(state, screen);
  if (view === undefined) return undefined;
  return rowOf(view.file, view.tree, view.shown.row(screen.list.cursor));
}

export function rowOf(file: FileView, tree: Tree, index: number): CurrentRow | undefined {
  const row = tree.rows[index];
  if (row === undefined) return undefined;
  return { file, tree, index, row, path: pathAt(tree, index), cell: cellAt(file, tree, index), source: sourceAt(file, tree, index) };
}
