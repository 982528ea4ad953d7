import { type Action, defineActions } from "./action.ts";

export const PALETTE_ACTIONS: readonly Action[] = defineActions();
