/** Scans plain and quoted scalars: where they end, and what their text is after folding and escapes. */
import type { Cursor } from "./cursor.ts";
import { isBlank, isBlankOrEnd, isBreak, isHex, isHighSurrogate, refuse, TAB, Token, TokenKind } from "./tokens.ts";

const HASH = 35;
const DOUBLE = 34;
const SINGLE = 39;
const COLON = 58;
const BACKSLASH = 92;

/** What a line break in a scalar becomes: one LF is a blank, more are one less; LS and PS are kept (YAML 1.1). */
function fold(first: string, rest: string): string {
  if (first === "\n") return rest === "" ? " " : rest;
  return first + rest;
}

/** `,`, `?`, `[`, `]`, `{` and `}` end a plain scalar in a flow collection, wherever they stand. */
function endsFlowScalar(code: number): boolean {
  return code === 44 || code === 63 || code === 91 || code === 93 || code === 123 || code === 125;
}

/**
 * Scans a plain scalar, and the white space behind it.
 * @param indent column that continuation lines must reach
 * @param flow true inside a flow collection, where continuation lines may stand anywhere
 */
export function scanPlain(cursor: Cursor, indent: number, flow: boolean): Token {
  const { text, column } = cursor;
  const start = cursor.at;
  let end = start;
  let value = "";
  let chunk = start;
  let broken = false;
  let first = "";
  let rest = "";
  for (;;) {
    if (cursor.at === cursor.base && cursor.atDocumentMarker()) break;
    if (cursor.code === HASH) break;
    const run = cursor.at;
    if (!flow) skipWords(cursor);
    skipWord(cursor, flow);
    if (cursor.at > run) {
      if (broken) {
        value += text.slice(chunk, end) + fold(first, rest);
        chunk = run;
        broken = false;
      }
      end = cursor.at;
      cursor.newlines = 0;
    }
    let code = cursor.code;
    if (!isBlank(code) && !isBreak(code)) break;
    for (; ; code = cursor.code) {
      if (isBlank(code)) {
        if (broken && code === TAB && cursor.column < indent) throw refuse(text, cursor.at, "a tab cannot indent a plain scalar");
        cursor.at += 1;
      } else if (!isBreak(code)) {
        break;
      } else if (broken) {
        rest += cursor.skipBreak();
      } else {
        first = cursor.skipBreak();
        rest = "";
        broken = true;
      }
    }
    if (!flow && cursor.column < indent) break;
  }
  const whole = chunk === start ? text.slice(start, end) : value + text.slice(chunk, end);
  cursor.broken = broken;
  return new Token(TokenKind.scalar, start, end, column, whole);
}

/** ASCII words with single blanks between them, none of which can end a scalar of a block. Bounded, to bound what RegExp remembers. */
const WORDS = /[!-9;-~]*(?: [!"$-9;-~][!-9;-~]*){0,64}/y;

/** A shortcut through the common case: it stops wherever something could need a decision. */
function skipWords(cursor: Cursor): void {
  WORDS.lastIndex = cursor.at;
  WORDS.test(cursor.text);
  cursor.at = WORDS.lastIndex;
}

/** Passes characters up to white space or an indicator that ends the scalar. */
function skipWord(cursor: Cursor, flow: boolean): void {
  const { text } = cursor;
  let at = cursor.at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code <= 32) break;
    if (code < 0x80) {
      if (code === COLON && isBlankOrEnd(text.charCodeAt(at + 1))) break;
      if (flow && endsFlowScalar(code)) break;
    } else if (isBreak(code)) {
      break;
    } else if (isHighSurrogate(code)) {
      at += 1;
      cursor.base += 1;
    }
    at += 1;
  }
  cursor.at = at;
}

/** Scans a single- or double-quoted scalar. */
export function scanQuoted(cursor: Cursor): Token {
  const { text, column, code: quote } = cursor;
  const start = cursor.at;
  cursor.at += 1;
  let value = "";
  for (;;) {
    if (cursor.at === cursor.base && cursor.atDocumentMarker())
      throw refuse(text, cursor.at, "a quoted scalar is cut off by a document marker");
    if (cursor.code === 0) throw refuse(text, start, "a quoted scalar is not closed");
    const run = scanQuotedRun(cursor, quote);
    value += run.text;
    if (cursor.code === quote) break;
    value += scanQuotedSpace(cursor, run.escaped);
  }
  cursor.skipText(1);
  return new Token(TokenKind.scalar, start, cursor.at, column, value, "", quote === SINGLE ? "single" : "double");
}

/** Passes characters up to white space or the closing quote. `escaped`: the run ended with a backslash before a line break. */
function scanQuotedRun(cursor: Cursor, quote: number): { readonly text: string; readonly escaped: boolean } {
  const { text } = cursor;
  let value = "";
  let chunk = cursor.at;
  for (;;) {
    const code = cursor.code;
    if (isBlankOrEnd(code)) break;
    if (code === quote) {
      if (quote === DOUBLE || cursor.peek(1) !== SINGLE) break;
      value += text.slice(chunk, cursor.at + 1);
      cursor.at += 2;
      chunk = cursor.at;
    } else if (code === BACKSLASH && quote === DOUBLE) {
      value += text.slice(chunk, cursor.at);
      if (isBreak(cursor.peek(1))) {
        cursor.at += 1;
        cursor.skipBreak();
        return { text: value, escaped: true };
      }
      value += scanEscape(cursor);
      chunk = cursor.at;
    } else {
      if (isHighSurrogate(code)) {
        cursor.at += 1;
        cursor.base += 1;
      }
      cursor.at += 1;
    }
  }
  return { text: value + text.slice(chunk, cursor.at), escaped: false };
}

/** Passes white space inside quotes. Blanks around a line break vanish; behind an escaped break only further breaks count. */
function scanQuotedSpace(cursor: Cursor, escaped: boolean): string {
  const start = cursor.at;
  let broken = escaped;
  let first = "";
  let rest = "";
  for (let code = cursor.code; ; code = cursor.code) {
    if (isBlank(code)) cursor.at += 1;
    else if (!isBreak(code)) break;
    else if (broken) rest += cursor.skipBreak();
    else {
      first = cursor.skipBreak();
      broken = true;
    }
  }
  return broken ? fold(first, rest) : cursor.text.slice(start, cursor.at);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["0", "\0"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["t", "\t"],
  ["\t", "\t"],
  ["n", "\n"],
  ["v", "\v"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\u001B"],
  [" ", " "],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
  ["N", "\u0085"],
  ["_", "\u00A0"],
  ["L", "\u2028"],
  ["P", "\u2029"],
]);

const CODE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

function scanEscape(cursor: Cursor): string {
  const { text, at } = cursor;
  const letter = text.charAt(at + 1);
  const simple = ESCAPES.get(letter);
  if (simple !== undefined) {
    cursor.at += 2;
    return simple;
  }
  const length = CODE_LENGTHS.get(letter);
  if (length === undefined) throw refuse(text, at, "unknown escape in a double-quoted scalar");
  for (let index = 0; index < length; index++) {
    if (!isHex(text.charCodeAt(at + 2 + index))) throw refuse(text, at, "an escape has too few hexadecimal digits");
  }
  const code = Number.parseInt(text.slice(at + 2, at + 2 + length), 16);
  // Also a pair of escaped surrogates, as JSON has them, is an error for go-yaml.
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw refuse(text, at, "an escape is not a Unicode character");
  cursor.at += 2 + length;
  return String.fromCodePoint(code);
}
