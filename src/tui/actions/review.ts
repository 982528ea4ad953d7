import { type Action, defineActions } from "./action.ts";

export const REVIEW_ACTIONS: readonly Action[] = defineActions();
