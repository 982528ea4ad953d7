/** Everything that was said in this run. */
import { MESSAGE_HEAD, messageRows } from "../actions/message-rows.ts";
import { overlayRows } from "../model/layout.ts";
import type { Tone } from "../model/messages.ts";
import type { Overlay } from "../model/overlays.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { type Line, type Role, span } from "../draw/line.ts";
import type { Glyphs } from "../draw/theme.ts";
import { drawListOverlay } from "./overlay-list.ts";

export function drawMessageList(draw: Draw, over: Extract<Overlay, { readonly kind: "messages" }>, frame: Frame): Frame {
  const { state, glyphs } = draw;
  const all = messageRows(state);
  const height = overlayRows(state, "messages");
  const { top } = over.list;
  const rows = all.slice(top, top + height).map(({ tone, age, text }): Line => {
    const [glyph, role] = tone === undefined ? [" ", "text" as Role] : markOfTone(tone, glyphs);
    return [span(`${glyph} `, role), span(age.padEnd(MESSAGE_HEAD - 2), "dim"), span(text, role === "good" ? "text" : role)];
  });
  const count = state.messages.log.length;
  return drawListOverlay(draw, frame, {
    title: "Messages",
    note: count === 0 ? "" : `${count}, newest last`,
    foot: `y copies ${glyphs.dot} esc closes`,
    rows: count === 0 ? [[span("Nothing was said yet.", "dim")]] : rows,
  });
}

export function markOfTone(tone: Tone, glyphs: Glyphs): readonly [glyph: string, role: Role] {
  switch (tone) {
    case "fine":
      return [glyphs.good, "good"];
    case "info":
      return [glyphs.info, "text"];
    case "warning":
      return [glyphs.warning, "warning"];
    case "error":
      return [glyphs.bad, "danger"];
  }
}
