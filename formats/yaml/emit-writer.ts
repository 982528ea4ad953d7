/**
 * Lines, columns and waiting comments of the YAML emitter. It keeps go-yaml's bookkeeping, since sops's output
 * depends on it: a comment is not printed where its node is, but when the emitter next comes by a place for its kind.
 */
import { joinComments } from "./emit-comments.ts";

/** Comments that have been handed over and wait to be printed. */
export interface Waiting {
  head: string;
  line: string;
  foot: string;
  /** Foot of a key, printed when its value is over. */
  tail: string;
  /** A line comment that was waiting when a key came by. */
  keyLine: string;
}

export class YamlWriter {
  readonly step: number;
  readonly waiting: Waiting = { head: "", line: "", foot: "", tail: "", keyLine: "" };
  /** Column of the current collection's keys or dashes; −1 outside. */
  indent = -1;
  readonly #parts: string[] = [];
  #column = 0;
  /** True if the last thing printed ends in white space, so that none is needed. */
  #space = true;
  /** True if this line holds nothing but indentation and `-`, `?`, `:` indicators so far. */
  #fresh = true;
  /** Column of the foot comment just printed: a blank line keeps it apart from what follows in the same column. */
  #footColumn = -1;
  /** True behind a literal that keeps its last blank lines. sops prints one more there at the end of a document. */
  #open = false;

  /** @param step indentation of the output, 2 to 9 */
  constructor(step: number) {
    this.step = step;
  }

  toString(): string {
    return this.#parts.join("");
  }

  /** Hands a comment over; where sops would forget one that still waits, both are kept. */
  wait(kind: keyof Waiting, comment: string): void {
    this.waiting[kind] = joinComments(this.waiting[kind], comment);
  }

  /** Column of what is nested at the current place (sops: §4.1.5, indentation algorithm). */
  nested(inSequence: boolean): number {
    if (this.indent < 0) return this.step;
    if (inSequence) return this.indent + 2;
    return this.step * Math.floor((this.indent + this.step) / this.step);
  }

  /** Prints text on the current line, behind a space if one is needed. */
  text(text: string): void {
    if (!this.#space) this.#put(" ");
    this.#put(text);
    this.#space = false;
    this.#fresh = false;
  }

  /** Prints an indicator behind which a nested collection may start on the same line. */
  indicator(text: "-" | "?" | ":"): void {
    const fresh = this.#fresh;
    this.text(text);
    this.#fresh = fresh;
  }

  /** Prints text without a space in front. */
  attach(text: string): void {
    this.#put(text);
    this.#space = false;
    this.#fresh = false;
  }

  /** Opens a flow collection: nothing needs a space behind it. */
  open(bracket: "{" | "["): void {
    this.text(bracket);
    this.#space = true;
  }

  /**
   * Prints lines that bring their own indentation, and ends the line.
   * @param open true if a blank line behind them would become part of their text
   */
  lines(text: string, open: boolean): void {
    if (text !== "") this.#put(text);
    this.break();
    this.#space = true;
    this.#open = open;
  }

  break(): void {
    this.#parts.push("\n");
    this.#column = 0;
    this.#fresh = true;
  }

  /** Goes to the current column, in a new line unless this one is still fresh. */
  startLine(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.#fresh || this.#column > indent || (this.#column === indent && !this.#space)) this.break();
    if (this.#footColumn === indent && !this.#open) this.break();
    if (this.#column < indent) this.#put(" ".repeat(indent - this.#column));
    this.#space = true;
    this.#footColumn = -1;
  }

  printHead(): void {
    if (this.waiting.tail !== "") this.#printFootAs("tail");
    if (this.waiting.head === "") return;
    this.startLine();
    this.#comment(this.#take("head"));
  }

  printLine(): void {
    if (this.waiting.line === "") return;
    if (!this.#space) this.#put(" ");
    this.#comment(this.#take("line"));
  }

  printFoot(): void {
    if (this.waiting.foot !== "") this.#printFootAs("foot");
  }

  /** A foot comment of the whole document stands behind a blank line. */
  endDocument(): void {
    this.#footColumn = 0;
    this.printFoot();
    this.#footColumn = -1;
    this.startLine();
  }

  #printFootAs(kind: "foot" | "tail"): void {
    this.startLine();
    this.#comment(this.#take(kind));
    this.#footColumn = Math.max(this.indent, 0);
  }

  #take(kind: keyof Waiting): string {
    const comment = this.waiting[kind];
    this.waiting[kind] = "";
    return comment;
  }

  /** Each line gets its `#`. Breaks that are none to other readers (CR, U+2028, …) become LF. */
  #comment(comment: string): void {
    const lines = comment.split(/[\n\r\u0085\u2028\u2029]/);
    for (const [index, line] of lines.entries()) {
      if (index > 0 && line !== "") this.startLine();
      if (line !== "") this.#put(index === 0 || line.startsWith("#") ? line : `# ${line}`);
      if (line !== "" || index < lines.length - 1) this.break();
    }
    this.#space = true;
  }

  #put(text: string): void {
    this.#open = false;
    this.#parts.push(text);
    this.#column += text.length;
  }
}
