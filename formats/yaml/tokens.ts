/** Tokens, waiting comments and character classes of the YAML scanner. go-yaml's classes, not those of the YAML specification. */
import { positionAt, SottoError } from "../../src/model/error.ts";
import type { BlockScalar, ScalarStyle } from "./slots.ts";

export const TokenKind = {
  streamStart: 0,
  streamEnd: 1,
  version: 2,
  tagDirective: 3,
  documentStart: 4,
  documentEnd: 5,
  sequenceStart: 6,
  mappingStart: 7,
  blockEnd: 8,
  flowSequenceStart: 9,
  flowSequenceEnd: 10,
  flowMappingStart: 11,
  flowMappingEnd: 12,
  entry: 13,
  flowEntry: 14,
  key: 15,
  value: 16,
  alias: 17,
  anchor: 18,
  tag: 19,
  scalar: 20,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** One class for all tokens, so that every access has one shape. */
export class Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Column of `start`, in characters. */
  readonly column: number;
  /** Text of a scalar, name of an anchor or alias, handle of a tag or `%TAG`, version of a `%YAML`. */
  readonly value: string;
  /** What follows the handle of a tag, or the prefix of a `%TAG`. */
  readonly suffix: string;
  readonly style: ScalarStyle;
  readonly block: BlockScalar | undefined;
  /** Flow level of the implicit key that may begin with this token, -1 for none; see the scanner. */
  keyLevel = -1;

  constructor(
    kind: TokenKind,
    start: number,
    end: number,
    column: number,
    value: string = "",
    suffix: string = "",
    style: ScalarStyle = "plain",
    block?: BlockScalar,
  ) {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.column = column;
    this.value = value;
    this.suffix = suffix;
    this.style = style;
    this.block = block;
  }
}

/** Text of several comment lines: an index into {@link CommentLine}s each, with `NEWLINE` where go-yaml has a line feed. */
export type Lines = readonly number[];

export const NEWLINE = -1;

/** One `#` of the source, to the end of its line. */
export interface CommentLine {
  readonly hash: number;
  readonly end: number;
  readonly column: number;
}

/** Comment lines that wait for the parser to reach the token at `token`. Offsets are those of the source. */
export interface PendingComment {
  /** Where the scan for white space began that found the comment. */
  scan: number;
  token: number;
  readonly line: number;
  /** Column of the first `#`, from 1 as go-yaml counts while it looks ahead. */
  readonly column: number;
  readonly start: number;
  end: number;
  head: Lines | undefined;
  inline: Lines | undefined;
  foot: Lines | undefined;
}

/** @returns the error that go-yaml cannot read the text at this offset either */
export function refuse(text: string, offset: number, message: string): SottoError {
  return new SottoError("YAML_INVALID", message, { position: positionAt(text, offset) });
}

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;

/** A line break for go-yaml: LF, CR, NEL, LS, PS. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || (code >= 0x85 && (code === 0x85 || code === 0x2028 || code === 0x2029));
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
  return code <= SPACE ? isBlank(code) || isBreakOrEnd(code) : isBreak(code);
}

/** Letters, digits, `_` and `-`: what anchors, handles and directive names are made of. */
export function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 45;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
