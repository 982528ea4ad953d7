/** Slots: for every node the text at its slot is what the node says, and replacing it changes that node alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readYaml } from "../../formats/yaml/read.ts";
import { yamlOrigin, type CollectionSlot, type CommentSlot, type KeySlot, type ScalarSlot } from "../../formats/yaml/slots.ts";
import { SottoError } from "../../src/model/error.ts";
import { splice, type Comment, type Document, type Entry, type Node, type Null, type Pair, type Scalar } from "../../src/model/tree.ts";
import { loadReadings, notate, wholeRoots, writeDocument } from "./yaml-read-tree.ts";

interface Parts {
  readonly values: (Scalar | Null)[];
  readonly collections: Node[];
  readonly pairs: Pair[];
  readonly comments: Comment[];
}

/** Everything that has a slot. */
function collect(document: Document): Parts {
  const parts: Parts = { values: [], collections: [], pairs: [], comments: [] };
  const visit = (node: Node | Comment): void => {
    if (!node.slot) return;
    if (node.kind === "comment") parts.comments.push(node);
    else if (node.kind === "scalar" || node.kind === "null") parts.values.push(node);
    else {
      parts.collections.push(node);
      for (const entry of node.kind === "branch" ? node.entries : node.items) {
        if (entry.kind === "pair" && entry.slot) parts.pairs.push(entry);
        visit(entry.kind === "pair" ? entry.value : entry);
      }
    }
  };
  wholeRoots(document).forEach(visit);
  return parts;
}

function tryRead(text: string): Document | undefined {
  try {
    return readYaml(text);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

const whole = (document: Document): string => JSON.stringify(wholeRoots(document).map((root) => notate(root)));

/** Reads the text at a slot once more, as the value of a mapping with the same indentation. */
function readAgain(text: string, slot: ScalarSlot): Node | undefined {
  const pad = " ".repeat(slot.block?.parentIndent ?? 0);
  const tag = slot.tag ? `${slot.tag.text} ` : "";
  const behind = slot.block ? (/^\s*/.exec(text.slice(slot.end))?.[0] ?? "") : "";
  const [open, close] = slot.flow ? ["[", "]"] : ["", ""];
  const entry = readYaml(`${pad}k: ${open}${tag}${text.slice(slot.start, slot.end)}${close}${behind}`).roots[0]?.entries.find(isPair);
  if (entry?.value.kind !== "sequence") return entry?.value;
  return entry.value.items.find((item) => item.kind !== "comment");
}

const isPair = (entry: Entry): entry is Pair => entry.kind === "pair";

function checkValues({ text }: Document, values: readonly (Scalar | Null)[]): void {
  for (const value of values) {
    const slot = value.slot as ScalarSlot;
    if (slot.style === "alias") expect(text.slice(slot.start, slot.end)).toMatch(/^\*[\w-]+$/);
    else if (slot.style === "empty") expect(slot.end).toBe(slot.start);
    else if (slot.tag === undefined || /^!!?\w*$/.test(slot.tag.text)) expect(readAgain(text, slot)).toMatchObject({ ...value, slot: {} });
    if (slot.dash !== undefined) expect(text[slot.dash]).toBe("-");
    if (slot.anchor) expect(text.slice(slot.anchor.start, slot.anchor.end)).toBe(`&${slot.anchor.name}`);
    if (slot.tag) expect(text.slice(slot.tag.start, slot.tag.end)).toBe(slot.tag.text);
  }
}

function checkKeys({ text }: Document, pairs: readonly Pair[]): void {
  for (const pair of pairs) {
    const slot = pair.slot as KeySlot;
    expect(slot.entry).toBeLessThanOrEqual(slot.start);
    if (slot.colon !== undefined) {
      expect(text[slot.colon]).toBe(":");
      expect(slot.colon).toBeGreaterThanOrEqual(slot.end);
    }
    if (slot.style === "double" || slot.style === "single" || (slot.style === "plain" && !slot.tag)) {
      const key = text.slice(slot.start, slot.end);
      const alone = /[\n\r\u0085\u2028\u2029]/.test(key) || key.length > 1000 ? `? ${key}\n: {}` : `${key}: {}`;
      expect(readYaml(`before this: 1\n${alone}`).roots[0]?.entries[1]).toMatchObject({ key: pair.key });
    }
  }
}

function checkCollections({ text }: Document, collections: readonly Node[]): void {
  for (const node of collections) {
    const slot = node.slot as CollectionSlot;
    const { start, end, style } = slot;
    if (style === "alias" || style === "empty") continue;
    const pair = style === "flow" && node.kind === "branch" && text[start] !== "{";
    if (style === "flow" && !pair) expect(text[start]! + text[end - 1]!).toBe(node.kind === "branch" ? "{}" : "[]");
    const line = Math.max(...["\n", "\r", "\u0085", "\u2028", "\u2029"].map((lineEnd) => text.lastIndexOf(lineEnd, start - 1))) + 1;
    if (style === "block") expect(text.slice(line, start).replace("\uFEFF", "").length).toBe(slot.column);
    for (const entry of node.kind === "branch" ? node.entries : node.kind === "sequence" ? node.items : []) {
      const inner = entry.kind === "pair" ? entry.value : entry;
      if (entry.kind === "comment" || !entry.slot || !inner.slot) continue;
      expect(entry.slot.start).toBeGreaterThanOrEqual(start);
      expect(inner.slot.end).toBeLessThanOrEqual(end);
    }
  }
}

function checkComments({ text }: Document, comments: readonly Comment[]): void {
  for (const comment of comments) {
    const slot = comment.slot as CommentSlot;
    expect(text.slice(slot.hash, slot.end)).toBe(`#${comment.text}`);
    expect(slot.start).toBe(slot.hash + 1);
    expect(text.slice(slot.end)).toMatch(/^(?:$|[\n\r\u0085\u2028\u2029])/);
  }
  expect(new Set(comments.map((comment) => comment.slot?.start)).size).toBe(comments.length);
}

/** No two tokens share a character, but for a comment behind a block scalar's header. */
function checkDisjoint(document: Document, parts: Parts): void {
  const tokens = [...parts.values, ...parts.pairs, ...parts.comments].map((one) => one.slot as ScalarSlot | KeySlot | CommentSlot);
  const spans = tokens.flatMap((slot) => {
    const start = "hash" in slot ? slot.hash : slot.start;
    const body = "block" in slot ? slot.block?.body : undefined;
    return body ? [{ start, end: start + 1 }, body] : [{ start, end: slot.end }];
  });
  const ordered = [...spans, ...document.properties.map(withoutHeader(document))].filter((span) => span.end > span.start);
  ordered.sort((a, b) => a.start - b.start);
  ordered.forEach((span, index) => expect(span.start).toBeGreaterThanOrEqual(ordered[index - 1]?.end ?? 0));
}

const withoutHeader =
  ({ text }: Document) =>
  (span: { readonly start: number; readonly end: number }): { readonly start: number; readonly end: number } =>
    /^[|>]/.test(text[span.start] ?? "") ? { start: span.start + 1, end: span.end } : span;

function checkSlots(text: string): Parts | undefined {
  const document = tryRead(text);
  if (!document) return undefined;
  const parts = collect(document);
  checkValues(document, parts.values);
  checkKeys(document, parts.pairs);
  checkCollections(document, parts.collections);
  checkComments(document, parts.comments);
  checkDisjoint(document, parts);
  return parts;
}

const TOKEN = "ENC[AES256_GCM,data:x]";

/** What takes a value's place: on one line, in its own style; quoted where a flow collection would read the token's brackets. */
function cover(slot: ScalarSlot): { readonly start: number; readonly end: number; readonly text: string } {
  if (slot.block) return { ...slot.block.body, text: " ".repeat(slot.block.indent) + TOKEN };
  const quote = slot.style === "single" ? "'" : slot.style === "double" || slot.flow ? '"' : "";
  return { start: slot.start, end: slot.end, text: quote + TOKEN + quote };
}

/** Puts a token into the place of each value by turns: nothing else may change. */
function checkCover(document: Document, values: readonly (Scalar | Null)[]): void {
  const before = whole(document);
  for (const value of values) {
    const slot = value.slot as ScalarSlot;
    if (value.kind === "null" || slot.tag || slot.style === "empty" || slot.anchor || value.canonical === "") continue;
    const covered = readYaml(splice(document.text, [cover(slot)]));
    const changed = collect(covered).values.filter((one) => one.kind === "scalar" && one.canonical.startsWith(TOKEN));
    expect(changed).toHaveLength(1);
    const [only] = changed as [Scalar];
    Object.assign(only, { type: value.type, canonical: value.canonical });
    expect(whole(covered)).toBe(before);
  }
}

describe("slots", () => {
  test("hold what the nodes of all readings say", () => {
    const texts = loadReadings("../vectors/readings/yaml.jsonl").map((reading) => reading.in);
    const checked = texts.filter((text) => checkSlots(text) !== undefined);
    expect(checked.length).toBeGreaterThan(3000);
  });

  test("hold what the nodes of torture documents say", () => {
    for (const reading of loadReadings("./yaml-read-torture.jsonl")) checkSlots(reading.in);
    expect.hasAssertions();
  });

  const tape = fc.array(fc.nat(999), { minLength: 20, maxLength: 300 });
  const lineEnd = fc.constantFrom("\n", "\n", "\r\n");

  test("hold what the nodes of random documents say, and each comment is one node", () => {
    let read = 0;
    fc.assert(
      fc.property(tape, lineEnd, (numbers, end) => {
        const { text, comments } = writeDocument(numbers, end);
        const parts = checkSlots(text);
        if (!parts) return;
        read += 1;
        // A comment below a literal can be part of its text.
        const swallowed = parts.values
          .filter((value) => value.kind === "scalar")
          .flatMap((value) => value.canonical.match(/#[ \t]?c\d/g) ?? []);
        expect(parts.comments.length + swallowed.length).toBe(comments);
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test("can be filled with a token, and nothing else changes", () => {
    let covered = 0;
    fc.assert(
      fc.property(tape, lineEnd, (numbers, end) => {
        const document = tryRead(writeDocument(numbers, end).text);
        if (!document) return;
        const { values } = collect(document);
        covered += values.length;
        checkCover(document, values);
      }),
      { numRuns: 150 },
    );
    expect(covered).toBeGreaterThan(200);
  });

  test("of the document end before the next marker", () => {
    const { documents } = yamlOrigin(readYaml("a: 1\n# c\n\n---\nb: 2\n...\n# d\n---\n"));
    expect(documents.map((document) => document.end)).toEqual([10, 19, 31]);
  });
});
