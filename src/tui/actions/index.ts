/** The table of all actions. Footer, help, palette and documentation are drawn from it. */
import type { Action } from "./action.ts";
import { DOCUMENT_ACTIONS } from "./document.ts";
import { FILL_ACTIONS } from "./fill.ts";
import { GLOBAL_ACTIONS } from "./global.ts";
import { MATCH_ACTIONS } from "./matches.ts";
import { MATRIX_ACTIONS } from "./matrix.ts";
import { MOVES } from "./move.ts";
import { OVERLAY_ACTIONS } from "./overlays.ts";
import { ACCESS_ACTIONS } from "./access.ts";
import { DOCTOR_ACTIONS } from "./doctor.ts";
import { EDITOR_ACTIONS } from "./editor.ts";
import { HISTORY_ACTIONS } from "./history.ts";
import { PALETTE_ACTIONS } from "./palette.ts";
import { RECOVERY_ACTIONS } from "./recovery.ts";
import { REVIEW_ACTIONS } from "./review.ts";
import { START_ACTIONS } from "./start.ts";
import { TEXT_ACTIONS } from "./text.ts";
import { VALUE_ACTIONS } from "./values.ts";

export const ACTIONS: readonly Action[] = [
  ...VALUE_ACTIONS,
  ...MATRIX_ACTIONS,
  ...FILL_ACTIONS,
  ...MATCH_ACTIONS,
  ...DOCUMENT_ACTIONS,
  ...ACCESS_ACTIONS,
  ...DOCTOR_ACTIONS,
  ...EDITOR_ACTIONS,
  ...HISTORY_ACTIONS,
  ...PALETTE_ACTIONS,
  ...RECOVERY_ACTIONS,
  ...REVIEW_ACTIONS,
  ...START_ACTIONS,
  ...OVERLAY_ACTIONS,
  ...MOVES,
  ...TEXT_ACTIONS,
  ...GLOBAL_ACTIONS,
];
