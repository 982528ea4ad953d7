import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json } from "../../formats/json.ts";
import { describeFormat } from "../contracts/format.ts";

const space = fc.constantFrom("", "", "", " ", "\n", "\n  ", "\r\n\t", "\n\n\t");
const key = fc.constantFrom('"a"', '"b"', '"a"', '""', '"a:b"', '"\\u00e9"', '"10"', '"deep key"', '"é😀"');
const text = fc.constantFrom(
  '"secret value"',
  '"\\u00e9\\/"',
  '"<&>"',
  '"a\\nb"',
  '""',
  '"é😀"',
  '"\\ud800"',
  '"x\\"y\\\\z"',
  '"\\b\\f\\t\\u001f"',
  '"\u2028"',
);
const number = fc.constantFrom(
  "0",
  "-0",
  "1",
  "-17",
  "1.0",
  "2e3",
  "1E5",
  "0.10",
  "-0.0",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "1e21",
  "1.5e-7",
  "12345678901234567890123",
);
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    number,
    fc.constantFrom("true", "false", "null"),
    tie("object"),
    fc
      .tuple(space, fc.array(fc.tuple(space, tie("value"), space), { maxLength: 4 }))
      .map(([inner, items]) => (items.length === 0 ? `[${inner}]` : `[${items.map((item) => item.join("")).join(",")}]`)),
  ),
  object: fc
    .tuple(space, fc.array(fc.tuple(space, key, space, fc.constant(":"), space, tie("value"), space), { maxLength: 4 }))
    .map(([inner, members]) => (members.length === 0 ? `{${inner}}` : `{${members.map((member) => member.join("")).join(",")}}`)),
}));
const object = fc
  .tuple(space, fc.array(fc.tuple(space, key, space, fc.constant(":"), space, value, space), { maxLength: 5 }), space)
  .map(
    ([inner, members, after]) => (members.length === 0 ? `{${inner}}` : `{${members.map((member) => member.join("")).join(",")}}`) + after,
  );

/** Document 22: spelling and layout of all sorts, no final line end. */
const DOCUMENT_22 = '{\n\t"a"  :  "x" ,\n\n\t"b":[ 1,2e3, 1.0, -0, 12345678901234567890 ],\n\t"a": "\\u00e9\\/é"\n}';

describeFormat(json, {
  samples: [
    DOCUMENT_22,
    "{}",
    '{"a":1}',
    "{\n}\n",
    '{ "a": "one line secret", "b": {"c": [1, 2, {}], "d": []} }\n',
    '{\r\n  "a": "first secret",\r\n  "b": {\r\n    "c": true\r\n  },\r\n  "e": {},\r\n  "l": []\r\n}\r\n',
    '{\n"a": "no indentation",\n"b": null, "c": [\n1,\n2\n]}',
  ],
  documents: object,
  // sops prints 1.0 as 1 and -0.0 as -0, which it reads as integers.
  leaf: (leaf) => (leaf.type === "int" || leaf.type === "float" ? ["number", Number(leaf.canonical) + 0] : [leaf.type, leaf.canonical]),
  refused: [
    ["", "JSON_INVALID", 1],
    ["[1]", "JSON_INVALID", 1],
    ["\uFEFF{}", "JSON_INVALID", 1],
    ['{"a":1} x', "JSON_UNSUPPORTED", 1],
    ['{"a":1}\n{}', "JSON_UNSUPPORTED", 2],
    ['{\n"a":1e400}', "JSON_INVALID", 2],
    ['{"a":1,}', "JSON_INVALID", 1],
    ['{"a":"x\ny"}', "JSON_INVALID", 1],
    ['{"a":"\\x"}', "JSON_INVALID", 1],
    ['{"a":', "JSON_UNSUPPORTED", 1],
    ['{"a":{"b":', "JSON_INVALID", 1],
    ['{"a":[{"b":1},', "JSON_UNSUPPORTED", 1],
    ['{"a":1', "JSON_INVALID", 1],
    ['{"a":"\uDC80"}', "JSON_UNSUPPORTED", 1],
    ['{"sops":{},\n"sops":{}}', "METADATA_INVALID", 2],
    [`${'{"a":'.repeat(10_001)}1${"}".repeat(10_001)}`, "JSON_UNSUPPORTED", 1],
  ],
});

describe("reading", () => {
  test("placeholder", () => {
    expect(json.id).toBe("json");
  });
});
