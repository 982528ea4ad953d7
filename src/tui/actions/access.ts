/** Who can read what, and the doors to the wizard that changes it. */
import { type AccessScreen, callRow, currentRecipient, driftOf, filesWith, NEW_ACCESS, toAccessColumn } from "../model/access.ts";
import { whyNotRewrite } from "../model/access-guards.ts";
import { openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";
import { goBack } from "./global.ts";
import { askFor } from "./prompts.ts";
import { openWizard, WIZARD_ACTIONS } from "./wizard.ts";

function open(state: State): Step {
  if (topScreen(state).kind === "access") return step(state);
  return step(openScreen(state, NEW_ACCESS), { topic: "access", kind: "describe" });
}

function onAccess(state: State, run: (screen: AccessScreen) => Step): Step {
  const screen = topScreen(state);
  return screen.kind === "access" ? run(screen) : step(state);
}

function canChange(state: State): true | string {
  const reason = whyNotRewrite(state);
  if (reason !== undefined) return reason;
  const screen = topScreen(state);
  return screen.kind === "access" && screen.view === undefined ? "it is still being read who can read what" : true;
}

function canChangeRules(state: State): true | string {
  const can = canChange(state);
  if (can !== true) return can;
  return state.project.hasConfig ? true : "there is no .sops.yaml that says who may read what; sotto init writes one";
}

function toColumn(state: State, by: number): Step {
  return onAccess(state, (screen) => step(withScreen(state, toAccessColumn(screen, screen.column + by, state.size.columns - 2))));
}

function remove(state: State): Step {
  return onAccess(state, (screen) => {
    const row = currentRecipient(screen);
    if (row === undefined) return step(tell(state, "info", "There is nobody to remove."));
    const files = filesWith(row);
    const choices = files.map((path) => ({ name: path, files: [path], marked: true, note: "" }));
    return step(openWizard(state, { kind: "remove", label: row.label, name: callRow(row) }, choices));
  });
}

function rotate(state: State): Step {
  return onAccess(state, ({ view, column }) => {
    const meant = view?.columns[column]?.files ?? [];
    const files = [...new Set(view?.columns.flatMap((one) => one.files))];
    if (files.length === 0) return step(tell(state, "info", "There are no encrypted files."));
    return step(
      openWizard(
        state,
        { kind: "rotate" },
        files.map((path) => ({ name: path, files: [path], marked: meant.includes(path), note: "" })),
      ),
    );
  });
}

/** @param all of all files; else those of the column under the cursor */
function sync(state: State, all: boolean): Step {
  return onAccess(state, ({ view, column }) => {
    const one = view?.columns[column];
    if (view === undefined || one === undefined) return step(tell(state, "info", "There are no encrypted files."));
    const files = all ? driftOf(view) : one.drift;
    if (files.length === 0) {
      const text = all ? "Every file is as its rule says." : `${one.name}: every file is as its rule says.`;
      return step(tell(state, "fine", text));
    }
    return step(
      openWizard(
        state,
        { kind: "sync" },
        files.map((path) => ({ name: path, files: [path], marked: true, note: "" })),
      ),
    );
  });
}

export const ACCESS_ACTIONS: readonly Action[] = defineActions(
  {
    id: "access.open",
    keys: ["P"],
    title: "access",
    help: "Who can read what: people and keys against environments.",
    scopes: ["any"],
    enabled: (state) => {
      if (!state.loaded) return "the files are still being read";
      return state.screens.some((screen) => screen.kind === "wizard") ? "the wizard is open" : true;
    },
    run: open,
  },
  {
    id: "access.details",
    keys: ["enter"],
    title: "details",
    help: "Everything about the recipient under the cursor: in full, what kind of key it is, and each file.",
    scopes: ["access"],
    footer: 3,
    run: (state) => onAccess(state, (screen) => step(withScreen(state, { ...screen, details: !screen.details }))),
  },
  {
    id: "access.back",
    keys: ["escape"],
    title: "back",
    help: "Back to the table, then to where you came from.",
    scopes: ["access"],
    run: (state) => onAccess(state, (screen) => (screen.details ? step(withScreen(state, { ...screen, details: false })) : goBack(state))),
  },
  {
    id: "access.left",
    keys: ["left", "h"],
    title: "column left",
    help: "To the environment on the left.",
    scopes: ["access"],
    run: (state) => toColumn(state, -1),
  },
  {
    id: "access.right",
    keys: ["right", "l"],
    title: "column right",
    help: "To the environment on the right.",
    scopes: ["access"],
    run: (state) => toColumn(state, 1),
  },
  {
    id: "access.add",
    keys: ["a"],
    title: "add",
    help: "Adds a recipient to the rules and files of environments that you choose.",
    scopes: ["access"],
    footer: 1,
    enabled: canChangeRules,
    run: (state) => askFor(state, { kind: "recipient" }),
  },
  {
    id: "access.remove",
    keys: ["d", "delete"],
    title: "remove",
    help: "Takes the recipient under the cursor out of rules and files, which get new data keys; then lists what it could read.",
    scopes: ["access"],
    footer: 2,
    enabled: canChangeRules,
    run: remove,
  },
  {
    id: "access.rewrap",
    keys: ["w"],
    title: "re-wrap",
    help: "Brings the files of the environment under the cursor in line with their rules.",
    scopes: ["access"],
    footer: 4,
    enabled: canChangeRules,
    run: (state) => sync(state, false),
  },
  {
    id: "access.rotate",
    keys: ["R"],
    title: "rotate",
    help: "A new data key for the files of the environment under the cursor, or for others that you mark.",
    scopes: ["access"],
    footer: 5,
    enabled: canChange,
    run: rotate,
  },
  {
    id: "access.sync",
    keys: ["s"],
    title: "sync with rules",
    help: "Brings all files in line with their rules.",
    scopes: ["access"],
    footer: 6,
    enabled: canChangeRules,
    run: (state) => sync(state, true),
  },
  {
    id: "access.reload",
    keys: ["ctrl+r"],
    title: "read again",
    help: "Looks again who can read what.",
    scopes: ["access"],
    run: (state) => step(state, { topic: "access", kind: "describe" }),
  },
  ...WIZARD_ACTIONS,
);
