/**
 * Reads INI as sops does: a list of sections, the first one always `DEFAULT`, each a list of string values. A key's comment
 * stands behind the key, a section's comment first in the section. Comments that sops drops are kept, marked unseen.
 */
import { encodeText } from "../../src/model/text.ts";
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Branch, Comment, Document, Entry, Pair, Scalar, Span } from "../../src/model/tree.ts";
import { commentText, isMark, markLength } from "./comment.ts";
import type { CommentOwner } from "./comment.ts";
import { IniOrigin } from "./slots.ts";
import type { CommentSlot, HeaderSlot, KeySlot, MetadataField, MetadataPlace, SectionSlot, ValueSlot } from "./slots.ts";
import { lineEnd, skipSpace, skipSpaceBack, trim, trimSpan } from "./text.ts";
import { failure, readValue } from "./value.ts";
import type { ValueToken } from "./value.ts";

export const DEFAULT_SECTION = "DEFAULT";
export const METADATA_SECTION = "sops";

/** @throws SottoError `INI_INVALID`, `INI_UNSUPPORTED`, `METADATA_INVALID` */
export function parseIni(text: string): Document {
  return new Reader(text).document();
}

interface Section {
  readonly name: string;
  readonly header: HeaderSlot | undefined;
  readonly entries: Entry[];
  readonly keys: Set<string>;
  /** Number of keys `-` so far. */
  counted: number;
  /** Behind the last key's line. */
  next: number;
}

/** Comment lines that wait for the key or the header after them. */
interface Pending {
  readonly start: number;
  end: number;
  readonly lines: string[];
}

class Reader {
  private readonly text: string;
  private readonly sections: Section[] = [];
  private section: Section;
  /** The last section that is not the metadata. */
  private data: Section;
  private pending: Pending | undefined;
  private readonly fields: MetadataField[] = [];

  constructor(text: string) {
    this.text = text;
    this.section = { name: DEFAULT_SECTION, header: undefined, entries: [], keys: new Set(), counted: 0, next: this.bodyStart() };
    this.data = this.section;
    this.sections.push(this.section);
  }

  document(): Document {
    const { text } = this;
    for (let at = this.bodyStart(); at < text.length;) {
      const end = lineEnd(text, at);
      const start = skipSpace(text, at, end);
      if (start === end) at = end;
      else if (isMark(text.charAt(start))) at = this.commentLine(start, end);
      else at = text.charAt(start) === "[" ? this.header(at, start, end) : this.key(at, start, end);
    }
    this.dropPending();
    const firstBreak = text.indexOf("\n");
    const metadata = this.metadataPlace();
    return {
      format: "ini",
      text,
      roots: [{ kind: "branch", entries: this.sections.filter((one) => one.name !== METADATA_SECTION).map((one) => this.pair(one)) }],
      ...(metadata ? { metadata: metadataBranch(metadata.fields) } : {}),
      properties: [],
      origin: new IniOrigin(firstBreak > 0 && text[firstBreak - 1] === "\r" ? "\r\n" : "\n", metadata),
    };
  }

  /** A byte order mark is read over. */
  private bodyStart(): number {
    return this.text.startsWith("\uFEFF") ? 1 : 0;
  }

  private pair(section: Section): Pair {
    const start = section.header?.line.start ?? this.bodyStart();
    const slot: SectionSlot = { start, end: section.next, style: "section", next: section.next };
    const value: Branch = { kind: "branch", entries: section.entries, slot };
    return { kind: "pair", key: section.name, value, ...(section.header ? { slot: section.header } : {}) };
  }

  private metadataPlace(): MetadataPlace | undefined {
    const section = this.sections.find((one) => one.name === METADATA_SECTION);
    return section?.header ? { header: section.header, fields: this.fields, end: section.next } : undefined;
  }

  private commentLine(start: number, end: number): number {
    const last = skipSpaceBack(this.text, start, end);
    const line = this.text.slice(start, end);
    if (this.pending) {
      this.pending.lines.push(line);
      this.pending.end = last;
    } else this.pending = { start, end: last, lines: [line] };
    return end;
  }

  private header(line: number, start: number, end: number): number {
    const { text } = this;
    const close = text.slice(start, end).lastIndexOf("]");
    if (close === -1) throw failure("INI_INVALID", 'a section without "]"', text, start);
    const name = text.slice(start + 1, start + close);
    if (name === "") throw failure("INI_INVALID", "a section without a name", text, start);
    const tail = start + close + 1;
    const rest = trimSpan(text, tail, end);
    const behind = rest.start < rest.end ? rest : undefined;
    if (behind && !isMark(text.charAt(behind.start))) throw failure("INI_UNSUPPORTED", "text behind a section header", text, behind.start);
    const slot: HeaderSlot = { start, end: tail, style: "header", line: { start: line, end } };
    const section: Section = { name, header: slot, entries: [], keys: new Set(), counted: 0, next: end };
    if (name === METADATA_SECTION) {
      if (this.sections.some((one) => one.name === METADATA_SECTION)) {
        throw new SottoError("METADATA_INVALID", "duplicate sops entry", { position: positionAt(text, start) });
      }
      this.dropPending();
    } else {
      if (behind) this.pending ??= { start: line, end: line, lines: [] };
      const comment = this.takeComment(behind, tail, "section");
      if (comment) section.entries.push(comment);
      this.data = section;
    }
    this.sections.push(section);
    this.section = section;
    return end;
  }

  private key(line: number, start: number, end: number): number {
    const { text, section } = this;
    const name = this.keyName(start, end);
    const token = readValue(text, name.delimiter + 1, end);
    let key = name.key;
    if (key === "-") {
      section.counted += 1;
      key = `#${section.counted}`;
    }
    if (section.keys.has(key))
      throw failure("INI_UNSUPPORTED", "a key that the section has already, whose value sops would drop", text, start);
    section.keys.add(key);
    section.next = token.next;
    const slot: KeySlot = { start, end: name.end, style: "key", delimiter: name.delimiter, line: { start: line, end: token.next } };
    const place: ValueSlot = { start: token.start, end: token.end, style: token.style };
    if (section.name === METADATA_SECTION) {
      this.pending = undefined;
      this.fields.push({ key, value: token.value.replaceAll("\\n", "\n"), name: slot, place });
      return token.next;
    }
    const value: Scalar = { kind: "scalar", type: "str", canonical: token.value, slot: place };
    section.entries.push({ kind: "pair", key, value, slot });
    this.keyComments(token);
    return token.next;
  }

  private keyName(start: number, end: number): { readonly key: string; readonly end: number; readonly delimiter: number } {
    const { text } = this;
    const quote = keyQuote(text, start, end);
    const line = text.slice(start, end);
    const close = quote === "" ? 0 : line.indexOf(quote, quote.length);
    if (close === -1) throw failure("INI_INVALID", "a quoted key without an end", text, start);
    const nameEnd = close + quote.length;
    const found = line.slice(nameEnd).search(/[=:]/);
    if (found === -1) throw failure("INI_INVALID", 'a line without "=" or ":"', text, start);
    const delimiter = start + nameEnd + found;
    const key = trim(quote === "" ? line.slice(0, found) : line.slice(quote.length, close));
    if (key === "") throw failure("INI_INVALID", "an empty key", text, start);
    if (quote === "") return { key, end: skipSpaceBack(text, start, delimiter), delimiter };
    const gap = trimSpan(text, start + nameEnd, delimiter);
    if (gap.start < gap.end) throw failure("INI_UNSUPPORTED", "text behind the closing quote of a key", text, gap.start);
    return { key, end: start + nameEnd, delimiter };
  }

  private keyComments(token: ValueToken): void {
    const { comment } = token;
    const seen = this.takeComment(comment?.seen ? comment : undefined, token.end, "key");
    if (seen) this.section.entries.push(seen);
    if (comment && !comment.seen) this.section.entries.push({ ...this.inlineComment(comment), unseen: true });
  }

  /** The comment made of the pending lines and the part behind a value or a header that ends at `tail`. */
  private takeComment(behind: Span | undefined, tail: number, owner: CommentOwner): Comment | undefined {
    const { pending, text } = this;
    this.pending = undefined;
    if (!pending) return behind ? this.inlineComment(behind) : undefined;
    const raw = pending.lines.join("") + (behind ? text.slice(behind.start, behind.end) : "");
    const slot: CommentSlot = {
      start: pending.start,
      end: pending.end,
      style: "line",
      owner,
      text: pending.lines.length === 0 ? pending.start : pending.start + markLength(trim(raw)),
      tail,
      ...(behind ? { behind: { start: tail, end: behind.end } } : {}),
    };
    return { kind: "comment", text: commentText(raw), inline: false, slot };
  }

  private inlineComment(span: Span): Comment {
    const raw = this.text.slice(span.start, span.end);
    const slot: CommentSlot = { start: span.start, end: span.end, style: "inline", owner: "key", text: span.start + markLength(raw) };
    return { kind: "comment", text: commentText(raw), inline: false, slot };
  }

  /** Comment lines that no key and no header follows. Those above the metadata belong to the data above. */
  private dropPending(): void {
    const { pending } = this;
    this.pending = undefined;
    if (!pending) return;
    const raw = pending.lines.join("");
    const slot: CommentSlot = {
      start: pending.start,
      end: pending.end,
      style: "line",
      owner: "key",
      text: pending.start + markLength(trim(raw)),
    };
    this.data.entries.push({ kind: "comment", text: commentText(raw), inline: false, unseen: true, slot });
  }
}

/** The key that a line `form = ` would have; undefined if it is not a line of a key. */
export function readKeyLine(form: string): string | undefined {
  if (form.includes("\n")) return undefined;
  try {
    const section = parseIni(`${form} = v\n`).roots[0]?.entries[0];
    const pair = section?.kind === "pair" && section.value.kind === "branch" ? section.value.entries[0] : undefined;
    const whole = pair?.kind === "pair" && pair.value.kind === "scalar" && pair.value.canonical === "v";
    return whole ? pair.key : undefined;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function keyQuote(text: string, start: number, end: number): string {
  const first = text.charAt(start);
  if (first === "`") return "`";
  if (first !== '"') return "";
  if (!text.startsWith('"""', start)) return '"';
  // Go counts bytes here.
  return end - start > 6 || encodeText(text.slice(start, end)).length > 6 ? '"""' : '"';
}

function metadataBranch(fields: readonly MetadataField[]): Branch {
  return {
    kind: "branch",
    entries: fields.map(({ key, value }) => ({ kind: "pair", key, value: { kind: "scalar", type: "str", canonical: value } })),
  };
}
