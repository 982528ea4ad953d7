/** Lines as they are drawn: spans of text with the meaning of their colour. Every line of a frame is exactly as wide as its pane. */
import { graphemes } from "../text/graphemes.ts";
import { fit, ONE_CELL_EACH, widthOf } from "../text/width.ts";

/** What a span means; the theme decides how that looks. */
export type Role = "text" | "dim" | "strong" | "good" | "warning" | "danger" | "focus" | "plain" | "edited" | "prod";

export interface Span {
  /** Already harmless: what came from a file went through `show`. */
  readonly text: string;
  readonly role?: Role;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

export type Line = readonly Span[];

export const span = (text: string, role?: Role): Span => (role === undefined ? { text } : { text, role });

export function widthOfLine(line: Line): number {
  let width = 0;
  for (const one of line) width += widthOf(one.text);
  return width;
}

/** Cut or filled to a width; the last span that is cut ends in an ellipsis. */
export function fitLine(line: Line, width: number, ellipsis = "…"): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const one of line) {
    if (left <= 0) break;
    const wide = widthOf(one.text);
    if (wide <= left) {
      fitted.push(one);
      left -= wide;
    } else {
      fitted.push({ ...one, text: fit(one.text, left, { ellipsis }) });
      left = 0;
    }
  }
  if (left > 0) fitted.push({ text: " ".repeat(left) });
  return fitted;
}

/** What stands left and right in one line; the right part gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const space = width - widthOfLine(left);
  const wide = widthOfLine(right);
  if (wide === 0 || space <= wide) return fitLine(left, width);
  return [...left, { text: " ".repeat(space - wide) }, ...right];
}

export function inverted(line: Line): Line {
  return line.map((one) => ({ ...one, inverse: true }));
}

/** The cells of a line from one column to another. */
export function cutLine(line: Line, from: number, to: number): Line {
  const parts: Span[] = [];
  let at = 0;
  for (const one of line) {
    const wide = widthOf(one.text);
    const start = Math.max(from, at);
    const end = Math.min(to, at + wide);
    if (start < end) parts.push(start === at && end === at + wide ? one : { ...one, text: cutCells(one.text, start - at, end - at) });
    at += wide;
    if (at >= to) break;
  }
  return fitLine(parts, to - from, "");
}

/** A wide character at a border becomes a space. */
function cutCells(text: string, from: number, to: number): string {
  if (ONE_CELL_EACH.test(text)) return text.slice(from, to);
  let at = 0;
  let cut = "";
  for (const one of graphemes(text)) {
    const wide = widthOf(one);
    if (at >= from && at + wide <= to) cut += one;
    else if (at < to && at + wide > from) cut += " ".repeat(Math.min(to, at + wide) - Math.max(from, at));
    at += wide;
    if (at >= to) break;
  }
  return cut;
}

/** Panes beside each other. Shorter ones end in empty lines. */
export function beside(...panes: readonly (readonly Line[])[]): Line[] {
  const height = Math.max(0, ...panes.map((lines) => lines.length));
  const widths = panes.map((lines) => widthOfLine(lines[0] ?? []));
  return Array.from({ length: height }, (_, row) =>
    panes.flatMap((lines, index) => lines[row] ?? [{ text: " ".repeat(widths[index] ?? 0) }]),
  );
}

/** Draws lines over others, from a cell on. */
export function overlay(base: readonly Line[], top: readonly Line[], column: number, row: number, width: number): Line[] {
  return base.map((line, index) => {
    const over = top[index - row];
    if (over === undefined) return line;
    const wide = widthOfLine(over);
    return [...cutLine(line, 0, column), ...over, ...cutLine(line, column + wide, width)];
  });
}

export function blank(width: number): Line {
  return [{ text: " ".repeat(Math.max(0, width)) }];
}

/** Exactly so many lines. */
export function fill(lines: readonly Line[], height: number, width: number): Line[] {
  const filled = lines.slice(0, height);
  while (filled.length < height) filled.push(blank(width));
  return filled;
}
