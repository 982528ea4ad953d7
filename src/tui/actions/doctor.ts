import { type Action, defineActions } from "./action.ts";

export const DOCTOR_ACTIONS: readonly Action[] = defineActions();
