import { string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { EditorScreen } from "../../src/tui/model/editor.ts";
import { undoEdit } from "../../src/tui/model/edits.ts";
import type { Effect } from "../../src/tui/model/effects.ts";
import type { Event } from "../../src/tui/model/events.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { RECIPES } from "../../src/tui/text/generate.ts";
import { assertAlwaysNow } from "../support/property.ts";
import { after, effectsOf, factsOf, later, press, sampleState, valueRef } from "./states.ts";

const OLD = "aaaa-bbbb-cccc";

/** The editor on `database.password @ dev`. */
const opened = (): State => press(sampleState(), "down", "down", "e");

function editorOf(state: State): EditorScreen {
  const screen = topScreen(state);
  if (screen.kind !== "editor") throw new TypeError(`${screen.kind} is open`);
  return screen;
}

function fetched(state: State, text: string = OLD, type: "str" | "int" = "str"): State {
  const value = { text, type, facts: factsOf(text, type) };
  return after(state, { topic: "editor", kind: "fetched", editor: editorOf(state).id, value, decoded: "no" });
}

const type = (state: State, text: string): State => press(state, ...text.split("").map((char) => (char === " " ? "space" : char)));
const paste = (state: State, text: string): State => after(state, { topic: "input", kind: "paste", text });
const textOf = (state: State): string => editorOf(state).field.text;
const toast = (state: State): string => state.messages.toast?.text ?? "";

/** All that is in the state, sets and maps too. */
function everything(state: State): string {
  return JSON.stringify(state, (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value));
}

type KeepEffect = Extract<Effect, { readonly topic: "editor"; readonly kind: "keep" }>;

function keepOf(state: State, ...keys: readonly string[]): KeepEffect {
  const found = effectsOf(state, ...keys).find((effect) => effect.topic === "editor" && effect.kind === "keep");
  if (found?.kind !== "keep") throw new TypeError("nothing is kept");
  return found;
}

function keptEvent({ label, targets, ids }: KeepEffect, text: string): Event {
  return { topic: "editor", kind: "kept", label, targets, values: ids.map((id) => valueRef(id, text)) };
}

/** What is said after a value was kept. */
function keptAs(text: string): string {
  const before = fetched(opened());
  return toast(after(press(before, "n", "enter"), keptEvent(keepOf(before, "n", "enter"), text)));
}

const lines = (): State => paste(fetched(opened()), "one\ntwo\n");

describe("opening", () => {
  test("asks for the old value and waits for it", () => {
    const [effect] = effectsOf(sampleState(), "down", "down", "e");
    expect(effect).toMatchObject({ topic: "editor", kind: "fetch", source: { kind: "row", file: "secrets/dev.yaml" } });
    expect(editorOf(opened())).toMatchObject({ title: "database.password @ dev", type: "str", replaces: true, changed: false });
    expect(textOf(fetched(opened()))).toBe(OLD);
  });

  test("an answer to an editor that was closed is not for the next one", () => {
    const first = opened();
    const second = press(first, "escape", "down", "e");
    const value = { text: OLD, type: "str", facts: factsOf(OLD) } as const;
    const late = after(second, { topic: "editor", kind: "fetched", editor: editorOf(first).id, value, decoded: "no" });
    expect(textOf(late)).toBe("5432");
  });

  test("what was typed before the old value came stays", () => {
    expect(textOf(fetched(type(opened(), "new")))).toBe("new");
    expect(editorOf(fetched(type(opened(), "new"))).old).toEqual(factsOf(OLD));
  });
});

describe("typing", () => {
  test("replaces the old value, which undo brings back in one step", () => {
    const typed = type(fetched(opened()), "new");
    expect(textOf(typed)).toBe("new");
    expect(editorOf(typed).changed).toBe(true);
    const undone = press(typed, "ctrl+_");
    expect(textOf(undone)).toBe(OLD);
    expect(editorOf(undone).changed).toBe(false);
  });

  test.each([
    ["a move of the cursor", "left", `${OLD.slice(0, -1)}X${OLD.slice(-1)}`],
    ["showing it", "ctrl+r", `${OLD}X`],
    ["erasing", "backspace", `${OLD.slice(0, -1)}X`],
  ])("edits in place after %s", (_, key, text) => {
    expect(textOf(press(fetched(opened()), key, "X"))).toBe(text);
  });

  test("a paste replaces, too, and never keeps", () => {
    const pasted = paste(fetched(opened()), "one\r\ntwo\r\n");
    expect(textOf(pasted)).toBe("one\ntwo\n");
    expect(editorOf(pasted).field.multiline).toBe(true);
    expect(editorOf(pasted).targets).toHaveLength(1);
  });

  test("and undoing all of it gives the old text again, whatever was typed", () => {
    assertAlwaysNow(string({ unit: "grapheme", minLength: 1, maxLength: 12 }), 200, (text) => {
      let state = after(
        fetched(opened()),
        ...Array.from(new Intl.Segmenter().segment(text), ({ segment }): Event => ({
          topic: "input",
          kind: "key",
          key: segment,
          text: segment,
        })),
      );
      while (editorOf(state).changed) state = press(state, "ctrl+_");
      expect(textOf(state)).toBe(OLD);
    });
  });

  test("a paste of 512 KB takes less than a second", () => {
    const line = `${"ä".repeat(63)}\n`;
    const state = fetched(opened());
    const start = performance.now();
    const pasted = type(paste(state, line.repeat(4096)), "x");
    expect(performance.now() - start).toBeLessThan(1000);
    expect(textOf(pasted)).toHaveLength(64 * 4096 + 1);
  });

  test("a paste that is too large leaves the old value where it is, to be replaced", () => {
    const pasted = paste(fetched(opened()), "x".repeat(2 * 1024 * 1024));
    expect(textOf(pasted)).toBe(OLD);
    expect(textOf(type(pasted, "n"))).toBe("n");
  });
});

describe("keeping", () => {
  test("closes the editor and hands the text over to the edge", () => {
    const effect = keepOf(fetched(opened()), "n", "enter");
    expect(effect).toMatchObject({ label: "set database.password in dev", text: "n", type: "str", base64: false });
    expect(topScreen(press(fetched(opened()), "n", "enter")).kind).toBe("matrix");
  });

  test("leaves no plaintext in the state", () => {
    const kept = press(type(fetched(opened()), "canary-typed"), "enter");
    const all = everything(after(kept, keptEvent(keepOf(fetched(opened()), "n", "enter"), "canary-typed")));
    expect(all).not.toContain("canary-typed");
    expect(all).not.toContain(OLD);
    const thrown = press(type(fetched(opened()), "canary-typed"), "escape");
    expect(everything(thrown)).not.toContain("canary-typed");
    expect(everything(fetched(opened()))).toContain(OLD);
  });

  test("is one edit that u takes back", () => {
    const before = fetched(opened());
    const effect = keepOf(before, "n", "enter");
    const kept = after(press(before, "n", "enter"), keptEvent(effect, "n"));
    expect(kept.edits.done).toHaveLength(1);
    expect(undoEdit(kept.edits).done).toEqual(sampleState().edits.done);
    expect(press(kept, "u").edits.done).toEqual([]);
    expect(toast(kept)).toBe("Kept: set database.password in dev. Nothing is written before ^S.");
  });

  test("does not close an editor that was opened meanwhile", () => {
    const before = fetched(opened());
    const next = press(before, "n", "enter", "e");
    expect(topScreen(after(next, keptEvent(keepOf(before, "n", "enter"), "n"))).kind).toBe("editor");
  });

  test("what was not changed is no edit", () => {
    const state = fetched(opened());
    expect(effectsOf(state, "enter")).toEqual([]);
    expect(toast(press(state, "enter"))).toBe("Nothing was changed.");
  });

  test("an old value that has not come yet is not taken for an empty one", () => {
    const state = press(opened(), "enter");
    expect(editorOf(state).problem).toBe("the old value is not read yet");
    const failed = after(opened(), { topic: "editor", kind: "failed", editor: editorOf(opened()).id, message: "it is broken" });
    expect(editorOf(press(failed, "enter")).problem).toBe("the old value cannot be shown: type a new one");
  });

  test("refuses what is not of the type, in words", () => {
    const state = press(type(press(fetched(opened()), "ctrl+t"), "many"), "enter");
    expect(editorOf(state)).toMatchObject({ type: "int", problem: "type a whole number, such as 5432" });
    expect(editorOf(type(state, "x")).problem).toBeUndefined();
    expect(keepOf(type(press(fetched(opened()), "ctrl+t"), "42"), "enter")).toMatchObject({ type: "int", text: "42" });
  });

  test("several environments are one edit with one name", () => {
    const state = fetched(press(sampleState(), "down", "down", "E"));
    const effect = keepOf(state, "n", "enter");
    expect(effect.label).toBe("set database.password in dev, staging, prod");
    expect(effect.ids).toHaveLength(3);
    const kept = after(press(state, "n", "enter"), keptEvent(effect, "n"));
    expect(kept.edits.done).toHaveLength(1);
    expect(kept.edits.done[0]?.edits).toHaveLength(3);
    expect(kept.nextId).toBeGreaterThan(state.nextId + 2);
  });

  test("a value that another environment has is said, and more so where they are kept apart", () => {
    expect(keptAs("of its own")).toBe("Kept: set database.password in dev. Nothing is written before ^S.");
    expect(keptAs("dddd-eeee-ffff")).toContain("staging has the same value. u undoes");
    expect(keptAs("gggg-hhhh-iiii")).toBe("Kept, but dev and prod have the same value, and prod is meant to be isolated. u undoes.");
  });
});

describe("several lines", () => {
  test("enter begins a line, ^S and alt+enter keep", () => {
    expect(textOf(press(lines(), "enter"))).toBe("one\ntwo\n\n");
    expect(keepOf(lines(), "ctrl+s").text).toBe("one\ntwo\n");
    expect(keepOf(lines(), "alt+enter").text).toBe("one\ntwo\n");
  });

  test("esc asks once before it throws them away", () => {
    const asked = press(lines(), "escape");
    expect(asked.overlay).toMatchObject({ kind: "choose", at: 0 });
    expect(textOf(press(asked, "escape"))).toBe("one\ntwo\n");
    expect(topScreen(press(asked, "d")).kind).toBe("matrix");
    expect(keepOf(asked, "k").text).toBe("one\ntwo\n");
    expect(topScreen(press(type(fetched(opened()), "one"), "escape")).kind).toBe("matrix");
    expect(topScreen(press(fetched(opened(), "one\ntwo\n"), "escape")).kind).toBe("matrix");
  });

  test("^O changes between one line and several", () => {
    expect(editorOf(press(fetched(opened()), "ctrl+o")).field.multiline).toBe(true);
    expect(editorOf(press(fetched(opened()), "ctrl+o", "ctrl+o")).field.multiline).toBe(false);
    expect(toast(press(lines(), "ctrl+o"))).toContain("several lines");
    expect(textOf(press(fetched(opened()), "ctrl+o", "tab", "a"))).toBe(`${OLD}\ta`);
  });
});

describe("showing", () => {
  test("ends after 15 seconds, and when somebody looks away", () => {
    const shown = press(fetched(opened()), "ctrl+r");
    expect(editorOf(later(shown, 14_999)).shownUntil).toBeDefined();
    expect(editorOf(later(shown, 15_000)).shownUntil).toBeUndefined();
    expect(editorOf(press(shown, "ctrl+r")).shownUntil).toBeUndefined();
    expect(editorOf(after(shown, { topic: "input", kind: "focus", focused: false })).shownUntil).toBeUndefined();
  });

  test("is off while the screen is shared, and so is the editor outside", () => {
    const shared = { ...fetched(opened()), shared: true };
    expect(editorOf(press(shared, "ctrl+r")).shownUntil).toBeUndefined();
    expect(effectsOf(shared, "ctrl+e")).toEqual([]);
    expect(toast(press(shared, "ctrl+e"))).toContain("the screen is shared");
  });
});

describe("generating", () => {
  test("asks for the kind, takes the place of the text, and is masked", () => {
    const asked = press(fetched(opened()), "ctrl+r", "ctrl+g");
    expect(asked.overlay).toMatchObject({ kind: "choose", at: 0 });
    expect(asked.overlay?.kind === "choose" && asked.overlay.choices).toHaveLength(RECIPES.length + 1);
    const { id } = editorOf(asked);
    expect(effectsOf(asked, "6")).toEqual([{ topic: "editor", kind: "generate", editor: id, recipe: 5 }]);
    const made = after(press(asked, "6"), { topic: "editor", kind: "generated", editor: id, recipe: 5, text: "made" });
    expect(editorOf(made)).toMatchObject({ changed: true, replaces: false, shownUntil: undefined });
    expect(textOf(made)).toBe("made");
    expect(toast(made)).not.toContain("made");
    expect(textOf(press(made, "ctrl+_"))).toBe(OLD);
  });

  test("remembers the kind for the next value", () => {
    const { id } = editorOf(opened());
    const made = after(opened(), { topic: "editor", kind: "generated", editor: id, recipe: 5, text: "made" });
    expect(press(made, "escape", "e", "ctrl+g").overlay).toMatchObject({ at: 5 });
  });
});

describe("the editor outside", () => {
  test("is asked about where it may keep what is typed", () => {
    const state = fetched(opened());
    expect(effectsOf(state, "ctrl+e")).toMatchObject([{ kind: "edit outside", text: OLD, sure: false }]);
    const warned = after(press(state, "ctrl+e"), { topic: "editor", kind: "outside warned", name: "code", warnings: ["it keeps a copy"] });
    expect(warned.overlay).toMatchObject({ kind: "choose", title: "Edit in code?", at: 0 });
    expect(effectsOf(warned, "enter")).toEqual([]);
    expect(effectsOf(warned, "e")).toMatchObject([{ kind: "edit outside", sure: true }]);
  });

  test("what comes back takes the place of the text", () => {
    const state = fetched(opened());
    const back = after(state, { topic: "editor", kind: "edited outside", editor: editorOf(state).id, text: "a\nb" });
    expect(editorOf(back)).toMatchObject({ changed: true });
    expect(editorOf(back).field.multiline).toBe(true);
    const same = after(state, { topic: "editor", kind: "edited outside", editor: editorOf(state).id, text: OLD });
    expect(editorOf(same).changed).toBe(false);
  });
});
