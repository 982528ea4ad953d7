/** All commands by name. */
import { commandRows, type CommandRow } from "../actions/command-rows.ts";
import { overlayRows } from "../model/layout.ts";
import type { Overlay } from "../model/overlays.ts";
import { widthOf } from "../text/width.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Span, span, spread } from "../draw/line.ts";
import { drawListOverlay, overlayInner } from "./overlay-list.ts";

const TITLE = 22;

export function drawPalette(draw: Draw, over: Extract<Overlay, { readonly kind: "palette" }>, frame: Frame): Frame {
  const { state, keymap } = draw;
  const all = commandRows(state, keymap);
  const { cursor, top } = over.list;
  const visible = all.slice(top, top + overlayRows(state, "palette"));
  const rows = visible.map((row, line) => drawCommand(draw, row, top + line === cursor));
  const foot = all.length === 0 ? "0" : `${cursor + 1}/${all.length}`;
  return drawListOverlay(draw, frame, {
    title: "Commands",
    note: state.recent.length > 0 && over.field.text === "" ? "last used first" : "",
    foot: `${foot}   ${state.look.ascii ? "enter runs" : "⏎ runs"} ${draw.glyphs.dot} esc closes`,
    sign: ": ",
    field: over.field,
    rows: all.length === 0 ? [[span("Nothing here is called that.", "dim")]] : rows,
  });
}

function drawCommand(draw: Draw, { action, key, reason, hits }: CommandRow, current: boolean): Line {
  const { glyphs } = draw;
  const width = overlayInner(draw);
  const off = reason !== undefined;
  const title = [span(current ? `${glyphs.cursor} ` : "  "), ...marked(action.title, hits, off)];
  const text = off ? `${glyphs.missing} ${reason}` : action.help;
  const keys = span(key, off ? "dim" : "focus");
  const room = width - TITLE - Math.max(6, widthOf(key) + 2);
  const line = spread([...fitLine(title, TITLE, glyphs.ellipsis), ...fitLine([span(text, "dim")], room, glyphs.ellipsis)], [keys], width);
  return current ? inverted(line) : line;
}

/** The letters that were typed. */
function marked(title: string, hits: readonly number[], off: boolean): readonly Span[] {
  const role = off ? "dim" : "strong";
  if (hits.length === 0) return [span(title, role)];
  return Array.from(title, (char, index) => (hits.includes(index) ? { ...span(char, "focus"), underline: true } : span(char, role)));
}
