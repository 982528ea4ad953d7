import { expect, test } from "vitest";
import { topScreen, type State } from "../../src/tui/model/state.ts";
import { press, sampleState } from "./states.ts";

const toast = (state: State): string => state.messages.toast?.text ?? "";
const cursor = (state: State): number => {
  const screen = topScreen(state);
  return screen.kind === "matrix" ? screen.list.cursor : -1;
};

test("an environment that is locked takes no change until it is unlocked; the others do", () => {
  const locked = press(sampleState(), "j", "j", "l", "l", "L");
  expect(toast(locked)).toBe("prod is locked against changes.");
  const refused = press(locked, "d");
  expect([refused.edits.done.length, toast(refused)]).toEqual([
    0,
    expect.stringContaining("prod is locked against changes: L in the matrix unlocks it"),
  ]);
  expect(press(locked, "h", "h", "d").edits.done).toHaveLength(1);
  const open = press(locked, "L", "d");
  expect([toast(press(locked, "L")), open.edits.done.length]).toEqual(["prod is open to changes.", 1]);
});

test("n and N go round the keys that the filter hits, and n is another key without one", () => {
  const filtered = press(sampleState(), "/", "p", "a", "s", "s", "enter");
  const first = press(filtered, "n");
  const second = press(first, "n");
  expect(cursor(first)).not.toBe(cursor(filtered));
  expect(cursor(press(first, "N", "n"))).toBe(cursor(first));
  expect([cursor(second), cursor(press(second, "N"))]).not.toContain(-1);
});
