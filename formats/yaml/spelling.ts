/** The text of a value in a given frame: in the style that stands there if it can hold the value, else as sops's emitter would write it. */
import type { Scalar } from "../../src/model/tree.ts";
import type { Frame } from "./frame.ts";
import { endsLine, indentLines, nextLine, splitLines } from "./lines.ts";
import { probe, readsAs } from "./probe.ts";
import { chooseSpelling, spellDefault, spellDouble, spellSingle } from "./quote.ts";
import type { ScalarSlot } from "./slots.ts";

export type Written =
  /** Lines for the body of the block scalar that stands there. */
  | { readonly kind: "body"; readonly text: string }
  /** A token on one line. */
  | { readonly kind: "token"; readonly text: string; readonly dropTag: boolean }
  /** A new block scalar. */
  | { readonly kind: "block"; readonly header: string; readonly body: string; readonly dropTag: boolean };

export function writeScalar(frame: Frame, value: Scalar): Written {
  return (value.type === "str" ? keepStyle(frame, value) : undefined) ?? writeDefault(frame, value);
}

/**
 * The text that {@link writeScalar} gives where it depends on nothing around: in a block collection, without a tag, on one line.
 * Most values are of this kind, and a frame costs far more than the text. @returns undefined where the frame is needed
 */
export function writeOnLine(slot: ScalarSlot, value: Scalar): string | undefined {
  if (slot.block !== undefined || slot.tag !== undefined || slot.flow) return undefined;
  if (value.type === "str" && (slot.style === "single" || slot.style === "double") && value.canonical.isWellFormed()) {
    const kept = slot.style === "single" ? spellSingle(value.canonical) : spellKeptDouble(value.canonical);
    if (kept !== undefined) return kept;
  }
  const { tag, style, text } = chooseSpelling(value);
  if (tag !== "") return undefined;
  if (style === "plain") return text;
  if (style === "double") return spellDouble(text);
  return style === "single" ? spellSingle(text) : undefined;
}

/** All text of a spelling, as one piece. */
export function writtenText(frame: Frame, written: Written): string {
  return written.kind === "block" ? written.header + frame.lineEnd + written.body : written.text;
}

function keepStyle(frame: Frame, value: Scalar): Written | undefined {
  const text = value.canonical;
  if (!text.isWellFormed()) return undefined;
  switch (frame.style) {
    case "literal":
    case "folded":
      return keepBlock(frame, value);
    case "single":
      return token(spellSingle(text));
    case "double":
      return token(spellKeptDouble(text));
    case "plain":
    case "alias":
    case "empty":
      return undefined;
  }
}

function token(text: string | undefined): Written | undefined {
  return text === undefined ? undefined : { kind: "token", text, dropTag: false };
}

/** Quotes, backslashes, control characters, what is a line break to go-yaml, and U+FEFF. */
const ESCAPED = /["\\\p{Cc}\u2028\u2029\uFEFF\uFFFE\uFFFF]/gu;

/** Double quotes as a person writes them: other than in sops's own output, characters above U+FFFF are left as they are. */
function spellKeptDouble(text: string): string {
  return `"${text.replace(ESCAPED, (char) => spellDouble(char).slice(1, -1))}"`;
}

/** The body of the block scalar that stands there, if its header and the blank lines behind it allow this value. */
function keepBlock(frame: Frame, value: Scalar): Written | undefined {
  const open = frame.header + frame.lineEnd;
  const sample = probe(frame, `${open}${" ".repeat(frame.bodyIndent)}x`, frame.rest);
  if (sample?.kind !== "scalar" || !sample.canonical.startsWith("x")) return undefined;
  const tail = sample.canonical.slice(1);
  if (!value.canonical.endsWith(tail) || value.canonical.length === tail.length) return undefined;
  const lines = value.canonical.slice(0, value.canonical.length - tail.length).split("\n");
  const body = indentLines(frame.style === "folded" ? foldable(lines) : lines, frame.bodyIndent).join(frame.lineEnd);
  return readsAs(frame, open + body, frame.rest, value) ? { kind: "body", text: body } : undefined;
}

/** Between two lines of a folded scalar a line break needs a blank line, unless one of them starts with a blank. */
function foldable(lines: readonly string[]): string[] {
  const folded: string[] = [];
  let before = "";
  for (const line of lines) {
    if (line !== "") {
      if (before !== "" && !/^[ \t]/.test(before) && !/^[ \t]/.test(line)) folded.push("");
      before = line;
    }
    folded.push(line);
  }
  return folded;
}

/** Column of the first text of a block. */
function firstColumn(body: string): number {
  return /^ */.exec(splitLines(body).find((line) => line !== "") ?? "")?.[0].length ?? 0;
}

function writeDefault(frame: Frame, value: Scalar): Written {
  const context = { flow: frame.flow, indent: frame.column, inSequence: frame.inSequence, step: frame.step };
  const text = spellDefault(value, context);
  const dropTag = frame.tag !== "" && (text.startsWith("!") || !readsAs(frame, text, frame.rest, value));
  const feed = text.indexOf("\n");
  if (feed === -1) return { kind: "token", text, dropTag };
  const header = text.slice(0, feed);
  const body = text.slice(feed + 1).replaceAll("\n", frame.lineEnd);
  const column = firstColumn(body);
  const swallows = frame.commentBelow >= Math.max(1, column);
  const risky =
    header.endsWith("+") ||
    splitLines(frame.rest).some((line) => line.length > column) ||
    (nextLine(frame.rest, 0) === frame.rest.length && !endsLine(frame.rest));
  const place = { ...frame, tag: dropTag ? "" : frame.tag };
  if (value.canonical.isWellFormed() && (swallows || (risky && !readsAs(place, header + frame.lineEnd + body, frame.rest, value)))) {
    return { kind: "token", text: spellDouble(value.canonical), dropTag };
  }
  return { kind: "block", header, body, dropTag };
}
