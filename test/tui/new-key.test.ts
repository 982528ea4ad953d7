import { expect, test } from "vitest";
import type { Event } from "../../src/tui/model/events.ts";
import { selected } from "../../src/tui/model/selection.ts";
import type { State } from "../../src/tui/model/state.ts";
import { after, documentState, fileOf, press, sampleState, valueRef } from "./states.ts";

/** A value is kept at a place of a file, as the editor tells it. */
function kept(file: string, ...path: readonly string[]): Event {
  return {
    topic: "editor",
    kind: "kept",
    label: `set ${path.join(".")}`,
    targets: [{ file, path, label: "", encrypted: true }],
    values: [valueRef("v1", "canary-new-value")],
  };
}

const placeOf = (state: State): string => selected(state)?.path.join(".") ?? "";

test("the cursor of the matrix goes to a key that is new, and stays where another one is changed", () => {
  const state = press(sampleState(), "down");
  expect(placeOf(state)).toBe("database.host");
  expect(placeOf(after(state, kept("secrets/dev.yaml", "stripe", "live_key")))).toBe("stripe.live_key");
  expect(placeOf(after(state, kept("secrets/dev.yaml", "session_key")))).toBe("database.host");
});

test("what a filter or a fold hides is not gone to", () => {
  const filtered = after(press(sampleState(), "/"), { topic: "input", kind: "paste", text: "host" });
  const state = press(filtered, "enter", "end");
  expect(placeOf(state)).toBe("database.host");
  expect(placeOf(after(state, kept("secrets/dev.yaml", "stripe", "live_key")))).toBe("database.host");
  const folded = press(sampleState(), "z", "M");
  expect(placeOf(after(folded, kept("secrets/dev.yaml", "stripe", "live_key")))).toBe(placeOf(folded));
});

test("the cursor of a tree goes to a new key, too", () => {
  const state = documentState(fileOf("secrets/dev.yaml", { database: { password: "aaaa" }, token: "bbbb" }));
  expect(placeOf(state)).toBe("database");
  expect(placeOf(after(state, kept("secrets/dev.yaml", "database", "user")))).toBe("database.user");
  expect(placeOf(after(state, kept("secrets/other.yaml", "database", "user")))).toBe("database");
});
