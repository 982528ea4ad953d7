/**
 * Finds comments while the scanner looks for the next token, and decides whether they belong to what stands before (`foot`), behind
 * (`head`) or on their line (`inline`), as go-yaml does. The decision shows in sops's tree, since a comment is encrypted under the
 * path of its container (sops: §4.1.6), so the oddities here are deliberate.
 */
import type { Cursor } from "./cursor.ts";
import { isBlank, isBreak, isBreakOrEnd, NEWLINE, TokenKind, type PendingComment, type Token } from "./tokens.ts";

const HASH = 35;
/** go-yaml looks no further than this for the next comment. */
const REACH = 512;

/** Takes in the comment at the cursor, to the end of its line. @returns its index */
function takeLine(cursor: Cursor): number {
  const hash = cursor.at;
  const column = cursor.column;
  cursor.skipToBreak();
  return cursor.commentLines.push({ hash, end: cursor.at, column }) - 1;
}

/**
 * Takes a comment on the line of the token just scanned.
 * @param token offset of the token that the comment goes to
 */
export function scanLineComment(cursor: Cursor, token: number): void {
  if (cursor.newlines > 0) return;
  const limit = cursor.at + REACH;
  let at = cursor.at;
  while (at < limit && isBlank(cursor.text.charCodeAt(at))) at += 1;
  if (at >= limit || cursor.text.charCodeAt(at) !== HASH) return;
  cursor.at = at;
  const { line, column } = cursor;
  const inline = [takeLine(cursor)];
  cursor.comments.push({ scan: 0, token, line, column, start: at, end: 0, head: undefined, inline, foot: undefined });
}

/**
 * Takes the comment at the cursor and all comment lines that follow it without another token between.
 * @param last the token before; `previous` the one before that
 * @param scanAt offset where the search for the next token began; `scanLine` its line
 * @param indent indentation of the open block, -1 at the top
 */
export function scanComments(
  cursor: Cursor,
  last: Token,
  previous: Token | undefined,
  scanAt: number,
  scanLine: number,
  indent: number,
  flow: boolean,
): void {
  new CommentScan(cursor, last, previous, scanAt, scanLine, Math.max(indent, 0), flow).run();
}

class CommentScan {
  private readonly cursor: Cursor;
  private readonly indent: number;
  private readonly flow: boolean;
  private readonly footLine: number;
  private readonly behindColon: boolean;
  private scanAt: number;
  private token: number;
  private lines: number[] = [];
  /** Line, column from 1, and offset of the first `#` of `lines`. */
  private first = { line: 0, column: 0, at: 0 };
  private recentEmpty = false;
  private firstEmpty: boolean;

  constructor(cursor: Cursor, last: Token, previous: Token | undefined, scanAt: number, scanLine: number, indent: number, flow: boolean) {
    const owner = last.kind === TokenKind.flowEntry && previous ? previous : last;
    this.cursor = cursor;
    this.indent = indent;
    this.flow = flow;
    this.scanAt = scanAt;
    this.token = owner.start;
    this.behindColon = owner.kind === TokenKind.value;
    this.firstEmpty = cursor.newlines <= 1;
    this.footLine = footLine(cursor, scanLine);
  }

  /** Looks ahead over white space: `at` is the offset looked at, `steps` how far go-yaml has counted in bytes. */
  run(): void {
    const { cursor } = this;
    let at = cursor.at;
    let line = cursor.line;
    let column = cursor.column;
    let steps = 0;
    for (; steps < REACH; steps++, at++) {
      const code = at < cursor.text.length ? cursor.text.charCodeAt(at) : 0;
      column += 1;
      if (isBlank(code)) continue;
      const closing = this.flow && (code === 93 || code === 125);
      if (closing || isBreakOrEnd(code)) {
        this.meetEmptyLine(at, code, closing);
        if (!isBreak(code)) break;
        this.firstEmpty = false;
        this.recentEmpty = true;
        // NEL, LS and PS have several bytes; go-yaml looks at the second one next, and that is no white space.
        if (code >= 0x80) {
          this.splitDedented(at, 1);
          break;
        }
        column = 0;
        line += 1;
        continue;
      }
      this.splitDedented(at, column);
      if (code !== HASH) break;
      if (this.lines.length === 0) this.first = { line, column, at };
      else this.lines.push(NEWLINE);
      this.recentEmpty = false;
      this.moveTo(at);
      this.lines.push(takeLine(cursor));
      // The break behind the comment is stepped over unseen: of CRLF only the CR, so that each line seems followed by an empty one.
      at = cursor.at;
      steps = 0;
      column = 0;
      line = cursor.line;
      if (cursor.code >= 0x80) {
        this.splitDedented(at, 1);
        break;
      }
    }
    if (this.lines.length > 0) this.push("head", at - 1);
  }

  /** At a line without content or the end of a flow collection: what came before may be a foot, else the gap is kept in mind. */
  private meetEmptyLine(at: number, code: number, closing: boolean): void {
    if (!closing && this.recentEmpty) return;
    const dedented = this.first.column - 1 < this.indent;
    const ownLine = this.first.line === this.footLine && !this.behindColon;
    if (closing || (this.firstEmpty && (ownLine || dedented))) {
      if (this.lines.length === 0) return;
      if (dedented) this.token = this.first.at;
      this.push("foot", at);
      this.restart(at);
    } else if (this.lines.length > 0 && code !== 0) {
      this.lines.push(NEWLINE);
    }
  }

  /** A comment left of the block and in another column than the one before is no part of it. */
  private splitDedented(at: number, column: number): void {
    if (this.lines.length === 0 || column - 1 >= this.indent || column === this.first.column) return;
    this.push("foot", at);
    this.restart(at);
  }

  private restart(at: number): void {
    this.scanAt = at;
    this.token = at;
    this.lines = [];
  }

  private push(place: "head" | "foot", end: number): void {
    const { first, scanAt, lines } = this;
    const comment: PendingComment = {
      scan: scanAt,
      token: place === "head" ? first.at : this.token,
      line: first.line,
      column: first.column,
      start: first.at,
      end,
      head: undefined,
      inline: undefined,
      foot: undefined,
    };
    comment[place] = lines;
    this.cursor.comments.push(comment);
  }

  /** Passes white space up to an offset. */
  private moveTo(at: number): void {
    const { cursor } = this;
    while (cursor.at < at) {
      if (cursor.skipBreak() === "") cursor.at += 1;
    }
  }
}

/** The line in which a comment must begin to be a foot of what stands before: the one below it. -1 when there is nothing before. */
function footLine(cursor: Cursor, scanLine: number): number {
  if (scanLine === 0) return -1;
  const line = cursor.line - cursor.newlines + 1;
  return cursor.newlines === 0 && cursor.column > 1 ? line + 1 : line;
}
