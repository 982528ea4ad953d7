/** Long sentences over several lines. */
import { graphemes } from "./graphemes.ts";
import { fit, widthOf } from "./width.ts";

/**
 * Breaks between words, and inside of a word that is longer than a line.
 * @param text what `show` returned
 * @param most lines; the last one ends in an ellipsis where something is left out
 */
export function wrap(text: string, width: number, most: number = Number.POSITIVE_INFINITY): readonly string[] {
  if (width <= 0) return [];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) line = longer;
    else {
      if (line !== "") lines.push(line);
      const pieces = widthOf(word) <= width ? [word] : breakWord(word, width);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? "";
    }
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines.slice(most - 1).join(" ");
  return [...lines.slice(0, most - 1), fit(last, width)];
}

function breakWord(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const grapheme of graphemes(word)) {
    if (piece !== "" && widthOf(piece + grapheme) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += grapheme;
  }
  return [...pieces, piece];
}
