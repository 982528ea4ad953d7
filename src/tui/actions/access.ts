import { type Action, defineActions } from "./action.ts";

export const ACCESS_ACTIONS: readonly Action[] = defineActions();
