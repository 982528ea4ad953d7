/** What the bundle puts in place of two packages under Ink gives the same answers. */
import * as tokens from "@alcalzone/ansi-tokenize";
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Line, Role } from "../../src/tui/draw/line.ts";
import { paintLine } from "../../src/tui/draw/theme.ts";
import { tokenize } from "../../src/tui/text/quick-tokens.ts";
import quickWidth from "../../src/tui/text/quick-width.ts";

const roles: readonly Role[] = ["text", "dim", "strong", "good", "warning", "danger", "focus", "plain", "edited", "prod"];
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from("abc XYZ01●○≡≠✎⚠│─╭▸…¶−")) }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("日本", "👩‍👩‍👧", "é", "é", "\u200b", "\u001B[5m", "\u001B[38;5;1mx", "\u001B]8;;a\u0007", "\u001B"),
);
const line: fc.Arbitrary<Line> = fc.array(
  fc.record({ text, role: fc.constantFrom(...roles), inverse: fc.boolean(), underline: fc.boolean() }),
  { maxLength: 8 },
);
const colors = fc.constantFrom<"none" | "dark" | "light" | "contrast">("none", "dark", "light", "contrast");

test("widths are those of string-width, with styles and without", () => {
  fc.assert(
    fc.property(line, colors, (spans, color) => {
      const painted = paintLine(spans, color);
      expect(quickWidth(painted)).toBe(stringWidth(painted));
      expect(quickWidth(painted, { countAnsiEscapeCodes: true })).toBe(stringWidth(painted, { countAnsiEscapeCodes: true }));
    }),
  );
});

test("tokens are those of ansi-tokenize", () => {
  fc.assert(
    fc.property(line, colors, (spans, color) => {
      const painted = paintLine(spans, color);
      expect(tokenize(painted)).toEqual(tokens.tokenize(painted));
      expect(tokenize(painted, 5)).toEqual(tokens.tokenize(painted, 5));
    }),
  );
});

test("a painted line is in the form in which Ink writes it", () => {
  const own = fc.array(
    fc.record({
      text: fc.string({ unit: fc.constantFrom(...Array.from("abc ●≡│")), minLength: 1 }),
      role: fc.constantFrom(...roles),
      inverse: fc.boolean(),
      underline: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(own, colors, (spans, color) => {
      const painted = paintLine(spans, color);
      expect(tokens.styledCharsToString(tokens.styledCharsFromTokens(tokens.tokenize(painted)))).toBe(painted);
    }),
  );
});
