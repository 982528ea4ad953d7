import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ini } from "../../formats/ini.ts";
import { describeFormat } from "../contracts/format.ts";
import { branchOf, leavesOf, shapesOf, str, textOf } from "../contracts/format-laws.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Splice } from "../../src/model/tree.ts";
import { countPrinted, countReadings, describeVectors, textsWith } from "./stores.ts";

/** Document 24, with the second `d` under a name of its own. */
const DOCUMENT_24 = 'g=1\n; two\n# lines\n[s] ; sc\n  k   :   "v" ; inline\nk2=a\\\n b\nk3=`y;z`\n[s]\nd=e\n;end\n';

const line = fc.constantFrom(
  "a=1",
  "b = two words",
  'c="q v"',
  "d='s'",
  "e=`b;c`",
  'f="""t # u"""',
  'g="""m',
  'n"""',
  'n""" ; behind',
  "h=x \\",
  "  i=j",
  "k : l ; inline",
  "m=x#y",
  "n=",
  "o = ; empty",
  "-=p",
  '"q=r"=s',
  "`t`=u",
  "[s]",
  "[s] ; header",
  "  [u v]",
  "[DEFAULT]",
  "; comment",
  "# other",
  ";# mixed",
  "  ;; indented",
  "#",
  "",
  "   ",
  "v=é😀",
  "w=\uDC80",
  "y=`z` ; unseen",
  '"k"=secret value',
  "x=%(a)s",
);
const documents = fc
  .tuple(fc.array(line, { maxLength: 10 }), fc.constantFrom("\n", "\n", "\r\n"), fc.boolean(), fc.boolean())
  .map(([lines, end, closed, mark]) => (mark ? "\uFEFF" : "") + lines.join(end) + (closed && lines.length > 0 ? end : ""))
  // Taking a key "-" away renumbers those behind it.
  .filter((text) => text.split("-=p").length < 3);

describeFormat(ini, {
  samples: [
    DOCUMENT_24,
    DOCUMENT_24.trimEnd(),
    DOCUMENT_24.replaceAll("\n", "\r\n"),
    "",
    "\n\n",
    "a=1",
    "; only a comment\n",
    "#\n# a title block\n#\n\n[s]\nkey = a secret value\n\n\n",
    "; one\n\n  # two\nk = secret ; three\nl=2\n",
    '[s]\nk = """first\n  second""" ; behind the lines\n; tail of it\n',
  ],
  documents,
  // sops prints lines with a mark of their own, loses marks that are doubled, and empty comments.
  comment: (text) => text.replaceAll(/^[#; \t]+|[ \t\r]+$/gm, "") || undefined,
  refused: [
    ["[s]\nd=1\nd=2\n", "INI_UNSUPPORTED", 3],
    ["[s\n", "INI_INVALID", 1],
    ["[]\n", "INI_INVALID", 1],
    ["[s] secret\n", "INI_UNSUPPORTED", 1],
    ["k=`a` secret\n", "INI_UNSUPPORTED", 1],
    ['"k" secret=1\n', "INI_UNSUPPORTED", 1],
    ['a=1\nk="""b\nc', "INI_INVALID", 2],
    ["a=1\nsecret\n", "INI_INVALID", 2],
    ["=v\n", "INI_INVALID", 1],
    ['""=v\n', "INI_INVALID", 1],
    ['"k=v\n', "INI_INVALID", 1],
    ["[sops]\na=1\n[sops]\n", "METADATA_INVALID", 3],
  ],
});

describeVectors(ini, ".ini");

describe("sops's own readings and prints", () => {
  test("are ours, but for texts that sops would lose a part of", () => {
    expect(countReadings(ini)).toEqual({
      same: 443,
      "both refuse": 62,
      "a key that the section has already, whose value sops would drop": 15,
      "text behind a closing quote": 1,
      "text behind a section header": 34,
      "another tree": 1,
    });
  });

  test("differ in a comment whose first line is empty, which sops crashes on when it prints it", () => {
    expect(textsWith(ini, "another tree")).toEqual([";\nk2=va'=word\\=# x'v\n"]);
    expect(commentsIn("#\n# title\n#\nk=v\n")).toEqual(["#\n# title\n#"]);
  });

  test("are printed to the byte wherever they read back", () => {
    expect(countPrinted(ini)).toEqual({
      same: 206,
      "sops's does not read back, ours does": 35,
      "sops's does not read back, ours does not": 9,
    });
  });
});

function edited(text: string, edit: (document: Document, root: Branch) => Splice[]): string {
  const document = ini.parse(text);
  const [root] = document.roots;
  return splice(text, root ? edit(document, root) : []);
}

function covered(text: string): string {
  return edited(text, (document) =>
    leavesOf(document)
      .filter((leaf) => textOf(leaf) !== "")
      .flatMap((leaf) => ini.cover(document, leaf, "ENC")),
  );
}

function commentsIn(text: string): string[] {
  return leavesOf(ini.parse(text))
    .filter((leaf) => leaf.kind === "comment")
    .map(textOf);
}

describe("document 24", () => {
  test("is read with its comments where sops reads them, and those that sops drops", () => {
    expect(shapesOf(ini.parse(DOCUMENT_24))).toEqual([
      [
        "map",
        [
          ["k", "DEFAULT", ["map", [["k", "g", ["str", "1"]]]]],
          [
            "k",
            "s",
            [
              "map",
              [
                ["#", "two\n# lines\n; sc"],
                ["k", "k", ["str", "v"]],
                ["#", "inline"],
                ["k", "k2", ["str", "ab"]],
                ["k", "k3", ["str", "y;z"]],
              ],
            ],
          ],
          [
            "k",
            "s",
            [
              "map",
              [
                ["k", "d", ["str", "e"]],
                ["#", "end"],
              ],
            ],
          ],
        ],
      ],
    ]);
    expect(
      leavesOf(ini.parse(DOCUMENT_24))
        .filter((leaf) => leaf.kind === "comment" && leaf.unseen)
        .map(textOf),
    ).toEqual(["end"]);
  });

  test("is covered in its own layout, joined comments in the first one's place", () => {
    expect(covered(DOCUMENT_24)).toBe('g=ENC\n; ENC\n[s]\n  k   :   "ENC" ; ENC\nk2=ENC\nk3=`ENC`\n[s]\nd=ENC\n;ENC\n');
  });

  test("needs a residue for what becomes one line, and nothing else", () => {
    const document = ini.parse(DOCUMENT_24);
    const odd = leavesOf(document).filter((leaf) => ini.source(document, leaf) !== ini.bare(document, leaf));
    expect(odd.map((leaf) => ini.source(document, leaf))).toEqual(["13:; two\n# lines ; sc", "a\\\n b"]);
  });
});

describe("the metadata", () => {
  const metadata = branchOf([
    ["lastmodified", str("now")],
    ["mac", str("a\nb")],
  ]);

  test.each([
    ["k=v\n", "k=v\n\n[sops]\nlastmodified = now\nmac          = a\\nb\n"],
    ["k=v\n\n", "k=v\n\n\n[sops]\nlastmodified = now\nmac          = a\\nb\n"],
    ["k=v", "k=v\n\n[sops]\nlastmodified = now\nmac          = a\\nb"],
    ["k=v\r\n", "k=v\r\n\r\n[sops]\r\nlastmodified = now\r\nmac          = a\\nb\r\n"],
    ["", "[sops]\nlastmodified = now\nmac          = a\\nb\n"],
    ["k=v\\\n", "k=v\\\n\n[sops]\nlastmodified = now\nmac          = a\\nb\n"],
  ])("stand behind %j as %j", (text, wanted) => {
    const sealed = edited(text, (document) => ini.attach(document, metadata));
    expect(sealed).toBe(wanted);
    expect(edited(sealed, (document) => ini.detach(document))).toBe(text);
  });

  test("are updated line by line, in the columns they have", () => {
    const text = "[sops]\nversion      = 3.9.4 ; c\n# x\nmac          = old\nkms = k\n[s]\nk=v\n";
    const next = branchOf([
      ["mac", str("new")],
      ["pgp", str("p")],
      ["version", str("3.9.4")],
    ]);
    expect(edited(text, (document) => ini.attach(document, next))).toBe(
      "[sops]\nversion      = 3.9.4 ; c\n# x\nmac          = new\npgp          = p\n[s]\nk=v\n",
    );
  });

  test("may have their line feeds as such, in quotes (sops 3.13.0)", () => {
    expect(ini.parse('[sops]\nenc = """a\nb"""\n').metadata).toMatchObject({ entries: [{ key: "enc", value: { canonical: "a\nb" } }] });
  });
});
