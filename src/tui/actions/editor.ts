import { type Action, defineActions } from "./action.ts";

export const EDITOR_ACTIONS: readonly Action[] = defineActions();
