import fc from "fast-check";
import { expect, test } from "vitest";
import { visible } from "../../src/cli/terminal.ts";
import { decodeText } from "../../src/model/text.ts";

test.each([
  ["\u001B[31mred\u0007", String.raw`\x1b[31mred\x07`],
  ["a\rb", String.raw`a\x0db`],
  ["a\u009Bb\u007F", String.raw`a\x9bb\x7f`],
  ["abc\u202Edcb\u2066", String.raw`abc\u{202e}dcb\u{2066}`],
  ["pass\u200Bword\uFEFF", String.raw`pass\u{200b}word\u{feff}`],
  ["x\u{E0041}\u{E0100}", String.raw`x\u{e0041}\u{e0100}`],
  ["\u2028\u00AD\u3164", String.raw`\u{2028}\xad\u{3164}`],
  [decodeText(Uint8Array.of(0x61, 0xff, 0x80)), String.raw`a\xff\x80`],
  ["\uD800", String.raw`\u{d800}`],
  ["two\nlines\tand größe 日本 😀", "two\nlines\tand größe 日本 😀"],
])("%j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("nothing that is left can act on a terminal, and printable ASCII is left alone", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visible(text)).not.toMatch(/[^\P{C}\n\t\p{Co}\p{Cn}]|[\u202A-\u202E\u2066-\u2069]/u);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => visible(text) === text));
});
