/** Questions and prompts, drawn over the screen. */
import type { Overlay } from "../model/overlays.ts";
import { show } from "../text/show.ts";
import { viewField } from "../text/field.ts";
import { showKey } from "../actions/keymap.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { fitLine, inverted, type Line, overlay, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { drawHelp } from "./overlay-help.ts";
import { drawMessageList } from "./overlay-messages.ts";
import { drawPalette } from "./overlay-palette.ts";

export function drawOverlay(draw: Draw, over: Overlay, frame: Frame): Frame {
  switch (over.kind) {
    case "prompt":
      return drawPrompt(draw, over, frame);
    case "choose":
      return drawChoose(draw, over, frame);
    case "palette":
      return drawPalette(draw, over, frame);
    case "help":
      return drawHelp(draw, over, frame);
    case "messages":
      return drawMessageList(draw, over, frame);
  }
}

function drawPrompt(draw: Draw, over: Extract<Overlay, { readonly kind: "prompt" }>, frame: Frame): Frame {
  const { columns, rows } = draw.state.size;
  const { ascii } = draw.state.look;
  const width = Math.min(columns - 4, 90);
  const view = viewField(over.field, width - 4, 1);
  const box = pane(
    [[span(` ${view.rows[0]?.text ?? ""}`)]],
    { title: show(over.title), foot: ascii ? "enter keeps . esc cancels" : "⏎ keep · esc cancel", width, height: 3, focused: true },
    draw.glyphs,
  );
  const row = Math.max(1, rows - 5);
  const column = Math.floor((columns - width) / 2);
  return { lines: overlay(frame.lines, box, column, row, columns), cursor: { column: column + 2 + view.cursor.column, row: row + 1 } };
}

function drawChoose(draw: Draw, over: Extract<Overlay, { readonly kind: "choose" }>, frame: Frame): Frame {
  const { columns, rows } = draw.state.size;
  const { ascii } = draw.state.look;
  const width = Math.min(columns - 4, 76);
  const lines: Line[] = [
    ...over.text.map((text): Line => [span(` ${show(text)}`)]),
    ...over.choices.map((choice, index): Line => {
      const line: Line = [
        span(` ${index === over.at ? draw.glyphs.cursor : " "} `),
        span(showKey(choice.key, draw.state.look.ascii).padEnd(4), "focus"),
        span(show(choice.title)),
      ];
      const fitted = fitLine(line, width - 2, draw.glyphs.ellipsis);
      return index === over.at ? inverted(fitted) : fitted;
    }),
  ];
  const height = Math.min(rows - 2, lines.length + 2);
  const box = pane(
    lines,
    { title: show(over.title), foot: ascii ? "enter takes it . up/down others" : "⏎ chosen one · ↑↓ others", width, height, focused: true },
    draw.glyphs,
  );
  return { lines: overlay(frame.lines, box, Math.floor((columns - width) / 2), Math.max(1, Math.floor((rows - height) / 2)), columns) };
}
