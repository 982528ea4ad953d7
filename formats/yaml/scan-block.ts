/** Scans literal and folded block scalars. */
import type { Cursor } from "./cursor.ts";
import { scanLineComment } from "./scan-comment.ts";
import type { BlockScalar } from "./slots.ts";
import { isBlank, isBreak, isBreakOrEnd, isDigit, refuse, SPACE, TAB, Token, TokenKind } from "./tokens.ts";

const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const LITERAL = 124;
const HASH = 35;

interface Header {
  readonly chomp: "" | "-" | "+";
  readonly digit: number;
  /** Behind the indicators. */
  readonly end: number;
}

/**
 * @param parent indentation of the node that holds the scalar, -1 at the top
 * @returns the token; its `start` and `suffix` give the header (`|2-`)
 */
export function scanBlock(cursor: Cursor, parent: number): Token {
  const { text, at: start, column } = cursor;
  const literal = cursor.code === LITERAL;
  const header = scanHeader(cursor);
  cursor.skipBlanks();
  if (cursor.code === HASH) scanLineComment(cursor, start);
  if (!isBreakOrEnd(cursor.code)) throw refuse(text, cursor.at, "a block scalar's text must start on the next line");
  const headerEnd = cursor.at;
  cursor.skipBreak();
  const body = scanBody(cursor, literal, header, parent);
  const block: BlockScalar = {
    body: { start: body.start, end: body.end },
    indent: body.indent,
    parentIndent: Math.max(parent, 0),
    ...(header.digit === 0 ? {} : { digit: header.digit }),
    chomp: header.chomp,
  };
  const end = body.end > body.start ? body.end : headerEnd;
  return new Token(TokenKind.scalar, start, end, column, body.value, text.slice(start, header.end), literal ? "literal" : "folded", block);
}

/** The indicators behind `|` or `>`: an indentation digit and a chomping sign, in either order. */
function scanHeader(cursor: Cursor): Header {
  cursor.skipText(1);
  let chomp = scanChomp(cursor);
  let digit = 0;
  if (isDigit(cursor.code)) {
    digit = cursor.code - ZERO;
    if (digit === 0) throw refuse(cursor.text, cursor.at, "a block scalar cannot be indented by 0");
    cursor.skipText(1);
    if (chomp === "") chomp = scanChomp(cursor);
  }
  return { chomp, digit, end: cursor.at };
}

function scanChomp(cursor: Cursor): "" | "-" | "+" {
  const code = cursor.code;
  if (code !== PLUS && code !== MINUS) return "";
  cursor.skipText(1);
  return code === PLUS ? "+" : "-";
}

interface Body {
  readonly value: string;
  readonly indent: number;
  readonly start: number;
  /** Behind the last line that is not blank; `start` if there is none. */
  readonly end: number;
}

function scanBody(cursor: Cursor, literal: boolean, header: Header, parent: number): Body {
  const { text } = cursor;
  const start = cursor.at;
  const fixed = header.digit === 0 ? 0 : Math.max(parent, 0) + header.digit;
  const lead = scanIndentation(cursor, fixed);
  const indent = fixed === 0 ? Math.max(lead.column, parent + 1, 1) : fixed;
  const parts: string[] = [];
  let end = start;
  let breaks = lead.breaks;
  let lineBreak = "";
  let wasBlank = false;
  while (cursor.column === indent && cursor.code !== 0) {
    const blank = isBlank(cursor.code);
    const folded = !literal && !wasBlank && !blank && lineBreak === "\n";
    if (!folded) parts.push(lineBreak);
    else if (breaks === "") parts.push(" ");
    const at = cursor.at;
    cursor.skipToBreak();
    parts.push(breaks, text.slice(at, cursor.at));
    wasBlank = blank;
    end = cursor.at;
    lineBreak = cursor.skipBreak();
    breaks = scanIndentation(cursor, indent).breaks;
  }
  if (header.chomp !== "-") parts.push(lineBreak);
  if (header.chomp === "+") parts.push(breaks);
  return { value: parts.join(""), indent, start, end };
}

/**
 * Passes empty lines and the indentation of the next line that is not empty.
 * @param indent 0 when not known yet: then all blanks are indentation
 * @returns the breaks passed, and the widest indentation met
 */
function scanIndentation(cursor: Cursor, indent: number): { readonly breaks: string; readonly column: number } {
  let breaks = "";
  let widest = 0;
  const limit = indent === 0 ? Infinity : indent;
  for (;;) {
    while (cursor.code === SPACE && cursor.column < limit) cursor.at += 1;
    widest = Math.max(widest, cursor.column);
    if (cursor.code === TAB && cursor.column < limit) {
      throw refuse(cursor.text, cursor.at, "a tab cannot indent a block scalar");
    }
    if (!isBreak(cursor.code)) return { breaks, column: widest };
    breaks += cursor.skipBreak();
  }
}
