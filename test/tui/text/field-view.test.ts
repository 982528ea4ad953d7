/** What is drawn of a field. */
import { array, boolean, constantFrom, integer, record } from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createField, editField, viewField } from "../../../src/tui/text/field.ts";
import type { Field, FieldCommand, FieldView } from "../../../src/tui/text/field.ts";
import { show } from "../../../src/tui/text/show.ts";
import { widthOf } from "../../../src/tui/text/width.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

const texts = (view: FieldView): readonly string[] => view.rows.map((row) => row.text);

function moved(text: string, ...commands: readonly FieldCommand[]): Field {
  return commands.reduce((field, command) => editField(field, command), createField(text));
}

/** Columns at which a part stands in a row. */
function placesOf(row: string, part: string): readonly number[] {
  const places: number[] = [];
  for (let at = row.indexOf(part); at !== -1; at = row.indexOf(part, at + 1)) places.push(widthOf(row.slice(0, at)));
  return places;
}

describe("viewField", () => {
  test("draws one line, padded, with the cursor behind it", () => {
    expect(viewField(createField("日本"), 8, 1)).toEqual({
      rows: [{ text: "日本    ", clipped: false }],
      firstLine: 0,
      lineCount: 1,
      cursor: { row: 0, column: 4 },
      clippedLeft: false,
    });
  });

  test("draws nothing of a value when masked", () => {
    expect(texts(viewField(createField("ae\u0301日\nb"), 6, 5, { mask: true }))).toEqual(["●●●   ", "●     "]);
    expect(texts(viewField(createField("ab"), 4, 1, { mask: true, ascii: true }))).toEqual(["**  "]);
    expect(viewField(createField("日本"), 8, 1, { mask: true }).cursor.column).toBe(2);
  });

  test("makes controls harmless", () => {
    const view = viewField(createField("a\t\u001B\u202E"), 12, 1);
    expect(texts(view)).toEqual(["a␉␛⟨202E⟩   "]);
    expect(view.cursor.column).toBe(9);
  });

  test("scrolls to the right by half the width", () => {
    const view = viewField(createField("abcdefgh"), 6, 1);
    expect(view).toMatchObject({ rows: [{ text: "defgh ", clipped: false }], cursor: { row: 0, column: 5 }, clippedLeft: true });
    expect(viewField(moved("abcdefgh", "home"), 6, 1)).toMatchObject({ rows: [{ text: "abcdef", clipped: true }], clippedLeft: false });
  });

  test("leaves a blank where half a wide character is cut off", () => {
    expect(texts(viewField(createField("日本語"), 6, 1))).toEqual(
      [" 語   "].map((row) => row.slice(0, 5)).map((row) => ` ${row}`.slice(1)),
    );
  });

  test("keeps the cursor's line in the middle of the rows", () => {
    const field = moved("0\n1\n2\n3\n4\n5\n6", "up", "up", "up");
    expect(viewField(field, 2, 3)).toMatchObject({ firstLine: 2, cursor: { row: 1 }, lineCount: 7 });
    expect(texts(viewField(field, 2, 3))).toEqual(["2 ", "3 ", "4 "]);
    expect(viewField(editField(field, "top"), 2, 3).firstLine).toBe(0);
    expect(viewField(editField(field, "bottom"), 2, 3).firstLine).toBe(4);
  });

  test.each([
    ["a short line", 60],
    ["a very long line", 6000],
  ])("puts the cursor on its character: %s", (_, length) => {
    const field = createField(Array.from({ length }, (_unused, index) => String.fromCharCode(33 + ((index * 7) % 89))).join(""));
    for (let cursor = 0; cursor < length; cursor += 1) {
      const view = viewField({ ...field, cursor }, 24, 1);
      expect(view.rows[0]?.text.charAt(view.cursor.column)).toBe(field.text.charAt(cursor));
    }
  });

  test("a character of several cells is never cut behind the cursor", () => {
    const field = createField("größe 日本 👩\u200D👧 ".repeat(600));
    let at = field;
    for (let moves = 0; moves < 300; moves += 1) {
      at = editField(at, "wordLeft");
      const view = viewField(at, 24, 1);
      const shown = show(field.text.slice(at.cursor, at.cursor + 1));
      const seen = view.rows[0]?.text ?? "";
      expect(placesOf(seen, shown)).toContain(view.cursor.column);
    }
  });

  test("has no rows where there is no room", () => {
    expect(viewField(createField("a"), 0, 3).rows).toEqual([]);
  });

  test("fills its rows exactly, with the cursor inside, whatever the text", () => {
    const cases = record({
      text: anyText,
      moves: array(constantFrom<FieldCommand>("left", "up", "wordLeft", "home"), { maxLength: 8 }),
      width: integer({ min: 1, max: 12 }),
      height: integer({ min: 1, max: 4 }),
      mask: boolean(),
    });
    assertAlwaysNow(cases, 3000, ({ text, moves, width, height, mask }) => {
      const field = moved(text, ...moves);
      const view = viewField(field, width, height, { mask });
      expect(view.rows).toHaveLength(Math.min(height, field.lineCount));
      for (const row of view.rows) expect(widthOf(row.text)).toBe(width);
      expect(view.cursor.column).toBeGreaterThanOrEqual(0);
      expect(view.cursor.column).toBeLessThan(width);
      expect(view.firstLine + view.cursor.row).toBe(field.line);
      expect(view.rows[view.cursor.row]).toBeDefined();
    });
  });
});

describe("a large text", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    ["lines", "größe und maß\n".repeat(40_000)],
    ["one long line", "日本語".repeat(150_000)],
  ])("is drawn without a look at all of it: %s", (_, text) => {
    const field = editField(createField(text), "left");
    const segment = vi.spyOn(Intl.Segmenter.prototype, "segment");
    const view = viewField(field, 80, 20);
    expect(view.rows[view.cursor.row]?.text).toMatch(/maß|本語 /);
    expect(segment.mock.calls.reduce((sum, [part]) => sum + part.length, 0)).toBeLessThan(100_000);
  });
});
