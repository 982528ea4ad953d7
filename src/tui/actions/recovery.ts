/** What becomes of edits that an earlier run left. */
import { step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";

export const RECOVERY_ACTIONS: readonly Action[] = defineActions(
  {
    id: "recovery.restore",
    keys: [],
    title: "restore left edits",
    help: "Takes the edits of a run that ended early as unsaved edits again.",
    scopes: ["any"],
    enabled: (state) => (state.readOnly ? "sotto was started with --read-only" : true),
    run: (state) => step(state, { topic: "recovery", kind: "restore" }),
  },
  {
    id: "recovery.delete",
    keys: [],
    title: "delete left edits",
    help: "Deletes the edits of a run that ended early.",
    scopes: ["any"],
    run: (state) => step(state, { topic: "recovery", kind: "delete" }),
  },
);
