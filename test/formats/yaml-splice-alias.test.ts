import { describe, expect, it } from "vitest";
import { yaml } from "../../formats/yaml.ts";
import { expandAlias, findWrittenAliases } from "../../formats/yaml/written-alias.ts";
import type { Document, Leaf, Scalar } from "../../src/model/tree.ts";
import { splice } from "../../src/model/tree.ts";
import { coverAll, leavesOf, signature, spellAll, str, textOf } from "./yaml-splice-law.ts";

/** The text with aliases written out; leaves whose text is in `hidden` get a token. */
function expand(text: string, hidden: (leaf: Leaf) => boolean): string {
  const document = yaml.parse(text);
  return splice(text, yaml.expandAliases?.(document, (leaf) => (hidden(leaf) ? `ENC[${textOf(leaf)}]` : undefined)) ?? []);
}

const all = (): boolean => true;

/** The text with aliases put back; `ENC[x]` stands for x. */
function restore(text: string, changed: Readonly<Record<string, string>> = {}): string {
  const document = yaml.parse(text);
  const value = (leaf: Leaf): Leaf => {
    const hidden = /^ENC\[(.*)\]$/.exec(textOf(leaf))?.[1];
    return hidden === undefined ? leaf : str(changed[hidden] ?? hidden);
  };
  const { splices, leaves } = yaml.restoreAliases?.(document, value) ?? { splices: [], leaves: new Set<Leaf>() };
  const rest = leavesOf(document).flatMap(({ leaf }) => {
    const plain = value(leaf);
    return plain === leaf || leaves.has(leaf) || leaf.slot === undefined ? [] : yaml.spell(document, leaf, plain);
  });
  return splice(text, [...splices, ...rest]);
}

function usesOf(document: Document): string[] {
  return signature(document).filter((line) => line.startsWith("#0.use"));
}

describe("aliases of collections", () => {
  it("are written out on their line behind a tag with the anchor's name", () => {
    expect(expand("base: &b\n  k: v\n  l: [x, {y: z}]\nuse: *b # c\n", all)).toBe(
      'base: &b\n  k: v\n  l: [x, {y: z}]\nuse: !sotto/b {"k": "ENC[v]", "l": ["ENC[x]", {"y": "ENC[z]"}]} # c\n',
    );
    expect(expand("a: &b\n- x\nm: {n: [*b, 1]}\n", all)).toBe('a: &b\n- x\nm: {n: [!sotto/b ["ENC[x]"], 1]}\n');
    expect(expand("base: &b {k: v}\nuse:\n  <<: *b\n  z: 1\n", all)).toBe(
      'base: &b {k: v}\nuse:\n  <<: !sotto/b {"k": "ENC[v]"}\n  z: 1\n',
    );
  });

  it("keep unselected leaves plain and in type", () => {
    const text =
      "base: &b\n  s: v\n  i: 5\n  f: 2.0\n  n: null\n  d: 2024-01-02\n  t: 'yes'\n  e: ''\n  m: {}\n  # c\n  q: !!binary /w==\nuse: *b\n";
    const written = expand(text, (leaf) => textOf(leaf) === "v");
    expect(written.split("\n").at(-2)).toBe(
      'use: !sotto/b {"s": "ENC[v]", "i": 5, "f": 2.0, "n": null, "d": 2024-01-02T00:00:00Z, "t": "yes", "e": "", "m": {}, "q": !!binary /w==}',
    );
    expect(usesOf(yaml.parse(written.replace("ENC[v]", "v")))).toEqual(usesOf(yaml.parse(text)));
  });

  it("stay if nothing behind them is encrypted", () => {
    const text = "base: &b {k: v}\nuse: *b\n";
    expect(expand(text, () => false)).toBe(text);
  });

  it("are written out in plaintext where only their anchor is encrypted", () => {
    const text = "base: &b {k: v}\nuse: *b\ns: &s secret\nt: *s\n";
    const first = new Set(leavesOf(yaml.parse(text)).map(({ path }) => path));
    expect(first.size).toBe(4);
    const document = yaml.parse(text);
    const hidden = new Set(
      leavesOf(document)
        .filter(({ path }) => /base|\.s$/.test(path))
        .map(({ leaf }) => leaf),
    );
    const written = splice(text, yaml.expandAliases?.(document, (leaf) => (hidden.has(leaf) ? "ENC[x]" : undefined)) ?? []);
    expect(written).toBe('base: &b {k: v}\nuse: !sotto/b {"k": "v"}\ns: &s secret\nt: !sotto/s "secret"\n');
    expect(restore(written)).toBe(text);
  });

  it("cannot stay plain as a number while their anchor is encrypted", () => {
    const text = "a: &n 5\nb: *n\n";
    const document = yaml.parse(text);
    const [first] = leavesOf(document);
    expect(() => yaml.expandAliases?.(document, (leaf) => (leaf === first?.leaf ? "ENC[x]" : undefined))).toThrow(
      /an alias that stays plain/,
    );
  });

  it("come back if their leaves equal the anchor's", () => {
    const text = 'base: &b\n  k: "ENC[v]"\nuse: !sotto/b {"k": "ENC[v]"} # c\n';
    expect(restore(text)).toBe('base: &b\n  k: "v"\nuse: *b # c\n');
  });

  it("stay written out if anything differs", () => {
    const anchor = 'base: &b\n  k: "ENC[v]"\n';
    expect(restore(`${anchor}use: !sotto/b {"k": "ENC[w]"}\n`)).toBe('base: &b\n  k: "v"\nuse: {"k": "w"}\n');
    expect(restore(`${anchor}use: !sotto/b {"j": "ENC[v]"}\n`)).toBe('base: &b\n  k: "v"\nuse: {"j": "v"}\n');
    expect(restore(`${anchor}use: !sotto/b {"k": 5}\n`)).toBe('base: &b\n  k: "v"\nuse: {"k": 5}\n');
    expect(restore(`${anchor}use: !sotto/b {"k": "ENC[v]", "l": 1}\n`)).toBe('base: &b\n  k: "v"\nuse: {"k": "v", "l": 1}\n');
    expect(restore(`${anchor}use: !sotto/b ["ENC[v]"]\n`)).toBe('base: &b\n  k: "v"\nuse: ["v"]\n');
    expect(restore(`${anchor}use: !sotto/c {"k": "ENC[v]"}\n`)).toBe('base: &b\n  k: "v"\nuse: {"k": "v"}\n');
    expect(restore('use: !sotto/b {"k": "ENC[v]"}\nbase: &b {k: "ENC[v]"}\n')).toBe('use: {"k": "v"}\nbase: &b {k: "v"}\n');
  });

  it("mean the nearest anchor in front, in their own document", () => {
    const text = "a: &b {k: v}\nu: *b\nc: &b {k: w}\nv: *b\n";
    const written = expand(text, all);
    expect(findWrittenAliases(yaml.parse(written)).map(({ name }) => name)).toEqual(["b", "b"]);
    expect(spellAll(coverAll(text), true)).toBe(text);
    expect(restore('a: &b {k: "ENC[v]"}\n---\nu: !sotto/b {"k": "ENC[v]"}\n')).toBe('a: &b {k: "v"}\n---\nu: {"k": "v"}\n');
  });

  it("are expanded as a whole where they stand inside one another", () => {
    const text = "a: &a {k: v}\nb: &b\n  in: *a\nc: *b\n";
    expect(expand(text, all)).toBe('a: &a {k: v}\nb: &b\n  in: !sotto/a {"k": "ENC[v]"}\nc: !sotto/b {"in": {"k": "ENC[v]"}}\n');
    expect(spellAll(coverAll(text), true)).toBe(text);
  });

  it("are the only thing that can be written out", () => {
    const document = yaml.parse("a: {k: v}\n");
    const pair = document.roots[0]?.entries[0];
    if (pair?.kind !== "pair" || pair.value.kind !== "branch") throw new Error("no branch");
    const { value } = pair;
    expect(() => expandAlias(document, value, () => undefined)).toThrow(RangeError);
  });
});

describe("aliases of scalars", () => {
  it("get a token of their own and come back", () => {
    const text = "a: &x val\nb: *x\nc: [*x, 1]\n? d\n: *x\n";
    const covered = coverAll(text);
    expect(covered.text).not.toContain("*x");
    expect(spellAll(covered, true)).toBe(text);
  });

  it("come back as text if the anchor's value is another now", () => {
    const covered = coverAll("a: &x val\nb: *x\n");
    const [a, b] = leavesOf(covered.document);
    if (a === undefined || b === undefined) throw new Error("no leaf");
    const value: Scalar = str("val");
    const splices = [
      ...yaml.detach(covered.document),
      ...yaml.spell(covered.document, a.leaf, str("new")),
      ...yaml.spell(covered.document, b.leaf, value, "*x"),
    ];
    expect(splice(covered.text, splices)).toBe("a: &x new\nb: val\n");
  });
});
