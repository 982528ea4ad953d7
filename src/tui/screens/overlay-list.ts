/** A list that is drawn over a screen, with the line above it where one types. */
import { overlayBox, overlayTextWidth } from "../model/layout.ts";
import type { Field } from "../text/field.ts";
import { viewField } from "../text/field.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { fitLine, type Line, overlay, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";

export interface ListOverlay {
  readonly title: string;
  readonly note?: string;
  readonly foot: string;
  /** Before the text that is typed. */
  readonly sign?: string;
  readonly field?: Field;
  /** What can be seen of the list. */
  readonly rows: readonly Line[];
}

/** In cells: what the list has inside of the border and a blank at each side. */
export function overlayInner(draw: Draw): number {
  return overlayTextWidth(draw.state);
}

export function drawListOverlay(draw: Draw, frame: Frame, { field, sign = "", rows, ...options }: ListOverlay): Frame {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const { width, height } = overlayBox(state.size);
  const inner = width - 4;
  const left = Math.floor((columns - width) / 2);
  const view = field === undefined ? undefined : viewField(field, Math.max(1, inner - sign.length), 1);
  const typed: readonly Line[] =
    view === undefined ? [] : [[span(sign, "focus"), span(view.rows[0]?.text ?? "")], [span(glyphs.border.top.repeat(inner), "dim")]];
  const lines = [...typed, ...rows].map((line): Line => [span(" "), ...fitLine(line, inner, glyphs.ellipsis), span(" ")]);
  const box = pane(lines, { ...options, width, height, focused: true }, glyphs);
  return {
    lines: overlay(frame.lines, box, left, 1, columns),
    cursor: view === undefined ? undefined : { column: left + 2 + sign.length + view.cursor.column, row: 2 },
  };
}
