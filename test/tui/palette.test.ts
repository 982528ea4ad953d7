import { describe, expect, test } from "vitest";
import { createKeymap } from "../../src/tui/actions/keymap.ts";
import { MATRIX_ACTIONS } from "../../src/tui/actions/matrix.ts";
import { MOVES } from "../../src/tui/actions/move.ts";
import { OVERLAY_ACTIONS } from "../../src/tui/actions/overlays.ts";
import { PALETTE_ACTIONS } from "../../src/tui/actions/palette.ts";
import { commandRows } from "../../src/tui/actions/command-rows.ts";
import { helpRows } from "../../src/tui/actions/help-rows.ts";
import { ago, messagesAsText } from "../../src/tui/actions/message-rows.ts";
import { topScreen, type State } from "../../src/tui/model/state.ts";
import { wrap } from "../../src/tui/text/wrap.ts";
import { expectFrame, frameText } from "./frame.ts";
import { after, documentState, effectsOf, emptyState, fileOf, KEYMAP, later, press, sampleState } from "./states.ts";

const typed = (state: State, text: string): State => press(state, ...Array.from(text, (char) => (char === " " ? "space" : char)));
const titles = (state: State): readonly string[] => commandRows(state, KEYMAP).map((row) => row.action.title);

const headings = (state: State): readonly string[] => helpRows(state, KEYMAP).flatMap((row) => (row.kind === "heading" ? [row.text] : []));
const say = (state: State, tone: "fine" | "info" | "warning" | "error", text: string): State =>
  after(state, { topic: "project", kind: "message", tone, text });

/** Few enough that frames stay as they are when others come. */
const FEW = createKeymap([...MATRIX_ACTIONS, ...MOVES, ...PALETTE_ACTIONS, ...OVERLAY_ACTIONS]);

describe("the palette", () => {
  test("opens with : and with ^P, and closes with Esc, which does nothing else", () => {
    expect(press(sampleState(), ":").overlay?.kind).toBe("palette");
    const filtered = press(sampleState(), "/", "h", "enter");
    const closed = press(filtered, "ctrl+p", "escape");
    expect(closed.overlay).toBeUndefined();
    expect(closed.screens).toEqual(filtered.screens);
  });

  test("lists what can be done on this screen, and not what belongs to others", () => {
    expect(titles(press(sampleState(), ":"))).toContain("next gap");
    expect(titles(press(documentState(fileOf("a.yaml", { a: "x" })), ":"))).not.toContain("next gap");
  });

  test("finds by letters of the title, by id, by words of the help, and by the key", () => {
    const open = press(sampleState(), ":");
    expect(titles(typed(open, "cmp"))[0]).toBe("compare");
    expect(titles(typed(open, "next gap"))[0]).toBe("next gap");
    expect(titles(typed(open, "value.copyP"))[0]).toBe("copy path");
    expect(titles(typed(open, "clipboard")).slice(0, 3)).toContain("copy");
    expect(titles(typed(open, "]g"))[0]).toBe("next gap");
    expect(titles(typed(open, "qqqzzz"))).toEqual([]);
  });

  test("runs the chosen one on the screen below, and remembers it", () => {
    const ran = press(typed(press(sampleState(), ":"), "mark row"), "enter");
    expect(ran.overlay).toBeUndefined();
    expect(topScreen(ran)).toMatchObject({ kind: "matrix", marks: new Set(["database"]) });
    expect(titles(press(ran, ":"))[0]).toBe("mark row");
    const again = press(ran, ":", "down", "up", "enter");
    expect(topScreen(again)).toMatchObject({ marks: new Set() });
  });

  test("reaches with the arrows alone whatever has a row", () => {
    const open = press(sampleState(), ":");
    const at = titles(open).indexOf("view");
    const ran = press(open, ...Array.from({ length: at }, () => "down"), "enter");
    expect(topScreen(ran)).toMatchObject({ view: "gaps" });
  });

  test("says why something cannot be done, also when it is chosen", () => {
    const open = typed(press(sampleState(), ":"), "undo");
    expect(commandRows(open, KEYMAP)[0]).toMatchObject({ key: "u", reason: "there is nothing to undo" });
    expect(press(open, "enter").messages.toast?.text).toBe("undo: there is nothing to undo");
  });

  test("begins at the best match again with every letter", () => {
    const moved = press(typed(press(sampleState(), ":"), "f"), "down", "down");
    expect(typed(moved, "o").overlay).toMatchObject({ list: { cursor: 0 } });
  });

  test("opens something else from itself", () => {
    expect(press(typed(press(sampleState(), ":"), "messages"), "enter").overlay?.kind).toBe("messages");
    expect(effectsOf(typed(press(sampleState(), ":"), "lock"), "enter")).toMatchObject([{ topic: "project", kind: "lock" }]);
  });

  test("looks like this", async () => {
    await expectFrame(typed(press(sampleState(), ":"), "fold"), "palette", undefined, undefined, FEW);
    await expectFrame(
      press(press(typed(press(sampleState(), ":"), "view"), "enter"), ":", "down"),
      "palette-recent",
      undefined,
      undefined,
      FEW,
    );
  });
});

describe("the help", () => {
  test("begins with the keys of the screen", () => {
    expect(headings(press(sampleState(), "?")).slice(0, 3)).toEqual(["Matrix", "Moving", "Everywhere"]);
    expect(headings(press(documentState(fileOf("a.yaml", { a: "x" })), "f1"))[0]).toBe("Files and keys");
  });

  test("has every key of the table, each action once", () => {
    const rows = helpRows(press(sampleState(), "?"), KEYMAP).filter((row) => row.kind === "action");
    expect(rows.length).toBe(KEYMAP.actions.filter((action) => action.keys.length > 0).length);
  });

  test("is searched by typing", () => {
    const found = helpRows(typed(press(sampleState(), "?"), "next gap"), KEYMAP).filter((row) => row.kind === "action");
    expect(found).toMatchObject([{ keys: "]g", title: "next gap" }]);
    expect(frameText(typed(press(sampleState(), "?"), "xyzzy"))).toContain("No key does that.");
  });

  test("says why a key does nothing now", () => {
    expect(frameText(typed(press(sampleState(), "?"), "takes back the last unsaved"))).toContain("(there is nothing to undo)");
  });

  test("scrolls to its end and no further", () => {
    const end = press(sampleState(), "?", "ctrl+end");
    const length = helpRows(end, KEYMAP).length;
    expect(frameText(end)).toContain(`/${length} `);
    expect(press(end, "down", "pagedown").overlay).toEqual(end.overlay);
    expect(press(end, "ctrl+home").overlay).toMatchObject({ list: { cursor: 0, top: 0 } });
  });

  test("looks like this", async () => {
    await expectFrame(press(sampleState(), "?"), "help", undefined, undefined, FEW);
    await expectFrame(typed(press(sampleState({ look: { ascii: true } }), "?"), "gap"), "help-search-ascii", undefined, undefined, FEW);
  });
});

describe("the messages", () => {
  const some = later(
    say(
      say(
        later(say(say(sampleState(), "fine", "Copied database.password @ prod."), "info", "Screen-share mode is off."), 65_000),
        "warning",
        "dev.yaml changed on disk (git pull). Your 1 edit is kept. M merge · V view theirs",
      ),
      "error",
      `Not saved: ${"the disk is full, ".repeat(8)}and your edit is still here.`,
    ),
    7000,
  );

  test("are all there, the newest last, whole, and cannot draw on the terminal", async () => {
    await expectFrame(press(say(some, "info", "a\u001B[2Jb"), "!"), "messages");
  });

  test("open at the newest", () => {
    const many = Array.from({ length: 50 }).reduce<State>((state, _, index) => say(state, "info", `number ${index}.`), sampleState());
    const open = press(many, "!");
    expect(frameText(open)).toContain("number 49.");
    expect(frameText(press(open, "g", "g"))).toContain("number 0.");
  });

  test("are copied as text", () => {
    expect(effectsOf(some, "!", "y")).toMatchObject([{ topic: "value", kind: "copy text", label: "4 messages" }]);
    expect(messagesAsText(some.messages.log)).toMatch(/^2026-01-02T12:00:00\.000Z {2}fine {5}Copied database\.password @ prod\.\n/);
  });

  test("have words when there are none", () => {
    expect(frameText(press(emptyState(), "!"))).toContain("Nothing was said yet.");
  });

  test.each([
    [0, "now"],
    [59_999, "59 s ago"],
    [60_000, "1 min ago"],
    [7_200_000, "2 h ago"],
  ])("%i ms are %s", (passed, text) => {
    expect(ago(passed)).toBe(text);
  });
});

test("a text is wrapped between words, and inside of those that are too long", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("a abcdefghij b", 4)).toEqual(["a", "abcd", "efgh", "ij b"]);
  expect(wrap("日本語 日本", 5)).toEqual(["日本", "語", "日本"]);
  expect(wrap("", 5)).toEqual([""]);
});
