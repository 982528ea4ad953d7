/** What stands in the way of rewriting files, and what has to be typed before it is done. */
import { countEdits } from "./edits.ts";
import { environmentsOf, type State } from "./state.ts";
import { changing, countOf, type PlanView, type WizardScreen } from "./wizard.ts";

/** @returns why files cannot be rewritten now, undefined when they can */
export function whyNotRewrite(state: State): string | undefined {
  if (state.readOnly) return "sotto was started with --read-only";
  const edits = countEdits(state.edits);
  if (edits > 0) return `save or undo your edits first: ${countOf(edits, "unsaved edit")}. The files are written anew`;
  return state.job === undefined ? undefined : "something else is running";
}

const PRODUCTION = /^(prod|production|prd|live)$/i;

/** Environments that nobody should change by accident, among those whose values are encrypted again. */
export function guardedEnvironments(state: State, plan: PlanView): readonly string[] {
  const files = changing(plan).filter((file) => file.renews);
  const found = files.flatMap((file) => environmentsOf(state, file.path)).filter(({ name, isolated }) => isolated || PRODUCTION.test(name));
  return [...new Set(found.map(({ name }) => name))];
}

export interface Question {
  readonly id: "lockout" | "environment";
  readonly word: string;
}

export const LOCKOUT_WORD = "lock me out";

/** What has to be typed, in this order. */
export function questionsFor(state: State, { plan }: WizardScreen): readonly Question[] {
  if (plan === undefined) return [];
  const names = guardedEnvironments(state, plan);
  return [
    ...(plan.locksOut ? [{ id: "lockout", word: LOCKOUT_WORD } as const] : []),
    ...(names.length === 0 ? [] : [{ id: "environment", word: names.join(" ") } as const]),
  ];
}
