/** Saving: what will be written is looked at first, and then written. */
import { countEdits } from "../model/edits.ts";
import { damagedFile } from "../model/attention.ts";
import type { ReviewScreen } from "../model/review.ts";
import { type State, topScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";
import { COMPARE_ACTIONS } from "./review-compare.ts";
import { CONFLICT_ACTIONS } from "./review-conflicts.ts";

function canSave(state: State): true | string {
  if (state.readOnly) return "sotto was started with --read-only";
  if (countEdits(state.edits) === 0) return "there is nothing to save";
  return state.job === undefined ? true : `wait for this first: ${state.job.label}`;
}

function reviewed(state: State): ReviewScreen | undefined {
  const screen = topScreen(state);
  return screen.kind === "review" ? screen : undefined;
}

function save(state: State, allowPlaintext: boolean): Step {
  const screen = reviewed(state);
  if (screen?.purpose !== "save") return step(state);
  // What was undone or done again meanwhile is looked at first.
  if (screen.edits !== state.edits) return step(state, { topic: "review", kind: "prepare" });
  return step({ ...state, overlay: undefined }, { topic: "review", kind: "save", edits: state.edits, allowPlaintext });
}

export const REVIEW_ACTIONS: readonly Action[] = defineActions(
  {
    id: "save.review",
    keys: ["ctrl+s", "W"],
    title: "save",
    help: "Shows what will be written, masked; from there Enter or the same key writes it.",
    scopes: ["any"],
    footer: 92,
    enabled: canSave,
    run: (state) => step({ ...state, overlay: undefined }, { topic: "review", kind: "prepare" }),
  },
  {
    id: "save.confirm",
    keys: ["enter", "ctrl+s", "W"],
    title: "write",
    help: "Writes all of this: all files or none.",
    scopes: ["review"],
    footer: 1,
    enabled: (state) => (reviewed(state)?.purpose === "save" ? canSave(state) : "this is for looking only: esc goes back"),
    run: (state) => save(state, false),
  },
  {
    id: "save.readable",
    keys: [],
    title: "save, readable values too",
    help: "Writes also a value that the rule would encrypt and the file leaves readable.",
    scopes: ["review"],
    enabled: (state) => (reviewed(state)?.refused === undefined ? "nothing was refused" : canSave(state)),
    run: (state) => save(state, true),
  },
  {
    id: "file.tampered",
    keys: ["D"],
    title: "what differs",
    help: "Of a file whose checksum does not match: which places differ from the last committed version that is whole.",
    scopes: ["damaged"],
    footer: 1,
    run(state) {
      const file = damagedFile(state);
      return file === undefined ? step(state) : step(state, { topic: "review", kind: "find tampered", path: file.path });
    },
  },
  ...CONFLICT_ACTIONS,
  ...COMPARE_ACTIONS,
);
