/** Moving about in lists. */
import { listHeight } from "../model/layout.ts";
import { listLength, listOf, withList } from "../model/lengths.ts";
import { type Move, moveBy, moveTo } from "../model/list.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";

export function move(state: State, how: Move): Step {
  const screen = topScreen(state);
  const list = moveBy(listOf(screen), how, listLength(state, screen), listHeight(state));
  return step(withScreen(state, withList(screen, list)));
}

export function moveToRow(state: State, row: number): State {
  const screen = topScreen(state);
  return withScreen(state, withList(screen, moveTo(listOf(screen), row, listLength(state, screen), listHeight(state))));
}

function mover(how: Move, keys: readonly string[], title: string, help: string): Action {
  return { id: `move.${how}`, keys, title, help, scopes: ["list"], run: (state) => move(state, how) };
}

export const MOVES: readonly Action[] = defineActions(
  mover("down", ["down", "j"], "down", "One row down."),
  mover("up", ["up", "k"], "up", "One row up."),
  mover("pageDown", ["pagedown", "ctrl+f"], "page down", "One page down."),
  mover("pageUp", ["pageup", "ctrl+b"], "page up", "One page up."),
  mover("halfDown", ["ctrl+d"], "half page down", "Half a page down."),
  mover("halfUp", ["ctrl+u"], "half page up", "Half a page up."),
  mover("top", ["g g", "home"], "top", "To the first row."),
  mover("bottom", ["G", "end"], "bottom", "To the last row."),
);
