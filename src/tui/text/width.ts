/** Terminal cells of text that went through `show`, and cutting it to a number of them. */
import stringWidth from "string-width";
import { graphemes } from "./graphemes.ts";

export interface FitOptions {
  /** Where the text stands in the cells; left if absent. */
  readonly align?: "left" | "right";
  /** What a cut ends with; `…` if absent. */
  readonly ellipsis?: string;
}

/** Printable ASCII and what the screens themselves draw: one code unit and one cell each. Most lines hold nothing else. */
export const ONE_CELL_EACH: RegExp = /^[ -~·¶×À-ÿ–—…ℹ←↑→↓−∅≈≠≡␀-␡⏎␣─│╭╮╰╯█░▏▸▾○●⊘⚠✎✓‹›⟨⟩⠁-⣿]*$/;

/** Widths of single characters only: a cache of whole texts would keep revealed values in memory. */
const known = new Map<string, number>();
const MOST_KNOWN = 4096;

/** Cells that a terminal needs for the text. */
export function widthOf(text: string): number {
  if (ONE_CELL_EACH.test(text)) return text.length;
  let cells = 0;
  for (const grapheme of graphemes(text)) cells += graphemeWidth(grapheme);
  return cells;
}

function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && ONE_CELL_EACH.test(grapheme)) return 1;
  const found = known.get(grapheme);
  if (found !== undefined) return found;
  const cells = stringWidth(grapheme, { countAnsiEscapeCodes: true });
  if (known.size >= MOST_KNOWN) known.clear();
  if (grapheme.length <= 16) known.set(grapheme, cells);
  return cells;
}

/**
 * The text in exactly `width` cells: padded with blanks, or cut between two characters. A wide character of which only half would
 * fit becomes a blank.
 * @param text what `show` returned; of other text the width is not certain
 */
export function fit(text: string, width: number, options: FitOptions = {}): string {
  if (width <= 0) return "";
  const start = text.length > width + 1 ? text.slice(0, width + 1) : text;
  if (ONE_CELL_EACH.test(start) && text.length <= width) return pad(text, width - text.length, options);
  const ellipsis = shorten(options.ellipsis ?? "…", width);
  const room = width - widthOf(ellipsis);
  if (ONE_CELL_EACH.test(start)) return text.slice(0, room) + ellipsis;
  let cells = 0;
  let kept = 0;
  let keptCells = 0;
  let at = 0;
  for (const grapheme of graphemes(text)) {
    cells += graphemeWidth(grapheme);
    if (cells > width) return text.slice(0, kept) + " ".repeat(room - keptCells) + ellipsis;
    at += grapheme.length;
    if (cells <= room) [kept, keptCells] = [at, cells];
  }
  return pad(text, width - cells, options);
}

/** A text too long for `width` cells loses its middle, since paths and recipients are told apart by both ends. Not padded. */
export function cutMiddle(text: string, width: number): string {
  if (width <= 0) return "";
  const all = ONE_CELL_EACH.test(text) ? undefined : Array.from(graphemes(text));
  const cells = (index: number): number => (all === undefined ? 1 : graphemeWidth(all[index] ?? ""));
  const length = all?.length ?? text.length;
  let total = 0;
  for (let index = 0; index < length; index += 1) total += cells(index);
  if (total <= width) return text;
  let room = width - 1;
  let head = 0;
  for (let left = Math.ceil(room / 2); head < length && cells(head) <= left; head += 1) {
    left -= cells(head);
    room -= cells(head);
  }
  let tail = length;
  for (; tail > head && cells(tail - 1) <= room; tail -= 1) room -= cells(tail - 1);
  const part = (from: number, to: number): string => (all === undefined ? text.slice(from, to) : all.slice(from, to).join(""));
  return `${part(0, head)}…${part(tail, length)}`;
}

function pad(text: string, cells: number, { align }: FitOptions): string {
  const blanks = " ".repeat(cells);
  return align === "right" ? blanks + text : text + blanks;
}

/** The start of the text that fits. */
function shorten(text: string, width: number): string {
  if (ONE_CELL_EACH.test(text)) return text.slice(0, width);
  let cells = 0;
  let kept = "";
  for (const grapheme of graphemes(text)) {
    cells += graphemeWidth(grapheme);
    if (cells > width) break;
    kept += grapheme;
  }
  return kept;
}
