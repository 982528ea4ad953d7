import * as fc from "fast-check";
import { expect, test } from "vitest";
import { splitWords } from "../../src/model/words.ts";

test.each([
  ["", []],
  ["  \t\r\n", []],
  ["op read item", ["op", "read", "item"]],
  [`cat "/a b/c" 'd "e"' f\\ g`, ["cat", "/a b/c", 'd "e"', "f g"]],
  [`a"b"'c'd`, ["abcd"]],
  [`"" ''`, ["", ""]],
  [`"a\\"b\\c"`, ['a"bc']],
  [`'a\\b'`, ["a\\b"]],
  ["a # b\nc", ["a", "c"]],
  ["a#b #", ["a#b"]],
  ["\\#a", ["#a"]],
  ["é ü", ["é", "ü"]],
  ["$HOME ~ *", ["$HOME", "~", "*"]],
])("splits %j", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([
  ["a\\", "EOF found after escape character"],
  ['"a\\', "EOF found after escape character"],
  ['a "b', "EOF found when expecting closing quote"],
  ["a 'b", "EOF found when expecting closing quote"],
])("refuses %j", (text, message) => {
  expect(() => splitWords(text)).toThrow(message);
});

test("any words come back when each is in single quotes", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (words) => {
      const text = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      expect(splitWords(text)).toEqual(words);
    }),
  );
});
