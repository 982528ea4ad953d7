/** Random JSON documents. */
import { array, constantFrom, letrec, oneof, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";
import { nasty, secret, stem } from "./words.ts";

const space: Arbitrary<string> = constantFrom("", "", "", " ", "\n", "\n  ", "\r\n\t", "\n\n\t");
const number: Arbitrary<string> = constantFrom(
  ..."0 -0 1 -17 1.0 2e3 1E5 0.10 -0.0 1e21 1e20 1.5e-7 9007199254740993 9223372036854775807 -9223372036854775808".split(" "),
  ..."9223372036854775808 12345678901234567890123 5e-324 1.7976931348623157e308 123456789.125".split(" "),
);
const odd: Arbitrary<string> = constantFrom(
  '"\\u00e9\\/"',
  '"<&>"',
  '"a\\nb"',
  '""',
  '"\\ud83d\\ude00"',
  '"\\ud800"',
  '"\\b\\f\\t\\u001f"',
  '"\u2028"',
  '" pad "',
);

const { members } = letrec<{ value: string; members: string }>((tie) => ({
  value: oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: secret.map((text) => JSON.stringify(text)) },
    {
      weight: 2,
      arbitrary: oneof(
        nasty.map((text) => JSON.stringify(text)),
        odd,
      ),
    },
    { weight: 2, arbitrary: number },
    { weight: 1, arbitrary: constantFrom("true", "false", "null") },
    { weight: 2, arbitrary: tie("members") },
    {
      weight: 2,
      arbitrary: tuple(space, array(tuple(space, tie("value"), space), { maxLength: 4 })).map(([inner, list]) =>
        list.length === 0 ? `[${inner}]` : `[${list.map((one) => one.join("")).join(",")}]`,
      ),
    },
  ),
  members: tuple(space, array(tuple(space, key(), space, tie("value"), space), { maxLength: 4 })).map(([inner, list]) =>
    object(inner, list),
  ),
}));

function key(): Arbitrary<(index: number) => string> {
  return oneof(
    { weight: 6, arbitrary: stem.map((end) => (index: number) => `"k${index}_${end}"`) },
    { weight: 1, arbitrary: constantFrom('"10"', '"a:b"', '"\\u00e9"', '""', '"é😀"', '"same"').map((text) => () => text) },
  );
}

type Member = readonly [string, (index: number) => string, string, string, string];

function object(inner: string, list: readonly Member[]): string {
  if (list.length === 0) return `{${inner}}`;
  return `{${list.map(([before, name, gap, value, after], index) => `${before}${name(index)}${gap}:${gap}${value}${after}`).join(",")}}`;
}

export const jsonDocuments: Arbitrary<string> = tuple(members, constantFrom("", "\n", "\n", "\r\n", " \n")).map(
  ([text, after]) => text + after,
);
