/** A line of spans on several lines, broken between words. */
import { graphemes } from "../text/graphemes.ts";
import { widthOf } from "../text/width.ts";
import type { Line, Span } from "./line.ts";

/** What follows the first line stands one cell to the right. A word that is longer than a line is broken inside. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  const room = Math.max(2, width);
  const lines: Line[] = [];
  let current: Span[] = [];
  let cells = 0;
  const next = (): void => {
    lines.push(current);
    current = [{ text: " " }];
    cells = 1;
  };
  const add = (span: Span): void => {
    current.push(span);
    cells += widthOf(span.text);
  };
  for (const one of line) {
    for (const word of one.text.split(/(?<= )(?=[^ ])/)) {
      const wide = widthOf(word.trimEnd());
      if (cells > 1 && wide > 0 && cells + wide > room && (wide < room || cells > room - 8)) next();
      if (cells + wide <= room) add({ ...one, text: word });
      else {
        for (const grapheme of graphemes(word.trimEnd())) {
          if (cells + widthOf(grapheme) > room) next();
          add({ ...one, text: grapheme });
        }
      }
    }
  }
  return [...lines, current];
}
