/** What comes back about who can read what, and about the wizard's plan and run. */
import type { AccessEvent } from "../model/access.ts";
import { toAccessColumn } from "../model/access.ts";
import { AT_TOP } from "../model/list.ts";
import { type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { changing, countOf, type RunState, type WizardScreen } from "../model/wizard.ts";
import { askFor } from "../actions/prompts.ts";
import { confirm, openAdd } from "../actions/wizard.ts";

export function reduceAccess(state: State, event: AccessEvent): Step {
  switch (event.kind) {
    case "described": {
      const { view } = event;
      const inner = state.size.columns - 2;
      return step(
        updateScreen(state, "access", (screen) => {
          const cursor = Math.max(0, Math.min(screen.list.cursor, view.rows.length - 1));
          const list = { cursor, top: Math.min(screen.list.top, cursor) };
          return toAccessColumn({ ...screen, view, problem: undefined, list }, screen.column, inner);
        }),
      );
    }
    case "undescribed":
      return step(updateScreen(state, "access", (screen) => ({ ...screen, problem: event.message })));
    case "recipient": {
      const { newcomer } = event;
      if (topScreen(state).kind !== "access") return step(state);
      return newcomer.name === undefined ? askFor(state, { kind: "recipient name", newcomer }) : openAdd(state, newcomer);
    }
    case "confirmed": {
      const screen = topScreen(state);
      return screen.kind === "wizard" && screen.step === 2 ? confirm(state, screen, event.next) : step(state);
    }
    case "planned":
      return ofWizard(state, event.id, (screen) => ({ ...screen, plan: event.plan }));
    case "refused":
      return ofWizard(state, event.id, (screen) => ({ ...screen, problem: event.message }));
    case "progress":
      return ofWizard(state, event.id, (screen) => withProgress(screen, event.path, event.state, state.now));
    case "ran": {
      const next = ofWizard(state, event.id, (screen) => ({
        ...screen,
        step: 4,
        list: AT_TOP,
        outcome: "done",
        written: event.written,
      }));
      return step(tell(next.state, "fine", `Done: ${countOf(event.written.length, "file")} written.`));
    }
    case "stopped": {
      const total = wizardOf(state, event.id)?.plan;
      const next = ofWizard(state, event.id, (screen) => ({ ...screen, outcome: "stopped" }));
      return step(tell(next.state, "info", `Stopped. 0 of ${countOf(total === undefined ? 0 : changing(total).length, "file")} changed.`));
    }
    case "failed": {
      const next = ofWizard(state, event.id, (screen) => ({ ...screen, outcome: "failed", problem: event.message }));
      return step(tell(next.state, "error", `Not done: ${event.message}. All files are as they were.`));
    }
  }
}

function wizardOf(state: State, id: number): WizardScreen | undefined {
  return state.screens.find((screen): screen is WizardScreen => screen.kind === "wizard" && screen.id === id);
}

function ofWizard(state: State, id: number, change: (screen: WizardScreen) => WizardScreen): Step {
  return step(updateScreen(state, "wizard", (screen) => (screen.id === id ? change(screen) : screen)));
}

function withProgress(screen: WizardScreen, path: string, to: RunState, now: number): WizardScreen {
  const before = screen.running.get(path);
  const began = to === "working" || before === undefined ? now : before.began;
  const ended = to === "written" ? (before?.ended ?? now) : now;
  return { ...screen, running: new Map(screen.running).set(path, { state: to, began, ended }) };
}
