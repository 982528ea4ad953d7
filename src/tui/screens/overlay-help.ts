/** Every key: those of what has the keyboard first. */
import { HELP_KEYS, HELP_TITLE, helpRows, type HelpRow } from "../actions/help-rows.ts";
import { overlayRows } from "../model/layout.ts";
import type { Overlay } from "../model/overlays.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { fitLine, type Line, span } from "../draw/line.ts";
import { drawListOverlay } from "./overlay-list.ts";

export function drawHelp(draw: Draw, over: Extract<Overlay, { readonly kind: "help" }>, frame: Frame): Frame {
  const { state, keymap, glyphs } = draw;
  const all = helpRows(state, keymap);
  const height = overlayRows(state, "help");
  const { top } = over.list;
  const last = Math.min(all.length, top + height);
  return drawListOverlay(draw, frame, {
    title: "Help",
    note: "what works here comes first",
    foot: `${all.length === 0 ? "0" : `${top + 1}${state.look.ascii ? "-" : "–"}${last}`}/${all.length}   typing searches ${glyphs.dot} ${state.look.ascii ? "up/down scroll" : "↑↓ scroll"} ${glyphs.dot} esc closes`,
    sign: "search: ",
    field: over.field,
    rows:
      all.length === 0
        ? [[span("No key does that. : lists commands that have no key.", "dim")]]
        : all.slice(top, last).map((row) => drawHelpRow(draw, row)),
  });
}

function drawHelpRow({ glyphs }: Draw, row: HelpRow): Line {
  switch (row.kind) {
    case "heading":
      return [span(row.text, "strong")];
    case "blank":
      return [];
    case "more":
      return [span(" ".repeat(2 + HELP_KEYS + HELP_TITLE)), span(row.text, row.disabled ? "dim" : "text")];
    case "action": {
      const { keys, title, text, disabled } = row;
      return [
        span("  "),
        ...fitLine([span(keys, disabled ? "dim" : "focus")], HELP_KEYS - 1, glyphs.ellipsis),
        span(" "),
        ...fitLine([span(title, disabled ? "dim" : "text")], HELP_TITLE - 1, glyphs.ellipsis),
        span(" "),
        span(text, disabled ? "dim" : "text"),
      ];
    }
  }
}
