import { readFileSync } from "node:fs";
import { assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { yaml } from "../../formats/yaml.ts";
import { SottoError } from "../../src/model/error.ts";
import { splice } from "../../src/model/tree.ts";
import { DOCUMENTS } from "./yaml-documents.ts";
import { documents } from "./yaml-arbitrary.ts";
import { coverAll, hiddenBehind, leavesOf, signature, spellAll, str, textOf, withoutSlot } from "./yaml-splice-law.ts";

/** The laws that hold for every document that can be read. */
function checkLaws(text: string): void {
  const covered = coverAll(text);
  const plainScalars = leavesOf(covered.plain).filter(({ leaf }) => leaf.kind === "scalar");
  const coveredScalars = leavesOf(covered.document).filter(({ leaf }) => leaf.kind === "scalar");
  expect(coveredScalars.map(({ path }) => path)).toEqual(plainScalars.map(({ path }) => path));
  for (const [index, { leaf }] of coveredScalars.entries()) {
    const before = plainScalars[index]?.leaf;
    if (before === undefined || textOf(before) === "") continue;
    expect(textOf(leaf).trimEnd()).toMatch(/^ENC\[AES256_GCM,data:[\w=]+,iv:aXY=,tag:dGFn,type:\w+\](?:~.*)?$/);
    const hidden = hiddenBehind(covered, leaf);
    expect(hidden?.leaf.kind === "scalar" && hidden.leaf.canonical).toBe(textOf(before));
  }
  expect(spellAll(covered, true)).toBe(text);
  const options = { wholeFloats: "int" } as const;
  expect(signature(yaml.parse(spellAll(covered, false)), options)).toEqual(signature(covered.plain, options));
  checkBare(covered);
}

/** `bare` says before what `spell` prints after. */
function checkBare(covered: ReturnType<typeof coverAll>): void {
  for (const { leaf } of leavesOf(covered.document)) {
    const hidden = hiddenBehind(covered, leaf);
    if (hidden?.bare === undefined || leaf.slot === undefined) continue;
    const written = yaml.spell(covered.document, leaf, withoutSlot(hidden.leaf)).map((one) => one.text);
    // An anchor that stands behind a tag is part of what is replaced.
    expect([hidden.bare, `&n ${hidden.bare}`]).toContain(written.join(""));
  }
}

describe("covering and spelling", () => {
  it.each(DOCUMENTS)("gives back every byte of $name", ({ text }) => checkLaws(text));

  it.each(DOCUMENTS)("gives back every byte of $name with other line ends", ({ text }) => {
    checkLaws(text.replace(/\n$/, ""));
    checkLaws(text.replace(/\r?\n/g, "\r\n"));
    checkLaws(`${text}\n# end\n`);
  });

  it("gives back every byte of the documents that sops was seen to read", () => {
    const rows = readFileSync(new URL("../vectors/readings/yaml.jsonl", import.meta.url), "utf8")
      .trim()
      .split("\n");
    let checked = 0;
    for (const row of rows) {
      const { in: text } = JSON.parse(row) as { readonly in: string };
      let readable = true;
      try {
        readable = yaml.parse(text).metadata === undefined && !/^(?:null|~)$/m.test(text);
      } catch (error) {
        if (!SottoError.is(error)) throw error;
        readable = false;
      }
      if (!readable) continue;
      checkLaws(text);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(3000);
  });

  it("gives back every byte of generated documents", () => {
    assert(
      property(documents, constantFrom("\n", "\r\n"), (text, lineEnd) => checkLaws(text.replaceAll("\n", lineEnd))),
      { numRuns: 400 },
    );
  });

  it("covers the same leaf again without a trace", () => {
    for (const { text } of DOCUMENTS) {
      const covered = coverAll(text);
      const again = leavesOf(covered.document).flatMap(({ leaf }) => {
        const token = textOf(leaf).trimEnd();
        return leaf.slot !== undefined && token.startsWith("ENC[") ? yaml.cover(covered.document, leaf, token) : [];
      });
      expect(splice(covered.text, again)).toBe(covered.text);
    }
  });
});

/** The text after the only value of a covered document was spelled. */
function reopened(plain: string, value: Parameters<typeof yaml.spell>[2], residue?: string): string {
  const document = yaml.parse(plain);
  const first = leavesOf(document).find(({ leaf }) => leaf.kind === "scalar");
  if (first === undefined) throw new Error("no leaf");
  const encrypted = yaml.parse(splice(plain, yaml.cover(document, first.leaf, "ENC[AES256_GCM,data:QQ==,iv:aXY=,tag:dGFn,type:str]")));
  const leaf = leavesOf(encrypted).find((one) => one.leaf.kind === "scalar");
  if (leaf === undefined) throw new Error("no leaf");
  return splice(
    encrypted.text,
    residue === undefined ? yaml.spell(encrypted, leaf.leaf, value) : yaml.spell(encrypted, leaf.leaf, value, residue),
  );
}

describe("spelling a new value", () => {
  it("keeps quotes for strings, and drops them for other types", () => {
    expect(reopened("a: 'x'\n", str("it's"))).toBe("a: 'it''s'\n");
    expect(reopened('a: "x"\n', str('q" \\ é😀\t'))).toBe('a: "q\\" \\\\ é😀\\t"\n');
    expect(reopened('a: "x"\n', { kind: "scalar", type: "int", canonical: "5" })).toBe("a: 5\n");
    expect(reopened("a: [x]\n", { kind: "scalar", type: "bool", canonical: "True" })).toBe("a: [true]\n");
  });

  it("quotes what would not be a string", () => {
    expect(reopened("a: x\n", str("yes"))).toBe('a: "yes"\n');
    expect(reopened("a: x\n", str("12"))).toBe('a: "12"\n');
    expect(reopened("a: x\n", str("# no"))).toBe("a: '# no'\n");
  });

  it("writes several lines as sops does, indented by the file's own step", () => {
    expect(reopened("a: x # c\n", str("l1\nl2\n"))).toBe("a: | # c\n    l1\n    l2\n");
    expect(reopened("a:\n  b: x\n  c: {}\n", str("l1\nl2"))).toBe("a:\n  b: |-\n    l1\n    l2\n  c: {}\n");
    expect(reopened("a:\r\n- x\r\n", str(" l1\nl2"))).toBe("a:\r\n- |2-\r\n   l1\r\n  l2\r\n");
  });

  it("writes several lines in quotes where a comment below would become part of them", () => {
    expect(reopened("a: x\n     # c\nb: 1\n", str("l1\nl2\n"))).toBe('a: "l1\\nl2\\n"\n     # c\nb: 1\n');
    expect(reopened("a: x\n", str("l1\nl2\n\n"))).toBe("a: |+\n    l1\n    l2\n\n");
  });

  it("keeps a block header if the text fits, and else writes another", () => {
    expect(reopened("a: |\n  x\n", str("y\nz\n"))).toBe("a: |\n  y\n  z\n");
    expect(reopened("a: | # c\n  x\n", str("z"))).toBe("a: z # c\n");
    expect(reopened("a: |\n  x\n", str("y\nz"))).toBe("a: |-\n    y\n    z\n");
    expect(reopened("a: >\n  x\n", str("y\nz\n"))).toBe("a: >\n  y\n\n  z\n");
    expect(reopened("a: >-\n  x\n", str("y\n  more\n  lines\nz"))).toBe("a: >-\n  y\n    more\n    lines\n  z\n");
  });

  it("writes bytes that are no text in Base64", () => {
    expect(reopened('a: "x"\n', str("\uDC80\uDCFF"))).toBe("a: !!binary gP8=\n");
  });

  it("drops a tag that contradicts the value", () => {
    expect(reopened("a: !!str x\n", { kind: "scalar", type: "int", canonical: "5" })).toBe("a: 5\n");
    expect(reopened("a: !!str x\n", str("5"))).toBe('a: !!str "5"\n');
    expect(reopened("a: &x !foo y\n", { kind: "scalar", type: "float", canonical: "0.5" })).toBe("a: &x 0.5\n");
  });
});

describe("residues", () => {
  it("come back only if they read as the value", () => {
    expect(reopened("a: x\n", { kind: "scalar", type: "int", canonical: "31" }, "0x1F")).toBe("a: 0x1F\n");
    expect(reopened("a: x\n", { kind: "scalar", type: "int", canonical: "30" }, "0x1F")).toBe("a: 30\n");
    expect(reopened("a: x\n", str("z"), "z # more")).toBe("a: z\n");
    expect(reopened("a: x\n", str("z"), "z\nb: 1")).toBe("a: z\n");
    expect(reopened("a: [x]\n", str("a: b"), "a: b")).toBe('a: ["a: b"]\n');
    expect(reopened("a: |\n  x\n", str("y\n"), "    y")).toBe("a: |\n    y\n");
    expect(reopened("a: |\n  x\n", str("y\n"), "    y\nb: 1")).toBe("a: |\n  y\n");
  });

  it("bring an alias back only if the anchor is known to have the same value", () => {
    const text = "a: &x ENC[AES256_GCM,data:QQ==,iv:aXY=,tag:dGFn,type:str]\nb: ENC[AES256_GCM,data:Qg==,iv:aXY=,tag:dGFn,type:str]\n";
    const restore = (anchor: string | undefined): string => {
      const document = yaml.parse(text);
      const [a, b] = leavesOf(document);
      if (a === undefined || b === undefined) throw new Error("no leaf");
      const first = anchor === undefined ? [] : yaml.spell(document, a.leaf, str(anchor));
      return splice(text, [...first, ...yaml.spell(document, b.leaf, str("v"), "*x")]).split("\n")[1] ?? "";
    };
    expect(restore("v")).toBe("b: *x");
    expect(restore("w")).toBe("b: v");
    expect(restore(undefined)).toBe("b: v");
    expect(reopened("a: x\n", str("v"), "*x")).toBe("a: v\n");
  });
});

describe("comments", () => {
  const token = "ENC[AES256_GCM,data:QQ==,iv:aXY=,tag:dGFn,type:comment]";
  const open = (text: string, comment: string): string => {
    const document = yaml.parse(text);
    const splices = leavesOf(document)
      .filter(({ leaf }) => textOf(leaf) === token)
      .flatMap(({ leaf }) => yaml.spell(document, leaf, { kind: "comment", text: comment, inline: false }));
    return splice(text, splices);
  };

  it("come back as comment lines where sops stored them as elements", () => {
    expect(open(`l:\n    - ${token}\n    - x\n`, " c")).toBe("l:\n    # c\n    - x\n");
    expect(open(`l:\n- - ${token}\n  - x\n`, " c")).toBe("l:\n- # c\n  - x\n");
    expect(open(`l: ["${token}", x]\n`, " c")).toBe("l: [ # c\n  x]\n");
  });

  it("leave an empty sequence where nothing else was in it", () => {
    const alone = open(`l:\n    - ${token}\n    - ${token}\n`, " c");
    expect(alone).toBe("l:\n    # c\n    # c\n    []\n");
    expect(yaml.parse(alone).roots[0]?.entries.at(-1)).toMatchObject({ kind: "pair", key: "l", value: { kind: "sequence" } });
    expect(open(`l:\n- ${token}\nk: 1\n`, " c")).toBe("l:\n# c\n    []\nk: 1\n");
  });

  it("cannot bring content into the file", () => {
    expect(open(`a: x #${token}\nb: 1\n`, "c\u2028evil: 1\nd")).toBe("a: x #c\n     #evil: 1\n     #d\nb: 1\n");
  });

  it("are refused as values of a mapping", () => {
    expect(() => open(`a: ${token}\n`, "c")).toThrow(/a comment is stored where only a value can stand/);
  });
});
