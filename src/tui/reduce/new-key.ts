/** Who adds a key wants to see it: the cursor goes there. */
import { moveToRow } from "../actions/move.ts";
import { documentView } from "../model/document-view.ts";
import { type Edit, pathKey } from "../model/edits.ts";
import { currentMatrix, matrixLines } from "../model/matrix-view.ts";
import { type State, topScreen } from "../model/state.ts";
import { findPath, treeOf } from "../model/tree.ts";

/** @returns `after` as it is where the key was there before, or where nothing shows it: a fold, a filter */
export function onNewKey(before: State, after: State, edit: Edit | undefined): State {
  const file = edit === undefined ? undefined : before.files.get(edit.file);
  if (edit === undefined || file === undefined || findPath(treeOf(file, before.edits), edit.path) !== undefined) return after;
  const line = lineOf(after, edit);
  return line === undefined ? after : moveToRow(after, line);
}

function lineOf(state: State, { file, path }: Edit): number | undefined {
  const screen = topScreen(state);
  if (screen.kind === "matrix") {
    const row = currentMatrix(state).byId.get(pathKey(path));
    const line = row === undefined ? -1 : matrixLines(state, screen).indexOf(row);
    return line === -1 ? undefined : line;
  }
  const view = screen.kind === "document" && screen.file === file ? documentView(state, screen) : undefined;
  const row = view === undefined ? undefined : findPath(view.tree, path);
  const line = view === undefined || row === undefined ? undefined : view.shown.line(row);
  return line !== undefined && view?.shown.row(line) === row ? line : undefined;
}
