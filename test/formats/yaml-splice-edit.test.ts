import { assert, nat, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { yaml } from "../../formats/yaml.ts";
import type { Branch, Document, Entry, Item, Node, Sequence } from "../../src/model/tree.ts";
import { splice } from "../../src/model/tree.ts";
import { documents } from "./yaml-arbitrary.ts";
import { DOCUMENTS } from "./yaml-documents.ts";
import { block, leavesOf, list, mapping, str, textOf } from "./yaml-splice-law.ts";

const TOKEN = str("ENC[AES256_GCM,data:QQ==,iv:aXY=,tag:dGFn,type:str]");
const NULL: Node = { kind: "null" };
const FIVE: Node = { kind: "scalar", type: "int", canonical: "5" };

/** The collection at a path of keys and positions; comments are not counted. */
function at(document: Document, path: readonly (string | number)[]): Branch | Sequence {
  let node: Node | undefined = document.roots[0];
  for (const part of path) {
    if (node?.kind === "branch") {
      const pair: Entry | undefined = node.entries.find((entry) => entry.kind === "pair" && entry.key === part);
      node = pair?.kind === "pair" ? pair.value : undefined;
    } else if (node?.kind === "sequence") {
      const items: Item[] = node.items.filter((item) => item.kind !== "comment");
      node = items[Number(part)] as Node | undefined;
    }
  }
  if (node?.kind !== "branch" && node?.kind !== "sequence") throw new Error("no collection");
  return node;
}

function indexOf(parent: Branch | Sequence, part: string | number): number {
  if (parent.kind === "branch") return parent.entries.findIndex((entry) => entry.kind === "pair" && entry.key === part);
  return parent.items.indexOf(parent.items.filter((item) => item.kind !== "comment")[Number(part)] as Item);
}

function append(text: string, path: readonly (string | number)[], key: string | undefined, node: Node): string {
  const document = yaml.parse(text);
  return splice(text, yaml.append(document, at(document, path), key, node));
}

function remove(text: string, ...path: (string | number)[]): string {
  const document = yaml.parse(text);
  const parent = at(document, path.slice(0, -1));
  return splice(text, yaml.remove(document, parent, indexOf(parent, path.at(-1) ?? "")));
}

function replace(text: string, path: readonly (string | number)[], node: Node): string {
  const document = yaml.parse(text);
  const parent = at(document, path.slice(0, -1));
  return splice(text, yaml.replace(document, parent, indexOf(parent, path.at(-1) ?? ""), node));
}

describe("appending to block collections", () => {
  it("goes behind the last entry and its comment, in front of foot comments and blank lines", () => {
    expect(append("a: 1 # i\n\n# foot\n", [], "new", str("x"))).toBe("a: 1 # i\nnew: x\n\n# foot\n");
    expect(append("m:\n  a: 1\n  # foot\nz: 1\n", ["m"], "new", str("x"))).toBe("m:\n  a: 1\n  new: x\n  # foot\nz: 1\n");
    expect(append("l:\n  - a # i\n# foot\n", ["l"], undefined, str("x"))).toBe("l:\n  - a # i\n  - x\n# foot\n");
  });

  it("adds no final newline", () => {
    expect(append("a: 1", [], "new", str("x"))).toBe("a: 1\nnew: x");
    expect(append("l:\r\n- 1", ["l"], undefined, str("x"))).toBe("l:\r\n- 1\r\n- x");
  });

  it("keeps an open literal at the end of the file as it was", () => {
    const text = append("a: |\n  open", [], "new", str("x"));
    expect(text).toBe("a: |-\n  open\nnew: x");
    expect(textOf(leavesOf(yaml.parse(text))[0]?.leaf ?? str(""))).toBe("open");
  });

  it("takes the column, the blanks behind the dash and the quotes of the keys from the neighbours", () => {
    expect(append("a:\n- x\n", ["a"], undefined, str("y z"))).toBe("a:\n- x\n- y z\n");
    expect(append("a:\n  -   x\n", ["a"], undefined, mapping(["k", str("v")], ["l", FIVE]))).toBe("a:\n  -   x\n  -   k: v\n      l: 5\n");
    expect(append("'a': 1\n'b': 2\n", [], "c", str("x"))).toBe("'a': 1\n'b': 2\n'c': x\n");
    expect(append('"a": 1\n', [], "c", str("x"))).toBe('"a": 1\n"c": x\n');
    expect(append('"a": 1\nb: 2\n', [], "c", str("x"))).toBe('"a": 1\nb: 2\nc: x\n');
    expect(append("a:\n-\n  - z\n", ["a"], undefined, str("x"))).toBe("a:\n-\n  - z\n- x\n");
  });

  it("finds the column of compact collections", () => {
    expect(append("l:\n- a: 1\n- b: 2\n", ["l", 0], "new", str("x"))).toBe("l:\n- a: 1\n  new: x\n- b: 2\n");
    expect(append("l:\n- - 1\n  - 2\n", ["l", 0], undefined, str("x"))).toBe("l:\n- - 1\n  - 2\n  - x\n");
    expect(append("l:\n-  m: 1\n   new: 2\n", ["l", 0], "o", str("x"))).toBe("l:\n-  m: 1\n   new: 2\n   o: x\n");
  });

  it("stays behind block scalars without taking their blank lines", () => {
    expect(append("a: |\n  t\n\n# c\n", [], "new", str("x"))).toBe("a: |\n  t\nnew: x\n\n# c\n");
    expect(append("a: |+\n  t\n\n# c\n", [], "new", str("x"))).toBe("a: |+\n  t\n\nnew: x\n# c\n");
    expect(append("m:\n  a: |+\n    t\n\n", ["m"], "new", str("x"))).toBe("m:\n  a: |+\n    t\n\n  new: x\n");
  });

  it("stays in its document", () => {
    expect(append("a: 1\n...\n", [], "new", str("x"))).toBe("a: 1\nnew: x\n...\n");
    expect(append("a: 1\n---\nb: 2\n", [], "new", str("x"))).toBe("a: 1\nnew: x\n---\nb: 2\n");
  });

  it("stays in front of the metadata block", () => {
    const sops = "sops:\n    mac: m\n";
    expect(append(`a: 1\n# foot\n${sops}`, [], "new", TOKEN)).toBe(`a: 1\nnew: ${TOKEN.canonical}\n# foot\n${sops}`);
    expect(append(`  a: 1\n  ${sops.replace("\n", "\n  ")}`, [], "new", str("x"))).toBe(
      `  a: 1\n  new: x\n  ${sops.replace("\n", "\n  ")}`,
    );
    expect(append(sops, [], "new", str("x"))).toBe(`new: x\n${sops}`);
    expect(append(`${sops}a: 1\n`, [], "new", str("x"))).toBe(`${sops}a: 1\nnew: x\n`);
    expect(append('{"a": 1, "sops": {"mac": "m"}}', [], "new", str("x"))).toBe('{"a": 1, "new": "x", "sops": {"mac": "m"}}');
    expect(append('{"sops": {"mac": "m"}}', [], "new", str("x"))).toBe('{"new": "x", "sops": {"mac": "m"}}');
  });

  it("indents nested blocks by the step of the file", () => {
    const node = mapping(["k", list(str("v"), mapping(["w", str("l1\nl2\n")]))]);
    expect(append("a: 1\n", [], "new", node)).toBe("a: 1\nnew:\n    k:\n        - v\n        - w: |\n            l1\n            l2\n");
    expect(append("a:\n  b: 1\n", ["a"], "new", node)).toBe(
      "a:\n  b: 1\n  new:\n    k:\n      - v\n      - w: |\n          l1\n          l2\n",
    );
    expect(append("a:\n- b\n", [], "new", list(str("v"), list(str("w"))))).toBe("a:\n- b\nnew:\n- v\n- - w\n");
    expect(append("a:\n- b\n", ["a"], undefined, list(str("v"), list()))).toBe("a:\n- b\n- - v\n  - []\n");
  });

  it("fills empty collections and documents", () => {
    expect(append("a: {}\n", ["a"], "new", TOKEN)).toBe(`a: {new: "${TOKEN.canonical}"}\n`);
    expect(append("a: [ ]\n", ["a"], undefined, FIVE)).toBe("a: [5]\n");
    expect(append("---\n", [], "new", str("x"))).toBe("---\nnew: x\n");
    expect(append("{}\n", [], "new", str("x"))).toBe('{new: "x"}\n');
    expect(append("null\n", [], "new", str("x"))).toBe('{"new": "x"}\n');
  });

  it("writes odd keys so that they read back", () => {
    for (const key of ["a: b", "- x", "", "yes", "12", "l1\nl2", "k".repeat(200), "é😀", "#", "<<<"]) {
      for (const text of ["z: 1\n", "m:\n  z: 1\n", "{z: 1}\n", "l:\n- z: 1\n"]) {
        const path = text.startsWith("m") ? ["m"] : text.startsWith("l") ? ["l", 0] : [];
        const last = at(yaml.parse(append(text, path, key, str("x"))), path) as Branch;
        expect(last.entries.at(-1)).toMatchObject({ key, value: { canonical: "x" } });
      }
    }
  });
});

describe("appending to flow collections", () => {
  it("stays on one line, with the blanks and the trailing comma that are there", () => {
    expect(append("a: [x, y]\n", ["a"], undefined, TOKEN)).toBe(`a: [x, y, "${TOKEN.canonical}"]\n`);
    expect(append("a: [x,y]\n", ["a"], undefined, FIVE)).toBe("a: [x,y,5]\n");
    expect(append("a: [x, y,]\n", ["a"], undefined, FIVE)).toBe("a: [x, y, 5,]\n");
    expect(append("a: { k: v }\n", ["a"], "new", NULL)).toBe("a: { k: v, new: null }\n");
    expect(append('{"a":1}\n', [], "new", str("x"))).toBe('{"a":1, "new":"x"}\n');
  });

  it("takes a line of its own where the last entry has one", () => {
    expect(append("a: [\n    x,\n    y # c\n  ]\n", ["a"], undefined, FIVE)).toBe("a: [\n    x,\n    y, # c\n    5\n  ]\n");
    expect(append("{\n  a: 1, # c1\n  b: 2, # c2\n}\n", [], "new", str("x"))).toBe('{\n  a: 1, # c1\n  b: 2, # c2\n  new: "x",\n}\n');
    expect(append("a: [one,\n  two]\n", ["a"], undefined, FIVE)).toBe("a: [one,\n  two,\n  5]\n");
  });

  it("puts braces around a pair in a list", () => {
    expect(append("a: [k: v, x]\n", ["a", 0], "new", FIVE)).toBe("a: [{k: v, new: 5}, x]\n");
  });
});

describe("removing", () => {
  it("takes the inline comment and the comments that touch the entry from above", () => {
    expect(remove("a: 1\n\n# apart\n\n# head 1\n# head 2\nb: 2 # i\n# foot\nc: 3\n", "b")).toBe("a: 1\n\n# apart\n\n# foot\nc: 3\n");
    expect(remove("l:\n  # h\n  - a\n  # g\n  - b\n", "l", 0)).toBe("l:\n  # g\n  - b\n");
  });

  it("takes whole nested values", () => {
    expect(remove("a:\n  b:\n    - c: |\n        t\n\n    # in\n    - d\nz: 1\n", "a")).toBe("z: 1\n");
    expect(remove("a: |\n  t\n\n\nz: 1\n", "z")).toBe("a: |\n  t\n\n\n");
  });

  it("leaves an empty collection behind its key or dash", () => {
    expect(remove("k: # c\n  a: 1\nz: 1\n", "k", "a")).toBe("k: {} # c\nz: 1\n");
    expect(remove("k:\n- 1\n", "k", 0)).toBe("k: []\n");
    expect(remove("- {}\n".replace("- {}", "k:\n- a: 1"), "k", 0, "a")).toBe("k:\n- {}\n");
    expect(remove("k: &x\n  a: 1", "k", "a")).toBe("k: &x {}");
    expect(remove("a: 1\n", "a")).toBe("{}\n");
    expect(remove("a: 1\nsops:\n    mac: m\n", "a")).toBe("sops:\n    mac: m\n");
  });

  it("moves the rest of a compact collection up to its dash", () => {
    expect(remove("l:\n- a: 1\n  b: 2\n- c\n", "l", 0, "a")).toBe("l:\n- b: 2\n- c\n");
    expect(remove("l:\n- - 1\n  - 2\n", "l", 0, 0)).toBe("l:\n- - 2\n");
  });

  it("keeps the missing final newline, and the value of a block scalar in front", () => {
    expect(remove("a: 1\nb: 2", "b")).toBe("a: 1");
    expect(remove("a: |\n  t\nb: 2", "b")).toBe("a: |\n  t\n");
    expect(remove("a: |+\n  t\nb: 2\n\nc: 3\n", "b")).toBe("a: |+\n  t\nc: 3\n");
    expect(remove("m:\n  a: |\n    t\n  b: x\n    # deep\nz: 1\n", "m", "b")).toBe("m:\n  a: |\n    t\n  # deep\nz: 1\n");
  });

  it("takes one comma in flow collections", () => {
    expect(remove("a: [x, y, z]\n", "a", 0)).toBe("a: [y, z]\n");
    expect(remove("a: [x, y, z]\n", "a", 1)).toBe("a: [x, z]\n");
    expect(remove("a: [x, y, z]\n", "a", 2)).toBe("a: [x, y]\n");
    expect(remove("a: [x, y,]\n", "a", 1)).toBe("a: [x,]\n");
    expect(remove("a: [x]\n", "a", 0)).toBe("a: []\n");
    expect(remove("{\n  a: 1, # c1\n  # h\n  b: 2 # c2\n}\n", "b")).toBe("{\n  a: 1, # c1\n}\n");
    expect(remove('{"a": 1, "sops": {"mac": "m"}}', "a")).toBe('{"sops": {"mac": "m"}}');
    expect(remove("a: [k: v, x]\n", "a", 0, "k")).toBe("a: [{}, x]\n");
  });

  it("removes comments alone", () => {
    const document = yaml.parse("a: 1 # i\n# h\nb: 2\n");
    const root = at(document, []);
    const comments = (root as Branch).entries.flatMap((entry, index) => (entry.kind === "comment" ? [index] : []));
    expect(comments.map((index) => splice(document.text, yaml.remove(document, root, index))).toSorted()).toEqual([
      "a: 1\n# h\nb: 2\n",
      "a: 1 # i\nb: 2\n",
    ]);
  });
});

describe("replacing", () => {
  it("keeps the style of a scalar and what is around it", () => {
    expect(replace("a: 'x' # c\n", ["a"], str("z"))).toBe("a: 'z' # c\n");
    expect(replace("a: &n x\n", ["a"], FIVE)).toBe("a: &n 5\n");
    expect(replace("a: [x, 'y']\n", ["a", 0], FIVE)).toBe("a: [5, 'y']\n");
  });

  it("fills empty values", () => {
    expect(replace("a:\nb: 1\n", ["a"], str("x"))).toBe("a: x\nb: 1\n");
    expect(replace("a: # c\nb: 1\n", ["a"], str("x"))).toBe("a: x # c\nb: 1\n");
    expect(replace("l:\n-\n- y\n", ["l", 0], str("x"))).toBe("l:\n- x\n- y\n");
    expect(replace("a: ~\n", ["a"], mapping(["k", FIVE]))).toBe("a:\n    k: 5\n");
    expect(replace("{a: , b}\n", ["a"], FIVE)).toBe("{a: 5, b}\n");
    expect(replace("{a: , b}\n", ["b"], FIVE)).toBe("{a: , b: 5}\n");
    expect(replace("? a\n? b\n", ["a"], FIVE)).toBe("? a\n: 5\n? b\n");
  });

  it("puts collections in the place of scalars", () => {
    expect(replace("a: x # c\nb: 1\n", ["a"], list(str("y"), FIVE))).toBe('a: # c\n    - "y"\n    - 5\nb: 1\n');
    expect(replace("l:\n- x\n- z\n", ["l", 0], mapping(["k", FIVE], ["m", FIVE]))).toBe("l:\n- k: 5\n  m: 5\n- z\n");
    expect(replace("a: | # c\n  t\n  u\nb: 1\n", ["a"], mapping(["k", FIVE]))).toBe("a: # c\n    k: 5\nb: 1\n");
    expect(replace("a: x\n", ["a"], mapping())).toBe("a: {}\n");
    expect(replace("{a: x}\n", ["a"], list(FIVE))).toBe("{a: [5]}\n");
  });

  it("puts scalars in the place of collections", () => {
    expect(replace("a: # c\n  b: 1\n  # in\n\nz: 1\n", ["a"], TOKEN)).toBe(`a: ${TOKEN.canonical} # c\n\nz: 1\n`);
    expect(replace("l:\n- a: 1\n  b: 2\n- z\n", ["l", 0], TOKEN)).toBe(`l:\n- ${TOKEN.canonical}\n- z\n`);
    expect(replace("a: {b: 1,\n  c: 2} # c\n", ["a"], FIVE)).toBe("a: 5 # c\n");
    expect(replace("a: [b]#c\n", ["a"], FIVE)).toBe("a: 5 #c\n");
    expect(replace("a: &x\n  b: 1\n", ["a"], str("t"))).toBe("a: &x t\n");
  });

  it("puts collections in the place of collections", () => {
    expect(replace("a:\n- x\n- y\nz: 1\n", ["a"], mapping(["k", FIVE]))).toBe("a:\n    k: 5\nz: 1\n");
    expect(replace("a: [x]\n", ["a"], mapping(["k", FIVE]))).toBe('a: {"k": 5}\n');
    expect(replace("l:\n- a: 1\n", ["l", 0], list(FIVE, FIVE))).toBe("l:\n- - 5\n  - 5\n");
  });

  it("is refused behind an alias", () => {
    const text = "a: &x {k: v}\nb: *x\n";
    expect(() => replace(text, ["b", "k"], FIVE)).toThrow(/behind an alias/);
    expect(() => append(text, ["b"], "new", FIVE)).toThrow(/behind an alias/);
    expect(() => remove(text, "b", "k")).toThrow(/behind an alias/);
  });
});

type Shape = readonly (string | Shape)[] | string;

/** A tree without comments. */
function shape(node: Entry | Item): Shape {
  switch (node.kind) {
    case "pair":
      return [node.key, shape(node.value)];
    case "branch":
      return ["map", ...node.entries.filter((entry) => entry.kind !== "comment").map(shape)];
    case "sequence":
      return ["list", ...node.items.filter((item) => item.kind !== "comment").map(shape)];
    case "scalar":
      return `${node.type} ${node.canonical}`;
    case "comment":
    case "null":
      return node.kind;
  }
}

function collections(document: Document): (Branch | Sequence)[] {
  const found: (Branch | Sequence)[] = [];
  const visit = (node: Entry | Item): void => {
    if (node.kind === "pair") return visit(node.value);
    if ((node.kind !== "branch" && node.kind !== "sequence") || node.slot?.style === "alias") return;
    found.push(node);
    for (const child of node.kind === "branch" ? node.entries : node.items) visit(child);
  };
  document.roots.forEach(visit);
  return found;
}

/** A copy of a tree in which one collection has other children. */
function changed(node: Entry | Item, target: Branch | Sequence, change: (children: (Entry | Item)[]) => (Entry | Item)[]): Entry | Item {
  if (node.kind === "pair") return { ...node, value: changed(node.value, target, change) as Node };
  if (node.kind !== "branch" && node.kind !== "sequence") return node;
  const children: readonly (Entry | Item)[] = node.kind === "branch" ? node.entries : node.items;
  const next = node === target ? change([...children]) : children.map((child) => changed(child, target, change));
  return node.kind === "branch" ? { ...node, entries: next as Entry[] } : { ...node, items: next as Item[] };
}

const NODES: readonly Node[] = [
  TOKEN,
  str("l1\nl2\n"),
  FIVE,
  NULL,
  mapping(),
  mapping(["k", str("v")], ["l", list(str("p"), mapping(["q", str("r")], ["s", str("l1\nl2")]))]),
  list(str("i1"), list(str("i2"), FIVE)),
];

/** Any edit anywhere gives the tree that it should, and keeps all comments when it only adds. */
function checkEdits(text: string, choice: number): void {
  const document = yaml.parse(text);
  for (const [index, parent] of collections(document).entries()) {
    const node = NODES[(choice + index) % NODES.length] ?? NULL;
    const children: readonly (Entry | Item)[] = parent.kind === "branch" ? parent.entries : parent.items;
    const child: Entry | Item = parent.kind === "branch" ? { kind: "pair", key: "added", value: node } : node;
    const added = splice(text, yaml.append(document, parent, parent.kind === "branch" ? "added" : undefined, node));
    expectTree(document, added, parent, (all) => [...all, child]);
    expect(commentsOf(yaml.parse(added))).toEqual(commentsOf(document));
    const position = children.findIndex((one, place) => one.kind !== "comment" && place >= choice % children.length);
    const old = children[position];
    if (old === undefined || old.kind === "comment") continue;
    const removed = splice(text, yaml.remove(document, parent, position));
    expectTree(document, removed, parent, (all) => all.filter((one) => one !== old));
    const next: Entry | Item = old.kind === "pair" ? { ...old, value: node } : node;
    const replaced = splice(text, yaml.replace(document, parent, position, node));
    expectTree(document, replaced, parent, (all) => all.map((one) => (one === old ? next : one)));
  }
}

function commentsOf(document: Document): string[] {
  return leavesOf(document)
    .filter(({ leaf }) => leaf.kind === "comment")
    .map(({ leaf }) => textOf(leaf))
    .toSorted();
}

function expectTree(
  document: Document,
  text: string,
  parent: Branch | Sequence,
  change: (all: (Entry | Item)[]) => (Entry | Item)[],
): void {
  const expected = document.roots.map((root) => shape(changed(root, parent, change)));
  expect({ text, shapes: yaml.parse(text).roots.map(shape) }).toEqual({ text, shapes: expected });
}

describe("edits anywhere", () => {
  const independent = DOCUMENTS.filter(({ text }) => !text.includes("*"));

  it.each(independent)("read back from $name", ({ text }) => {
    for (let choice = 0; choice < NODES.length; choice += 1) {
      checkEdits(text, choice);
      checkEdits(text.replace(/\r?\n$/, ""), choice);
      checkEdits(text.replace(/\r?\n/g, "\r\n"), choice);
      checkEdits(splice(text, yaml.attach(yaml.parse(text), block("bWFj"))), choice);
    }
  });

  it("read back from generated documents", () => {
    assert(
      property(documents, nat(100), (text, choice) => checkEdits(text, choice)),
      { numRuns: 150 },
    );
  });
});
