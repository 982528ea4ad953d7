/** What values, keys and comments of generated documents are made of. */
import { array, constantFrom, integer, oneof, string, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";

/** Letters that no key, comment or structure holds, so that a value can be looked for in the encrypted text. */
export const secret: Arbitrary<string> = tuple(
  array(constantFrom("zeb", "qua", "wyx", "juk", "vix", "oyz"), { minLength: 3, maxLength: 5 }),
  integer({ min: 100, max: 999 }),
).map(([parts, number]) => `${parts.join("")}${number}`);

/** The words of {@link secret} in a text. */
export const SECRETS: RegExp = /(?:zeb|qua|wyx|juk|vix|oyz){3,}\d{3}/g;

/** Texts with everything that is special somewhere. */
export const nasty: Arbitrary<string> = string({
  unit: constantFrom(
    "a",
    "b",
    " ",
    "'",
    '"',
    "\\",
    "#",
    ":",
    ",",
    "é",
    "😀",
    "1",
    "]",
    "}",
    "{",
    "[",
    "-",
    "?",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "~",
    "=",
  ),
  minLength: 1,
  maxLength: 10,
});

/** Ends of keys, so that every selector of {@link SELECTORS} hits some. */
export const stem: Arbitrary<string> = oneof(
  { weight: 3, arbitrary: constantFrom("name", "port", "value", "list") },
  { weight: 2, arbitrary: constantFrom("unencrypted", "key", "password", "host", "data") },
);

/** Texts of comments behind the `#`. */
export const remark: Arbitrary<string> = oneof(
  {
    weight: 6,
    arbitrary: constantFrom(" a remark", " two  words", "tight", " é😀", " ends in a blank ", "# again", " [x], {y}: 'z' \"q\""),
  },
  { weight: 3, arbitrary: constantFrom(" trig: the next one", " plain: the next one") },
  { weight: 2, arbitrary: secret.map((text) => ` note ${text}`) },
  { weight: 1, arbitrary: constantFrom(" ", "  ", " end") },
);
