/** A look over the whole project: what is wrong or weak, and mending it. */
import { currentFinding, doctorRows, type FindingView, NEW_DOCTOR } from "../model/doctor.ts";
import { countEdits } from "../model/edits.ts";
import { AT_TOP } from "../model/list.ts";
import { selected } from "../model/selection.ts";
import { openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { type Action, defineActions, type Keymap } from "./action.ts";
import { moveToRow } from "./move.ts";
import { openEditor } from "./open-editor.ts";
import { askFor } from "./prompts.ts";
import { runAction } from "./run-action.ts";
import { showPlace } from "./show-place.ts";
import { offerEncryption } from "./start.ts";
import { openWizard } from "./wizard.ts";

function open(state: State): Step {
  const screen = topScreen(state);
  const next =
    screen.kind === "doctor" ? withScreen(state, { ...screen, groups: undefined, stopped: false }) : openScreen(state, NEW_DOCTOR);
  return step(next, { topic: "doctor", kind: "examine" });
}

function finding(state: State): FindingView | undefined {
  const screen = topScreen(state);
  return screen.kind === "doctor" ? currentFinding(screen) : undefined;
}

function isOnFinding(state: State): true | string {
  return finding(state) === undefined ? "choose a finding first" : true;
}

/** Runs an action of another screen, if it can be run now. */
function runOther(state: State, id: string, keymap: Keymap): Step {
  const action = keymap.byId(id);
  return action === undefined ? step(state) : runAction(state, action, keymap);
}

function goTo(state: State, keymap: Keymap): Step {
  const one = finding(state);
  if (one === undefined) return step(state);
  const isHere = one.file !== undefined && state.files.has(one.file);
  if (one.place === "access") return runOther(state, "access.open", keymap);
  if (one.file !== undefined && isHere && one.place === "history") {
    return runOther(showPlace(state, one.file, one.key), "history.open", keymap);
  }
  if (one.file !== undefined && isHere) return step(showPlace(state, one.file, one.key));
  const where = one.file === undefined ? "" : ` It is in ${one.file}${one.line === undefined ? "" : `, line ${one.line}`}.`;
  const mend = one.mend === undefined ? "" : ` What helps: ${one.mend}`;
  return step(tell(state, "info", where === "" && mend === "" ? "There is no more to see of this here." : `${where}${mend}`.trim()));
}

function canFix(state: State): true | string {
  const one = finding(state);
  if (one === undefined) return "choose a finding first";
  if (one.fix === undefined) return "there is no fix for this that is surely safe";
  if (state.readOnly) return "sotto was started with --read-only";
  if (state.job !== undefined) return "something is running";
  if (one.fix !== "generate" && countEdits(state.edits) > 0) return "save or undo your edits first";
  return true;
}

function fix(state: State): Step {
  const one = finding(state);
  if (one?.file === undefined) return step(state);
  switch (one.fix) {
    case "encrypt":
      return offerEncryption(state, one.file, "doctor.encrypt");
    case "sync":
    case "rotate":
      return step(openWizard(state, { kind: one.fix }, [{ name: one.file, files: [one.file], marked: true, note: "" }]));
    case "generate": {
      const shown = showPlace(state, one.file, one.key);
      const place = selected(shown);
      if (place === undefined) return step(shown);
      const { state: next, effects } = openEditor(shown, [place], place);
      return { state: tell(next, "info", "^G makes a new value."), effects };
    }
    case undefined:
      return step(state);
  }
}

function encrypt(state: State): Step {
  const one = finding(state);
  if (one?.fix !== "encrypt" || one.file === undefined) return step(state);
  return step(state, { topic: "start", kind: "encrypt", paths: [one.file] });
}

function canIgnore(state: State): true | string {
  const one = finding(state);
  if (one === undefined) return "choose a finding first";
  if (state.readOnly) return "sotto was started with --read-only";
  if (!one.ignorable) return "this cannot be ignored";
  if (one.ignored !== undefined) return "it is ignored already; take it out of .sops.yaml to see it again";
  return state.project.hasConfig ? true : "the reason would stand in .sops.yaml, and there is none: I sets one up";
}

function toggleIgnored(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "doctor") return step(state);
  const next = { ...screen, showIgnored: !screen.showIgnored };
  const one = currentFinding(screen);
  const at = doctorRows(next).findIndex((row) => row.kind === "finding" && (one === undefined || row.finding.id === one.id));
  return step(moveToRow(withScreen(state, { ...next, list: AT_TOP }), Math.max(0, at)));
}

export const DOCTOR_ACTIONS: readonly Action[] = defineActions(
  {
    id: "doctor.open",
    keys: ["C"],
    title: "check",
    help: "The doctor: looks over all files, keys and rules for what is wrong or weak.",
    scopes: ["any"],
    enabled(state) {
      if (!state.loaded || topScreen(state).kind === "start") return "there is nothing to look at yet";
      return state.job === undefined ? true : "something is running";
    },
    run: open,
  },
  {
    id: "doctor.goTo",
    keys: ["enter"],
    title: "go there",
    help: "Goes to the key, the file, the people or the history that it is about.",
    scopes: ["doctor"],
    footer: 1,
    enabled: isOnFinding,
    run: goTo,
  },
  {
    id: "doctor.fix",
    keys: ["x"],
    title: "fix",
    help: "Does what is safe: encrypts the file, brings it in line with its rule, or makes a new value. Asks before anything is written.",
    scopes: ["doctor"],
    footer: 2,
    enabled: canFix,
    run: fix,
  },
  {
    id: "doctor.encrypt",
    keys: [],
    title: "encrypt the file",
    help: "Encrypts it where it is.",
    scopes: ["doctor"],
    enabled: canFix,
    run: encrypt,
  },
  {
    id: "doctor.ignore",
    keys: ["i"],
    title: "ignore",
    help: "Hides it for everybody; the reason is kept in .sops.yaml.",
    scopes: ["doctor"],
    footer: 3,
    enabled: canIgnore,
    run(state) {
      const one = finding(state);
      return one === undefined ? step(state) : askFor(state, { kind: "ignore", finding: one.id });
    },
  },
  {
    id: "doctor.ignored",
    keys: ["v"],
    title: "ignored",
    help: "Shows what is ignored, too, with the reasons.",
    scopes: ["doctor"],
    footer: 4,
    run: toggleIgnored,
  },
);
