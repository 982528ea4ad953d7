/**
 * Reads JSON as sops does, with the place of every token: members in order, duplicates kept, numbers as their digits.
 * It keeps an own stack, so that nesting costs no call frames.
 */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import { formatFloat } from "../../src/model/number.ts";
import type { Document, FormatId, Node, Pair, Scalar, Slot } from "../../src/model/tree.ts";

/** Deeper than this, Go's encoder fails, so that sops could not write the file. */
export const MAX_DEPTH = 10_000;

/** `string` and `bare` are scalars (`bare` also covers null); the others have their brackets inside the span. */
export type JsonStyle = "string" | "bare" | "object" | "array";

export class JsonOrigin {
  /** The members of the root as they stand in the text, the metadata among them. */
  readonly members: readonly Pair[];
  /** Place of the metadata in `members`, -1 if there is none. */
  readonly metadata: number;
  readonly lineEnd: "\n" | "\r\n";

  constructor(members: readonly Pair[], metadata: number, lineEnd: "\n" | "\r\n") {
    this.members = members;
    this.metadata = metadata;
    this.lineEnd = lineEnd;
  }
}

export function jsonOrigin(document: Document): JsonOrigin {
  if (document.origin instanceof JsonOrigin) return document.origin;
  throw new TypeError("not a document that was read as JSON");
}

/** @throws SottoError `JSON_INVALID`, `JSON_UNSUPPORTED`, `METADATA_INVALID` */
export function parseJson(source: string, format: FormatId): Document {
  const wellFormed = source.isWellFormed();
  const scanner = new Scanner(wellFormed ? source : source.toWellFormed());
  const { members, slot } = scanner.document();
  const metadata = members.findIndex((member) => member.key === "sops");
  const block = members[metadata];
  const second = block && members.slice(metadata + 1).find((member) => member.key === "sops");
  if (second) {
    const position = positionAt(source, second.slot?.start ?? 0);
    throw new SottoError("METADATA_INVALID", "duplicate sops entry", { position });
  }
  if (!wellFormed && !block) {
    const position = positionAt(source, firstDifference(source, scanner.text));
    throw new SottoError("JSON_UNSUPPORTED", "text that is not UTF-8, which sops would replace", { position });
  }
  const firstBreak = source.indexOf("\n");
  const lineEnd = firstBreak > 0 && source[firstBreak - 1] === "\r" ? "\r\n" : "\n";
  const entries = block ? members.filter((member) => member !== block) : members;
  return {
    format,
    text: source,
    roots: [{ kind: "branch", entries, slot }],
    ...(block ? { metadata: block.value } : {}),
    properties: [],
    origin: new JsonOrigin(members, metadata, lineEnd),
  };
}

/** Reads a text that is one scalar and nothing else; undefined if it is not. */
export function readJsonScalar(text: string): Scalar | undefined {
  try {
    return new Scanner(text.toWellFormed()).single();
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

interface Frame {
  readonly start: number;
  readonly entries: Pair[] | undefined;
  readonly items: Node[];
  key: string;
  keySlot: Slot | undefined;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

class Scanner {
  readonly text: string;
  private at = 0;
  private readonly frames: Frame[] = [];

  constructor(text: string) {
    this.text = text;
  }

  document(): { readonly members: readonly Pair[]; readonly slot: Slot } {
    if (this.text.startsWith("\uFEFF")) throw this.error("JSON_INVALID", "a byte order mark, which JSON does not allow");
    this.skip();
    if (this.text.charCodeAt(this.at) !== OPEN_BRACE) throw this.error("JSON_INVALID", "the top level must be an object");
    const root = this.collection();
    this.skip();
    if (this.at < this.text.length) throw this.error("JSON_UNSUPPORTED", "text after the end of the object, which sops would drop");
    return root;
  }

  single(): Scalar | undefined {
    const node = this.scalar(this.text.charCodeAt(0));
    return node.kind === "scalar" && this.at === this.text.length ? node : undefined;
  }

  private collection(): { readonly members: readonly Pair[]; readonly slot: Slot } {
    let frame = this.open(true);
    let first = true;
    for (;;) {
      this.skip();
      let code = this.text.charCodeAt(this.at);
      if (code === (frame.entries ? CLOSE_BRACE : CLOSE_BRACKET)) {
        this.at += 1;
        this.frames.pop();
        const parent = this.frames.at(-1);
        if (!parent) return { members: frame.entries ?? [], slot: { start: frame.start, end: this.at, style: "object" } };
        this.add(parent, this.close(frame));
        frame = parent;
        first = false;
        continue;
      }
      if (!first) {
        if (code !== COMMA) throw this.unexpected(frame.entries ? 'expected "," or "}"' : 'expected "," or "]"', false);
        this.at += 1;
        this.skip();
        code = this.text.charCodeAt(this.at);
      }
      if (frame.entries) {
        if (code !== QUOTE) throw this.unexpected("expected a key in double quotes", false);
        const start = this.at;
        frame.key = this.string();
        frame.keySlot = { start, end: this.at, style: "string" };
        this.skip();
        if (this.text.charCodeAt(this.at) !== COLON) throw this.unexpected('expected ":"', true);
        this.at += 1;
        this.skip();
        code = this.text.charCodeAt(this.at);
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        frame = this.open(code === OPEN_BRACE);
        first = true;
      } else {
        this.add(frame, this.scalar(code));
        first = false;
      }
    }
  }

  private open(object: boolean): Frame {
    if (this.frames.length >= MAX_DEPTH) throw this.error("JSON_UNSUPPORTED", `nested deeper than ${MAX_DEPTH} levels`);
    const frame: Frame = { start: this.at, entries: object ? [] : undefined, items: [], key: "", keySlot: undefined };
    this.frames.push(frame);
    this.at += 1;
    return frame;
  }

  private close(frame: Frame): Node {
    const span = { start: frame.start, end: this.at };
    if (frame.entries) return { kind: "branch", entries: frame.entries, slot: { ...span, style: "object" } };
    return { kind: "sequence", items: frame.items, slot: { ...span, style: "array" } };
  }

  private add(frame: Frame, value: Node): void {
    if (!frame.entries) frame.items.push(value);
    else if (frame.keySlot) frame.entries.push({ kind: "pair", key: frame.key, value, slot: frame.keySlot });
  }

  private scalar(code: number): Node {
    const start = this.at;
    if (code === QUOTE) {
      const canonical = this.string();
      return { kind: "scalar", type: "str", canonical, slot: { start, end: this.at, style: "string" } };
    }
    if (this.word("true")) return { kind: "scalar", type: "bool", canonical: "True", slot: { start, end: this.at, style: "bare" } };
    if (this.word("false")) return { kind: "scalar", type: "bool", canonical: "False", slot: { start, end: this.at, style: "bare" } };
    if (this.word("null")) return { kind: "null", slot: { start, end: this.at, style: "bare" } };
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.text);
    if (!match) throw this.unexpected("expected a value", true);
    this.at = NUMBER.lastIndex;
    const integral = match[1] === undefined && match[2] === undefined;
    return this.number(match[0], integral, { start, end: this.at, style: "bare" });
  }

  /** What fits a signed 64-bit integer is one, `-0` is 0, all else is a float64 (sops: §4.2). */
  private number(digits: string, integral: boolean, slot: Slot): Scalar {
    if (integral && (digits.length <= 18 || fitsInt64(BigInt(digits)))) {
      return { kind: "scalar", type: "int", canonical: digits === "-0" ? "0" : digits, slot };
    }
    const value = Number(digits);
    if (!Number.isFinite(value)) {
      this.at = slot.start;
      throw this.error("JSON_INVALID", "a number beyond the range of float64");
    }
    return { kind: "scalar", type: "float", canonical: formatFloat(value), slot };
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    let at = start + 1;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === 0x5c) {
        escaped = true;
        at += 2;
      } else if (code >= 0x20) at += 1;
      else {
        this.at = Math.min(at, this.text.length);
        throw this.error("JSON_INVALID", at >= this.text.length ? "a string without an end" : "a control character in a string");
      }
    }
    this.at = at + 1;
    if (!escaped) return this.text.slice(start + 1, at);
    try {
      // Half of a surrogate pair becomes U+FFFD, one for each, as in Go.
      return String(JSON.parse(this.text.slice(start, at + 1))).toWellFormed();
    } catch {
      // The engine's message would quote the value.
      this.at = start;
      throw this.error("JSON_INVALID", "an escape that JSON does not know in a string");
    }
  }

  private skip(): void {
    let at = this.at;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
      at += 1;
    }
    this.at = at;
  }

  private unexpected(message: string, beforeValue: boolean): SottoError {
    if (this.at < this.text.length) return this.error("JSON_INVALID", message);
    return this.error(this.swallowsEnd(beforeValue) ? "JSON_UNSUPPORTED" : "JSON_INVALID", "the text ends inside the object");
  }

  /** Where a value is missing at the end of the text, sops takes the end for the end of the object around it, and drops what it has of the value. */
  private swallowsEnd(beforeValue: boolean): boolean {
    let level = this.frames.length - 1;
    if (this.frames[level]?.entries && !beforeValue) return false;
    for (;;) {
      while (level > 0 && !this.frames[level]?.entries) level -= 1;
      if (level === 0) return true;
      level -= 1;
      if (this.frames[level]?.entries) return false;
    }
  }

  private error(code: ErrorCode, message: string): SottoError {
    return new SottoError(code, message, { position: positionAt(this.text, this.at) });
  }
}

function fitsInt64(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}
