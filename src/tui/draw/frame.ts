/** The whole terminal: header, the screen, messages, keys, and what is drawn over them. */
import type { Keymap } from "../actions/keymap.ts";
import type { Line } from "./line.ts";
import type { Glyphs } from "./theme.ts";
import type { State } from "../model/state.ts";

/** What drawing needs besides the state. */
export interface Draw {
  readonly state: State;
  readonly keymap: Keymap;
  readonly glyphs: Glyphs;
}

export interface Frame {
  /** Exactly as many as the terminal has rows, each exactly as wide. */
  readonly lines: readonly Line[];
  /** Where the terminal's own cursor is, for typing and for input methods; undefined hides it. */
  readonly cursor?: Cursor | undefined;
}

export interface Cursor {
  readonly column: number;
  readonly row: number;
}

/** A part of the screen, of the size that was asked for. */
export interface Part {
  readonly lines: readonly Line[];
  readonly cursor?: Cursor | undefined;
}
