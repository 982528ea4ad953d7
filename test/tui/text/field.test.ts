/** Typing, pasting and editing. */
import { array, boolean, constantFrom, oneof, record, tuple } from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createField, editField, FIELD_LIMIT, pasteText, setMultiline, typeText } from "../../../src/tui/text/field.ts";
import type { Field, FieldCommand } from "../../../src/tui/text/field.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

/** A field with the cursor where `|` stands. */
function at(start: string): Field {
  const place = start.indexOf("|");
  const field = createField(start.slice(0, place) + start.slice(place + 1), { multiline: start.includes("\n") });
  let moved = editField(field, "top");
  while (moved.cursor < place) moved = editField(moved, "right");
  return moved;
}

function marked(field: Field): string {
  return `${field.text.slice(0, field.cursor)}|${field.text.slice(field.cursor)}`;
}

function run(start: string, ...commands: readonly FieldCommand[]): string {
  return marked(commands.reduce((field, command) => editField(field, command), at(start)));
}

describe("moving", () => {
  test.each<[string, FieldCommand, string]>([
    ["ab|", "left", "a|b"],
    ["a|b", "right", "ab|"],
    ["xe\u0301|", "left", "x|e\u0301"],
    ["|👩\u200D👧x", "right", "👩\u200D👧|x"],
    ["🇩🇪🇫🇷|", "left", "🇩🇪|🇫🇷"],
    ["a\n|b", "left", "a|\nb"],
    ["|\nb", "right", "\n|b"],
    ["one two-th|ree", "wordLeft", "one two-|three"],
    ["one| two-three", "wordRight", "one two|-three"],
    ["größe 日本|", "wordLeft", "größe |日本"],
    ["a\nb|c\nd", "home", "a\n|bc\nd"],
    ["a\n|bc\nd", "end", "a\nbc|\nd"],
    ["abc\n|", "up", "|abc\n"],
    ["ab|c\ndef", "down", "abc\nde|f"],
    ["a\nb\nc|", "pageUp", "a|\nb\nc"],
    ["a|\nb\nc", "pageDown", "a\nb\nc|"],
    ["a\nb|", "top", "|a\nb"],
    ["|a\nb", "bottom", "a\nb|"],
  ])("%j after %s is %j", (start, command, expected) => {
    expect(run(start, command)).toBe(expected);
  });

  test("up and down keep the column over a short line", () => {
    expect(run("abcd|\nx\nabcd", "down")).toBe("abcd\nx|\nabcd");
    expect(run("abcd|\nx\nabcd", "down", "down")).toBe("abcd\nx\nabcd|");
    expect(run("abcd|\nx\nabcd", "down", "left", "down")).toBe("abcd\nx\n|abcd");
  });

  test("a column is a column of cells", () => {
    expect(run("日本|\nabcdef", "down")).toBe("日本\nabcd|ef");
    expect(run("abc|\n日本", "down")).toBe("abc\n日|本");
  });

  test("a key that does nothing gives the same field back", () => {
    const first = at("|ab");
    for (const command of [
      "left",
      "up",
      "down",
      "home",
      "wordLeft",
      "backspace",
      "killToStart",
      "yank",
      "newline",
      "undo",
      "redo",
    ] as const) {
      expect(editField(first, command)).toBe(first);
    }
  });
});

describe("changing", () => {
  test.each<[string, FieldCommand, string]>([
    ["ae\u0301|b", "backspace", "a|b"],
    ["|e\u0301b", "delete", "|b"],
    ["a\n|b", "backspace", "a|b"],
    ["one two|", "deleteWordLeft", "one |"],
    ["|one two", "deleteWordRight", "| two"],
    ["ab|cd\nef", "killToEnd", "ab|\nef"],
    ["ab|\nef", "killToEnd", "ab|ef"],
    ["ab\nc|d", "killToStart", "ab\n|d"],
    ["a|b", "transpose", "ba|"],
    ["ab|", "transpose", "ba|"],
    ["a|\nb", "transpose", "a|\nb"],
    ["a|b\n", "newline", "a\n|b\n"],
    ["a|b", "newline", "a|b"],
  ])("%j after %s is %j", (start, command, expected) => {
    expect(run(start, command)).toBe(expected);
  });

  test("what was cut comes back where the cursor is", () => {
    expect(run("one two|", "deleteWordLeft", "home", "yank")).toBe("two|one ");
  });

  test("a mark joins the letter before it, and the cursor stays behind both", () => {
    const field = editField(typeText(at("e|x"), "\u0301"), "left");
    expect(marked(field)).toBe("|e\u0301x");
  });

  test("typing into one line takes no newlines and no controls", () => {
    expect(typeText(createField(""), "a\u001Bb\r\nc\td").text).toBe("abc\td");
    expect(typeText(createField("", { multiline: true }), "a\rb").text).toBe("a\nb");
  });

  test("a text with newlines cannot become one line", () => {
    expect(setMultiline(createField("a\nb"), false).multiline).toBe(true);
    expect(setMultiline(createField("ab", { multiline: true }), false).multiline).toBe(false);
  });
});

describe("undo", () => {
  test("goes back word by word, and forward again", () => {
    let field = createField("");
    for (const key of "one two") field = typeText(field, key);
    field = editField(field, "undo");
    expect(field.text).toBe("one ");
    field = editField(field, "undo");
    expect(field.text).toBe("");
    expect(editField(field, "undo")).toBe(field);
    expect(editField(editField(field, "redo"), "redo").text).toBe("one two");
  });

  test("erasing is one step, and puts the cursor back", () => {
    expect(run("abc|d", "backspace", "backspace", "undo")).toBe("abc|d");
    expect(run("a|bcd", "delete", "delete", "undo")).toBe("a|bcd");
  });

  test("a new change forgets what was undone", () => {
    const field = typeText(editField(typeText(createField(""), "a"), "undo"), "b");
    expect(editField(field, "redo").text).toBe("b");
  });
});

describe("pasting", () => {
  test("makes newlines uniform and says what it left out", () => {
    const { field, notes } = pasteText(createField("", { multiline: true }), "a\r\nb\rc\u001B[31m\t\u0085");
    expect(field.text).toBe("a\nb\nc[31m\t");
    expect(notes).toEqual(["Left out 2 control characters."]);
  });

  test("with a newline makes one line into many, and says so", () => {
    const { field, notes } = pasteText(createField("x"), "a\nb");
    expect(field).toMatchObject({ text: "xa\nb", multiline: true, lineCount: 2, line: 1 });
    expect(notes).toEqual(["The paste has a newline: now a multi-line value."]);
  });

  test("of plain text says nothing", () => {
    expect(pasteText(createField("a"), "b")).toMatchObject({ field: { text: "ab", multiline: false }, notes: [] });
  });

  test("that is too large changes nothing", () => {
    const start = createField("é");
    expect(pasteText(start, "a".repeat(FIELD_LIMIT - 2)).field.text).toHaveLength(FIELD_LIMIT - 1);
    const { field, notes } = pasteText(start, "a".repeat(FIELD_LIMIT - 1));
    expect(field).toBe(start);
    expect(notes).toHaveLength(1);
  });

  test("is undone in one step", () => {
    expect(editField(pasteText(at("x|y"), "a b\nc").field, "undo").text).toBe("xy");
  });
});

const COMMANDS: readonly FieldCommand[] = [
  "left",
  "right",
  "wordLeft",
  "wordRight",
  "home",
  "end",
  "up",
  "down",
  "pageUp",
  "pageDown",
  "top",
  "bottom",
  "backspace",
  "delete",
  "deleteWordLeft",
  "deleteWordRight",
  "killToEnd",
  "killToStart",
  "yank",
  "newline",
  "transpose",
  "undo",
  "redo",
];

/** Borders as a segmenter that reads the whole text sees them, line by line. */
function allBorders(text: string): ReadonlySet<number> {
  const borders = new Set<number>();
  let start = 0;
  for (const line of text.split("\n")) {
    for (const { index } of new Intl.Segmenter().segment(line)) borders.add(start + index);
    borders.add(start + line.length);
    start += line.length + 1;
  }
  return borders;
}

const script = record({
  text: anyText,
  multiline: boolean(),
  steps: array(oneof(constantFrom(...COMMANDS), tuple(constantFrom(typeText), anyText)), { maxLength: 20 }),
});

function step(field: Field, next: FieldCommand | [typeof typeText, string]): Field {
  return typeof next === "string" ? editField(field, next, 2) : typeText(field, next[1]);
}

describe("whatever keys come", () => {
  test("the cursor is between two characters, and its line is known", () => {
    assertAlwaysNow(script, 1500, ({ text, multiline, steps }) => {
      let field = createField(text, { multiline });
      for (const next of steps) {
        field = step(field, next);
        expect(allBorders(field.text).has(field.cursor)).toBe(true);
        expect(field.line).toBe(field.text.slice(0, field.cursor).split("\n").length - 1);
        expect(field.lineCount).toBe(field.text.split("\n").length);
      }
    });
  });

  test("undoing all gives the text from the start, redoing all the one at the end", () => {
    assertAlwaysNow(script, 1000, ({ text, multiline, steps }) => {
      const start = createField(text, { multiline });
      const end = steps.reduce(step, start);
      let field = end;
      for (let left = field.past.length; left > 0; left -= 1) field = editField(field, "undo");
      expect(field.text).toBe(text);
      for (let left = end.past.length; left > 0; left -= 1) field = editField(field, "redo");
      expect(field.text).toBe(end.text);
    });
  });
});

describe("a large text", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    ["lines of letters with accents", "größe und maß\n".repeat(40_000)],
    ["one line of letters with accents", "größe und maß ".repeat(40_000)],
    ["one line of wide letters", "日本語".repeat(150_000)],
    ["one line of base64", "QUJD".repeat(130_000)],
  ])("is never segmented as a whole: %s", (_, text) => {
    let field = createField(text, { multiline: true });
    for (let moves = 0; moves < 40; moves += 1) field = editField(field, "pageUp", 100);
    const segment = vi.spyOn(Intl.Segmenter.prototype, "segment");
    for (const command of COMMANDS.filter((one) => one !== "top" && one !== "bottom" && !one.includes("ord") && !one.startsWith("kill"))) {
      field = typeText(editField(field, command), "ä");
    }
    expect(segment.mock.calls.length).toBeGreaterThan(0);
    expect(Math.max(...segment.mock.calls.map(([part]) => part.length))).toBeLessThan(40_000);
    expect(segment.mock.calls.reduce((sum, [part]) => sum + part.length, 0)).toBeLessThan(150_000);
  });
});
