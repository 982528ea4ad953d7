/** The parser's view of the scanner: tokens, and the comments gathered up to them until a node takes them. */
import { NO_COMMENTS, type Attached } from "./events.ts";
import type { Scanner } from "./scan.ts";
import { NEWLINE, TokenKind, type Lines, type Token } from "./tokens.ts";

export class TokenStream {
  private readonly scanner: Scanner;
  private current: Token | undefined;
  private commentsRead = 0;
  private head: number[] | undefined;
  private inline: number[] | undefined;
  private foot: number[] | undefined;
  /** Head comments of a dash whose item is a block collection: they go to the collection as a whole. */
  private stem: Lines | undefined;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  /** The next token; comments up to it are gathered. */
  peek(): Token {
    if (this.current) return this.current;
    const token = this.scanner.peek();
    this.gatherComments(token);
    this.current = token;
    return token;
  }

  /** Takes the token that {@link peek} returned. */
  take(): void {
    this.current = undefined;
    this.scanner.take();
  }

  private gatherComments(token: Token): void {
    const { comments } = this.scanner.cursor;
    for (; this.commentsRead < comments.length; this.commentsRead++) {
      const comment = comments[this.commentsRead];
      if (comment === undefined || token.start < comment.token) return;
      if (comment.head) {
        // The end of a block takes no head comments; the next token will.
        if (token.kind === TokenKind.blockEnd) return;
        this.head = join(this.head, comment.head);
      }
      if (comment.foot) this.foot = join(this.foot, comment.foot);
      if (comment.inline) this.inline = join(this.inline, comment.inline);
      comment.end = 0;
      comment.inline = undefined;
    }
  }

  /** All comments gathered so far. */
  takeComments(): Attached {
    this.stem = undefined;
    if (!this.head && !this.inline && !this.foot) return NO_COMMENTS;
    const comments: Attached = { head: this.head, inline: this.inline, foot: this.foot };
    this.head = undefined;
    this.inline = undefined;
    this.foot = undefined;
    return comments;
  }

  takeStem(): Lines | undefined {
    const { stem } = this;
    this.stem = undefined;
    return stem;
  }

  /** Takes a dash. Comments above it go to the block collection that the item is, if it is one. @returns the token behind it */
  takeDash(): Token {
    const above = this.head?.length ?? 0;
    this.take();
    const next = this.peek();
    if (above > 0 && this.head && (next.kind === TokenKind.sequenceStart || next.kind === TokenKind.mappingStart)) {
      this.stem = this.head.slice(0, above);
      this.head = this.head.length === above ? undefined : this.head.slice(above + 1);
    }
    return next;
  }

  /** Of the comments above an implicit document, those above the last empty line belong to the document. */
  splitHead(): Lines | undefined {
    const { head } = this;
    if (!head) return undefined;
    for (let index = head.length - 1; index > 0; index--) {
      if (head[index] !== NEWLINE) continue;
      const last = index === head.length - 1;
      if (!last && head[index - 1] !== NEWLINE) continue;
      this.head = last ? undefined : head.slice(index + 1);
      return head.slice(0, last ? index : index - 1);
    }
    return undefined;
  }
}

function join(before: number[] | undefined, lines: Lines): number[] {
  if (!before) return [...lines];
  before.push(NEWLINE);
  for (const line of lines) before.push(line);
  return before;
}
