import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json } from "../../formats/json.ts";
import { describeFormat } from "../contracts/format.ts";
import { branchOf, leavesOf, shapesOf, str, tokenIn } from "../contracts/format-laws.ts";
import { scalar } from "./yaml-emit-trees.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Splice } from "../../src/model/tree.ts";
import { countPrinted, countReadings, describeVectors } from "./stores.ts";

const space = fc.constantFrom("", "", "", " ", "\n", "\n  ", "\r\n\t", "\n\n\t");
const keys = fc.constantFrom('"a"', '"b"', '"a"', '""', '"a:b"', '"\\u00e9"', '"10"', '"deep key"', '"é😀"');
const strings = fc.constantFrom(
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
const numbers = fc.constantFrom(
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
const { value: values } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    strings,
    numbers,
    fc.constantFrom("true", "false", "null"),
    tie("object"),
    fc
      .tuple(space, fc.array(fc.tuple(space, tie("value"), space), { maxLength: 4 }))
      .map(([inner, items]) => (items.length === 0 ? `[${inner}]` : `[${items.map((item) => item.join("")).join(",")}]`)),
  ),
  object: fc
    .tuple(space, fc.array(fc.tuple(space, keys, space, fc.constant(":"), space, tie("value"), space), { maxLength: 4 }))
    .map(([inner, members]) => (members.length === 0 ? `{${inner}}` : `{${members.map((member) => member.join("")).join(",")}}`)),
}));
const object = fc
  .tuple(space, fc.array(fc.tuple(space, keys, space, fc.constant(":"), space, values, space), { maxLength: 5 }), space)
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

describeVectors(json, ".json");

describe("sops's own readings and prints", () => {
  test("are ours, but for texts that sops would lose a part of", () => {
    expect(countReadings(json)).toEqual({
      same: 537,
      "both refuse": 298,
      "text after the end of the object, which sops would drop": 2,
      "the text ends inside the object": 20,
    });
  });

  test("are printed to the byte", () => {
    expect(countPrinted(json)).toEqual({ same: 250 });
  });
});

const TOKEN = "ENC[AES256_GCM,data:1,iv:AA==,tag:BB==,type:str]";

function edited(text: string, edit: (document: Document, root: Branch) => Splice[]): string {
  const document = json.parse(text);
  const [root] = document.roots;
  return splice(text, root ? edit(document, root) : []);
}

/** The mapping under the first key. */
function firstValue(root: Branch): Branch {
  const [entry] = root.entries;
  return entry?.kind === "pair" && entry.value.kind === "branch" ? entry.value : root;
}

function commentToken(index: number): string {
  return `"ENC[AES256_GCM,data:${index},iv:A,tag:B,type:comment]"`;
}

describe("reading", () => {
  test.each([
    ["9223372036854775807", "int", "9223372036854775807"],
    ["9223372036854775808", "float", "9223372036854776000"],
    ["-9223372036854775808", "int", "-9223372036854775808"],
    ["-9223372036854775809", "float", "-9223372036854776000"],
    ["-0", "int", "0"],
    ["-0.0", "float", "-0"],
    ["1e3", "float", "1000"],
    ["1e-400", "float", "0"],
    ["18446744073709551616", "float", "18446744073709552000"],
    ['"\\ud83d\\ude00\\ud83dA"', "str", "😀\uFFFDA"],
  ])("%s is the %s %s", (source, type, canonical) => {
    const [entry] = json.parse(`{"a":${source}}`).roots[0]?.entries ?? [];
    expect(entry).toMatchObject({ value: { type, canonical } });
  });

  test("bytes that are not UTF-8 are read as U+FFFD in an encrypted file, and stay in its text", () => {
    const document = json.parse('{"a":"x\uDCFF","sops":{}}');
    expect(document.text).toContain("\uDCFF");
    expect(shapesOf(document)).toEqual([["map", [["k", "a", ["str", "x\uFFFD"]]]]]);
  });

  test("the metadata are told from the data by the key alone", () => {
    expect(json.parse('{"sops":1,"a":2}').metadata).toMatchObject({ kind: "scalar" });
  });

  test("an error says where, and never what", () => {
    expect(() => json.parse('{"a": "secret\\x"}')).toThrow(/^an escape that JSON does not know in a string$/);
  });
});

describe("document 22", () => {
  test("numbers, strings and layout stay where they were when it is covered", () => {
    const document = json.parse(DOCUMENT_22);
    const covered = leavesOf(document).flatMap((leaf) => json.cover(document, leaf, "ENC"));
    expect(splice(DOCUMENT_22, covered)).toBe('{\n\t"a"  :  "ENC" ,\n\n\t"b":[ "ENC","ENC", "ENC", "ENC", "ENC" ],\n\t"a": "ENC"\n}');
  });

  test("only what is spelled in its own way needs a residue", () => {
    const document = json.parse(DOCUMENT_22);
    const odd = leavesOf(document).filter((leaf) => json.source(document, leaf) !== json.bare(document, leaf));
    expect(odd.map((leaf) => json.source(document, leaf))).toEqual(["2e3", "1.0", "-0", "12345678901234567890", '"\\u00e9\\/é"']);
  });

  test("a residue of another value or of another type is not used", () => {
    const text = '{"a":"ENC"}';
    const document = json.parse(text);
    const [leaf] = leavesOf(document);
    const spell = (residue: string): string => splice(text, leaf ? json.spell(document, leaf, scalar("float", "1"), residue) : []);
    expect(["1.0", "1e0", "2.0", '"1"', "1", "1.0 ", "1.0,2"].map(spell)).toEqual(
      ["1.0", "1e0", "1", "1", "1", "1", "1"].map((value) => `{"a":${value}}`),
    );
  });
});

describe("editing keeps the layout", () => {
  const list = { kind: "sequence", items: [str("x"), branchOf([["k", scalar("int", "1")]])] } as const;
  test.each([
    ['{"a":1}', '{"a":1,"n":"v"}'],
    ['{ "a": 1 }', '{ "a": 1, "n": "v" }'],
    ['{"a": 1, "b" : 2}\n', '{"a": 1, "b" : 2, "n" : "v"}\n'],
    ["{}", '{\n\t"n": "v"\n}'],
    ['{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "n": "v"\n}\n'],
    ['{\r\n\t"a":1\r\n}', '{\r\n\t"a":1,\r\n\t"n":"v"\r\n}'],
    ['{\n  "a": 1,\n  "sops": {}\n}\n', '{\n  "a": 1,\n  "n": "v",\n  "sops": {}\n}\n'],
    ['{\n  "sops": {}\n}\n', '{\n  "n": "v",\n  "sops": {}\n}\n'],
    ['{"sops": {}, "a": 1}', '{"sops": {}, "a": 1, "n": "v"}'],
  ])("%j gets a member: %j", (text, wanted) => {
    expect(edited(text, (document, root) => json.append(document, root, "n", str("v")))).toBe(wanted);
  });

  test.each([
    ['{"a":{}}', '{"a":{"n":"v"}}'],
    ['{\n  "a": {},\n  "b": 1\n}', '{\n  "a": {\n    "n": "v"\n  },\n  "b": 1\n}'],
    ['{\n  "a": { }, "b": [\n  ]\n}', '{\n  "a": {\n    "n": "v"\n  }, "b": [\n  ]\n}'],
  ])("the empty object in %j is filled: %j", (text, wanted) => {
    expect(edited(text, (document, root) => json.append(document, firstValue(root), "n", str("v")))).toBe(wanted);
  });

  test("a nested value is laid out as the file is", () => {
    expect(edited('{\n  "a": 1\n}', (document, root) => json.append(document, root, "n", list))).toBe(
      '{\n  "a": 1,\n  "n": [\n    "x",\n    {\n      "k": 1\n    }\n  ]\n}',
    );
    expect(edited('{"a": 1}', (document, root) => json.replace(document, root, 0, list))).toBe('{"a": ["x", {"k": 1}]}');
  });

  test.each([
    ['{"a": 1, "b": 2, "c": 3}', 1, '{"a": 1, "c": 3}'],
    ['{\n  "a": 1,\n  "b": 2\n}', 0, '{\n  "b": 2\n}'],
    ['{\n  "a": 1\n}', 0, "{}"],
    ['{\n  "sops": {},\n  "a": 1,\n  "b": 2\n}', 0, '{\n  "sops": {},\n  "b": 2\n}'],
    ['{\n  "a": 1,\n  "sops": {}\n}', 0, '{\n  "sops": {}\n}'],
  ])("from %j member %i is taken: %j", (text, index, wanted) => {
    expect(edited(text, (document, root) => json.remove(document, root, index))).toBe(wanted);
  });

  test("elements that open to comments go, each with one comma", () => {
    const lists = [
      [commentToken(0), "1", commentToken(1), commentToken(2)],
      [commentToken(0)],
      ["1", commentToken(0), "2"],
      [commentToken(0), commentToken(1), "3"],
    ];
    const opened = lists.map((items) => {
      const text = `{"a": [${items.join(", ")}]}`;
      const document = json.parse(text);
      const tokens = leavesOf(document).filter((leaf) => tokenIn(leaf) >= 0);
      return splice(
        text,
        tokens.flatMap((leaf) => json.spell(document, leaf, { kind: "comment", text: "c", inline: false })),
      );
    });
    expect(opened).toEqual(['{"a": [1]}', '{"a": []}', '{"a": [1, 2]}', '{"a": [3]}']);
  });
});

describe("the metadata", () => {
  const block = branchOf([["mac", str(TOKEN)]]);
  test.each([
    ['{\n  "a": 1\n}\n', `{\n  "a": 1,\n  "sops": {\n    "mac": "${TOKEN}"\n  }\n}\n`],
    ['{"a":1,"b":2}', `{"a":1,"b":2,"sops":{"mac":"${TOKEN}"}}`],
    ['{"a": 1}\n', `{"a": 1, "sops": {"mac": "${TOKEN}"}}\n`],
    ["{ }", `{"sops": {"mac": "${TOKEN}"} }`],
    ["{\n}", `{"sops": {"mac": "${TOKEN}"}\n}`],
  ])("stand in %j as %j", (text, wanted) => {
    const sealed = edited(text, (document) => json.attach(document, block));
    expect(sealed).toBe(wanted);
    expect(edited(sealed, (document) => json.detach(document))).toBe(text);
  });

  test("of a file that sops wrote without data leave an empty object", () => {
    expect(edited('{\n\t"sops": {\n\t\t"mac": ""\n\t}\n}\n', (document) => json.detach(document))).toBe("{}\n");
  });

  test("keep their place and their unknown neighbours when they are updated", () => {
    const text = '{\n  "sops": { "version": "3.9.4" ,\n "mac":"old", "kms": null },\n  "a": 1\n}';
    const next = branchOf([
      ["lastmodified", str("now")],
      ["mac", str("new")],
      ["version", str("3.9.4")],
    ]);
    expect(edited(text, (document) => json.attach(document, next))).toBe(
      '{\n  "sops": { "lastmodified": "now", "version": "3.9.4", "mac":"new" },\n  "a": 1\n}',
    );
  });
});

describe("printing", () => {
  test.each([
    [0, '{\n"a": [\n1\n]\n}\n'],
    [2, '{\n  "a": [\n    1\n  ]\n}\n'],
    [-1, '{\n\t"a": [\n\t\t1\n\t]\n}\n'],
  ])("with an indentation of %i", (indent, wanted) => {
    expect(json.emit(json.parse('{"a":[1]}').roots, { indent })).toBe(wanted);
  });

  test("an indentation below -1, infinity and an absent document are errors", () => {
    const infinite = branchOf([["a", scalar("float", "+Inf")]]);
    for (const run of [() => json.emit([infinite], { indent: -2 }), () => json.emit([infinite]), () => json.emit([])]) {
      expect(run).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
    }
  });

  test.each([
    [str("raw\n"), "raw\n"],
    [scalar("int", "5"), "5"],
    [scalar("float", "1000000000000000000000"), "1e+21"],
    [scalar("float", "0.0000001"), "1e-7"],
    [scalar("float", "-0"), "-0"],
    [scalar("bool", "False"), "false"],
    [scalar("time", "2024-01-02T00:00:00Z"), '"2024-01-02T00:00:00Z"'],
    [{ kind: "null" } as const, "null"],
    [{ kind: "sequence", items: [scalar("int", "1"), { kind: "comment", text: "c", inline: false }] } as const, "[\n\t1\n]"],
    [branchOf([["a", str("<")]]), '{\n\t"a": "\\u003c"\n}\n'],
    [{ kind: "comment", text: " c", inline: true } as const, '{\n\t"Value": " c",\n\t"Inline": true\n}'],
  ])("%j alone is %j", (node, wanted) => {
    expect(json.emitValue(node)).toBe(wanted);
  });

  test("text that is not UTF-8 becomes an escape, as in Go", () => {
    expect(json.emit([branchOf([["a", str("x\uDCFFy\u2028")]])])).toBe('{\n\t"a": "x\\ufffdy\\u2028"\n}\n');
  });

  test("deep nesting is read and printed without a deep stack", () => {
    const text = `${'{"a":'.repeat(9_999)}{}${"}".repeat(9_999)}`;
    expect(json.emit(json.parse(text).roots, { indent: 0 }).length).toBe(9_999 * 9 + 3);
  });
});
