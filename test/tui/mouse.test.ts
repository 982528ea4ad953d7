import { expect, test } from "vitest";
import type { MouseAct } from "../../src/tui/model/events.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { frameText } from "./frame.ts";
import { after, fileOf, press, sampleState, stateOf, documentState } from "./states.ts";
import { newDocument } from "../../src/tui/model/screens.ts";

const mouse = (state: State, act: MouseAct, column: number, row: number): State =>
  after(state, { topic: "input", kind: "mouse", act, column, row });

/** Clicks where a text stands in the frame. */
function click(state: State, text: string): State {
  const lines = frameText(state).split("\n");
  const row = lines.findIndex((line) => line.includes(text));
  return mouse(state, "press", lines[row]?.indexOf(text) ?? 0, row);
}

test("a click in the matrix goes to the row and the environment", () => {
  const clicked = click(sampleState(), "staging-db");
  expect(topScreen(clicked)).toMatchObject({ kind: "matrix", list: { cursor: 1 }, column: 1 });
  expect(topScreen(click(sampleState(), "legacy_token"))).toMatchObject({ list: { cursor: 9 }, column: 0 });
});

test("a click on a file opens it; a second one on a group of keys folds it", () => {
  const files = ["dev", "prod"].map((name) => fileOf(`secrets/${name}.yaml`, { a: { b: "x" }, c: "y" }));
  const state = stateOf(files, [], { screens: [newDocument("secrets/dev.yaml")] });
  const opened = click(state, "prod.yaml");
  expect(topScreen(opened)).toMatchObject({ kind: "document", file: "secrets/prod.yaml", pane: "tree" });
  const once = click(opened, "▾ a ");
  expect(topScreen(once)).toMatchObject({ list: { cursor: 0 } });
  expect(frameText(click(once, "▾ a "))).toContain("▸ a ");
});

test("the wheel scrolls, with the cursor kept in sight, and what is revealed is hidden", () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, "x"]));
  const state = documentState(fileOf("a.yaml", many));
  const down = mouse(state, "wheel down", 40, 10);
  expect(topScreen(down)).toMatchObject({ list: { cursor: 3, top: 3 } });
  expect(topScreen(mouse(down, "wheel up", 40, 10))).toMatchObject({ list: { top: 0 } });
});

test("the wheel scrolls what is drawn over the screen, and nothing below it", () => {
  const help = press(sampleState(), "?");
  const scrolled = mouse(help, "wheel down", 40, 10);
  expect(scrolled.overlay).toMatchObject({ list: { top: 3 } });
  expect(scrolled.screens).toEqual(help.screens);
  expect(mouse(help, "press", 10, 5).screens).toEqual(help.screens);
});

test("nothing is clicked while locked, nor outside of the body", () => {
  const locked = press(sampleState(), "ctrl+l");
  expect(mouse(locked, "press", 10, 8).screens).toEqual(locked.screens);
  for (const row of [0, 28, 29]) expect(mouse(sampleState(), "press", 10, row).screens).toEqual(sampleState().screens);
});
