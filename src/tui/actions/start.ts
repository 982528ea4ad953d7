import { type Action, defineActions } from "./action.ts";

export const START_ACTIONS: readonly Action[] = defineActions();
