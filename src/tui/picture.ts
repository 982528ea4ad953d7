/** What is to be seen of a state: painted lines, or sentences for a screen reader. */
import type { Keymap } from "./actions/keymap.ts";
import { glyphsOf, paintLine } from "./draw/theme.ts";
import type { State } from "./model/state.ts";
import { drawFrame } from "./screens/frame.ts";
import { speak } from "./screens/speech.ts";

export interface Picture {
  readonly columns: number;
  /** Undefined where lines follow each other as they come. */
  readonly rows: number | undefined;
  readonly lines: readonly string[];
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
}

export function pictureOf(state: State, keymap: Keymap): Picture {
  const { columns, rows } = state.size;
  if (state.look.spoken) return { columns, rows: undefined, lines: speak(state, keymap), cursor: undefined };
  const { lines, cursor } = drawFrame({ state, keymap, glyphs: glyphsOf(state.look) });
  return {
    columns,
    rows,
    lines: lines.map((line) => paintLine(line, state.look.color)),
    cursor: cursor === undefined ? undefined : { x: cursor.column, y: cursor.row },
  };
}
