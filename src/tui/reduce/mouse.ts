/** The wheel scrolls, a click moves the cursor, a second one opens. */
import type { Keymap } from "../actions/keymap.ts";
import { toColumn } from "../actions/matrix.ts";
import { moveOverlay } from "../actions/palette.ts";
import { showFile } from "../actions/document.ts";
import { historyAt } from "../actions/history.ts";
import { fileRows } from "../model/file-tree.ts";
import type { InputEvent } from "../model/events.ts";
import { documentLayout, layoutOf, listHeight, matrixColumns } from "../model/layout.ts";
import { listLength, listOf, withList } from "../model/lengths.ts";
import { moveTo, scrollBy } from "../model/list.ts";
import type { Screen } from "../model/screens.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { WIZARD_HEAD } from "../model/wizard.ts";

type MouseEvent = Extract<InputEvent, { readonly kind: "mouse" }>;

const WHEEL_LINES = 3;

export function reduceMouse(state: State, event: MouseEvent, keymap: Keymap): Step {
  if (state.overlay !== undefined) return wheelOverlay(state, event, keymap);
  if (event.act === "wheel up" || event.act === "wheel down") return scroll(state, event.act === "wheel down" ? WHEEL_LINES : -WHEEL_LINES);
  if (event.act !== "press") return step(state);
  const screen = topScreen(state);
  const line = event.row - 1;
  if (line < 0 || line >= layoutOf(state.size).body) return step(state);
  if (screen.kind === "matrix") {
    const { key, cell, count } = matrixColumns(state.size, state.project.environments.length);
    const column = Math.floor((event.column - 1 - key) / cell);
    const moved = clickRow(state, line - 2 + screen.list.top);
    const next = topScreen(moved.state);
    if (column < 0 || column >= count || next.kind !== "matrix") return moved;
    return step(withScreen(moved.state, toColumn(moved.state, next, screen.firstColumn + column)));
  }
  if (screen.kind === "document") return clickDocument(state, event, line, keymap);
  if (screen.kind === "history") {
    const at = historyAt(state, screen, event.column, line);
    return clickRow(withScreen(state, at.screen), at.row);
  }
  return clickRow(state, line - 1 - headingLines(screen) + listOf(screen).top);
}

function headingLines(screen: Screen): number {
  return screen.kind === "access" ? 1 : screen.kind === "wizard" ? WIZARD_HEAD : 0;
}

function wheelOverlay(state: State, { act }: MouseEvent, keymap: Keymap): Step {
  const how = act === "wheel down" ? "down" : act === "wheel up" ? "up" : undefined;
  if (how === undefined) return step(state);
  let next = state;
  for (let line = 0; line < WHEEL_LINES; line += 1) next = moveOverlay(next, keymap, how).state;
  return step(next);
}

function clickDocument(state: State, event: MouseEvent, line: number, keymap: Keymap): Step {
  const screen = topScreen(state);
  if (screen.kind !== "document") return step(state);
  const { files } = documentLayout(state.size, screen.pane);
  const inFiles = files !== undefined && event.column < files.width;
  const focused = withScreen(state, { ...screen, pane: inFiles ? "files" : "tree" });
  const row = line - 1 + (inFiles ? screen.files.top : screen.list.top);
  const already = screen.pane === (inFiles ? "files" : "tree") && row === (inFiles ? screen.files.cursor : screen.list.cursor);
  if (already) {
    const action = keymap.byId("document.open");
    return action === undefined ? step(focused) : action.run(focused, keymap);
  }
  const moved = clickRow(focused, row);
  const target = inFiles ? fileRows(state, screen.foldedFolders)[row] : undefined;
  return target?.kind === "file" ? step(showFile(moved.state, target.path)) : moved;
}

function clickRow(state: State, row: number): Step {
  const screen = topScreen(state);
  const length = listLength(state, screen);
  if (row < 0 || row >= length) return step(state);
  return step(withScreen(state, withList(screen, moveTo(listOf(screen), row, length, listHeight(state)))));
}

function scroll(state: State, lines: number): Step {
  const screen = topScreen(state);
  return step(withScreen(state, withList(screen, scrollBy(listOf(screen), lines, listLength(state, screen), listHeight(state)))));
}
