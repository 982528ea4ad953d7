/** The matrix: columns, folds, views, gaps, filling and comparing. */
import { unreadFile } from "../model/attention.ts";
import { cellsOf, currentMatrix, currentRow, matrixLines } from "../model/matrix-view.ts";
import { onSameRow } from "../model/cursor.ts";
import { pathKey } from "../model/edits.ts";
import { isGap } from "../model/matrix.ts";
import { matrixColumns } from "../model/layout.ts";
import type { MatrixFilter, MatrixScreen } from "../model/screens.ts";
import { newDocument } from "../model/screens.ts";
import { markOf, selected } from "../model/selection.ts";
import { openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { findPath, treeOf } from "../model/tree.ts";
import { openCompare } from "./review-compare.ts";
import { type Action, defineActions } from "./action.ts";
import { moveToRow } from "./move.ts";

export function onMatrix(state: State, change: (screen: MatrixScreen) => State | MatrixScreen): Step {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return step(state);
  const next = change(screen);
  return step("kind" in next ? withScreen(state, next) : next);
}

/** Keeps the column in sight. */
export function toColumn(state: State, screen: MatrixScreen, column: number): MatrixScreen {
  const { length } = state.project.environments;
  const at = Math.max(0, Math.min(length - 1, column));
  const { count } = matrixColumns(state.size, length);
  const first = Math.max(at - count + 1, Math.min(screen.firstColumn, at));
  return { ...screen, column: at, firstColumn: Math.max(0, Math.min(first, length - count)) };
}

function toggle<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

const NEXT_VIEW: Readonly<Record<MatrixFilter, MatrixFilter>> = { all: "gaps", gaps: "differs", differs: "edited", edited: "all" };

function jumpToGap(state: State, way: 1 | -1): Step {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return step(state);
  const lines = matrixLines(state, screen);
  const { rows } = currentMatrix(state);
  const columns = state.project.environments.length;
  const start = screen.list.cursor * columns + screen.column;
  for (let moved = 1; moved <= lines.length * columns; moved += 1) {
    const at = (((start + way * moved) % (lines.length * columns)) + lines.length * columns) % (lines.length * columns);
    const line = Math.floor(at / columns);
    const row = rows[lines[line] ?? -1];
    if (row === undefined || row.kind === "branch") continue;
    const cell = cellsOf(state, screen, row)[at % columns];
    if (cell === undefined || !isGap(cell)) continue;
    const next = moveToRow(state, line);
    return onMatrix(next, (now) => toColumn(next, now, at % columns));
  }
  return step(tell(state, "fine", "No gaps: every environment has every key."));
}

/** A fold, a file whose key is far away, or the value itself. */
function open(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return step(state);
  const row = currentRow(state, screen);
  const one = selected(state);
  if (row?.kind === "branch") return onMatrix(state, (now) => ({ ...now, folded: toggle(now.folded, row.id) }));
  const environment = state.project.environments[screen.column];
  const waiting = environment?.files.find((path) => state.files.get(path)?.key === "waiting");
  if (waiting !== undefined) return step(state, { topic: "project", kind: "unlock", path: waiting });
  if (one === undefined) {
    const unread = environment === undefined ? undefined : unreadFile(state, environment);
    return step(unread === undefined ? state : openScreen(state, newDocument(unread.path)));
  }
  const next = openScreen(state, newDocument(one.file));
  const file = state.files.get(one.file);
  const at = file === undefined ? undefined : findPath(treeOf(file, state.edits), one.path);
  return step(at === undefined ? next : moveToRow(next, at));
}

function markCell(state: State, wholeRow: boolean): Step {
  return onMatrix(state, (screen) => {
    const row = currentRow(state, screen);
    const environment = state.project.environments[screen.column];
    if (row === undefined || environment === undefined) return screen;
    return { ...screen, marks: toggle(screen.marks, wholeRow ? row.id : markOf(row.id, environment.name)) };
  });
}

/** A range goes from where it began to the cursor, in the column of the cursor. */
function markRange(state: State): Step {
  return onMatrix(state, (screen) => {
    if (screen.range === undefined)
      return tell(
        withScreen(state, { ...screen, range: screen.list.cursor }),
        "info",
        "Range: move, then v marks all rows from here to there.",
      );
    const [first, last] = [Math.min(screen.range, screen.list.cursor), Math.max(screen.range, screen.list.cursor)];
    const { rows } = currentMatrix(state);
    const environment = state.project.environments[screen.column]?.name ?? "";
    const marks = new Set(screen.marks);
    for (const line of matrixLines(state, screen).slice(first, last + 1)) {
      const row = rows[line];
      if (row?.kind === "value") marks.add(markOf(row.id, environment));
    }
    return { ...screen, marks, range: undefined };
  });
}

/** Folds what the cursor is on, or what holds it. */
function fold(state: State): Step {
  return onMatrix(state, (screen) => {
    const row = currentRow(state, screen);
    const id = row?.kind === "value" ? pathKey(row.path.slice(0, -1)) : row?.id;
    if (id === undefined || id === "") return screen;
    return onSameRow(state, withScreen(state, { ...screen, folded: toggle(screen.folded, id) }));
  });
}

function foldAll(state: State, on: boolean): Step {
  return onMatrix(state, (screen) => {
    const { rows } = currentMatrix(state);
    const folded = on ? new Set(rows.filter((row) => row.kind === "branch").map((row) => row.id)) : new Set<string>();
    return onSameRow(state, withScreen(state, { ...screen, folded }));
  });
}

function siblingRow(state: State, way: 1 | -1): Step {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return step(state);
  const lines = matrixLines(state, screen);
  const { rows } = currentMatrix(state);
  const depth = rows[lines[screen.list.cursor] ?? -1]?.depth ?? 0;
  for (let line = screen.list.cursor + way; line >= 0 && line < lines.length; line += way) {
    const other = rows[lines[line] ?? -1]?.depth ?? 0;
    if (other < depth) break;
    if (other === depth) return step(moveToRow(state, line));
  }
  return step(state);
}

function toggleLock(state: State): Step {
  const screen = topScreen(state);
  const environment = screen.kind === "matrix" ? state.project.environments[screen.column] : undefined;
  if (environment === undefined) return step(state);
  const closed = new Set(state.closed);
  const unlocks = closed.delete(environment.name);
  if (!unlocks) closed.add(environment.name);
  return step(tell({ ...state, closed }, "info", `${environment.name} is ${unlocks ? "open to" : "locked against"} changes.`));
}

export const MATRIX_ACTIONS: readonly Action[] = defineActions(
  {
    id: "matrix.open",
    keys: ["enter"],
    title: "open",
    help: "Opens the cell: folds a group, asks for a key that is far away, or shows the value in its file.",
    scopes: ["matrix"],
    footer: 1,
    run: open,
  },
  {
    id: "matrix.left",
    keys: ["left", "h"],
    title: "left",
    help: "One environment to the left.",
    scopes: ["matrix"],
    run: (state) => onMatrix(state, (screen) => toColumn(state, screen, screen.column - 1)),
  },
  {
    id: "matrix.right",
    keys: ["right", "l"],
    title: "right",
    help: "One environment to the right.",
    scopes: ["matrix"],
    run: (state) => onMatrix(state, (screen) => toColumn(state, screen, screen.column + 1)),
  },
  {
    id: "matrix.nextSibling",
    keys: ["J"],
    title: "next sibling",
    help: "To the next key of the same group.",
    scopes: ["matrix"],
    run: (state) => siblingRow(state, 1),
  },
  {
    id: "matrix.previousSibling",
    keys: ["K"],
    title: "previous sibling",
    help: "To the previous key of the same group.",
    scopes: ["matrix"],
    run: (state) => siblingRow(state, -1),
  },
  {
    id: "matrix.fold",
    keys: ["z z", "z a"],
    title: "fold",
    help: "Folds or unfolds the group under the cursor.",
    scopes: ["matrix"],
    run: fold,
  },
  {
    id: "matrix.foldAll",
    keys: ["z M"],
    title: "fold all",
    help: "Folds all groups.",
    scopes: ["matrix"],
    run: (state) => foldAll(state, true),
  },
  {
    id: "matrix.unfoldAll",
    keys: ["z R"],
    title: "unfold all",
    help: "Unfolds all groups.",
    scopes: ["matrix"],
    run: (state) => foldAll(state, false),
  },
  {
    id: "matrix.view",
    keys: ["f"],
    title: "view",
    help: "Shows all keys, gaps only, what differs, or what is edited, in turn.",
    scopes: ["matrix"],
    footer: 7,
    run: (state) => onMatrix(state, (screen) => onSameRow(state, withScreen(state, { ...screen, view: NEXT_VIEW[screen.view] }))),
  },
  {
    id: "matrix.reference",
    keys: ["."],
    title: "compare with",
    help: "Compares all environments with the one under the cursor.",
    scopes: ["matrix"],
    run: (state) =>
      onMatrix(state, (screen) =>
        tell(
          withScreen(state, { ...screen, reference: screen.column }),
          "info",
          `≡ and ≠ now compare with ${state.project.environments[screen.column]?.name ?? ""}.`,
        ),
      ),
  },
  {
    id: "matrix.lockEnvironment",
    keys: ["L"],
    title: "lock environment",
    help: "Locks the environment under the cursor against changes in this run, and unlocks it.",
    scopes: ["matrix"],
    run: toggleLock,
  },
  {
    id: "matrix.nextGap",
    keys: ["] g"],
    title: "next gap",
    help: "To the next place that is missing, empty, of another type, or in one environment alone.",
    scopes: ["matrix"],
    run: (state) => jumpToGap(state, 1),
  },
  {
    id: "matrix.previousGap",
    keys: ["[ g"],
    title: "previous gap",
    help: "To the previous gap.",
    scopes: ["matrix"],
    run: (state) => jumpToGap(state, -1),
  },
  {
    id: "matrix.mark",
    keys: ["space"],
    title: "mark",
    help: "Marks this cell; E, d and others then act on all marked ones.",
    scopes: ["matrix"],
    run: (state) => markCell(state, false),
  },
  {
    id: "matrix.markRow",
    keys: ["M"],
    title: "mark row",
    help: "Marks this key in every environment.",
    scopes: ["matrix"],
    run: (state) => markCell(state, true),
  },
  { id: "matrix.range", keys: ["v"], title: "range", help: "Begins a range of marks, and ends it.", scopes: ["matrix"], run: markRange },
  {
    id: "matrix.compare",
    keys: ["c"],
    title: "compare",
    help: "Shows this cell beside the one it is compared with, both masked.",
    scopes: ["matrix"],
    enabled: (state) => (selected(state) === undefined ? "there is no value here" : true),
    run(state) {
      const screen = topScreen(state);
      const row = screen.kind === "matrix" ? currentRow(state, screen) : undefined;
      if (screen.kind !== "matrix" || row === undefined) return step(state);
      const other = screen.column === screen.reference ? (screen.column + 1) % state.project.environments.length : screen.reference;
      return openCompare(state, row.path, [screen.column, other]);
    },
  },
);
