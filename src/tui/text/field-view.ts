/** What a screen draws of a text field. */
import { cellsOf, drawLine, endOfLine, lineAround, unmeasured } from "./columns.ts";
import type { Drawn } from "./columns.ts";
import type { Field } from "./field-state.ts";
import { nextBorder, snapToBorder } from "./graphemes.ts";

export interface FieldViewOptions {
  /** One dot for each character; the number of lines and their lengths stay visible. */
  readonly mask?: boolean;
  /** For terminals without UTF-8. */
  readonly ascii?: boolean;
}

export type FieldRow = Drawn;

export interface FieldView {
  /** Lines of the field, each exactly as wide as asked for; fewer than asked for when the field has fewer. */
  readonly rows: readonly FieldRow[];
  /** Number of the first row's line in the field, from 0. */
  readonly firstLine: number;
  readonly lineCount: number;
  /** The cell of the cursor, in the rows. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** The rows are scrolled: something stands left of them. */
  readonly clippedLeft: boolean;
}

/** The window in which the cursor is. It depends on the field and the size alone: no scroll position has to be kept. */
export function viewField(field: Field, width: number, height: number, options: FieldViewOptions = {}): FieldView {
  const { text, cursor, line, lineCount } = field;
  if (width <= 0 || height <= 0) {
    return { rows: [], firstLine: line, lineCount, cursor: { row: 0, column: 0 }, clippedLeft: false };
  }
  const mask = options.mask === true ? (options.ascii === true ? "*" : "●") : undefined;
  const here = lineAround(text, cursor);
  const skipped = unmeasured(cursor - here.start);
  const cells = cellsOf(text.slice(snapToBorder(text, here.start + skipped), cursor), mask);
  const under = cursor === here.end ? 1 : cellsOf(text.slice(cursor, nextBorder(text, cursor)), mask);
  // The whole of the character under the cursor is seen, where it is not wider than the row.
  const scrolled = Math.min(cells, scrollFor(cells + under - 1, width));
  const firstLine = Math.max(0, Math.min(line - Math.floor(height / 2), lineCount - height));
  const rows: Drawn[] = [];
  let start = goUp(text, here.start, line - firstLine);
  while (rows.length < Math.min(height, lineCount)) {
    const end = endOfLine(text, start);
    const from = Math.min(end, snapToBorder(text, Math.min(end, start + skipped)));
    rows.push(drawLine(text, from, end, scrolled, width, mask));
    start = end + 1;
  }
  const place = { row: line - firstLine, column: cells - scrolled };
  return { rows, firstLine, lineCount, cursor: place, clippedLeft: skipped + scrolled > 0 };
}

/** Goes in steps of half the width, so that the text does not run away under every move of the cursor. */
function scrollFor(cells: number, width: number): number {
  if (cells < width) return 0;
  const step = Math.max(1, Math.floor(width / 2));
  return (Math.floor((cells - width) / step) + 1) * step;
}

function goUp(text: string, start: number, lines: number): number {
  let at = start;
  for (let left = lines; left > 0; left -= 1) at = lineAround(text, at - 1).start;
  return at;
}
