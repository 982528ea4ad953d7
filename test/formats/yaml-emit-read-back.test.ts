import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emitYaml } from "../../formats/yaml/emit.ts";
import { spellDefault, spellScalar } from "../../formats/yaml/quote.ts";
import { readYaml } from "../../formats/yaml/read.ts";
import { parseFloatText } from "../../src/model/number.ts";
import type { Branch, Comment, Document, Item, Node } from "../../src/model/tree.ts";
import { anyOf, branch, comment, list, readRows, scalar, text, toBranch } from "./yaml-emit-trees.ts";
import type { PrintedRow, ReadRow } from "./yaml-emit-trees.ts";

/** Kinds, keys and values. 1.0 is printed as 1, as sops does, so a float and an int of the same value are alike. */
function dataOf(node: Item): unknown {
  switch (node.kind) {
    case "branch":
      return node.entries.flatMap((entry) => (entry.kind === "comment" ? [] : [[entry.key, dataOf(entry.value)]]));
    case "sequence":
      return { items: node.items.filter((item) => item.kind !== "comment").map((item) => dataOf(item)) };
    case "scalar":
      if (node.type === "float" || node.type === "int") return parseFloatText(node.canonical);
      return { type: node.type, text: node.canonical };
    case "null":
    case "comment":
      return node.kind;
  }
}

function dataOfAll(roots: readonly Branch[]): unknown[] {
  return roots.map((root) => dataOf(root));
}

const nasty = fc.oneof(
  fc.string({ unit: anyOf("ab01.:-#? \n\n\t\r'\"\\{[,]}&*!|>%@`~<=+_eéT\u0085\u00A0\u2028\uFEFF\u0007\uFFFE😀"), maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: anyOf("a\uDC80\uDCFF"), maxLength: 120 }).map((bytes) => `\uDCFF${bytes}`),
  fc.constantFrom("", "<<", "yes", "~", "1_0", "2024-01-02", "\tx\ny", "  x\ny", "\n", "x\n\n", "x\n---\n#y\n", "k".repeat(129)),
);
const leaf = fc.oneof(
  { weight: 5, arbitrary: nasty.map((value) => text(value)) },
  fc.constant<Node>({ kind: "null" }),
  fc.boolean().map((value) => scalar("bool", value ? "True" : "False")),
  fc.integer().map((value) => scalar("int", String(value))),
  fc.constantFrom("0.5", "-0", "1000000", "0.00001", "+Inf", "-Inf", "NaN", "123456.75").map((value) => scalar("float", value)),
  fc.constantFrom("2024-01-02T00:00:00Z", "2001-12-14T21:59:43.1-05:00").map((value) => scalar("time", value)),
);
const remark = fc.tuple(fc.string({ unit: anyOf(" ac:-#'é") }), fc.boolean()).map(([line, inline]) => comment(line, inline));
const remarks = fc.oneof({ weight: 3, arbitrary: fc.constant<Comment[]>([]) }, fc.array(remark, { minLength: 1, maxLength: 2 }));

const { map } = fc.letrec<{ node: Node; map: Branch }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie("map"),
    fc
      .tuple(fc.array(fc.tuple(remarks, tie("node")), { maxLength: 3 }), remarks)
      .map(([items, rest]) => list(...items.flatMap(([before, node]) => [...before, node]), ...rest)),
  ),
  map: fc
    .tuple(fc.uniqueArray(fc.tuple(remarks, nasty, tie("node")), { maxLength: 3, selector: ([, key]) => key }), remarks)
    .map(([pairs, rest]) => branch(...pairs.flatMap(([before, key, node]) => [...before, [key, node] as const]), ...rest)),
}));

describe("what is printed reads back", () => {
  test("any tree, at any indentation, with comments anywhere", () => {
    fc.assert(
      fc.property(fc.array(map, { minLength: 1, maxLength: 2 }), fc.integer({ min: 0, max: 10 }), (roots, indent) => {
        const out = emitYaml(roots, { indent });
        expect(dataOfAll(readYaml(out).roots)).toEqual(dataOfAll(roots));
      }),
      { numRuns: 2000 },
    );
  });

  test("printing what was read and printed changes no data", () => {
    fc.assert(
      fc.property(map, (root) => {
        const once = readYaml(emitYaml([root])).roots;
        expect(dataOfAll(readYaml(emitYaml(once)).roots)).toEqual(dataOfAll([root]));
      }),
      { numRuns: 500 },
    );
  });

  test.each(["yaml-emitted.jsonl", "yaml-printed.jsonl"])("all trees of %s, also those that sops prints wrongly", (name) => {
    const trees = new Map(readRows<ReadRow>("yaml.jsonl").map((row) => [row.in, row.tree]));
    for (const row of readRows<PrintedRow>(name)) {
      const roots = (row.tree ?? trees.get(row.in ?? "") ?? []).map((root) => toBranch(root));
      const out = emitYaml(roots, { indent: row.indent ?? 0 });
      // No documents, no text; and no text is no document.
      const back = out === "" ? [] : readYaml(out).roots;
      expect(dataOfAll(back)).toEqual(dataOfAll(roots));
    }
  });

  test("a scalar in any style that takes it, in block and flow", () => {
    const places = fc.constantFrom(
      { context: { indent: 0 }, around: (value: string) => `k: ${value}\n` },
      { context: { indent: 2, step: 2 }, around: (value: string) => `m:\n  k: ${value}\n` },
      { context: { indent: 3, inSequence: true }, around: (value: string) => `m:\n   - ${value}\n` },
      { context: { indent: 0, flow: true }, around: (value: string) => `k: [x, ${value}, y]\n` },
    );
    fc.assert(
      fc.property(leaf, places, fc.constantFrom("plain", "single", "double", "literal", undefined), (node, { context, around }, style) => {
        fc.pre(node.kind === "scalar");
        const spelled = spellScalar(node, style, context);
        fc.pre(spelled !== undefined);
        const found = JSON.stringify(dataOfAll(readYaml(around(spelled)).roots));
        const data = JSON.stringify(dataOf(node));
        expect([found]).toEqual([expect.stringContaining(data)]);
      }),
      { numRuns: 2000 },
    );
  });

  test("a key in front of its colon, also in flow", () => {
    fc.assert(
      fc.property(nasty, fc.boolean(), (key, flow) => {
        fc.pre(key !== "<<");
        const spelled = spellDefault(text(key), { indent: 0, key: true, flow });
        const { roots } = readYaml(flow ? `k: {${spelled}: v}\n` : `${spelled}: v\n`);
        expect(dataOfAll(roots)).toEqual(dataOfAll([flow ? branch(["k", branch([key, "v"])]) : branch([key, "v"])]));
      }),
    );
  });
});

/** The documents with the metadata block, which sops prints in each. */
function rootsOf(document: Document): Branch[] {
  const { metadata, roots } = document;
  if (metadata === undefined) return [...roots];
  return roots.map(({ entries }) => ({ kind: "branch", entries: [...entries, { kind: "pair", key: "sops", value: metadata }] }));
}

describe("files that sops wrote are printed again as they are", () => {
  const vectors = new URL("../vectors/", import.meta.url);
  const releases = readdirSync(vectors).filter((name) => /^\d/.test(name));

  test.each(releases)("release %s, encrypted and decrypted", (release) => {
    const files = readdirSync(new URL(`${release}/`, vectors)).filter((name) => name.endsWith(".yaml"));
    for (const name of files) {
      const file = readFileSync(new URL(`${release}/${name}`, vectors), "utf8");
      expect(emitYaml(rootsOf(readYaml(file)))).toBe(file);
    }
    expect(files.length).toBeGreaterThan(5);
  });
});
