import { describe, expect, test } from "vitest";
import { ini } from "../../formats/ini.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Splice } from "../../src/model/tree.ts";
import { branchOf, leavesOf, str, textOf } from "../contracts/format-laws.ts";
import { scalar } from "./yaml-emit-trees.ts";

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

/** The section at a place in the root. */
function sectionAt(root: Branch, index: number): Branch {
  const entry = root.entries[index];
  return entry?.kind === "pair" && entry.value.kind === "branch" ? entry.value : root;
}

/** `k=ENC` opened to `ab` with this residue. */
function spellWith(residue: string): string {
  return edited("k=ENC", (document) => leavesOf(document).flatMap((leaf) => ini.spell(document, leaf, str("ab"), residue)));
}

describe("values", () => {
  test.each([
    ["k=v", "k=ENC"],
    ['k = "v" ; c', 'k = "ENC" ; ENC'],
    ["k='v'", "k='ENC'"],
    ["k=`v;w` ; c", "k=`ENC` ; ENC"],
    ['k="""v"""', 'k="""ENC"""'],
    ['k="""v\n  w""" ; c', "k=ENC ; ENC"],
    ["k=v \\\n  w \\\n\nl=x", "k=ENC\n\nl=ENC"],
    ["k=", "k="],
    ["k=a;b", "k=ENC;ENC"],
  ])("%j is covered as %j", (text, wanted) => {
    expect(covered(text)).toBe(wanted);
  });

  test.each([
    ["k=ENC", "plain", "plain"],
    ['k="ENC"', "plain", '"plain"'],
    ["k='ENC'", "it's", "it's"],
    ["k=`ENC`", "a;b", "`a;b`"],
    ["k=ENC", "a;b", "`a;b`"],
    ["k=ENC", " a ", '" a "'],
    ["k=ENC", "a\nb", '"""a\nb"""'],
    ["k=ENC", "a`b", '"""a`b"""'],
    ["k=ENC", "a\\", '"""a\\"""'],
    ["k=ENC", '"a"', '""""a""""'],
    ["k=ENC", "`a;\n", '"""`a;\n"""'],
  ])("in %j the value %j becomes %j", (text, value, wanted) => {
    const spelled = edited(text, (document) => leavesOf(document).flatMap((leaf) => ini.spell(document, leaf, str(value))));
    expect(spelled).toBe(`k=${wanted}`);
    expect(leavesOf(ini.parse(spelled)).map(textOf)).toEqual([value]);
  });

  test("a residue is used only if it reads back as the value, alone on its line", () => {
    expect(['"ab"', "a\\\n b", '"""ab"""', "ac", "ab ; c", "ab\nx=1", "`ab`\n"].map(spellWith)).toEqual(
      ['"ab"', "a\\\n b", '"""ab"""', "ab", "ab", "ab", "ab"].map((value) => `k=${value}`),
    );
  });
});

describe("comments", () => {
  test("the part behind a header moves above it, since a header ends at the last bracket", () => {
    expect(covered("[s] ; c\nk=v\n")).toBe("; ENC\n[s]\nk=ENC\n");
  });

  test.each([
    ["; c\n\n  # d\nk=v ; e\n", "10:; c\n\n  # d ; e"],
    ["[s] # x\n", "0: # x"],
    [";c\n;d\nk=v\n", ";c\n;d"],
    ["k=v ;; c\n", ";; c"],
  ])("the pieces of the comment in %j are kept as %j", (text, source) => {
    const document = ini.parse(text);
    const found = leavesOf(document).filter((leaf) => leaf.kind === "comment");
    expect(found.map((leaf) => ini.source(document, leaf))).toEqual([source]);
  });

  test("what is no comment, or another one, is not used as pieces", () => {
    const comment = { kind: "comment", text: "c", inline: false } as const;
    const spell = (residue: string): string =>
      edited("; ENC\nk=v\n", (document) =>
        leavesOf(document)
          .filter((leaf) => leaf.kind === "comment")
          .flatMap((leaf) => ini.spell(document, leaf, comment, residue)),
      );
    expect(["#  c", "0: # c", "; d", "x=1", "; c\nx=1", "9:; c", "0:x"].map(spell)).toEqual([
      "#  c\nk=v\n",
      "k=v # c\n",
      ...Array.from({ length: 5 }, () => "; c\nk=v\n"),
    ]);
  });

  test("lines that do not fit behind a value go above it", () => {
    const comment = { kind: "comment", text: "a\nb", inline: false } as const;
    const text = edited("[s]\nk=v ; ENC\n", (document) =>
      leavesOf(document)
        .filter((leaf) => leaf.kind === "comment")
        .flatMap((leaf) => ini.spell(document, leaf, comment)),
    );
    expect(text).toBe("[s]\n; a\n; b\nk=v \n");
  });

  test("between the data and the metadata belong to the data", () => {
    const text = "[s]\nk=v\n; end\n\n[sops]\n; own\nmac = m\n; last\n";
    expect(leavesOf(ini.parse(text)).map(textOf)).toEqual(["v", "end", "last"]);
    expect(edited(text, (document) => ini.detach(document))).toBe("[s]\nk=v\n; end\n; last\n");
  });
});

describe("editing", () => {
  test.each([
    ["[s]\na=1\n", 1, "[s]\na=1\nnew=v\n"],
    ["[s]\na    = 1\nlong = 2\n", 1, "[s]\na    = 1\nlong = 2\nnew  = v\n"],
    ["[s]\na  = 1\nbc = 2\n", 1, "[s]\na  = 1\nbc = 2\nnew = v\n"],
    ["[s]\n  a : 1", 1, "[s]\n  a : 1\n  new : v"],
    ["[s]", 1, "[s]\nnew = v"],
    ["; c\n[s]\n", 0, "new = v\n; c\n[s]\n"],
    ["[s]\na=1 ; c\n; end\n\n[sops]\nmac = m\n", 1, "[s]\na=1 ; c\nnew=v\n; end\n\n[sops]\nmac = m\n"],
    ["[s]\na=1\\\n", 1, "[s]\na=1\\\n\nnew=v\n"],
  ])("in %j section %i gets a key: %j", (text, index, wanted) => {
    expect(edited(text, (document, root) => ini.append(document, sectionAt(root, index), "new", str("v")))).toBe(wanted);
  });

  test.each([
    ["[s]\na=1\n", "[s]\na=1\n\n[n]\n; c\nkey = v\n"],
    ["[s]\na=1", "[s]\na=1\n\n[n]\n; c\nkey = v"],
    ["", "[n]\n; c\nkey = v\n"],
    ["[s]\na=1\n\n[sops]\nmac = m\n", "[s]\na=1\n\n[n]\n; c\nkey = v\n\n[sops]\nmac = m\n"],
    ["[sops]\nmac = m\n", "[n]\n; c\nkey = v\n\n[sops]\nmac = m\n"],
    ["\n[sops]\nmac = m\n", "[n]\n; c\nkey = v\n\n[sops]\nmac = m\n"],
    ["a=1\n[sops]\nmac = m\n", "a=1\n\n[n]\n; c\nkey = v\n\n[sops]\nmac = m\n"],
    ["\uFEFF", "\uFEFF[n]\n; c\nkey = v\n"],
  ])("%j gets a section: %j", (text, wanted) => {
    const node: Branch = {
      kind: "branch",
      entries: [
        { kind: "pair", key: "key", value: str("v") },
        { kind: "comment", text: "c", inline: false },
      ],
    };
    expect(edited(text, (document, root) => ini.append(document, root, "n", node))).toBe(wanted);
  });

  test.each([
    ["[s]\n; far\n\n; near\na=1 ; c\nb=2\n", 0, "[s]\n; far\n\nb=2\n"],
    ["[s]\na=1\nb=2", 1, "[s]\na=1"],
    ["[s]\na=1 ; c\n", 1, "[s]\na=1\n"],
    ["[s]\n; c\n; d\na=1 ; e\n", 1, "[s]\na=1\n"],
  ])("from the section of %j entry %i is taken: %j", (text, index, wanted) => {
    expect(edited(text, (document, root) => ini.remove(document, sectionAt(root, 1), index))).toBe(wanted);
  });

  test.each([
    ["a=1\n\n; head\n[s]\nb=2\n; end\n", 1, "a=1\n"],
    ["[s]\nb=2\n\n[t]\nc=3\n", 1, "[t]\nc=3\n"],
    ["[s]\nb=2\n\n[sops]\nmac = m\n", 1, "\n[sops]\nmac = m\n"],
  ])("from %j section %i is taken: %j", (text, index, wanted) => {
    expect(edited(text, (document, root) => ini.remove(document, root, index))).toBe(wanted);
  });

  test.each([
    ["null", "k", { kind: "null" } as const],
    ["a list", "k", { kind: "sequence", items: [] } as const],
    ["a key of blanks", " k ", str("v")],
    ["a value that nothing can quote", "k", str('`"""\n\\')],
  ])("%s is refused", (_, key, node) => {
    expect(() => edited("[s]\n", (document, root) => ini.append(document, sectionAt(root, 1), key, node))).toThrow(
      expect.objectContaining({ code: "EMIT_FAILED" }),
    );
  });
});

describe("printing", () => {
  test("keys `-` are printed as they were written; sops prints comments instead", () => {
    expect(ini.emit(ini.parse("[s]\n-=a\n-=b\n").roots)).toBe("[s]\n- = a\n- = b\n");
  });

  test("a value on the top level, and a key twice, are errors", () => {
    const twice = branchOf([
      ["k", str("1")],
      ["k", str("2")],
    ]);
    for (const root of [branchOf([["k", str("v")]]), branchOf([["s", twice]])]) {
      expect(() => ini.emit([root])).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
    }
    expect(ini.emit([branchOf([["s", twice]])], { lossy: true })).toBe("[s]\nk = 2\n");
  });

  test.each([
    [str("raw"), "raw"],
    [scalar("float", "2"), "2"],
    [{ kind: "null" } as const, "null"],
    [{ kind: "comment", text: "c", inline: false } as const, '{"Value":"c","Inline":false}'],
    [{ kind: "sequence", items: [branchOf([["a", scalar("int", "1")]])] } as const, '[[{"Key":"a","Value":1}]]'],
    [branchOf([["s", branchOf([["k", str("v")]])]]), "[s]\nk = v\n"],
  ])("%j alone is %j", (node, wanted) => {
    expect(ini.emitValue(node)).toBe(wanted);
  });
});
