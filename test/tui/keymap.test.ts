import { describe, expect, test } from "vitest";
import { ACTIONS } from "../../src/tui/actions/index.ts";
import { createKeymap, showKey } from "../../src/tui/actions/keymap.ts";
import { normalizeKey } from "../../src/tui/actions/key-names.ts";
import { parseTuiSettings } from "../../src/policy/tui-settings.ts";
import { frameText } from "./frame.ts";
import { KEYMAP, press, sampleState } from "./states.ts";
import { reduce } from "../../src/tui/reduce/reduce.ts";

const overridden = (...pairs: readonly (readonly [id: string, ...keys: string[]])[]): ReturnType<typeof createKeymap> =>
  createKeymap(ACTIONS, new Map(pairs.map(([id, ...keys]) => [id, keys])));

describe("the table of actions", () => {
  test("has no key that means two things in one place", () => {
    expect(KEYMAP.conflicts).toEqual([]);
  });

  test("names every action once, in words that can be drawn", () => {
    expect(new Set(ACTIONS.map((action) => action.id)).size).toBe(ACTIONS.length);
    expect(ACTIONS.filter(({ title, help }) => title === "" || title.length > 30 || !/^\S.*[.?]$/.test(help)).map(({ id }) => id)).toEqual(
      [],
    );
  });

  test("spells its keys as they arrive", () => {
    const keys = ACTIONS.flatMap((action) => action.keys);
    expect(keys.filter((key) => normalizeKey(key) !== key)).toEqual([]);
  });

  test("gives a reason in words for whatever cannot be done, and no action breaks on an empty project", () => {
    for (const action of ACTIONS) {
      const enabled = action.enabled?.(sampleState()) ?? true;
      expect(enabled === true ? action.id : enabled).toMatch(/\S{2}/);
    }
  });
});

describe("names of keys", () => {
  test.each([
    ["ctrl-s", "ctrl+s"],
    ["^s", "ctrl+s"],
    ["^S", "ctrl+s"],
    ["C-s", "ctrl+s"],
    ["<C-s>", "ctrl+s"],
    ["Control+S", "ctrl+s"],
    ["Enter", "enter"],
    ["Return", "enter"],
    ["Space", "space"],
    ["Esc", "escape"],
    ["PgDn", "pagedown"],
    ["M-b", "alt+b"],
    ["Alt+Left", "alt+left"],
    ["shift-tab", "shift+tab"],
    ["Shift+g", "G"],
    ["g  g", "g g"],
    ["C-x C-s", "ctrl+x ctrl+s"],
    ["F5", "f5"],
    ["alt+shift+ctrl+up", "ctrl+alt+shift+up"],
    ["^", "^"],
    ["-", "-"],
    ["ctrl+-", "ctrl+-"],
    ["plus", "+"],
    ["ä", "ä"],
  ])("%s is %s", (spelled, key) => {
    expect(normalizeKey(spelled)).toBe(key);
  });

  test.each(["", "strg+s", "hyper+x", "F13", "word", "g word"])("%j is none", (spelled) => {
    expect(normalizeKey(spelled)).toBeUndefined();
  });

  test("are shown as people read them, also without Unicode", () => {
    expect(["ctrl+s", "enter", "g g", "pageup", "alt+b"].map((key) => showKey(key))).toEqual(["^S", "⏎", "gg", "PgUp", "alt+b"]);
    expect(["ctrl+s", "enter", "space", "escape", "left"].map((key) => showKey(key, true))).toEqual([
      "^S",
      "enter",
      "space",
      "esc",
      "left",
    ]);
  });
});

describe("keys that people choose", () => {
  test("take the place of the table's own", () => {
    const keymap = overridden(["edit.undo", "C-z", "Backspace"], ["suspend", "F9"]);
    expect(keymap.conflicts).toEqual([]);
    expect(keymap.keysOf("edit.undo")).toEqual(["ctrl+z", "backspace"]);
    expect(keymap.find(["any"], "ctrl+z")).toMatchObject({ id: "edit.undo" });
    expect(keymap.find(["any"], "u")).toBeUndefined();
  });

  test("can switch an action off", () => {
    const settings = parseTuiSettings("config.yaml", "tui:\n  keys:\n    value.delete: <disabled>\n    edit.undo: [U, ctrl-u]\n");
    const keymap = createKeymap(ACTIONS, settings.keys);
    expect(keymap.find(["matrix", "list", "any"], "d")).toBeUndefined();
    expect(keymap.keysOf("value.delete")).toEqual([]);
    expect(keymap.keysOf("edit.undo")).toEqual(["U", "ctrl+u"]);
  });

  test("win over the table's own, which is told", () => {
    const keymap = overridden(["edit.undo", "q"]);
    expect(keymap.find(["any"], "q")).toMatchObject({ id: "edit.undo" });
    expect(keymap.conflicts).toEqual(["q means both edit.undo and quit in any: edit.undo has it"]);
  });

  test("are told of when they hide what works everywhere, or are hidden by what a screen has itself", () => {
    expect(overridden(["value.edit", "j"]).conflicts).toEqual([
      "j means value.edit in matrix, and move.down elsewhere only",
      "j means value.edit in document, and move.down elsewhere only",
    ]);
    expect(overridden(["mouse", "f"]).conflicts).toEqual(["f means matrix.view in matrix, and mouse elsewhere only"]);
  });

  test("are told of when they mean nothing, hide a chord, or fit no terminal", () => {
    expect(overridden(["no.such", "x"]).conflicts).toEqual(["there is no action no.such to bind a key to"]);
    expect(overridden(["edit.undo", "strg+u"]).conflicts).toEqual(["edit.undo: there is no key strg+u"]);
    expect(overridden(["matrix.compare", "z"]).conflicts).toContain(
      "z means matrix.compare, so that z z (matrix.fold) cannot be typed in matrix",
    );
  });
});

describe("chords", () => {
  test("show what can follow while they are begun", () => {
    const begun = press(sampleState(), "z");
    expect(begun.chord).toBe("z");
    expect(frameText(begun)).toContain("z…  z fold  M fold all  R unfold all  esc stops");
  });

  test("are dropped by Esc, which then does nothing else", () => {
    const filtered = press(sampleState(), "/", "h", "o", "enter");
    const dropped = press(filtered, "g", "escape");
    expect(dropped.chord).toBe("");
    expect(dropped.screens).toEqual(filtered.screens);
  });

  test("that mean nothing are dropped, and their last key counts alone", () => {
    expect(press(sampleState(), "g", "j").screens.at(-1)).toMatchObject({ list: { cursor: 1 } });
  });

  test("are done when they are whole", () => {
    const end = press(sampleState(), "G");
    expect(end.screens.at(-1)).not.toMatchObject({ list: { cursor: 0 } });
    expect(press(end, "g", "g").screens.at(-1)).toMatchObject({ list: { cursor: 0 } });
  });

  test("follow the keys that people chose", () => {
    const keymap = overridden(["matrix.fold", "g f"]);
    const { state } = reduce(sampleState(), { topic: "input", kind: "key", key: "g", text: "g" }, keymap, 0);
    expect(frameText(state, keymap)).toContain("g…  f fold  g top  esc stops");
  });
});
