/** Goes to a key of a file, wherever one is. */
import { documentView } from "../model/document-view.ts";
import type { Path } from "../model/edits.ts";
import { newDocument } from "../model/screens.ts";
import { openScreen, type State, topScreen } from "../model/state.ts";
import { findPath } from "../model/tree.ts";
import { showFile } from "./document.ts";
import { moveToRow } from "./move.ts";

/** @param key the row that the cursor goes to; the first one without it */
export function showPlace(state: State, path: string, key: Path | undefined): State {
  const next = topScreen(state).kind === "document" ? showFile(state, path) : openScreen(state, newDocument(path));
  const screen = topScreen(next);
  const view = screen.kind === "document" ? documentView(next, screen) : undefined;
  const row = key === undefined || view === undefined ? undefined : findPath(view.tree, key);
  return row === undefined || view === undefined ? next : moveToRow(next, view.shown.line(row));
}
