/** Prints trees as the YAML store of sops 3.13 does (sops: §4.1.2 to §4.1.6), byte for byte but for the named exceptions. */
import { SottoError } from "../../src/model/error.ts";
import type { EmitOptions } from "../../src/model/format.ts";
import type { Branch, Comment, Node, Scalar } from "../../src/model/tree.ts";
import { arrangeComments, joinComments, type Arrangement, type Cell } from "./emit-comments.ts";
import { YamlWriter } from "./emit-writer.ts";
import { chooseSpelling, isMultiline, literalBody, literalHeader, quoteSingle, spellDouble, type Spelling } from "./quote.ts";

const DEFAULT_STEP = 4;
/** go-yaml reads no deeper nesting than this. */
const DEEPEST = 10_000;
/** Longest key in bytes that is written in front of its `:` on one line. */
const LONGEST_SIMPLE_KEY = 128;

type Place = "root" | "value" | "item";

/** A block collection that is being printed. */
interface Frame {
  readonly kind: "branch" | "sequence";
  readonly cells: readonly Cell[];
  at: number;
  /** Column to return to. */
  readonly outer: number;
  /** Comments of the collection as an item, which sops prints when it is over. */
  readonly line: string;
  readonly foot: string;
}

/**
 * Prints the documents of a stream.
 * @throws SottoError `EMIT_FAILED` for a negative indentation, a comment that YAML cannot hold, nesting deeper than 10,000
 */
export function emitYaml(roots: readonly Branch[], options: EmitOptions = {}): string {
  const writer = new YamlWriter(stepOf(options));
  for (const [index, root] of roots.entries()) {
    if (index > 0) {
      writer.text("---");
      writer.startLine();
    }
    printDocument(writer, root);
  }
  return writer.toString();
}

/**
 * Prints one node as `sops decrypt --extract` does (sops: §7.4): strings raw, mappings as documents, the rest as a YAML value
 * with the default indentation; a comment as a record of its fields.
 */
export function emitYamlValue(node: Node | Comment, options: EmitOptions = {}): string {
  if (node.kind === "branch") return emitYaml([node], options);
  if (node.kind === "comment") return emitYaml([recordOf(node)], options);
  if (node.kind === "scalar" && node.type === "str") return node.canonical;
  const writer = new YamlWriter(DEFAULT_STEP);
  printDocument(writer, node);
  return writer.toString();
}

function recordOf(comment: Comment): Branch {
  const value: Scalar = { kind: "scalar", type: "str", canonical: comment.text };
  const inline: Scalar = { kind: "scalar", type: "bool", canonical: comment.inline ? "True" : "False" };
  return {
    kind: "branch",
    entries: [
      { kind: "pair", key: "value", value },
      { kind: "pair", key: "inline", value: inline },
    ],
  };
}

/** 0 means the default; go-yaml takes 2 for what it does not honour (sops: §4.1.2). */
function stepOf(options: EmitOptions): number {
  const indent = options.indent ?? 0;
  if (indent < 0) throw new SottoError("EMIT_FAILED", "the indentation of YAML cannot be negative");
  if (indent === 0) return DEFAULT_STEP;
  return indent >= 2 && indent <= 9 ? indent : 2;
}

function printDocument(writer: YamlWriter, root: Node): void {
  const stack: Frame[] = [];
  const content = arrange(root);
  writer.wait("head", content?.head ?? "");
  writer.printHead();
  printNode(writer, stack, { key: undefined, node: root, head: "", line: "", foot: "" }, content, "root");
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const cell = frame.cells[frame.at];
    frame.at += 1;
    if (cell === undefined) {
      closeFrame(writer, frame);
      stack.pop();
    } else if (frame.kind === "branch") printPair(writer, stack, cell);
    else printItem(writer, stack, cell);
  }
  endDocument(writer);
}

/** sops forgets a line comment that no value took, or prints it in the next document; here it becomes the last foot comment. */
function endDocument(writer: YamlWriter): void {
  const { waiting } = writer;
  writer.wait("foot", joinComments(waiting.keyLine, waiting.line));
  waiting.keyLine = "";
  waiting.line = "";
  writer.endDocument();
}

function arrange(node: Node): Arrangement | undefined {
  return node.kind === "branch" || node.kind === "sequence" ? arrangeComments(node) : undefined;
}

function closeFrame(writer: YamlWriter, frame: Frame): void {
  writer.wait("line", frame.line);
  writer.wait("foot", frame.foot);
  if (frame.kind === "branch") {
    writer.wait("tail", frame.cells.at(-1)?.foot ?? "");
    writer.printHead();
  }
  writer.indent = frame.outer;
}

function printPair(writer: YamlWriter, stack: Frame[], cell: Cell): void {
  const key = spellKey(cell);
  const { waiting } = writer;
  writer.wait("head", cell.head);
  writer.printHead();
  writer.startLine();
  writer.wait("keyLine", waiting.line);
  waiting.line = "";
  if (isSimpleKey(key)) {
    printSpelling(writer, key, false);
    writer.attach(":");
  } else {
    writer.indicator("?");
    printSpelling(writer, key, false);
    writer.startLine();
    writer.indicator(":");
  }
  // The foot of a pair waits until the mapping is over.
  printNode(writer, stack, { ...cell, foot: "" }, arrange(cell.node), "value");
}

function printItem(writer: YamlWriter, stack: Frame[], cell: Cell): void {
  const content = arrange(cell.node);
  writer.wait("head", joinComments(cell.head, content?.head ?? ""));
  writer.printHead();
  writer.startLine();
  writer.indicator("-");
  printNode(writer, stack, cell, content, "item");
}

function printNode(writer: YamlWriter, stack: Frame[], cell: Cell, content: Arrangement | undefined, place: Place): void {
  const { node } = cell;
  const { waiting } = writer;
  if (node.kind === "scalar" || node.kind === "null") {
    writer.wait("line", cell.line);
    writer.wait("foot", cell.foot);
    if (place === "value" && waiting.line === "") {
      waiting.line = waiting.keyLine;
      waiting.keyLine = "";
    }
    const spelling: Spelling = node.kind === "null" ? { tag: "", style: "plain", text: "null" } : chooseSpelling(node);
    printSpelling(writer, spelling, place === "item");
    writer.printLine();
    writer.printFoot();
    return;
  }
  if (place === "value") {
    writer.wait("head", content?.head ?? "");
    writer.wait("line", waiting.keyLine);
    waiting.keyLine = "";
  }
  const cells = content?.cells ?? [];
  if (cells.length === 0) {
    printEmpty(writer, cell, place);
    return;
  }
  writer.printLine();
  writer.printFoot();
  if (stack.length >= DEEPEST)
    throw new SottoError("EMIT_FAILED", "the tree is nested deeper than 10000 levels, which YAML readers refuse");
  stack.push({ kind: node.kind, cells, at: 0, outer: writer.indent, line: cell.line, foot: cell.foot });
  writer.indent = place === "root" ? 0 : writer.nested(place === "item");
}

/** Comments that wait come behind the brackets; sops prints them in front, and then the brackets in column 0, where no reader takes them. */
function printEmpty(writer: YamlWriter, cell: Cell, place: Place): void {
  writer.wait("line", cell.line);
  writer.wait("foot", cell.foot);
  if (cell.node.kind === "sequence") {
    writer.text("[");
    writer.attach("]");
  } else {
    const outer = writer.indent;
    writer.open("{");
    writer.indent = writer.nested(place === "item");
    writer.printHead();
    writer.indent = outer;
    writer.attach("}");
  }
  writer.printLine();
  writer.printFoot();
}

/** `!!merge <<` in front of what cannot be merged is refused by go-yaml, though sops prints it. */
function spellKey({ key = "", node }: Cell): Spelling {
  if (key === "<<" && !isMergeable(node)) return { tag: "", style: "double", text: key };
  return chooseSpelling({ kind: "scalar", type: "str", canonical: key });
}

function isMergeable(node: Node): boolean {
  if (node.kind === "sequence") return node.items.every((item) => item.kind === "branch" || item.kind === "comment");
  return node.kind === "branch";
}

function isSimpleKey({ tag, text }: Spelling): boolean {
  if (isMultiline(text) || text.length > LONGEST_SIMPLE_KEY) return false;
  return tag.length + new TextEncoder().encode(text).length <= LONGEST_SIMPLE_KEY;
}

function printSpelling(writer: YamlWriter, { tag, style, text }: Spelling, inSequence: boolean): void {
  if (tag !== "") writer.text(tag);
  const column = writer.nested(inSequence);
  switch (style) {
    case "plain":
      writer.text(text);
      break;
    case "double":
      writer.text(spellDouble(text));
      break;
    case "single":
      writer.text(quoteSingle(text, column));
      break;
    case "literal":
      writer.text(literalHeader(text, column - Math.max(writer.indent, 0), writer.step));
      printHeaderComment(writer);
      writer.lines(literalBody(text, column), text === "\n" || text.endsWith("\n\n"));
      break;
  }
}

/** Only one line fits behind the header of a literal; sops lets further ones slip into the text. */
function printHeaderComment(writer: YamlWriter): void {
  const { waiting } = writer;
  const [first = "", ...rest] = waiting.line.split("\n");
  waiting.line = "";
  if (first === "") writer.break();
  writer.wait("line", first);
  writer.printLine();
  writer.wait("foot", rest.join("\n"));
}
