/** The shortcut for values on one line writes what the way through the frame writes. */
import { type Arbitrary, constantFrom, oneof, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { frameOf } from "../../formats/yaml/frame.ts";
import { readYaml } from "../../formats/yaml/read.ts";
import type { ScalarSlot } from "../../formats/yaml/slots.ts";
import { writeOnLine, writeScalar } from "../../formats/yaml/spelling.ts";
import type { Scalar } from "../../src/model/tree.ts";
import { DEFAULT_SELECTOR, compileSelector } from "../../src/policy/selector.ts";
import { walk } from "../../src/file/walk.ts";
import { assertAlwaysNow } from "../support/property.ts";

const LAYOUTS = [
  "k: x\n",
  "a:\n  k: x # c\n\n\n# below\nb: 1\n",
  "- x\n",
  'k: "x"\n',
  "k: 'x'\n",
  "k: &a x\n",
  "k: !t x\n",
  "{k: x}\n",
  "k: |\n  x\n",
  "k: >-\n  x\n",
  "k: 'x'",
].map((text) => (text.startsWith("-") ? `s:\n${text}` : text));

const characters: Arbitrary<string> = oneof(
  string({ maxLength: 12 }),
  string({
    unit: constantFrom("a", "1", " ", "\n", "\t", "'", '"', "#", ":", "-", "é", "😀", "\u2028", "\u0085", "\uDCFF", "\uFEFF"),
    maxLength: 8,
  }),
  constantFrom("yes", "null", "0x1F", "1:30", "<<", "", "~", "true", "ENC[x]", "---"),
);
const value: Arbitrary<Scalar> = oneof(
  characters.map((canonical): Scalar => ({ kind: "scalar", type: "str", canonical })),
  constantFrom<Scalar>(
    { kind: "scalar", type: "int", canonical: "-5" },
    { kind: "scalar", type: "float", canonical: "100000000" },
    { kind: "scalar", type: "bool", canonical: "True" },
    { kind: "scalar", type: "time", canonical: "2026-01-02T03:04:05Z" },
  ),
);

describe("values on one line", () => {
  test("are written as the frame would have them", async () => {
    const selector = await compileSelector(DEFAULT_SELECTOR);
    let short = 0;
    assertAlwaysNow(tuple(constantFrom(...LAYOUTS), value), 3000, ([text, scalar]) => {
      const document = readYaml(text);
      const leaf = walk(document.roots, selector).find((one) => one.leaf.kind === "scalar")?.leaf as Scalar;
      const slot = leaf.slot as ScalarSlot;
      const line = writeOnLine(slot, scalar);
      if (line === undefined) return;
      short += 1;
      expect(writeScalar(frameOf(document, leaf, slot), scalar)).toEqual({ kind: "token", text: line, dropTag: false });
    });
    expect(short).toBeGreaterThan(1000);
  });
});
