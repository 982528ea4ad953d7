/**
 * Reads the YAML that sops prints and most people write: block mappings and sequences of scalars on one line and literals, without
 * comments, anchors, tags and line folding. Line by line and several times as fast as the full reader, with the same result: whatever
 * is not plainly of this kind, errors included, is left to that one.
 */
import type { Branch, Entry, Item, Node, Pair, Scalar, Sequence, Span } from "../../src/model/tree.ts";
import type { BuiltDocument } from "./build.ts";
import type { Mutable } from "./built.ts";
import { resolvePlain } from "./resolve.ts";
import type { BlockScalar, CollectionSlot, KeySlot, ScalarSlot } from "./slots.ts";

/** What may break a line, fold or shift columns: tabs, CR and other breaks, control characters, halves of pairs, a BOM. */
const UNUSUAL = /[^\n -~\u00A0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/;
const MAX_DEPTH = 200;
const MAX_KEY = 200;
/** Up to here a look at all keys is faster than a set of them. */
const FEW_KEYS = 8;

const LF = 10;
const SPACE = 32;
const DASH = 45;
const COLON = 58;

export interface SimpleStream {
  readonly documents: readonly BuiltDocument[];
  /** The headers of literals. */
  readonly properties: readonly Span[];
}

/** @returns undefined for a text that is not as simple as that */
export function readSimple(text: string): SimpleStream | undefined {
  return UNUSUAL.test(text) || text.charCodeAt(text.length - 1) !== LF ? undefined : new SimpleReader(text).read();
}

/** An open collection. */
interface Frame {
  readonly column: number;
  readonly slot: Mutable<CollectionSlot>;
  /** The entries of a mapping, undefined for a sequence. */
  readonly entries: Entry[] | undefined;
  readonly items: Item[] | undefined;
  keys: Set<string> | undefined;
}

class SimpleReader {
  private readonly text: string;
  private readonly properties: Span[] = [];
  private readonly frames: Frame[] = [];
  private frame: Frame | undefined;
  /** A key whose value begins on a later line. */
  private pending: Mutable<Pair> | undefined;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): SimpleStream | undefined {
    const text = this.text;
    while (this.at < text.length) {
      if (text.charCodeAt(this.at) === LF) this.at += 1;
      else if (!this.readLine()) return undefined;
    }
    const [top] = this.frames;
    if (this.pending !== undefined || top?.entries === undefined) return undefined;
    this.close(-1);
    const root: Branch = { kind: "branch", entries: top.entries, slot: top.slot };
    return { documents: [{ root, start: 0, end: text.length }], properties: this.properties };
  }

  /** @returns false if the line is not simple */
  private readLine(): boolean {
    const text = this.text;
    let at = this.at;
    while (text.charCodeAt(at) === SPACE) at += 1;
    const column = at - this.at;
    const dash = text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
    if (!this.enter(column, dash, at)) return false;
    if (!dash) return this.readPair(at, column);
    const start = at + 2;
    const colon = this.findColon(start);
    if (colon !== -1) {
      if (!this.open(column + 2, false, start, at)) return false;
      return this.readPair(start, column + 2);
    }
    const value = this.readValue(start, column);
    if (value === undefined) return false;
    (value.slot as Mutable<ScalarSlot>).dash = at;
    this.frame?.items?.push(value);
    return true;
  }

  /** Closes and opens collections so that the innermost is the one that a line in this column belongs to. */
  private enter(column: number, dash: boolean, at: number): boolean {
    const top = this.frame;
    if (top === undefined) return !dash && this.open(column, false, at);
    if (this.pending !== undefined) return (column > top.column || (dash && column === top.column)) && this.open(column, dash, at);
    this.close(column);
    // A sequence may stand in the column of its key; the next key ends it.
    if (!dash && this.frame?.items !== undefined && this.frame.column === column) this.closeOne();
    return this.frame?.column === column && (this.frame.items !== undefined) === dash;
  }

  private open(column: number, sequence: boolean, start: number, dash?: number): boolean {
    if (this.frames.length === MAX_DEPTH) return false;
    const slot: Mutable<CollectionSlot> = { start, end: start, style: "block", flow: false, column };
    if (dash !== undefined) slot.dash = dash;
    const frame: Frame = {
      column,
      slot,
      entries: sequence ? undefined : [],
      items: sequence ? [] : undefined,
      keys: undefined,
    };
    const node: Branch | Sequence =
      frame.entries === undefined ? { kind: "sequence", items: frame.items ?? [], slot } : { kind: "branch", entries: frame.entries, slot };
    if (dash !== undefined) this.frame?.items?.push(node);
    else if (this.pending !== undefined) this.pending.value = node;
    this.pending = undefined;
    this.frames.push(frame);
    this.frame = frame;
    return true;
  }

  /** Closes what stands right of a column. */
  private close(column: number): void {
    while (this.frame !== undefined && this.frame.column > column) this.closeOne();
  }

  private closeOne(): void {
    const closed = this.frames.pop();
    this.frame = this.frames[this.frames.length - 1];
    if (closed !== undefined && this.frame !== undefined) this.frame.slot.end = closed.slot.end;
  }

  /** The colon of a key that is a simple word, or -1. */
  private findColon(start: number): number {
    const text = this.text;
    let at = start;
    let code = text.charCodeAt(at);
    if (!isLetter(code)) return -1;
    while (isLetter(code) || (code >= 45 && code <= 57)) code = text.charCodeAt((at += 1));
    if (code !== COLON || at - start > MAX_KEY) return -1;
    const next = text.charCodeAt(at + 1);
    return next === SPACE || next === LF ? at : -1;
  }

  private readPair(start: number, column: number): boolean {
    const text = this.text;
    const frame = this.frame;
    const colon = this.findColon(start);
    if (colon === -1 || frame?.entries === undefined) return false;
    const key = text.slice(start, colon);
    if (!isString(key) || !addKey(frame, frame.entries, key)) return false;
    const slot: KeySlot = { start, end: colon, style: "plain", entry: start, colon };
    if (text.charCodeAt(colon + 1) === LF) {
      const pair: Mutable<Pair> = { kind: "pair", key, value: NOTHING, slot };
      frame.entries.push(pair);
      this.pending = pair;
      this.at = colon + 2;
      return true;
    }
    const value = this.readValue(colon + 2, column);
    if (value === undefined) return false;
    frame.entries.push({ kind: "pair", key, value, slot });
    return true;
  }

  /** Reads a value that begins on this line, and goes on behind its line end. */
  private readValue(start: number, column: number): Node | undefined {
    const text = this.text;
    const end = text.indexOf("\n", start);
    const value = this.scalar(text.slice(start, end), start, end, column);
    if (value === undefined) return undefined;
    if (value.kind !== "scalar" || (value.slot as ScalarSlot).block === undefined) this.at = end + 1;
    const frame = this.frame;
    if (frame !== undefined) frame.slot.end = value.slot?.end ?? end;
    return value;
  }

  private scalar(source: string, start: number, end: number, column: number): Node | undefined {
    switch (source.charCodeAt(0)) {
      case 34: // "
        return isQuoted(source, '"') ? this.quoted(source, start, end, "double") : undefined;
      case 39: // '
        return isQuoted(source, "'") ? this.quoted(source, start, end, "single") : undefined;
      case 91: // [
        return source === "[]" ? { kind: "sequence", items: [], slot: emptyFlow(start, this.column(start)) } : undefined;
      case 123: // {
        return source === "{}" ? { kind: "branch", entries: [], slot: emptyFlow(start, this.column(start)) } : undefined;
      case 124: // |
        return this.literal(source, start, end + 1, column);
      default:
        return plainScalar(source, start, end);
    }
  }

  private column(at: number): number {
    return at - this.at;
  }

  private quoted(source: string, start: number, end: number, style: "single" | "double"): Scalar {
    return { kind: "scalar", type: "str", canonical: source.slice(1, -1), slot: { start, end, style, flow: false } as ScalarSlot };
  }

  /** A literal whose lines follow each other, none of them empty. */
  private literal(header: string, start: number, from: number, column: number): Scalar | undefined {
    if (header !== "|" && header !== "|-") return undefined;
    const text = this.text;
    let first = from;
    while (text.charCodeAt(first) === SPACE) first += 1;
    const indent = first - from;
    if (indent <= column || text.charCodeAt(first) === LF) return undefined;
    const lines: string[] = [];
    let at = from;
    for (;;) {
      let word = at;
      while (text.charCodeAt(word) === SPACE) word += 1;
      // An empty line may be part of the text or end it; a line of blanks is worse.
      if (text.charCodeAt(word) === LF) return undefined;
      if (word - at < indent) {
        if (word - at > column) return undefined;
        break;
      }
      const stop = text.indexOf("\n", word);
      lines.push(text.slice(at + indent, stop));
      at = stop + 1;
      if (at === text.length) break;
    }
    const body: Span = { start: from, end: at - 1 };
    const chomp = header === "|" ? "" : "-";
    const block: BlockScalar = { body, indent, parentIndent: column, chomp };
    this.properties.push({ start, end: start + header.length });
    this.at = at;
    const canonical = lines.join("\n") + (chomp === "" ? "\n" : "");
    return { kind: "scalar", type: "str", canonical, slot: { start, end: body.end, style: "literal", flow: false, block } as ScalarSlot };
  }
}

/** Stands for a value that a later line brings. */
const NOTHING: Node = { kind: "null" };

/** `:` and `#` next to blanks end a plain scalar, blanks at its end are none of it. */
function plainScalar(source: string, start: number, end: number): Node | undefined {
  if (!startsPlain(source) || source.includes(": ") || source.includes(" #") || source.endsWith(" ") || source.endsWith(":"))
    return undefined;
  const slot: ScalarSlot = { start, end, style: "plain", flow: false };
  const resolved = resolvePlain(source);
  if ("error" in resolved) return undefined;
  const { type, canonical } = resolved;
  return type === "null" ? { kind: "null", slot } : { kind: "scalar", type, canonical, slot };
}

/** Letters, digits and signs that begin nothing but plain scalars. */
function startsPlain(source: string): boolean {
  const code = source.charCodeAt(0);
  if (code === DASH) return source.length > 1 && source.charCodeAt(1) !== SPACE;
  return isLetter(code) || (code >= 46 && code <= 57) || code === 36 || code === 43 || code === 126 || code > 0xa0;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isString(key: string): boolean {
  const resolved = resolvePlain(key);
  return "type" in resolved && resolved.type === "str";
}

/** Text in quotes, with none of them and no escape inside. */
function isQuoted(source: string, quote: string): boolean {
  return source.length > 1 && source.indexOf(quote, 1) === source.length - 1 && !(quote === '"' && source.includes("\\"));
}

function emptyFlow(start: number, column: number): CollectionSlot {
  return { start, end: start + 2, style: "flow", flow: false, column };
}

/** @returns false if the mapping has the key already */
function addKey(frame: Frame, entries: readonly Entry[], key: string): boolean {
  if (entries.length < FEW_KEYS) return !entries.some((entry) => entry.kind === "pair" && entry.key === key);
  frame.keys ??= new Set(entries.map((entry) => (entry.kind === "pair" ? entry.key : "")));
  if (frame.keys.has(key)) return false;
  frame.keys.add(key);
  return true;
}
