/** Long sentences over several lines. */
import { fit, widthOf } from "./width.ts";

/**
 * Breaks between words; a word that is longer than a line is cut.
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
      line = widthOf(word) <= width ? word : fit(word, width);
    }
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines.slice(most - 1).join(" ");
  return [...lines.slice(0, most - 1), fit(last, width)];
}
