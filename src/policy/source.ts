/** The text of a config with its positions: every complaint about a config is made here, with the line and a caret. */
import { SottoError } from "../model/error.ts";
import type { ErrorCode, Position } from "../model/error.ts";
import type { Span } from "../model/tree.ts";

/** Something wrong in a config that sops would not mind. */
export interface ConfigWarning {
  readonly message: string;
  readonly position: Position;
  readonly hints: readonly string[];
  /** The line in question with a caret below. */
  readonly frame: string;
  /** True if commands that wrap or encrypt must stop here; reading goes on with a warning. */
  readonly refuses: boolean;
}

/** Longest stretch of a line that a frame shows. */
const FRAME_WIDTH = 120;

export class ConfigSource {
  readonly path: string;
  readonly text: string;
  readonly warnings: ConfigWarning[] = [];
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  positionOf(offset: number): Position {
    const starts = this.#starts();
    const line = this.#lineAt(offset);
    const before = this.text.slice(starts[line] ?? 0, offset);
    return { line: line + 1, column: Array.from(before).length + 1 };
  }

  /** The line of a span, with carets below what belongs to the span. */
  frame(span: Span): string {
    const line = this.#lineAt(span.start);
    const start = this.#starts()[line] ?? 0;
    const newline = this.text.indexOf("\n", start);
    const end = newline === -1 ? this.text.length : newline;
    const first = Math.max(start, span.start - FRAME_WIDTH / 2);
    const shown = hideSecrets(this.text.slice(first, Math.min(end, first + FRAME_WIDTH)).replace(/\r$/, ""));
    const before = this.text.slice(first, span.start).replaceAll(/[^\t]/gu, " ");
    const marked = Array.from(this.text.slice(span.start, Math.min(span.end, first + shown.length))).length;
    const number = String(line + 1);
    return `${number} | ${shown}\n${" ".repeat(number.length)} | ${before}${"^".repeat(Math.max(1, marked))}`;
  }

  warn(span: Span, message: string, options: { readonly hints?: readonly string[]; readonly refuses?: boolean } = {}): void {
    const { hints = [], refuses = false } = options;
    this.warnings.push({ message, position: this.positionOf(span.start), hints, frame: this.frame(span), refuses });
  }

  error(span: Span, message: string, options: { readonly code?: ErrorCode; readonly hints?: readonly string[] } = {}): SottoError {
    return new SottoError(options.code ?? "CONFIG_INVALID", message, {
      file: this.path,
      position: this.positionOf(span.start),
      report: this.frame(span),
      hints: options.hints ?? [],
    });
  }

  /** What sops says of a value that does not fit its field: the whole config cannot be used (sops: §6.1). */
  misfit(span: Span, field: string, found: string, wanted: string): SottoError {
    return this.error(span, `error loading config: Could not unmarshal config file: ${field}: cannot unmarshal ${found} into ${wanted}`);
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  #lineAt(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** An identity that was pasted into a config is not shown again; the carets below keep their place. */
function hideSecrets(line: string): string {
  return line.replaceAll(/AGE-(?:SECRET-KEY|PLUGIN)-[A-Za-z0-9-]*/gi, (secret) => "*".repeat(secret.length));
}
