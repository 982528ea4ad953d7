/** Scans anchors, aliases, tags and directives. */
import { decodeText } from "../../src/model/text.ts";
import type { Cursor } from "./cursor.ts";
import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isHex, isWord, refuse, Token, TokenKind } from "./tokens.ts";

const BANG = 33;
const HASH = 35;
const PERCENT = 37;
const LESS = 60;
const GREATER = 62;

/** Characters that may follow an anchor or alias directly, beside white space. */
const AFTER_ANCHOR = "?:,]}%@`";
const URI_CHARS = ";/?:@&=+$,.!~*'()[]%";

export function scanAnchor(cursor: Cursor, kind: TokenKind): Token {
  const { text, at: start, column } = cursor;
  const name = scanWord(cursor, 1);
  const code = cursor.code;
  if (name === "" || !(isBlankOrEnd(code) || AFTER_ANCHOR.includes(text.charAt(cursor.at)))) {
    throw refuse(text, cursor.at, `${kind === TokenKind.alias ? "an alias" : "an anchor"} has an invalid name`);
  }
  return new Token(kind, start, cursor.at, column, name);
}

/** Passes `skip` characters and the word behind them. @returns the word */
function scanWord(cursor: Cursor, skip: number): string {
  cursor.skipText(skip);
  const start = cursor.at;
  while (isWord(cursor.code)) cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

/** The token's `value` is the handle (`!`, `!!`, `!x!`; empty for `!<…>` and for a lone `!`), its `suffix` the rest. */
export function scanTag(cursor: Cursor): Token {
  const { text, at: start, column } = cursor;
  let handle = "";
  let suffix = "";
  if (cursor.peek(1) === LESS) {
    cursor.skipText(2);
    suffix = scanUri(cursor, "", start);
    if (cursor.code !== GREATER) throw refuse(text, cursor.at, "a tag is not closed by >");
    cursor.skipText(1);
  } else {
    handle = scanHandle(cursor);
    if (handle.length > 1 && handle.endsWith("!")) {
      suffix = scanUri(cursor, "", start);
    } else {
      suffix = scanUri(cursor, handle, start);
      handle = suffix === "" ? "" : "!";
      if (suffix === "") suffix = "!";
    }
  }
  if (!isBlankOrEnd(cursor.code)) throw refuse(text, cursor.at, "a tag must be followed by white space");
  return new Token(TokenKind.tag, start, cursor.at, column, handle, suffix);
}

function scanHandle(cursor: Cursor): string {
  const name = scanWord(cursor, 1);
  if (cursor.code !== BANG) return `!${name}`;
  cursor.skipText(1);
  return `!${name}!`;
}

/** @param head a handle that turned out to be the start of the tag's own text */
function scanUri(cursor: Cursor, head: string, start: number): string {
  const { text } = cursor;
  let uri = head.slice(1);
  const from = cursor.at;
  for (;;) {
    const code = cursor.code;
    if (code === PERCENT) {
      uri += scanUriEscape(cursor);
    } else if (isWord(code) || URI_CHARS.includes(text.charAt(cursor.at))) {
      uri += text.charAt(cursor.at);
      cursor.at += 1;
    } else {
      break;
    }
  }
  if (head === "" && cursor.at === from) throw refuse(text, start, "a tag has no name");
  return uri;
}

/** One character as `%` and two hexadecimal digits for each byte of its UTF-8. */
function scanUriEscape(cursor: Cursor): string {
  const { text } = cursor;
  const bytes: number[] = [];
  let length = 1;
  while (bytes.length < length) {
    const at = cursor.at;
    if (cursor.code !== PERCENT || !isHex(cursor.peek(1)) || !isHex(cursor.peek(2))) {
      throw refuse(text, at, "a tag has an invalid escape");
    }
    const byte = Number.parseInt(text.slice(at + 1, at + 3), 16);
    if (bytes.length === 0) length = utf8Length(byte);
    if (length === 0 || (bytes.length > 0 && (byte & 0xc0) !== 0x80)) throw refuse(text, at, "a tag has an invalid escape");
    bytes.push(byte);
    cursor.at += 3;
  }
  return decodeText(Uint8Array.from(bytes));
}

function utf8Length(lead: number): number {
  if (lead < 0x80) return 1;
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 0;
}

/** `%YAML` gives its version as `value`; `%TAG` its handle and, as `suffix`, its prefix. The line's comment is only noted. */
export function scanDirective(cursor: Cursor): Token {
  const { text, at: start, column } = cursor;
  const name = scanWord(cursor, 1);
  if (name === "") throw refuse(text, start, "a directive has no name");
  if (!isBlankOrEnd(cursor.code)) throw refuse(text, cursor.at, "a directive has an invalid name");
  let token: Token;
  if (name === "YAML") {
    cursor.skipBlanks();
    const version = scanVersion(cursor);
    token = new Token(TokenKind.version, start, cursor.at, column, version);
  } else if (name === "TAG") {
    const [handle, prefix] = scanTagDirective(cursor);
    token = new Token(TokenKind.tagDirective, start, cursor.at, column, handle, prefix);
  } else {
    throw refuse(text, start, "unknown directive");
  }
  cursor.skipBlanks();
  if (cursor.code === HASH) {
    const hash = cursor.at;
    const hashColumn = cursor.column;
    cursor.skipToBreak();
    cursor.commentLines.push({ hash, end: cursor.at, column: hashColumn });
  }
  if (!isBreakOrEnd(cursor.code)) throw refuse(text, cursor.at, "unexpected text behind a directive");
  cursor.skipBreak();
  return token;
}

/** @returns `1.1` without leading zeros */
function scanVersion(cursor: Cursor): string {
  const major = scanVersionNumber(cursor);
  if (cursor.text.charAt(cursor.at) !== ".") throw refuse(cursor.text, cursor.at, "the version of a %YAML directive is invalid");
  cursor.skipText(1);
  return `${major}.${scanVersionNumber(cursor)}`;
}

function scanVersionNumber(cursor: Cursor): number {
  const start = cursor.at;
  while (isDigit(cursor.code)) cursor.skipText(1);
  const length = cursor.at - start;
  if (length === 0 || length > 2) throw refuse(cursor.text, start, "the version of a %YAML directive is invalid");
  return Number(cursor.text.slice(start, cursor.at));
}

function scanTagDirective(cursor: Cursor): readonly [handle: string, prefix: string] {
  const { text } = cursor;
  cursor.skipBlanks();
  const start = cursor.at;
  if (cursor.code !== BANG) throw refuse(text, start, "a %TAG directive has an invalid handle");
  const handle = scanHandle(cursor);
  if (handle !== "!" && !handle.endsWith("!")) throw refuse(text, start, "a %TAG directive has an invalid handle");
  if (!isBlank(cursor.code)) throw refuse(text, cursor.at, "a %TAG directive has an invalid handle");
  cursor.skipBlanks();
  const prefix = scanUri(cursor, "", start);
  if (!isBlankOrEnd(cursor.code)) throw refuse(text, cursor.at, "a %TAG directive has an invalid prefix");
  return [handle, prefix];
}
