/** What the cursor is on, in words, for screens that have no sentences of their own: what they draw in inverse. */
import { layoutOf } from "../model/layout.ts";
import type { Draw } from "../draw/frame.ts";
import type { Line } from "../draw/line.ts";
import type { Glyphs } from "../draw/theme.ts";
import { drawBody } from "./body.ts";

/** Enough room that nothing is cut that would have to be heard. */
const LEAST = { columns: 140, rows: 30 };

export function spokenBody(draw: Draw): readonly string[] {
  const { size } = draw.state;
  const roomy = { columns: Math.max(LEAST.columns, size.columns), rows: Math.max(LEAST.rows, size.rows) };
  const part = drawBody({ ...draw, state: { ...draw.state, size: layoutOf(roomy).kind === "too small" ? size : roomy } });
  return part.lines.flatMap((line) => {
    const words = spokenLine(line, draw.glyphs);
    return words === "" ? [] : [words];
  });
}

function spokenLine(line: Line, glyphs: Glyphs): string {
  const parts: string[] = [];
  let part = "";
  for (const one of line) {
    if (one.inverse === true) part += one.text;
    else if (part !== "") {
      parts.push(part);
      part = "";
    }
  }
  parts.push(part);
  return parts
    .map((text) => inWords(text, glyphs))
    .filter((text) => text !== "")
    .join(", ");
}

/** Signs that a reader would spell out, or leave out. */
function inWords(text: string, glyphs: Glyphs): string {
  let words = text.replaceAll(glyphs.masked.repeat(8), " masked ");
  const signs: readonly (readonly [sign: string, word: string])[] = [
    [glyphs.good, "yes"],
    [glyphs.missing, "missing"],
    [glyphs.empty, "empty"],
    [glyphs.refused, "not readable"],
    [glyphs.warning, "warning"],
    [glyphs.rename, "to"],
    [glyphs.minus, "minus"],
  ];
  if (glyphs.good !== "+") for (const [sign, word] of signs) words = words.replaceAll(sign, ` ${word} `);
  for (const sign of [glyphs.cursor, glyphs.unfolded, glyphs.masked, glyphs.edited, glyphs.dot]) words = words.replaceAll(sign, " ");
  return words
    .split(/ {2,}/)
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .join(", ");
}
