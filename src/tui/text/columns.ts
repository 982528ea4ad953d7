/** From places in a line to cells and back, drawn openly or masked. */
import { graphemes, snapToBorder } from "./graphemes.ts";
import { PRINTABLE_ASCII, show } from "./show.ts";
import { fit, widthOf } from "./width.ts";

/** A stretch of a text without a newline. */
export interface Line {
  readonly start: number;
  /** Where its newline is, or the end of the text. */
  readonly end: number;
}

/** In a longer line columns are counted from a place nearby, as if one code unit were one cell before it. */
const CHUNK = 512;

export function lineAround(text: string, at: number): Line {
  // A negative place would mean 0 here, and find a newline there.
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  return { start, end: endOfLine(text, at) };
}

export function endOfLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline;
}

/** Code units of the line that need not be measured to place something at `distance`. Zero for all but very long lines. */
export function unmeasured(distance: number): number {
  return distance <= 2 * CHUNK ? 0 : distance - (distance % CHUNK) - CHUNK;
}

/** Cells of a part of a line. */
export function cellsOf(text: string, mask?: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let cells = 0;
  for (const grapheme of graphemes(text)) cells += mask === undefined ? widthOf(show(grapheme)) : 1;
  return cells;
}

/** The column of a place in its line, in cells. */
export function columnOf(text: string, line: Line, at: number): number {
  const skipped = unmeasured(at - line.start);
  const from = snapToBorder(text, line.start + skipped);
  return from - line.start + cellsOf(text.slice(from, at));
}

/** The last border in the line that is not right of a column. */
export function placeAt(text: string, line: Line, column: number): number {
  const skipped = unmeasured(column);
  if (line.start + skipped >= line.end) return line.end;
  let at = snapToBorder(text, line.start + skipped);
  let cells = at - line.start;
  for (const grapheme of graphemes(text.slice(at, reach(line, at, column - cells)))) {
    cells += widthOf(show(grapheme));
    if (cells > column) return at;
    at += grapheme.length;
  }
  return at;
}

/** What is seen of a line through a window. */
export interface Drawn {
  /** Exactly as many cells as the window is wide. */
  readonly text: string;
  /** The line goes on to the right. */
  readonly clipped: boolean;
}

/**
 * Draws `width` cells of a line, `skip` cells right of the place `from`.
 * @param mask drawn for each character instead of it
 */
export function drawLine(text: string, from: number, end: number, skip: number, width: number, mask?: string): Drawn {
  const near = text.slice(from, Math.min(end, from + skip + width + 1));
  if (PRINTABLE_ASCII.test(near)) {
    const seen = near.slice(skip, skip + width);
    return { text: fit(mask === undefined ? seen : mask.repeat(seen.length), width), clipped: from + skip + width < end };
  }
  const parts: string[] = [];
  let cells = -skip;
  for (const grapheme of graphemes(text.slice(from, reach({ start: from, end }, from, skip + width)))) {
    const drawn = mask ?? show(grapheme);
    const size = mask === undefined ? widthOf(drawn) : 1;
    if (cells >= 0) parts.push(drawn);
    // The right half of what is cut at the left edge.
    else if (cells + size > 0) parts.push(" ".repeat(cells + size));
    cells += size;
    if (cells > width) return { text: fit(parts.join(""), width, { ellipsis: "" }), clipped: true };
  }
  return { text: fit(parts.join(""), width, { ellipsis: "" }), clipped: false };
}

/** Code units that are enough for so many cells, in any text but one of characters that nobody can read. */
function reach(line: Line, from: number, cells: number): number {
  return Math.min(line.end, from + (cells + 2) * 32);
}
