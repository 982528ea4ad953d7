/** The table of all actions. Footer, help, palette and documentation are drawn from it. */
import type { Action } from "./action.ts";
import { DOCUMENT_ACTIONS } from "./document.ts";
import { GLOBAL_ACTIONS } from "./global.ts";
import { MATRIX_ACTIONS } from "./matrix.ts";
import { MOVES } from "./move.ts";
import { OVERLAY_ACTIONS } from "./overlays.ts";
import { TEXT_ACTIONS } from "./text.ts";
import { VALUE_ACTIONS } from "./values.ts";

export const ACTIONS: readonly Action[] = [
  ...VALUE_ACTIONS,
  ...MATRIX_ACTIONS,
  ...DOCUMENT_ACTIONS,
  ...OVERLAY_ACTIONS,
  ...MOVES,
  ...TEXT_ACTIONS,
  ...GLOBAL_ACTIONS,
];
