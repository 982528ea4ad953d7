import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dotenv } from "../../formats/dotenv.ts";
import { describeFormat } from "../contracts/format.ts";
import { branchOf, leavesOf, shapesOf, str, textOf } from "../contracts/format-laws.ts";
import { scalar } from "./yaml-emit-trees.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Splice } from "../../src/model/tree.ts";
import { countPrinted, countReadings, describeVectors } from "./stores.ts";

/** Document 23, and the same with CRLF and without blank lines. */
const DOCUMENT_23 = '# c comment\nA=1\n\nB="q v"\nexport C=x y\n#\nD=\nE=a\\nb\nE=c:\\new';
const CRLF_23 = `${DOCUMENT_23.replace("\n\n", "\n").replaceAll("\n", "\r\n")}\r\n`;

const line = fc.constantFrom(
  "A=1",
  "B=two words",
  "C='q'",
  'D="x # y"',
  "E=",
  "F=a\\nb\\n",
  "=v",
  " G = h ",
  "export H=i",
  "# comment",
  "#",
  "#x=y",
  "",
  "A=2",
  "I=a=b",
  "J=\\\\n",
  "K=é😀",
  "L=\uDC80",
  "M=<nil>",
  "\uFEFFN=o",
  "O=\r",
  "P=secret value",
);
const documents = fc
  .tuple(fc.array(line, { maxLength: 9 }), fc.constantFrom("\n", "\r\n", "mixed"), fc.boolean())
  .map(([lines, end, closed]) => {
    const ends = lines.map((one, index) => (end === "mixed" ? (index % 2 === 0 ? "\n" : "\r\n") : one === "" ? "\n" : end));
    return lines.map((one, index) => one + (closed || index < lines.length - 1 ? ends[index] : "")).join("");
  });

describeFormat(dotenv, {
  samples: [
    DOCUMENT_23,
    `${DOCUMENT_23}\n`,
    CRLF_23.trimEnd(),
    CRLF_23,
    "",
    "\n",
    "\n\n",
    "A=one secret",
    "# only a comment",
    "A=mixed secret\r\nB=2\n",
  ],
  documents,
  refused: [
    ["A=1\r\n\r\nB=2\r\n", "DOTENV_INVALID", 2],
    ["A=1\nsecret\n", "DOTENV_INVALID", 2],
  ],
});

describeVectors(dotenv, ".env");

describe("sops's own readings and prints", () => {
  test("are ours", () => {
    expect(countReadings(dotenv)).toEqual({ same: 414, "both refuse": 61 });
  });

  test("are printed to the byte wherever they read back", () => {
    expect(countPrinted(dotenv)).toEqual({
      same: 227,
      "sops's does not read back, ours does": 21,
      "sops's does not read back, ours does not": 2,
    });
  });
});

/** The text with all leaves covered. */
function covered(text: string): string {
  const document = dotenv.parse(text);
  return splice(
    text,
    leavesOf(document)
      .filter((leaf) => textOf(leaf) !== "")
      .flatMap((leaf) => dotenv.cover(document, leaf, "ENC")),
  );
}

function edited(text: string, edit: (document: Document, root: Branch) => Splice[]): string {
  const document = dotenv.parse(text);
  const [root] = document.roots;
  return splice(text, root ? edit(document, root) : []);
}

const METADATA = branchOf([
  ["age__list_0__map_enc", str("a\nb\n")],
  ["mac", str("m")],
]);

describe("document 23", () => {
  test("is covered line by line", () => {
    expect(covered(DOCUMENT_23)).toBe("#ENC\nA=ENC\n\nB=ENC\nexport C=ENC\n#\nD=\nE=ENC\nE=ENC");
  });

  test("with CRLF keeps its line ends, behind the tokens, and counts them as sops does", () => {
    expect(covered(CRLF_23)).toBe("#ENC\r\nA=ENC\r\nB=ENC\r\nexport C=ENC\r\n#ENC\r\nD=ENC\r\nE=ENC\r\nE=ENC\r\n");
    expect(shapesOf(dotenv.parse("A=1\r\nD=\r\n"))).toEqual([
      [
        "map",
        [
          ["k", "A", ["str", "1\r"]],
          ["k", "D", ["str", "\r"]],
        ],
      ],
    ]);
  });

  test("never needs a residue", () => {
    for (const text of [DOCUMENT_23, CRLF_23]) {
      const document = dotenv.parse(text);
      const odd = leavesOf(document).filter((leaf) => dotenv.source(document, leaf) !== dotenv.bare(document, leaf));
      expect(odd).toEqual([]);
    }
  });
});

describe("the metadata", () => {
  test.each([
    ["A=1\n", "A=1\nsops_age__list_0__map_enc=a\\nb\\n\nsops_mac=m\n"],
    ["A=1", "A=1\nsops_age__list_0__map_enc=a\\nb\\n\nsops_mac=m"],
    ["A=1\r\n", "A=1\r\nsops_age__list_0__map_enc=a\\nb\\n\nsops_mac=m\n"],
    ["", "sops_age__list_0__map_enc=a\\nb\\n\nsops_mac=m\n"],
    ["\n", "\nsops_age__list_0__map_enc=a\\nb\\n\nsops_mac=m\n"],
  ])("stand behind %j as %j", (text, wanted) => {
    const sealed = edited(text, (document) => dotenv.attach(document, METADATA));
    expect(sealed).toBe(wanted);
    expect(edited(sealed, (document) => dotenv.detach(document))).toBe(text);
  });

  test("are found wherever they stand, and updated there", () => {
    const text = "sops_mac=old\nA=1\nsops_version=3.9.4\nsops_kms=x\nB=2\n";
    const next = branchOf([
      ["lastmodified", str("now")],
      ["mac", str("new")],
      ["pgp", str("p")],
      ["version", str("3.9.4")],
    ]);
    expect(edited(text, (document) => dotenv.attach(document, next))).toBe(
      "sops_lastmodified=now\nsops_mac=new\nsops_pgp=p\nA=1\nsops_version=3.9.4\nB=2\n",
    );
    expect(edited(text, (document) => dotenv.detach(document))).toBe("A=1\nB=2\n");
  });

  test("that a checkout gave CRLF are read without it", () => {
    expect(dotenv.parse("A=1\r\nsops_mac=m\r\n").metadata).toMatchObject({ entries: [{ key: "mac", value: { canonical: "m" } }] });
  });
});

describe("editing", () => {
  test.each([
    ["A=1\n", "A=1\nN=a\\nb\n"],
    ["A=1", "A=1\nN=a\\nb"],
    ["A=1\n# c\n\nsops_mac=m", "A=1\n# c\nN=a\\nb\n\nsops_mac=m"],
    ["sops_mac=m\n", "N=a\\nb\nsops_mac=m\n"],
    ["", "N=a\\nb\n"],
  ])("%j gets a line: %j", (text, wanted) => {
    expect(edited(text, (document, root) => dotenv.append(document, root, "N", str("a\nb")))).toBe(wanted);
  });

  test.each([
    ["# c\nA=1\n", 1, ""],
    ["# far\n\n# near\n# next\nA=1\nB=2\n", 3, "# far\n\nB=2\n"],
    ["A=1\nB=2", 1, "A=1"],
    ["# c\nA=1\n", 0, "A=1\n"],
  ])("from %j entry %i is taken: %j", (text, index, wanted) => {
    expect(edited(text, (document, root) => dotenv.remove(document, root, index))).toBe(wanted);
  });

  test.each([
    ["a list", "N", { kind: "sequence", items: [] } as const],
    ["a mapping", "N", branchOf([])],
    ["null", "N", { kind: "null" } as const],
    ["a backslash in front of an n", "N", str("a\\nb")],
    ["a key with an equals sign", "N=", str("v")],
    ["a key like a comment", "#N", str("v")],
  ])("%s is refused", (_, key, node) => {
    expect(() => edited("", (document, root) => dotenv.append(document, root, key, node))).toThrow(
      expect.objectContaining({ code: "EMIT_FAILED" }),
    );
  });
});

describe("printing", () => {
  test.each([
    ["2", "2.0"],
    ["1.5", "1.5"],
    ["100000", "100000.0"],
    ["1000000", "1E+06"],
    ["1234567.5", "1.2345675E+06"],
    ["0.0001", "0.0001"],
    ["0.00001", "1E-05"],
    ["0.0000001", "1E-07"],
    ["100000000000000000000", "1E+20"],
    ["-0", "-0.0"],
    ["0", "0.0"],
    ["+Inf", "+Inf"],
    ["NaN", "NaN"],
  ])("the float %s is %s", (canonical, wanted) => {
    expect(dotenv.emit([branchOf([["F", scalar("float", canonical)]])])).toBe(`F=${wanted}\n`);
  });

  test("other types as sops prints them", () => {
    const root = branchOf([
      ["B", scalar("bool", "True")],
      ["I", scalar("int", "-5")],
      ["T", scalar("time", "2024-01-02T03:04:05.12+02:00")],
    ]);
    expect(dotenv.emit([root])).toBe("B=true\nI=-5\nT=2024-01-02T03:04:05+02:00\n");
  });

  test("null is text in decrypted output, and never in a file to be encrypted", () => {
    const root = branchOf([["N", { kind: "null" }]]);
    expect(dotenv.emit([root], { lossy: true })).toBe("N=<nil>\n");
    expect(() => dotenv.emit([root])).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
  });

  test("a single value must be a string", () => {
    expect(dotenv.emitValue(str("a\nb"))).toBe("a\nb");
    expect(dotenv.emitValue(branchOf([["A", str("1")]]))).toBe("A=1\n");
    expect(() => dotenv.emitValue(scalar("int", "1"))).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
  });

  test("values of a file of another format take the place of their token", () => {
    const text = "A=ENC\n";
    const document = dotenv.parse(text);
    const [leaf] = leavesOf(document);
    expect(leaf && splice(text, dotenv.spell(document, leaf, scalar("float", "2")))).toBe("A=2.0\n");
  });
});
