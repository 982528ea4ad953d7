/** The steps of the wizard that changes who can read what. */
import type { Newcomer } from "../model/access.ts";
import { questionsFor, whyNotRewrite } from "../model/access-guards.ts";
import { AT_TOP } from "../model/list.ts";
import { closeScreen, openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import {
  isAnything,
  knownCount,
  knownText,
  markedFiles,
  newWizard,
  type RunFile,
  type WizardChange,
  type WizardChoice,
  type WizardScreen,
} from "../model/wizard.ts";
import { show } from "../text/show.ts";
import { type Action, defineActions } from "./action.ts";
import { askFor } from "./prompts.ts";

export function openWizard(state: State, change: WizardChange, choices: readonly WizardChoice[]): State {
  return openScreen(state, newWizard(change, choices));
}

/** Which environments somebody is added to: the one under the cursor, until others are marked. */
export function openAdd(state: State, { provider, recipient, label, name }: Newcomer): Step {
  const screen = topScreen(state);
  if (screen.kind !== "access" || screen.view === undefined) return step(state);
  const { columns, rows } = screen.view;
  const known = rows.find((row) => row.label === label);
  const choices = columns.map((column, index): WizardChoice => {
    const reads = known?.cells[index] === "reads";
    return { name: column.name, files: column.files, marked: index === screen.column && !reads, note: reads ? "reads it already" : "" };
  });
  return step(openWizard(state, { kind: "add", provider, recipient, label, name }, choices));
}

function onWizard(state: State, run: (screen: WizardScreen) => Step): Step {
  const screen = topScreen(state);
  return screen.kind === "wizard" ? run(screen) : step(state);
}

function mark(state: State): Step {
  return onWizard(state, (screen) => {
    if (screen.step !== 1) return step(state);
    const choices = screen.choices.map((choice, index) => (index === screen.list.cursor ? { ...choice, marked: !choice.marked } : choice));
    return step(withScreen(state, { ...screen, choices }));
  });
}

function markAll(state: State): Step {
  return onWizard(state, (screen) => {
    if (screen.step !== 1) return step(state);
    const marked = !screen.choices.every((choice) => choice.marked);
    return step(withScreen(state, { ...screen, choices: screen.choices.map((choice) => ({ ...choice, marked })) }));
  });
}

function next(state: State): Step {
  return onWizard(state, (screen) => {
    if (screen.step === 1) return plan(state, screen);
    if (screen.step === 2) return confirm(state, screen, undefined);
    if (screen.step === 4) return step(closeScreen(state));
    return screen.outcome === "stopped" || screen.outcome === "failed" ? plan(state, screen) : step(state);
  });
}

function plan(state: State, screen: WizardScreen): Step {
  const reason = whyNotRewrite(state);
  if (reason !== undefined) return step(tell(state, "warning", reason));
  const { change, choices } = screen;
  const files = markedFiles(screen);
  // Somebody may be in the rules alone.
  if (files.length === 0 && !(change.kind === "remove" && choices.length === 0)) {
    return step(tell(state, "info", "Mark something first: space marks, a marks all."));
  }
  const id = state.nextId;
  const planning: WizardScreen = { ...screen, step: 2, list: AT_TOP, id, plan: undefined, problem: undefined, outcome: "none" };
  return step({ ...withScreen(state, planning), nextId: id + 1 }, { topic: "access", kind: "plan", id, change, files });
}

/** Asks what has to be typed, one after the other, then begins. @param answered the question before */
export function confirm(state: State, screen: WizardScreen, answered: string | undefined): Step {
  const reason = whyNotRewrite(state);
  if (reason !== undefined) return step(tell(state, "warning", reason));
  if (screen.plan === undefined) return step(state);
  if (!isAnything(screen.plan)) return step(tell(state, "info", "There is nothing to change."));
  const questions = questionsFor(state, screen);
  const asked = questions[questions.findIndex(({ id }) => id === answered) + 1];
  if (asked !== undefined) return askFor(state, { kind: "confirm", word: asked.word, next: asked.id });
  return begin(state, screen);
}

function begin(state: State, screen: WizardScreen): Step {
  const running = new Map(
    (screen.plan?.files ?? []).map((file): [string, RunFile] => [
      file.path,
      { state: file.problem === undefined ? "waiting" : "skipped", began: state.now, ended: state.now },
    ]),
  );
  const started: WizardScreen = { ...screen, step: 3, list: AT_TOP, outcome: "running", since: state.now, running, problem: undefined };
  return step(withScreen(state, started), {
    topic: "access",
    kind: "run",
    id: screen.id,
    acceptLockout: screen.plan?.locksOut === true,
  });
}

/** One step back; what runs is stopped first. */
function back(state: State): Step {
  return onWizard(state, (screen) => {
    if (screen.step === 3 && screen.outcome === "running") {
      return step(withScreen(state, { ...screen, outcome: "stopping" }), { topic: "project", kind: "cancel" });
    }
    if (screen.step === 3 && screen.outcome === "stopping") return step(state);
    if (screen.step === 2) {
      const first = withScreen(state, { ...screen, step: 1, id: 0, list: AT_TOP, plan: undefined, problem: undefined });
      return screen.plan === undefined && state.job !== undefined ? step(first, { topic: "project", kind: "cancel" }) : step(first);
    }
    return step(closeScreen(state));
  });
}

function copyKnown(state: State): Step {
  return onWizard(state, ({ plan: made }) => {
    if (made === undefined) return step(state);
    const label = `the paths of ${knownCount(made)} secrets`;
    const text = knownText(made).split("\n").map(show).join("\n");
    return step(state, { topic: "value", kind: "copy text", text, label });
  });
}

export const WIZARD_ACTIONS: readonly Action[] = defineActions(
  {
    id: "wizard.next",
    keys: ["enter"],
    title: "next",
    help: "To the next step. Nothing is written before the third, and that asks where it matters.",
    scopes: ["wizard"],
    footer: 1,
    enabled: (state) => {
      const screen = topScreen(state);
      if (screen.kind !== "wizard") return true;
      if (screen.step === 2 && screen.plan === undefined) return screen.problem ?? "the files are still being looked at";
      return screen.step === 3 && (screen.outcome === "running" || screen.outcome === "stopping") ? "it is running; esc stops it" : true;
    },
    run: next,
  },
  {
    id: "wizard.back",
    keys: ["escape"],
    title: "back, stop",
    help: "One step back. While it runs: stops, and leaves all files as they were.",
    scopes: ["wizard"],
    footer: 4,
    run: back,
  },
  {
    id: "wizard.mark",
    keys: ["space"],
    title: "mark",
    help: "Takes the line in, or leaves it out.",
    scopes: ["wizard"],
    footer: 2,
    enabled: (state) => chooses(state),
    run: mark,
  },
  {
    id: "wizard.markAll",
    keys: ["a"],
    title: "all or none",
    help: "Takes all lines in, or leaves all out.",
    scopes: ["wizard"],
    footer: 3,
    enabled: (state) => chooses(state),
    run: markAll,
  },
  {
    id: "wizard.copy",
    keys: ["y"],
    title: "copy list",
    help: "Copies the paths of the secrets to replace; no values.",
    scopes: ["wizard"],
    footer: 5,
    enabled: (state) => {
      const screen = topScreen(state);
      const known = screen.kind === "wizard" && screen.step === 4 && screen.plan !== undefined ? knownCount(screen.plan) : 0;
      return known > 0 ? true : "there is no list: nobody lost access";
    },
    run: copyKnown,
  },
);

function chooses(state: State): true | string {
  const screen = topScreen(state);
  return screen.kind === "wizard" && screen.step === 1 ? true : "only while you choose";
}
