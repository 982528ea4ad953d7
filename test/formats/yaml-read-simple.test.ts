/** The shortcut of the YAML reader against the reader itself: what it takes, it reads the same to the last slot. */
import { globSync, readFileSync } from "node:fs";
import { type Arbitrary, array, constant, constantFrom, integer, nat, oneof, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnyYaml, readYaml } from "../../formats/yaml/read.ts";
import { readSimple } from "../../formats/yaml/read-simple.ts";
import { assertAlwaysNow } from "../support/property.ts";
import { documents } from "./yaml-arbitrary.ts";
import { loadReadings } from "./yaml-read-tree.ts";

/** @returns true if the shortcut took the text */
function agree(text: string): boolean {
  if (readSimple(text) === undefined) return false;
  expect({ text, read: readYaml(text) }).toStrictEqual({ text, read: readAnyYaml(text) });
  return true;
}

const word: Arbitrary<string> = constantFrom(
  "a",
  "word",
  "true",
  "null",
  "Null",
  "~",
  "0x1F",
  "1_000",
  "-5",
  "1.0",
  "2024-01-02",
  "yes",
  "é",
);
const text: Arbitrary<string> = string({
  unit: constantFrom("a", "B", "1", " ", "-", ":", "#", "'", '"', "\\", "=", "é", "<", "😀"),
  maxLength: 8,
});
const scalar: Arbitrary<string> = oneof(
  { weight: 6, arbitrary: word },
  text,
  text.map((inner) => `"${inner}"`),
  text.map((inner) => `'${inner}'`),
  constantFrom("", "[]", "{}", "[a]", "ENC[AES256_GCM,data:q,iv:q,tag:q,type:str]"),
);
const literal: Arbitrary<string[]> = tuple(
  constantFrom("|", "|-", "|+", ">"),
  array(constantFrom("x", "  y", "k: v", "- z", "# c", ""), { maxLength: 3 }),
).map(([header, lines]) => [header, ...lines.map((line) => `    ${line}`)]);
const key: Arbitrary<string> = constantFrom("a", "b", "key", "sops", "b_2", "a.b", "true", "null", "on", "k/1", "x-1", "é", "5");

function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => " ".repeat(by) + line);
}

/** Mappings and sequences as sops and people lay them out, with here and there a line that does not belong. */
function block(depth: number): Arbitrary<string[]> {
  const leaf = oneof({ weight: 5, arbitrary: scalar.map((one) => [one]) }, { weight: 1, arbitrary: literal });
  const inner =
    depth === 0
      ? leaf
      : oneof(
          { weight: 2, arbitrary: leaf },
          { weight: 1, arbitrary: tuple(block(depth - 1), constantFrom(2, 4, 0)).map(([lines, by]) => ["", ...indent(lines, by)]) },
        );
  const pair = tuple(key, nat(9), inner).map(([name, at, [first = "", ...rest]]) => [
    `${name}${at}:${first === "" ? "" : ` ${first}`}`,
    ...rest,
  ]);
  const item = inner.map(([first = "", ...rest]) => [`- ${first}`, ...rest]);
  const compact = pair.map(([first = "", ...rest]) => [`- ${first}`, ...indent(rest, 2)]);
  const odd = constantFrom([""], ["z: 1"], ["# comment"], ["  stray"], ["---"], [" "], ["\tx"]);
  const mapping = array(oneof({ weight: 30, arbitrary: pair }, { weight: 1, arbitrary: odd }), { minLength: 1, maxLength: 4 });
  const sequence = array(oneof(item, compact), { minLength: 1, maxLength: 3 });
  return oneof({ weight: 3, arbitrary: mapping }, { weight: depth === 2 ? 0 : 1, arbitrary: sequence }).map((lines) => lines.flat());
}

const simple: Arbitrary<string> = tuple(block(2), constantFrom("\n", "\n\n", "", " \n")).map(([lines, end]) => lines.join("\n") + end);

describe("the shortcut of the YAML reader", () => {
  test("takes what sops prints and reads it the same", () => {
    const files = globSync("test/vectors/**/*.yaml").map((path) => readFileSync(path, "utf8"));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(agree).length).toBeGreaterThan(5);
    const plain = 'a: 1\nb:\n    c: x y\n    d:\n        - e: "f"\n          g: |\n            h\n        - i\nj: []\nk:\n- l\nm: null\n';
    expect(agree(plain)).toBe(true);
  });

  test("reads the readings of sops the same, where it takes them", () => {
    const texts = loadReadings("../vectors/readings/yaml.jsonl").map((reading) => reading.in);
    expect(texts.filter(agree).length).toBeGreaterThan(250);
    loadReadings("./yaml-read-torture.jsonl").forEach((reading) => agree(reading.in));
  });

  test("reads random documents the same", () => {
    let taken = 0;
    assertAlwaysNow(simple, 4000, (one) => {
      if (agree(one)) taken += 1;
    });
    expect(taken).toBeGreaterThan(300);
    assertAlwaysNow(documents, 500, (one) => {
      agree(one);
    });
  });

  test("reads simple documents with one character changed the same", () => {
    const sample =
      'first: one two\nsecond:\n    third: "quoted text"\n    fourth:\n        - recipient: x\n          enc: |\n            line 1\n            line 2\n        - word\nfifth: -5\n';
    const piece = oneof(
      constantFrom(
        "\n",
        " ",
        "  ",
        "#",
        " #",
        ": ",
        ":",
        "- ",
        "-",
        '"',
        "'",
        "|",
        "[]",
        "\n\n",
        "\t",
        "&a ",
        "*a",
        "!!str ",
        "? ",
        "%",
        "\r\n",
        "---\n",
        "é",
        "\u2028",
      ),
      constant(""),
    );
    let taken = 0;
    assertAlwaysNow(tuple(nat(sample.length), integer({ min: 0, max: 3 }), piece), 3000, ([at, gone, added]) => {
      if (agree(sample.slice(0, at) + added + sample.slice(at + gone))) taken += 1;
    });
    expect(taken).toBeGreaterThan(300);
  });
});
