/** What every format has to do; each one's test calls this with its own documents. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formats } from "../../formats/index.ts";
import { SottoError } from "../../src/model/error.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import type { Format } from "../../src/model/format.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Entry, Item, Leaf, Node, Sequence, Splice } from "../../src/model/tree.ts";
import {
  VALUES,
  WITHOUT_COMMENTS,
  branchOf,
  collectionsOf,
  leavesOf,
  metadataFor,
  openAll,
  pair,
  sealAll,
  shapeOf,
  shapesOf,
  str,
  textOf,
  tokenIn,
} from "./format-laws.ts";
import type { Shape, View } from "./format-laws.ts";

export interface FormatFixture {
  /** Documents that sops reads, each with values of its own. */
  readonly samples: readonly string[];
  /** Random texts; what the format refuses is skipped. */
  readonly documents: fc.Arbitrary<string>;
  /** Texts that are refused, with the code and the line of the error. */
  readonly refused: readonly (readonly [text: string, code: ErrorCode, line: number])[];
  /** What is left of a comment's text when it is printed without a residue; undefined if nothing is; the whole text if absent. */
  readonly comment?: (text: string) => string | undefined;
  /** What is left of a value's type when it is printed without a residue; type and canonical text if absent. */
  readonly leaf?: View["leaf"];
  /** Runs of each random law, 200 if absent. */
  readonly runs?: number;
}

const MAC = "ENC[AES256_GCM,data:mac1,iv:AA==,tag:BB==,type:str]";
const OTHER_MAC = "ENC[AES256_GCM,data:mac2,iv:AA==,tag:BB==,type:str]";

export function describeFormat(format: Format, fixture: FormatFixture): void {
  const metadata = metadataFor(format, MAC, ["age1ana", "age1ben"]);
  const leafShape = fixture.leaf ?? VALUES.leaf;
  const commentShape = (text: string): Shape | undefined => {
    const left = fixture.comment ? fixture.comment(text) : text;
    return left === undefined ? undefined : ["#", left];
  };
  const printed: View = { leaf: leafShape, comment: (comment) => commentShape(comment.text) };
  const emitted: View = { leaf: leafShape, comment: (comment) => (comment.unseen ? undefined : commentShape(comment.text)) };

  /** Holds a law against the samples and against random documents. */
  const law = (title: string, check: (document: Document) => void): void => {
    test.each(fixture.samples.map((text) => [text]))(`${title}: %j`, (text) => {
      check(format.parse(text));
    });
    test(`${title}: random documents`, () => {
      const property = fc.property(fixture.documents, (text) => {
        const document = readable(format, text);
        fc.pre(document !== undefined);
        if (document) check(document);
      });
      fc.assert(property, { numRuns: fixture.runs ?? 200 });
    });
  };

  describe(`format ${format.id}`, () => {
    test("its row in the table says the same as the format", async () => {
      const row = formats.find((one) => one.id === format.id);
      expect(row?.suffixes).toEqual(format.suffixes);
      expect(await row?.load()).toBe(format);
    });

    test.each(fixture.refused)("refuses %j", (text, code, line) => {
      expect(catchError(() => format.parse(text))).toMatchObject({ code, position: { line } });
    });

    law("a covered document holds tokens only, in the same tree", (document) => {
      const sealed = sealAll(format, document, metadata);
      const again = format.parse(sealed.text);
      const number = new Map(sealed.leaves.map((leaf, index) => [leaf, index]));
      const before = numbered((leaf) => number.get(leaf));
      const after = numbered((leaf) => (tokenIn(leaf) === -1 ? undefined : tokenIn(leaf)));
      expect(slotted(again, after)).toEqual(slotted(document, before));
      expect(again.metadata && shapeOf(again.metadata)).toEqual(shapeOf(metadata));
      const keys = JSON.stringify(shapesOf(document, { leaf: () => [], comment: () => [] }));
      const secrets = sealed.leaves.map(textOf).filter((text) => text.length >= 8 && !keys.includes(text));
      expect(secrets.filter((text) => sealed.text.includes(text))).toEqual([]);
    });

    law("opened with its residues it is the same to the byte", (document) => {
      expect(openAll(format, sealAll(format, document, metadata), true)).toBe(document.text);
    });

    law("opened without residues it is the same tree", (document) => {
      const opened = format.parse(openAll(format, sealAll(format, document, metadata), false));
      expect(shapesOf(opened, printed)).toEqual(shapesOf(document, printed));
      expect(opened.metadata).toBeUndefined();
    });

    law("the same metadata change nothing, a new mac changes its line, a recipient comes and goes", (document) => {
      const { text } = sealAll(format, document, metadata);
      const sealed = format.parse(text);
      expect(splice(text, format.attach(sealed, metadata))).toBe(text);
      const changed = splice(text, format.attach(sealed, metadataFor(format, OTHER_MAC, ["age1ana", "age1ben"])));
      expect(changed).toBe(text.replaceAll(MAC, OTHER_MAC));
      const grown = splice(text, format.attach(sealed, metadataFor(format, MAC, ["age1ana", "age1ben", "age1cara"])));
      const bigger = format.parse(grown);
      expect(bigger.metadata && shapeOf(bigger.metadata)).toEqual(shapeOf(metadataFor(format, MAC, ["age1ana", "age1ben", "age1cara"])));
      expect(splice(grown, format.attach(bigger, metadata))).toBe(text);
    });

    law("what is emitted reads back as the same tree, and is emitted the same from then on", (document) => {
      const again = format.parse(format.emit(document.roots));
      expect(shapesOf(again, emitted)).toEqual(shapesOf(document, emitted));
      const text = format.emit(again.roots);
      expect(format.emit(format.parse(text).roots)).toBe(text);
    });

    law("an appended value is the last of its collection, and can be taken away", (document) => {
      for (const parent of collectionsOf(document)) {
        const node = newNode(format, document, parent);
        const key = parent.kind === "branch" ? "zz_new" : undefined;
        const grown = applied(format, document, format.append(document, parent, key, node));
        expect(shapesOf(grown, WITHOUT_COMMENTS)).toEqual(withChange(document, parent, (children) => [...children, child(key, node)]));
        const place = counterpart(document, grown, parent);
        const size = place.kind === "branch" ? place.entries : place.items;
        const at = size.findLastIndex((one: Entry | Item) => one.kind !== "comment");
        const shrunk = applied(format, grown, format.remove(grown, place, at));
        expect(shapesOf(shrunk, WITHOUT_COMMENTS)).toEqual(shapesOf(document, WITHOUT_COMMENTS));
      }
    });

    law("a replaced value stands where the old one stood, a removed one is gone", (document) => {
      for (const parent of collectionsOf(document)) {
        const children: readonly (Entry | Item)[] = parent.kind === "branch" ? parent.entries : parent.items;
        for (const [index, one] of children.entries()) {
          if (one.kind === "comment") continue;
          const node = newNode(format, document, parent);
          const replaced = applied(format, document, format.replace(document, parent, index, node));
          const key = one.kind === "pair" ? one.key : undefined;
          expect(shapesOf(replaced, WITHOUT_COMMENTS)).toEqual(withChange(document, parent, (all) => all.with(index, child(key, node))));
          const removed = applied(format, document, format.remove(document, parent, index));
          const wanted = withChange(document, parent, (all) => all.toSpliced(index, 1));
          expect(shapesOf(removed, WITHOUT_COMMENTS)).toEqual(withoutDefault(format, document, parent, index, wanted));
        }
      }
    });
  });
}

/** Leaves as the number of their token, or as they are. */
function numbered(numberOf: (leaf: Leaf) => number | undefined): View {
  return {
    leaf: (leaf) => ["leaf", numberOf(leaf) ?? leaf.canonical],
    comment: (comment) => ["#", numberOf(comment) ?? comment.text],
  };
}

function readable(format: Format, text: string): Document | undefined {
  try {
    return format.parse(text);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

function applied(format: Format, document: Document, splices: readonly Splice[]): Document {
  return format.parse(splice(document.text, splices));
}

/** Only leaves with a place can be covered; the others (behind an alias) show what the alias shows. */
function slotted(document: Document, view: View): Shape {
  return leavesOf(document).map((leaf) => (leaf.kind === "comment" ? view.comment(leaf) : view.leaf(leaf)));
}

/** INI's sections are mappings, all else may hold strings. */
function newNode(format: Format, document: Document, parent: Branch | Sequence): Node {
  return format.metadata === "section" && parent === document.roots[0] ? branchOf([["k", str("new value")]]) : str("new value");
}

function child(key: string | undefined, node: Node): Entry | Item {
  return key === undefined ? node : pair(key, node);
}

/** The shapes of the document with the children of one collection changed. */
function withChange(
  document: Document,
  parent: Branch | Sequence,
  change: (children: readonly (Entry | Item)[]) => readonly (Entry | Item)[],
): (Shape | undefined)[] {
  const copy = (node: Item): Item => {
    if (node.kind === "branch") {
      const entries = node.entries.map((entry) => (entry.kind === "pair" ? { ...entry, value: copyNode(entry.value) } : entry));
      return { kind: "branch", entries: node === parent ? change(entries).filter(isEntry) : entries };
    }
    if (node.kind !== "sequence") return node;
    const items = node.items.map(copy);
    return { kind: "sequence", items: node === parent ? change(items).filter(isItem) : items };
  };
  const copyNode = (node: Node): Node => {
    const made = copy(node);
    return made.kind === "comment" ? node : made;
  };
  return document.roots.map((root) => shapeOf(copy(root), WITHOUT_COMMENTS));
}

function isEntry(one: Entry | Item): one is Entry {
  return one.kind === "pair" || one.kind === "comment";
}

function isItem(one: Entry | Item): one is Item {
  return one.kind !== "pair";
}

/** The collection in the other document that stands where this one stands. */
function counterpart(document: Document, other: Document, parent: Branch | Sequence): Branch | Sequence {
  const found = collectionsOf(other)[collectionsOf(document).indexOf(parent)];
  if (!found) throw new Error("the collection is gone");
  return found;
}

/** INI always has a first section; taking it away empties it. */
function withoutDefault(
  format: Format,
  document: Document,
  parent: Branch | Sequence,
  index: number,
  wanted: (Shape | undefined)[],
): unknown {
  if (format.metadata !== "section" || parent !== document.roots[0] || index !== 0) return wanted;
  return withChange(document, parent, (all) => all.with(0, pair("DEFAULT", branchOf([]))));
}
