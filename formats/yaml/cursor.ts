/** The scanner's place in the text. Offsets are UTF-16 units; columns count characters, as go-yaml does. */
import { CR, isBlankOrEnd, isBreak, isHighSurrogate, LF, type CommentLine, type PendingComment } from "./tokens.ts";

const DASH = 45;
const DOT = 46;

export class Cursor {
  /** The source with a NUL behind it, so that the end needs no check of its own. NUL cannot occur in the source. */
  readonly text: string;
  at: number;
  /** `at - base` is the column: the start of the line, plus one for each surrogate pair passed on it. */
  base: number;
  line = 0;
  /** Line breaks since the last character that was not blank. */
  newlines = 0;
  /** True if the last plain scalar was followed by a line break, which the cursor has passed. */
  broken = false;
  /** Every `#` comment of the source in order. */
  readonly commentLines: CommentLine[] = [];
  readonly comments: PendingComment[] = [];

  constructor(source: string) {
    this.text = `${source}\0`;
    this.at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.base = this.at;
  }

  get column(): number {
    return this.at - this.base;
  }

  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Code at a distance; NaN behind the end. */
  peek(distance: number): number {
    return this.text.charCodeAt(this.at + distance);
  }

  /** Passes one character that is no break. */
  skip(): void {
    const code = this.code;
    if (code !== 32 && code !== 9) this.newlines = 0;
    if (isHighSurrogate(code)) {
      this.at += 1;
      this.base += 1;
    }
    this.at += 1;
  }

  /** Passes ASCII characters that are not blank. */
  skipText(count: number): void {
    this.at += count;
    this.newlines = 0;
  }

  skipBlanks(): void {
    while (this.code === 32 || this.code === 9) this.at += 1;
  }

  /** Passes the rest of the line; the cursor then stands on the break or on the end. */
  skipToBreak(): void {
    const { text } = this;
    let at = this.at;
    let code = text.charCodeAt(at);
    while (code !== LF && code !== 0 && !isBreak(code)) {
      if (code !== 32 && code !== 9) this.newlines = 0;
      if (isHighSurrogate(code)) {
        at += 1;
        this.base += 1;
      }
      at += 1;
      code = text.charCodeAt(at);
    }
    this.at = at;
  }

  /** Passes a line break, if there is one. @returns the text it stands for: LF, or itself for LS and PS; empty if there is none */
  skipBreak(): string {
    const code = this.code;
    if (!isBreak(code)) return "";
    this.at += code === CR && this.peek(1) === LF ? 2 : 1;
    this.base = this.at;
    this.line += 1;
    this.newlines += 1;
    return code < 0x2028 ? "\n" : String.fromCharCode(code);
  }

  /** True at `---` or `...` at the start of a line, followed by white space or the end. */
  atDocumentMarker(): boolean {
    const code = this.code;
    return (
      (code === DASH || code === DOT) &&
      this.at === this.base &&
      this.peek(1) === code &&
      this.peek(2) === code &&
      isBlankOrEnd(this.peek(3))
    );
  }
}
