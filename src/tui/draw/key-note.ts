/** Keys as a note in a border: `reveal r · copy y`. */
import { showKey } from "../actions/keymap.ts";
import type { Draw } from "./frame.ts";

/** Without those that somebody has switched off. */
export function keyNote({ keymap, state, glyphs }: Draw, ...ids: readonly string[]): string {
  const parts = ids.flatMap((id) => {
    const key = keymap.keysOf(id)[0];
    return key === undefined ? [] : [`${keymap.byId(id)?.title ?? ""} ${showKey(key, state.look.ascii)}`];
  });
  return parts.join(` ${glyphs.dot} `);
}

/** The first key of an action, for a sentence; the palette reaches what has none. */
export function keyFor({ keymap, state }: Draw, id: string): string {
  return showKey(keymap.keysOf(id)[0] ?? keymap.keysOf("palette.open")[0] ?? "", state.look.ascii);
}
