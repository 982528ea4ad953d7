import { type Action, defineActions } from "./action.ts";

export const HISTORY_ACTIONS: readonly Action[] = defineActions();
