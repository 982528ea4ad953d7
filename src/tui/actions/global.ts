/** What works everywhere. */
import { countEdits, NO_EDITS, editsByFile, redoEdit, undoEdit } from "../model/edits.ts";
import { newDocument } from "../model/screens.ts";
import { closeScreen, openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { onSameRow } from "../model/cursor.ts";
import { AT_TOP } from "../model/list.ts";
import { openMessages } from "./palette.ts";
import { askFor } from "./prompts.ts";
import { createField } from "../text/field.ts";
import { type Action, defineActions } from "./action.ts";

function undo(state: State): Step {
  const last = state.edits.done.at(-1);
  if (last === undefined) return step(state);
  return step(tell({ ...state, edits: undoEdit(state.edits) }, "info", `Undone: ${last.label}. ^Y does it again.`));
}

function redo(state: State): Step {
  const next = state.edits.undone.at(-1);
  if (next === undefined) return step(state);
  return step(tell({ ...state, edits: redoEdit(state.edits) }, "info", `Done again: ${next.label}.`));
}

/** The innermost thing first: a filter, marks, the screen. */
export function goBack(state: State): Step {
  const screen = topScreen(state);
  if (state.reveal !== undefined) return step({ ...state, reveal: undefined });
  if (
    (screen.kind === "matrix" || screen.kind === "document") &&
    (screen.filter !== "" || screen.marks.size > 0 || screen.range !== undefined)
  ) {
    return step(onSameRow(state, withScreen(state, { ...screen, filter: "", marks: new Set(), range: undefined })));
  }
  if (state.screens.length > 1) return step(closeScreen(state));
  return step(tell(state, "info", "q quits."));
}

/** What is spoken stays in the terminal: the last of it must not be a value. */
function end(state: State): Step {
  const screens = state.screens.filter((screen) => screen.kind !== "editor");
  return step({ ...state, quitting: true, overlay: undefined, reveal: undefined, screens }, { topic: "project", kind: "quit" });
}

/** What is dropped is not kept for the next run either. */
function drop(state: State): Step {
  return end({ ...state, edits: NO_EDITS });
}

export function quit(state: State): Step {
  const count = countEdits(state.edits);
  if (count === 0) return end(state);
  const places = [...new Set(state.edits.done.flatMap((one) => one.edits.map((edit) => edit.file)))].join(", ");
  return step({
    ...state,
    overlay: {
      kind: "choose",
      title: `${count} unsaved edit${count === 1 ? "" : "s"} in ${places}`,
      text: [count === 1 ? "It is in memory only." : "They are in memory only."],
      choices: [
        { key: "escape", title: "stay", action: "overlay.close" },
        { key: "s", title: "save", action: "save.review" },
        { key: "d", title: "drop", action: "quit.drop" },
      ],
      at: 0,
    },
  });
}

function canLeave(state: State): true | string {
  if (topScreen(state).kind === "wizard" && state.job !== undefined) return "esc stops what is running first";
  return topScreen(state).kind === "start" && state.job !== undefined ? "wait until the files are encrypted" : true;
}

export const GLOBAL_ACTIONS: readonly Action[] = defineActions(
  {
    id: "help.open",
    keys: ["?", "f1"],
    title: "help",
    help: "Lists the keys of this screen. Typing searches.",
    scopes: ["any"],
    footer: 90,
    run: (state) => step({ ...state, overlay: { kind: "help", field: createField("", { multiline: false }), list: AT_TOP } }),
  },
  {
    id: "palette.open",
    keys: [":", "ctrl+p"],
    title: "commands",
    help: "All commands by name.",
    scopes: ["any"],
    footer: 80,
    run: (state) => step({ ...state, overlay: { kind: "palette", field: createField("", { multiline: false }), list: AT_TOP } }),
  },
  {
    id: "messages.open",
    keys: ["!"],
    title: "messages",
    help: "Everything that was said in this run.",
    scopes: ["any"],
    run: openMessages,
  },
  {
    id: "back",
    keys: ["escape"],
    title: "back",
    help: "Goes back: ends a filter, marks, a screen. Never loses an edit.",
    scopes: ["any"],
    run: goBack,
  },
  {
    id: "quit",
    keys: ["q"],
    title: "quit",
    help: "Ends; asks only if there are unsaved edits.",
    scopes: ["any"],
    enabled: canLeave,
    run: quit,
  },
  {
    id: "cancel",
    keys: ["ctrl+c"],
    title: "cancel",
    help: "Stops what is running, else quits.",
    scopes: ["any", "locked", "palette", "help", "messages", "choose", "prompt"],
    run: (state) =>
      state.job?.cancellable === true ? step(state, { topic: "project", kind: "cancel" }) : quit({ ...state, overlay: undefined }),
  },
  {
    id: "quit.drop",
    keys: [],
    title: "quit and drop edits",
    help: "Ends and forgets everything that is not saved.",
    scopes: ["any"],
    run: drop,
  },
  {
    id: "edit.undo",
    keys: ["u"],
    title: "undo",
    help: "Takes back the last unsaved change, in whatever file it was.",
    scopes: ["any"],
    footer: 91,
    enabled: (state) => (state.edits.done.length === 0 ? "there is nothing to undo" : true),
    run: undo,
  },
  {
    id: "edit.redo",
    keys: ["ctrl+y", "U"],
    title: "redo",
    help: "Does it again.",
    scopes: ["any"],
    enabled: (state) => (state.edits.undone.length === 0 ? "there is nothing to do again" : true),
    run: redo,
  },
  {
    id: "filter",
    keys: ["/"],
    title: "filter",
    help: "Shows only keys that hold a text; ~missing, ~differs, ~edited, ~empty and ~plain ask about states.",
    scopes: ["matrix", "document"],
    footer: 70,
    run: (state) => askFor(state, { kind: "filter" }),
  },
  {
    id: "lock",
    keys: ["ctrl+l"],
    title: "lock",
    help: "Wipes every plaintext from memory; unsaved edits are kept sealed.",
    scopes: ["any"],
    run: (state) =>
      step(
        { ...state, locked: true, reveal: undefined, overlay: undefined, screens: state.screens.filter((one) => one.kind !== "editor") },
        { topic: "project", kind: "lock" },
      ),
  },
  {
    id: "unlock",
    keys: ["enter"],
    title: "unlock",
    help: "Opens the files again.",
    scopes: ["locked"],
    footer: 1,
    run: (state) => step(state, { topic: "project", kind: "unlock session" }),
  },
  {
    id: "locked.quit",
    keys: ["q"],
    title: "quit",
    help: "Ends and drops what is not saved.",
    scopes: ["locked"],
    footer: 2,
    run: drop,
  },
  {
    id: "share",
    keys: ["S"],
    title: "share screen",
    help: "Hides fingerprints and lets nothing be revealed, while others look on.",
    scopes: ["any"],
    run: (state) =>
      step(
        tell(
          { ...state, shared: !state.shared, reveal: undefined },
          "info",
          state.shared ? "Screen-share mode is off." : "Screen-share mode: nothing can be revealed.",
        ),
      ),
  },
  {
    id: "suspend",
    keys: ["ctrl+z"],
    title: "suspend",
    help: "Leaves the terminal to the shell; fg comes back.",
    scopes: ["any", "locked"],
    run: (state) => step({ ...state, reveal: undefined }, { topic: "project", kind: "suspend" }),
  },
  {
    id: "mouse",
    keys: [],
    title: "mouse on or off",
    help: "Off lets the terminal select text.",
    scopes: ["any"],
    run: (state) =>
      step(
        tell(
          { ...state, look: { ...state.look, mouse: !state.look.mouse } },
          "info",
          state.look.mouse ? "The mouse selects text again." : "The mouse is used here.",
        ),
        { topic: "project", kind: "mouse", on: !state.look.mouse },
      ),
  },
  {
    id: "files.open",
    keys: ["ctrl+o"],
    title: "files",
    help: "The files of the project and the tree of one of them.",
    scopes: ["any"],
    run: (state) => (topScreen(state).kind === "document" ? step(state) : step(openScreen(state, newDocument(undefined)))),
  },
  {
    id: "reload",
    keys: ["f5"],
    title: "reload",
    help: "Reads all files again, but for those with unsaved edits, which M merges.",
    scopes: ["any"],
    run(state) {
      const edited = editsByFile(state.edits);
      return step(state, { topic: "project", kind: "read", paths: [...state.files.keys()].filter((path) => !edited.has(path)) });
    },
  },
);
