/** Where one was when one left: cursor, folds, filter. Names of keys and files, never a value. */
import { currentMatrix, currentRow, matrixLines } from "./matrix-view.ts";
import { documentView } from "./document-view.ts";
import { listHeight } from "./layout.ts";
import { listLength, withList } from "./lengths.ts";
import { moveTo } from "./list.ts";
import type { DocumentScreen, MatrixFilter, MatrixScreen, Screen } from "./screens.ts";
import type { State } from "./state.ts";
import { rowKey } from "./tree.ts";

export type Resume =
  | {
      readonly screen: "matrix";
      /** Id of the row, name of the environment. */
      readonly row: string;
      readonly environment: string;
      readonly folded: readonly string[];
      readonly view: MatrixFilter;
      readonly filter: string;
    }
  | {
      readonly screen: "document";
      readonly file: string;
      readonly row: string;
      readonly folded: readonly string[];
      readonly filter: string;
    };

/** @returns undefined where there is nothing to come back to */
export function noteOf(state: State): Resume | undefined {
  const [home] = state.screens;
  if (home?.kind === "matrix") {
    return {
      screen: "matrix",
      row: currentRow(state, home)?.id ?? "",
      environment: state.project.environments[home.column]?.name ?? "",
      folded: [...home.folded],
      view: home.view,
      filter: home.filter,
    };
  }
  if (home?.kind !== "document" || home.file === undefined) return undefined;
  const view = documentView(state, home);
  if (view === undefined) return undefined;
  const folded = [...(home.folded.get(home.file) ?? [])].map((row) => rowKey(view.tree, row));
  return { screen: "document", file: home.file, row: rowKey(view.tree, view.shown.row(home.list.cursor)), folded, filter: home.filter };
}

/** Goes there as far as it is still there. Only where nobody asked for something else. */
export function resumeAt(state: State, note: Resume): State {
  const [home, ...others] = state.screens;
  if (home === undefined || others.length > 0 || home.kind !== note.screen) return state;
  const next = home.kind === "matrix" && note.screen === "matrix" ? toRow(state, home, note) : home;
  const placed = next.kind === "document" && note.screen === "document" ? toDocument(state, next, note) : next;
  return { ...state, screens: [placed] };
}

function toRow(state: State, home: MatrixScreen, note: Extract<Resume, { readonly screen: "matrix" }>): Screen {
  const column = Math.max(
    0,
    state.project.environments.findIndex((environment) => environment.name === note.environment),
  );
  const screen: MatrixScreen = { ...home, column, folded: new Set(note.folded), view: note.view, filter: note.filter };
  const index = currentMatrix(state).byId.get(note.row);
  const line = index === undefined ? -1 : matrixLines(state, screen).indexOf(index);
  return place(state, screen, line);
}

function toDocument(state: State, home: DocumentScreen, note: Extract<Resume, { readonly screen: "document" }>): Screen {
  if (home.file !== undefined || !state.files.has(note.file)) return home;
  const open: DocumentScreen = { ...home, file: note.file, pane: "tree", filter: note.filter };
  const view = documentView(state, open);
  if (view === undefined) return open;
  const rows = new Map(view.tree.rows.map((_, row) => [rowKey(view.tree, row), row]));
  const folded = new Set(note.folded.flatMap((key) => rows.get(key) ?? []));
  const screen: DocumentScreen = { ...open, folded: new Map([[note.file, folded]]) };
  const row = rows.get(note.row);
  const shown = documentView(state, screen)?.shown;
  return place(state, screen, row === undefined || shown === undefined ? -1 : shown.line(row));
}

function place(state: State, screen: Screen, line: number): Screen {
  if (line < 0) return screen;
  const at = { ...state, screens: [screen] };
  return withList(screen, moveTo({ cursor: 0, top: 0 }, line, listLength(at, screen), listHeight(at)));
}

/** What was read from a file that anybody could have changed. */
export function readNote(value: unknown): Resume | undefined {
  const note = (value ?? {}) as Record<string, unknown>;
  const texts = (...names: readonly string[]): boolean => names.every((name) => typeof note[name] === "string");
  const folded = note["folded"];
  if (!Array.isArray(folded) || !folded.every((one) => typeof one === "string")) return undefined;
  if (
    note["screen"] === "matrix" &&
    texts("row", "environment", "filter") &&
    ["all", "gaps", "differs", "edited"].includes(String(note["view"]))
  ) {
    return note as unknown as Resume;
  }
  return note["screen"] === "document" && texts("file", "row", "filter") ? (note as unknown as Resume) : undefined;
}
