/** Lines of the value editor that are made of parts: as many as have room. */
import { fitLine, type Line, span, widthOfLine } from "../draw/line.ts";

const GAP = "    ";

/** Puts parts beside each other, and what has no room into the next line. What has none at all is left out. */
export function flow(parts: readonly Line[], width: number, height: number): readonly Line[] {
  const lines: Line[] = [];
  let line: Line = [];
  for (const part of parts) {
    const wide = widthOfLine(line);
    if (line.length > 0 && wide + GAP.length + widthOfLine(part) > width) {
      lines.push(line);
      line = [];
    }
    line = line.length === 0 ? [span(" "), ...part] : [...line, span(GAP), ...part];
  }
  if (line.length > 0) lines.push(line);
  return lines.slice(0, height).map((one) => fitLine(one, width));
}
