/** Our tree in the notation of the readings (test/vectors/readings/README.md), and a writer of random documents. */
import { readFileSync } from "node:fs";
import { yamlOrigin } from "../../formats/yaml/slots.ts";
import { formatFloat } from "../../src/model/number.ts";
import type { Branch, Document, Entry, Item, Node } from "../../src/model/tree.ts";

export interface Reading {
  readonly in: string;
  readonly tree?: readonly ReadingNode[];
  readonly error?: string;
}

export type ReadingNode = readonly [kind: string, content?: unknown];

export function loadReadings(path: string): Reading[] {
  const lines = readFileSync(new URL(path, import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Reading);
}

/** All documents with their metadata back in place. */
export function wholeRoots(document: Document): Branch[] {
  return yamlOrigin(document).documents.map(({ root, metadata }): Branch => {
    if (!metadata) return root;
    return { kind: "branch", entries: root.entries.toSpliced(metadata.index, 0, metadata.pair) };
  });
}

export function notate(node: Node, comments: boolean = true): ReadingNode {
  const keep = (entry: Entry | Item): boolean => entry.kind !== "comment" || (comments && entry.unseen !== true);
  const item = (entry: Entry | Item): unknown => {
    if (entry.kind === "comment") return ["#", entry.text, entry.inline];
    return entry.kind === "pair" ? ["k", entry.key, notate(entry.value, comments)] : notate(entry, comments);
  };
  switch (node.kind) {
    case "null":
      return ["null"];
    case "scalar":
      return [node.type, node.canonical];
    case "branch":
      return ["map", node.entries.filter(keep).map(item)];
    case "sequence":
      return ["seq", node.items.filter(keep).map(item)];
  }
}

/** A reading in the form that {@link notate} gives: floats positional, booleans as sops writes them. */
export function normalise(node: ReadingNode): ReadingNode {
  const [kind, content] = node;
  const members = content as readonly (readonly unknown[])[];
  const inner = (member: readonly unknown[]): unknown => {
    if (member[0] === "#") return member;
    return member[0] === "k" ? ["k", member[1], normalise(member[2] as ReadingNode)] : normalise(member as unknown as ReadingNode);
  };
  if (kind === "map" || kind === "seq") return [kind, members.map(inner)];
  if (kind === "float") return ["float", /inf|nan/i.test(String(content)) ? content : formatFloat(Number(content))];
  if (kind === "bool") return ["bool", /true/i.test(String(content)) ? "True" : "False"];
  return node;
}

/** True for a tree with a key that is no string, or an integer that sops cannot encrypt. */
export function isBeyondSops(tree: readonly ReadingNode[]): boolean {
  return /\["k",(\[|null)|"uint64"/.test(JSON.stringify(tree));
}

/** Decides by a tape of numbers, so that fast-check can shrink what comes out. */
class Tape {
  private readonly numbers: readonly number[];
  private at = 0;
  /** Number of comments written; each has a text of its own. */
  comments = 0;
  keys = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  roll(sides: number): number {
    const number = this.numbers[this.at] ?? 0;
    this.at += 1;
    return number % sides;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.roll(choices.length)] as T;
  }

  comment(): string {
    this.comments += 1;
    return `#${this.pick(["", " ", "\t"])}c${this.comments}`;
  }

  key(): string {
    this.keys += 1;
    return this.pick([`k${this.keys}`, `k${this.keys}`, `"q ${this.keys}"`, `'s${this.keys}'`, `é${this.keys}`]);
  }
}

const SCALARS = [
  "v",
  "a b",
  "1",
  "1.50",
  "0x1F",
  "true",
  "~",
  "2024-01-02",
  "'s ''q'",
  '"d \\"q\\" \\u00e9"',
  '""',
  "",
  "x#y",
  "é😀",
  "a:b",
];

/** A document with comments in likely and unlikely places. `comments`: how many it has. */
export function writeDocument(numbers: readonly number[], lineEnd: string): { readonly text: string; readonly comments: number } {
  const tape = new Tape(numbers);
  let text = tape.pick([
    () => "",
    () => "---\n",
    () => `--- ${tape.comment()}\n`,
    () => `%YAML 1.1 ${tape.comment()}\n---\n`,
    () => "\uFEFF",
  ])();
  text += writeBlock(tape, 0, 4);
  if (tape.roll(5) === 4)
    text += `${tape.pick(["---", "...\n---", `... ${tape.comment()}\n${tape.comment()}\n---`])}\n${writeBlock(tape, 0, 2)}`;
  if (tape.roll(6) === 5) text += `...\n${tape.comment()}\n`;
  if (tape.roll(6) === 5) text = text.replace(/\n$/, "");
  const comments = (text.match(/#[ \t]?c\d+/g) ?? []).length;
  return { text: text.replaceAll("\n", lineEnd), comments };
}

function writeBlock(tape: Tape, indent: number, depth: number): string {
  const pad = " ".repeat(indent);
  const sequence = indent > 0 && tape.roll(3) === 0;
  let text = "";
  for (let count = 1 + tape.roll(4); count > 0; count--) {
    text += writeComments(tape, indent);
    text += pad + (sequence ? "-" : `${tape.key()}:`);
    const kind = tape.roll(9);
    if (depth > 0 && kind < 3) text += `${writeInline(tape)}\n${writeBlock(tape, indent + 2, depth - 1)}`;
    else if (kind === 3) text += ` ${writeFlow(tape, 2, indent + 1)}${writeInline(tape)}\n`;
    else if (kind === 4) text += writeLiteral(tape, indent + 2);
    else if (kind === 5)
      text += ` ${tape.pick([`one\n${pad}   two`, `"one\n${pad}   two\\\n${pad} three"`, `'one\n\n${pad} two'`])}${writeInline(tape)}\n`;
    else text += ` ${tape.pick(SCALARS)}${writeInline(tape)}\n`;
  }
  return tape.roll(4) === 3 ? text + writeComments(tape, indent) : text;
}

function writeLiteral(tape: Tape, indent: number): string {
  const pad = " ".repeat(indent);
  const header = tape.pick(["|", "|-", ">", ">-", "|+"]);
  return ` ${header}${writeInline(tape)}\n${pad}first\n${tape.pick(["", "\n", `${pad}  more\n`])}${pad}last # no comment\n${tape.pick(["", "\n"])}`;
}

function writeInline(tape: Tape): string {
  return tape.roll(4) === 3 ? ` ${tape.comment()}` : "";
}

function writeComments(tape: Tape, indent: number): string {
  if (tape.roll(3) > 0) return "";
  const column = tape.pick([indent, indent, indent, Math.max(0, indent - 2), indent + 2, 0]);
  return `${tape.pick(["", "\n"])}${" ".repeat(column)}${tape.comment()}\n${tape.pick(["", "", "\n"])}`;
}

function writeFlow(tape: Tape, depth: number, indent: number): string {
  if (depth === 0 || tape.roll(3) === 0) return tape.pick(["1", "x", "'q'", '"d"', "a b"]);
  const gap = (): string => tape.pick(["", "", " ", `\n${" ".repeat(indent)}`, ` ${tape.comment()}\n${" ".repeat(indent)}`]);
  const mapping = tape.roll(2) === 0;
  let text = mapping ? "{" : "[";
  for (let count = tape.roll(4); count > 0; count--) {
    text += gap() + (mapping ? `k${(tape.keys += 1)}: ` : "") + writeFlow(tape, depth - 1, indent) + (count > 1 ? `,${gap() || " "}` : "");
  }
  return text + gap() + (mapping ? "}" : "]");
}
