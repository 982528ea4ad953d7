/** Reads and writes one INI value (go-ini 1.67 as sops uses it, sops: §4.4). */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import type { Span } from "../../src/model/tree.ts";
import type { ValueStyle } from "./slots.ts";
import { findIn, lineEnd, skipSpace, skipSpaceBack, trim, trimSpan } from "./text.ts";

export interface ValueToken extends Span {
  readonly value: string;
  readonly style: ValueStyle;
  /** Start of the line after the value. */
  readonly next: number;
  /** The comment behind the value, from its mark; `seen` tells whether sops reads it. */
  readonly comment?: Span & { readonly seen: boolean };
}

const MARK = /[#;]/;
const TRIPLE = '"""';

/**
 * Reads the value that begins at `from`, behind the delimiter, on a line that ends at `end`.
 * @throws SottoError `INI_INVALID`, `INI_UNSUPPORTED`
 */
export function readValue(text: string, from: number, end: number): ValueToken {
  const start = skipSpace(text, from, end);
  if (start === end) {
    const place = text.charCodeAt(from) === 0x20 ? from + 1 : from;
    return { value: "", style: "plain", start: place, end: place, next: end };
  }
  if (end - start > 3 && text.startsWith(TRIPLE, start)) return readQuoted(text, start, end, TRIPLE);
  if (text.charCodeAt(start) === 0x60) return readQuoted(text, start, end, "`");
  const last = skipSpaceBack(text, start, end);
  if (text.charCodeAt(last - 1) === 0x5c) return readContinued(text, start, last, end);
  const mark = findIn(text, start, last, MARK);
  const valueEnd = mark === -1 ? last : skipSpaceBack(text, start, mark);
  const comment = mark === -1 ? {} : { comment: { start: mark, end: last, seen: true } };
  const line = text.slice(start, valueEnd);
  const style = isSurrounded(line, "'") ? "single" : isSurrounded(line, '"') ? "double" : "plain";
  return { value: style === "plain" ? line : line.slice(1, -1), style, start, end: valueEnd, next: end, ...comment };
}

/** In quotes that may hold anything; the last quote on the line closes. What stands behind it is not read by sops. */
function readQuoted(text: string, start: number, end: number, quote: string): ValueToken {
  const first = start + quote.length;
  const close = text.slice(first, end).lastIndexOf(quote);
  if (close === -1) return readLines(text, start, end, quote);
  const valueEnd = first + close + quote.length;
  const behind = commentBehind(text, valueEnd, end);
  return {
    value: text.slice(first, first + close),
    style: quote === "`" ? "backtick" : "triple",
    start,
    end: valueEnd,
    next: end,
    ...(behind ? { comment: { ...behind, seen: false } } : {}),
  };
}

function readLines(text: string, start: number, end: number, quote: string): ValueToken {
  const parts = [text.slice(start + quote.length, end)];
  for (let at = end; at < text.length;) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    const close = line.lastIndexOf(quote);
    // A backslash behind the quote makes the line part of the value.
    if (close === -1 || trim(line.slice(close + quote.length)).endsWith("\\")) parts.push(line);
    else {
      const valueEnd = at + close + quote.length;
      parts.push(line.slice(0, close));
      const behind = commentBehind(text, valueEnd, next);
      return {
        value: parts.join(""),
        style: "multi",
        start,
        end: valueEnd,
        next,
        ...(behind ? { comment: { ...behind, seen: true } } : {}),
      };
    }
    at = next;
  }
  throw failure("INI_INVALID", "a quoted value without an end", text, start);
}

/** Text behind a closing quote would be dropped by sops, and stay readable. */
function commentBehind(text: string, from: number, end: number): Span | undefined {
  const rest = trimSpan(text, from, end);
  if (rest.start >= rest.end) return undefined;
  if (!MARK.test(text.charAt(rest.start))) throw failure("INI_UNSUPPORTED", "text behind a closing quote", text, rest.start);
  return rest;
}

/** Lines that end in a backslash are joined without the white space around them; no comment is cut off there. */
function readContinued(text: string, start: number, last: number, end: number): ValueToken {
  const parts = [text.slice(start, last - 1)];
  let valueEnd = last;
  let at = end;
  while (at < text.length) {
    const next = lineEnd(text, at);
    const line = trimSpan(text, at, next);
    at = next;
    if (line.start >= line.end) break;
    valueEnd = line.end;
    if (text.charCodeAt(line.end - 1) !== 0x5c) {
      parts.push(text.slice(line.start, line.end));
      break;
    }
    parts.push(text.slice(line.start, line.end - 1));
  }
  return { value: parts.join(""), style: "continued", start, end: valueEnd, next: at };
}

function isSurrounded(line: string, quote: string): boolean {
  return line.length >= 2 && line.startsWith(quote) && line.indexOf(quote, 1) === line.length - 1;
}

export function failure(code: ErrorCode, message: string, text: string, offset: number): SottoError {
  return new SottoError(code, message, { position: positionAt(text, offset) });
}

/** How the value is written once it is covered: quotes on one line stay, all else becomes bare. */
export function coveredStyle(style: ValueStyle): ValueStyle {
  return style === "multi" || style === "continued" ? "plain" : style;
}

export function quoteValue(value: string, style: ValueStyle): string {
  if (style === "double") return `"${value}"`;
  if (style === "single") return `'${value}'`;
  if (style === "backtick") return `\`${value}\``;
  if (style === "triple" || style === "multi") return TRIPLE + value + TRIPLE;
  return value;
}

/** The form that sops writes. */
export function sopsForm(value: string): string {
  if (/[\n`]/.test(value)) return quoteValue(value, "triple");
  if (MARK.test(value)) return quoteValue(value, "backtick");
  if (trim(value) !== value) return quoteValue(value, "double");
  return value;
}

/** Values that read back in every style; most do. */
const SAFE = /^[\w.,:/@+=!?&%()*<>|~^{}$[\]-](?:[\w .,:/@+=!?&%()*<>|~^{}$[\]-]*[\w.,:/@+=!?&%()*<>|~^{}$[\]-])?$/;

const FORMS: readonly ValueStyle[] = ["triple", "backtick", "double", "single"];

/** In the quotes that the value had if that reads back, else as sops does, else in any other form; undefined if nothing reads back. */
export function findForm(value: string, style: ValueStyle): string | undefined {
  const covered = coveredStyle(style);
  if (SAFE.test(value)) return quoteValue(value, covered);
  const kept = covered === "plain" ? [] : [quoteValue(value, covered)];
  const forms = [...kept, sopsForm(value), value, ...FORMS.map((form) => quoteValue(value, form))];
  return forms.find((form) => readsBack(form, value));
}

/** @param behind what follows on the line: in front of a comment, a backslash joins no lines */
export function readsBack(form: string, value: string, behind = ""): boolean {
  try {
    const line = `${form}${behind}\n`;
    const token = readValue(line, 0, lineEnd(line, 0));
    if (behind !== "" && token.end !== form.length) return false;
    return token.value === value && token.next === line.length && (token.comment === undefined) === (behind === "");
  } catch (error) {
    if (SottoError.is(error)) return false;
    throw error;
  }
}
