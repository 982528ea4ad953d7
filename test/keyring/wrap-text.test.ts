import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wrapText } from "../../src/keyring/wrap-text.ts";

/** The rule said slowly, one character after the other. */
function slowly(text: string, width: number): string {
  let out = "";
  let [column, blanks, word] = [0, "", ""];
  const flush = (): void => {
    out += blanks + word;
    column += Array.from(blanks).length + Array.from(word).length;
    [blanks, word] = ["", ""];
  };
  for (const char of text) {
    if (char === "\n") {
      if (word === "" && column + Array.from(blanks).length > width) blanks = "";
      flush();
      out += "\n";
      column = 0;
    } else if (/[^\S\u00A0]/.test(char)) {
      if (word !== "") flush();
      blanks += char;
    } else {
      word += char;
      const length = Array.from(word).length;
      if (column + Array.from(blanks).length + length > width && length < width) {
        out += "\n";
        [column, blanks] = [0, ""];
      }
    }
  }
  if (word === "" && column + Array.from(blanks).length > width) blanks = "";
  flush();
  return out;
}

describe("breaking text", () => {
  test.each([
    ["", 10, ""],
    ["one two", 7, "one two"],
    ["one two", 6, "one\ntwo"],
    ["one   two", 6, "one\ntwo"],
    ["a 0123456789", 5, "a\n0123456789"],
    ["a 0123456789 b", 10, "a\n0123456789\nb"],
    ["one \ntwo ", 4, "one \ntwo "],
    ["one  \ntwo  ", 4, "one\ntwo"],
    ["  one", 10, "  one"],
    ["no\u00A0break here", 8, "no\u00A0break\nhere"],
    ["ää öö üü", 5, "ää öö\nüü"],
  ])("%j at %i", (text, width, expected) => {
    expect(wrapText(text, width)).toBe(expected);
    expect(slowly(text, width)).toBe(expected);
  });

  test("agrees with the slow rule on any text", () => {
    const text = fc
      .array(fc.constantFrom(" ", "  ", "\n", "a", "bb", "ccccc", "0123456789", "\u00A0", "é", "😀", "\t"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 20 }), (value, width) => {
        expect(wrapText(value, width)).toBe(slowly(value, width));
      }),
      { numRuns: 2000 },
    );
  });

  test("takes time in proportion to the text", () => {
    const text = "word ".repeat(100_000);
    const start = performance.now();
    expect(wrapText(text, 60).length).toBeGreaterThan(450_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
