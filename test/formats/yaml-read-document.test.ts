/** What a document says beside its tree: metadata, aliases, properties, line ends, comments that sops does not see. */
import { describe, expect, test } from "vitest";
import { readYaml } from "../../formats/yaml/read.ts";
import { yamlOrigin, type ScalarSlot } from "../../formats/yaml/slots.ts";
import type { Document, Node } from "../../src/model/tree.ts";
import { notate } from "./yaml-read-tree.ts";

const trees = (document: Document): unknown => document.roots.map((root) => notate(root));

function valueOf(document: Document, key: string): Node {
  for (const entry of document.roots[0]?.entries ?? []) if (entry.kind === "pair" && entry.key === key) return entry.value;
  throw new Error(`no key ${key}`);
}

describe("metadata", () => {
  test("is taken out of every document; comments in front of it stay", () => {
    const document = readYaml("a: 1\n# c\nsops:\n  # in\n  mac: m\nb: 2\n---\nc: 3\nsops: {mac: m}\n");
    expect(trees(document)).toEqual([
      [
        "map",
        [
          ["k", "a", ["int", "1"]],
          ["#", " c", false],
          ["k", "b", ["int", "2"]],
        ],
      ],
      ["map", [["k", "c", ["int", "3"]]]],
    ]);
    expect(notate(document.metadata as Node)).toEqual([
      "map",
      [
        ["#", " in", false],
        ["k", "mac", ["str", "m"]],
      ],
    ]);
    expect(yamlOrigin(document).documents.map((one) => one.metadata?.index)).toEqual([2, 1]);
  });

  test("of a later document is data if the first has none, as sops sees it", () => {
    const document = readYaml("a: 1\n---\nsops: {mac: m}\n");
    expect(document.metadata).toBeUndefined();
    expect(notate(document.roots[1] as Node)).toEqual(["map", [["k", "sops", ["map", [["k", "mac", ["str", "m"]]]]]]]);
    expect(readYaml("a: 1\n").metadata).toBeUndefined();
  });
});

describe("aliases", () => {
  test("to a scalar are copies at the alias", () => {
    const document = readYaml("a: &x 0x1F\nb: *x\n");
    expect(valueOf(document, "b")).toEqual({
      kind: "scalar",
      type: "int",
      canonical: "31",
      slot: { start: 14, end: 16, style: "alias", flow: false, column: 3 },
    });
  });

  test("to a collection are copies without slots below", () => {
    const document = readYaml("a: &x\n  # c\n  k: [v]\nb: *x\n");
    const copy = valueOf(document, "b");
    expect(copy.slot).toMatchObject({ style: "alias", start: 24, end: 26 });
    expect(notate(copy)).toEqual(notate(valueOf(document, "a")));
    expect(JSON.stringify(copy).match(/"slot"/g)).toHaveLength(1);
  });

  test("keep a merge key as a key", () => {
    const document = readYaml("a: &x {k: v}\nb:\n  <<: *x\n");
    expect(notate(valueOf(document, "b"))).toEqual(["map", [["k", "<<", ["map", [["k", "k", ["str", "v"]]]]]]]);
  });
});

describe("properties", () => {
  test("are the anchors, tags, directives, headers and markers", () => {
    const text = "%YAML 1.1 # c\n--- # d\na: &x !!str 1\nb: |2-\n   t\nc: !<x> [&y z]\n...\n";
    const document = readYaml(text);
    expect(document.properties.map((span) => text.slice(span.start, span.end))).toEqual([
      "%YAML 1.1",
      "---",
      "&x",
      "!!str",
      "|2-",
      "!<x>",
      "&y",
      "...",
    ]);
  });

  test("stand in the slots too", () => {
    expect(valueOf(readYaml("a: !t &x v\n"), "a").slot).toMatchObject({
      anchor: { name: "x", start: 6 },
      tag: { text: "!t", end: 5 },
      start: 9,
    });
  });
});

describe("slots of values", () => {
  test("of a block scalar say how it is indented", () => {
    const slot = valueOf(readYaml("a:\n  b: |2-\n\n      t\n    u\n\nc: 1\n"), "a");
    expect(slot.kind === "branch" && slot.entries[0]?.kind === "pair" && (slot.entries[0].value.slot as ScalarSlot)).toEqual({
      start: 8,
      end: 26,
      style: "literal",
      flow: false,
      block: { body: { start: 12, end: 26 }, indent: 4, parentIndent: 2, digit: 2, chomp: "-" },
    });
  });

  test("of a block scalar without text end with its header", () => {
    expect(valueOf(readYaml("a: |+ # c\n\n\nb: 1\n"), "a").slot).toMatchObject({
      start: 3,
      end: 9,
      block: { body: { start: 10, end: 10 } },
    });
  });

  test.each([
    ["a:\n", 2],
    ["a: \n", 2],
    ["a: # c\n", 2],
    ["a: &x\n", 5],
    ["{a: , b: 1}\n", 3],
    ["{a, b: 1}\n", 2],
    ["? a\n", 3],
  ])("of a null without text are where it would stand: %j", (text, at) => {
    expect(valueOf(readYaml(text), "a").slot).toMatchObject({ style: "empty", start: at, end: at });
  });
});

describe("comments that sops does not see", () => {
  test.each([
    ["behind the end of the document", "a: 1\n...\n# c\n"],
    ["on a directive", "%YAML 1.1 # c\n---\na: 1\n"],
    ["behind an opening bracket", "a: [ # c\n  1]\n"],
  ])("are in the tree all the same: %s", (_, text) => {
    const found = JSON.stringify(readYaml(text).roots).match(/"text":" c"/g);
    expect(found).toHaveLength(1);
  });

  test("are marked", () => {
    expect(readYaml("%YAML 1.1 # c\n---\na: 1\n").roots[0]?.entries[0]).toMatchObject({
      kind: "comment",
      text: " c",
      inline: false,
      unseen: true,
    });
  });
});

describe("line ends", () => {
  test.each([
    ["a: 1\r\nb: 2\n", "\r\n"],
    ["a: 1\nb: 2\r\n", "\n"],
    ["a: 1", "\n"],
  ])("%j: the first one counts", (text, expected) => {
    expect(yamlOrigin(readYaml(text)).lineEnd).toBe(expected);
  });

  test("are LF in values", () => {
    expect(valueOf(readYaml("a: |\r\n  x\r\n  y\r\n"), "a")).toMatchObject({ canonical: "x\ny\n" });
  });
});
