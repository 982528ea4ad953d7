/** Which encrypted values have to be opened to draw what is visible. */
import { documentView } from "./document-view.ts";
import { documentLayout, matrixRows, rowsIn } from "./layout.ts";
import { currentMatrix, matrixLines } from "./matrix-view.ts";
import { isOpen } from "./files.ts";
import { topScreen, type State } from "./state.ts";
import { treeOf } from "./tree.ts";

export interface Need {
  readonly path: string;
  /** Rows of the file's outline. */
  readonly rows: readonly number[];
}

/** Only of files whose key is there, and only what is not known yet. */
export function needsOf(state: State): readonly Need[] {
  if (state.locked) return [];
  const wanted = new Map<string, number[]>();
  const want = (path: string, row: number | undefined): void => {
    const file = state.files.get(path);
    if (row === undefined || file === undefined || !isOpen(file) || file.facts.has(row) || file.rows[row]?.sealed !== true) return;
    const list = wanted.get(path);
    if (list === undefined) wanted.set(path, [row]);
    else list.push(row);
  };
  for (const screen of state.screens) {
    if (screen.kind === "matrix") {
      const lines = matrixLines(state, screen);
      const { rows } = currentMatrix(state);
      for (const line of lines.slice(screen.list.top, screen.list.top + matrixRows(state.size, 0))) {
        for (const place of rows[line]?.places ?? []) {
          const file = place === undefined ? undefined : state.files.get(place.file);
          if (place !== undefined && file !== undefined) want(place.file, treeOf(file, state.edits).source(place.row));
        }
      }
    }
    if (screen.kind === "document" && screen === topScreen(state)) {
      const view = documentView(state, screen);
      if (view === undefined) continue;
      const height = rowsIn(documentLayout(state.size, "tree").tree);
      for (let line = screen.list.top; line < Math.min(view.shown.length, screen.list.top + height); line += 1) {
        want(view.file.path, view.tree.source(view.shown.row(line)));
      }
    }
  }
  return [...wanted].map(([path, rows]) => ({ path, rows }));
}
