/** Two environments beside each other, one value each. */
import { type ComparedSide, comparedSides, linesOf } from "../model/compare-view.ts";
import type { Path } from "../model/edits.ts";
import type { CompareScreen } from "../model/review.ts";
import { openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";

/** The lines of two texts are compared at the edge: here nobody has them. */
function show(state: State, screen: CompareScreen): Step {
  const next = topScreen(state).kind === "compare" ? withScreen(state, screen) : openScreen(state, screen);
  const [left, right] = comparedSides(next, screen);
  const isText = linesOf(left.cell) > 1 || linesOf(right.cell) > 1;
  if (!isText || left.source === undefined || right.source === undefined) return step(next);
  const { path, columns } = screen;
  return step(next, { topic: "review", kind: "compare", path, columns, sources: [left.source, right.source] });
}

export function openCompare(state: State, path: Path, columns: readonly [number, number]): Step {
  return show(state, { kind: "compare", path, columns });
}

function onCompare(state: State, change: (columns: readonly [number, number]) => readonly [number, number]): Step {
  const screen = topScreen(state);
  return screen.kind === "compare" ? show(state, { kind: "compare", path: screen.path, columns: change(screen.columns) }) : step(state);
}

/** Another environment on the right; never the one on the left. */
function turn(state: State, way: 1 | -1): Step {
  const { length } = state.project.environments;
  if (length < 3) return step(state);
  return onCompare(state, ([left, right]) => {
    let next = (right + way + length) % length;
    if (next === left) next = (next + way + length) % length;
    return [left, next];
  });
}

function sideOf(state: State, at: 0 | 1): ComparedSide | undefined {
  const screen = topScreen(state);
  return screen.kind === "compare" ? comparedSides(state, screen)[at] : undefined;
}

function canReveal(state: State, at: 0 | 1): true | string {
  if (state.shared) return "the screen is shared: S ends that";
  const side = sideOf(state, at);
  if (side?.source === undefined) return "there is no value on this side";
  return side.cell.kind === "sealed" && !side.cell.readable ? "you cannot read this file" : true;
}

function reveal(state: State, at: 0 | 1): Step {
  const source = sideOf(state, at)?.source;
  if (source === undefined) return step(state);
  const { reveal: shown } = state;
  const isShown = shown !== undefined && JSON.stringify(shown.source) === JSON.stringify(source);
  return isShown ? step({ ...state, reveal: undefined }) : step(state, { topic: "value", kind: "reveal", source });
}

export const COMPARE_ACTIONS: readonly Action[] = defineActions(
  {
    id: "compare.revealLeft",
    keys: ["r"],
    title: "reveal left",
    help: "Shows the left value for 15 seconds.",
    scopes: ["compare"],
    footer: 1,
    enabled: (state) => canReveal(state, 0),
    run: (state) => reveal(state, 0),
  },
  {
    id: "compare.revealRight",
    keys: ["R"],
    title: "reveal right",
    help: "Shows the right value for 15 seconds.",
    scopes: ["compare"],
    footer: 2,
    enabled: (state) => canReveal(state, 1),
    run: (state) => reveal(state, 1),
  },
  {
    id: "compare.next",
    keys: ["right", "l"],
    title: "another",
    help: "Compares with the next environment.",
    scopes: ["compare"],
    footer: 3,
    enabled: (state) => (state.project.environments.length < 3 ? "there is no other environment" : true),
    run: (state) => turn(state, 1),
  },
  {
    id: "compare.previous",
    keys: ["left", "h"],
    title: "another",
    help: "Compares with the previous environment.",
    scopes: ["compare"],
    enabled: (state) => (state.project.environments.length < 3 ? "there is no other environment" : true),
    run: (state) => turn(state, -1),
  },
  {
    id: "compare.swap",
    keys: ["tab"],
    title: "swap",
    help: "Swaps left and right.",
    scopes: ["compare"],
    footer: 4,
    run: (state) => onCompare(state, ([left, right]) => [right, left]),
  },
);
