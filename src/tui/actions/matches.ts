/** From one key that the filter hits to the next. */
import { documentView } from "../model/document-view.ts";
import { listLength, listOf } from "../model/lengths.ts";
import { currentMatrix, matrixLines } from "../model/matrix-view.ts";
import { type State, topScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";
import { moveToRow } from "./move.ts";

/** Groups stand in a filtered list only because of what is in them. */
function toMatch(state: State, way: 1 | -1): Step {
  const screen = topScreen(state);
  const isHit = matchAt(state);
  const length = listLength(state, screen);
  for (let moved = 1; moved <= length; moved += 1) {
    const line = (((listOf(screen).cursor + way * moved) % length) + length) % length;
    if (isHit(line)) return step(moveToRow(state, line));
  }
  return step(state);
}

function matchAt(state: State): (line: number) => boolean {
  const screen = topScreen(state);
  if (screen.kind === "matrix") {
    const lines = matrixLines(state, screen);
    const { rows } = currentMatrix(state);
    return (line) => rows[lines[line] ?? -1]?.kind === "value";
  }
  const view = screen.kind === "document" ? documentView(state, screen) : undefined;
  return (line) => view !== undefined && view.tree.rows[view.shown.row(line)]?.count === 0;
}

export const MATCH_ACTIONS: readonly Action[] = defineActions(
  {
    id: "filter.next",
    keys: ["n"],
    title: "next match",
    help: "To the next key that the filter hits.",
    scopes: ["filtered"],
    run: (state) => toMatch(state, 1),
  },
  {
    id: "filter.previous",
    keys: ["N"],
    title: "previous match",
    help: "To the previous key that the filter hits.",
    scopes: ["filtered"],
    run: (state) => toMatch(state, -1),
  },
);
