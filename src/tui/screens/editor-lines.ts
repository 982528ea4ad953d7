/** Lines of the value editor that are made of parts: as many as have room. */
import { showKey } from "../actions/keymap.ts";
import type { Draw } from "../draw/frame.ts";
import { fitLine, type Line, type Span, span, widthOfLine } from "../draw/line.ts";
import type { EditorScreen } from "../model/editor.ts";

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

const KEYS: readonly (readonly [action: string, title: string])[] = [
  ["editor.cancel", "cancel"],
  ["editor.show", "show"],
  ["editor.generate", "generate"],
  ["editor.outside", "$EDITOR"],
  ["editor.type", "type"],
  ["editor.lines", "multi-line"],
];

export function keysLine(draw: Draw, { field }: EditorScreen, width: number): Line {
  const { keymap, state, glyphs } = draw;
  const named: readonly (readonly [string, string])[] = field.multiline
    ? [["editor.keep", "keep"], ["editor.enter", "new line"], ...KEYS]
    : [["editor.enter", "keep"], ...KEYS];
  const line: Span[] = [];
  let left = width;
  for (const [id, title] of named) {
    const [key] = keymap.keysOf(id);
    if (key === undefined) continue;
    const enabled = (keymap.byId(id)?.enabled?.(state) ?? true) === true;
    const part = [span(` ${showKey(key, state.look.ascii)}`, enabled ? "focus" : "dim"), span(` ${title} `, enabled ? "text" : "dim")];
    const wide = widthOfLine(part);
    if (wide > left) continue;
    line.push(...part);
    left -= wide;
  }
  return fitLine(line, width, glyphs.ellipsis);
}
