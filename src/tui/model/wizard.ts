/** The wizard that changes who can read what: choose, preview, run, next steps. */
import { AT_TOP, type ListView } from "./list.ts";

export type WizardChange =
  /** Files follow their creation rules. */
  | { readonly kind: "sync" }
  | { readonly kind: "rotate" }
  /** `name`: what the person is called. */
  | { readonly kind: "remove"; readonly label: string; readonly name: string }
  | {
      readonly kind: "add";
      readonly provider: string;
      readonly recipient: string;
      readonly label: string;
      /** Undefined where nobody gave one. */
      readonly name: string | undefined;
    };

/** A file, or an environment with its files. */
export interface WizardChoice {
  readonly name: string;
  readonly files: readonly string[];
  readonly marked: boolean;
  /** What is special about it. */
  readonly note: string;
}

export interface PlanFile {
  readonly path: string;
  /** As people are called. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly threshold: { readonly before: number; readonly after: number };
  readonly changes: boolean;
  readonly renews: boolean;
  /** Why it is skipped. */
  readonly problem: string | undefined;
  readonly locksOut: boolean;
  /** Encrypted values in it. */
  readonly values: number;
}

/** Keys that somebody could read. */
export interface KnownFile {
  readonly path: string;
  readonly keys: readonly string[];
  /** False where several keys were needed. */
  readonly alone: boolean;
}

export interface Leaving {
  readonly name: string;
  readonly files: readonly KnownFile[];
}

export interface PlanView {
  readonly files: readonly PlanFile[];
  /** Lines of `.sops.yaml` that change. */
  readonly config: readonly { readonly sign: "+" | "-"; readonly line: number; readonly text: string }[];
  readonly locksOut: boolean;
  /** Who loses access, with what they know. */
  readonly leaving: readonly Leaving[];
  /** Files that stay as they are although the person who leaves can read them. */
  readonly left: readonly string[];
}

export type RunState = "waiting" | "working" | "ready" | "written" | "skipped";

export interface RunFile {
  readonly state: RunState;
  /** In milliseconds. */
  readonly began: number;
  readonly ended: number;
}

export interface WizardScreen {
  readonly kind: "wizard";
  readonly list: ListView;
  readonly step: 1 | 2 | 3 | 4;
  readonly change: WizardChange;
  readonly choices: readonly WizardChoice[];
  /** Of the plan that was asked for last; answers about older ones are dropped. */
  readonly id: number;
  readonly plan: PlanView | undefined;
  readonly outcome: "none" | "running" | "stopping" | "stopped" | "failed" | "done";
  /** Why there is no plan, or why nothing was written. */
  readonly problem: string | undefined;
  readonly since: number;
  readonly running: ReadonlyMap<string, RunFile>;
  readonly written: readonly string[];
}

export function newWizard(change: WizardChange, choices: readonly WizardChoice[]): WizardScreen {
  return {
    kind: "wizard",
    list: AT_TOP,
    step: 1,
    change,
    choices,
    id: 0,
    plan: undefined,
    outcome: "none",
    problem: undefined,
    since: 0,
    running: new Map(),
    written: [],
  };
}

export function wizardTitle(change: WizardChange): string {
  switch (change.kind) {
    case "sync":
      return "Bring files in line with their rules";
    case "rotate":
      return "A new data key, every value encrypted again";
    case "remove":
      return `Remove ${change.name}, then a new data key`;
    case "add":
      return `Add ${change.name ?? "a recipient"}`;
  }
}

export function markedFiles(screen: WizardScreen): readonly string[] {
  return [...new Set(screen.choices.filter((choice) => choice.marked).flatMap((choice) => choice.files))];
}

/** Files that will be written. */
export function changing(plan: PlanView): readonly PlanFile[] {
  return plan.files.filter((file) => file.changes && file.problem === undefined);
}

export function isAnything(plan: PlanView): boolean {
  return plan.config.length > 0 || changing(plan).length > 0;
}

export function knownCount(plan: PlanView): number {
  return plan.leaving.flatMap((one) => one.files).reduce((sum, file) => sum + file.keys.length, 0);
}

/** How many files are made, how many there are, and how long it will take, in milliseconds; undefined in the first second. */
export function progressOf(
  { plan, running, since }: WizardScreen,
  now: number,
): { readonly done: number; readonly total: number; readonly left: number | undefined } {
  const total = plan === undefined ? 0 : changing(plan).length;
  const done = [...running.values()].filter(({ state }) => state === "ready" || state === "written").length;
  const elapsed = now - since;
  return { done, total, left: done === 0 || done === total || elapsed < 1000 ? undefined : (elapsed / done) * (total - done) };
}

export type WizardLine =
  | { readonly kind: "choice"; readonly choice: WizardChoice }
  | { readonly kind: "plan"; readonly file: PlanFile }
  | { readonly kind: "config"; readonly sign: "+" | "-"; readonly line: number; readonly text: string }
  | { readonly kind: "run"; readonly file: PlanFile }
  | { readonly kind: "heading" | "text" | "warning" | "key"; readonly text: string };

/** The lines of a step that the cursor moves through. */
export function wizardLines(screen: WizardScreen): readonly WizardLine[] {
  const { step, plan, choices } = screen;
  if (step === 1) return choices.map((choice) => ({ kind: "choice", choice }));
  if (plan === undefined) return [];
  if (step === 2) return previewLines(plan);
  const files = plan.files.filter((file) => file.changes);
  return step === 3 ? files.map((file) => ({ kind: "run", file })) : nextLines(screen, plan);
}

function previewLines(plan: PlanView): readonly WizardLine[] {
  return [
    ...plan.files.map((file): WizardLine => ({ kind: "plan", file })),
    ...(plan.config.length === 0 ? [] : [{ kind: "heading", text: ".sops.yaml" } as const]),
    ...plan.config.map((line): WizardLine => ({ kind: "config", ...line })),
  ];
}

function nextLines({ change, written }: WizardScreen, plan: PlanView): readonly WizardLine[] {
  const skipped = plan.files.filter((file) => file.problem !== undefined);
  const config = plan.config.length > 0 ? ", and .sops.yaml" : "";
  const lines: WizardLine[] = [{ kind: "text", text: `Written: ${countOf(written.length, "file")}${config}. Commit and push them.` }];
  if (change.kind === "add") lines.push({ kind: "text", text: `${change.name ?? "They"} can read them after the next git pull.` });
  for (const file of skipped) lines.push({ kind: "warning", text: `skipped ${file.path}: ${file.problem ?? ""}` });
  for (const { name, files } of plan.leaving) {
    const count = files.reduce((sum, file) => sum + file.keys.length, 0);
    if (count === 0) continue;
    lines.push(
      { kind: "text", text: "" },
      { kind: "heading", text: `${name} still knows ${countOf(count, "secret")}: replace ${count === 1 ? "it" : "them"} at the source` },
    );
    for (const file of files) {
      lines.push({ kind: "text", text: `${file.path}${file.alone ? "" : "  (with the help of other keys)"}` });
      for (const key of file.keys) lines.push({ kind: "key", text: key });
    }
    lines.push({ kind: "text", text: "Old versions in git stay readable with the old key." });
  }
  return lines;
}

export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Rows that the cursor moves in. */
export function wizardLength(screen: WizardScreen): number {
  return wizardLines(screen).length;
}

/** Lines above and below the list of a step. */
export const WIZARD_HEAD = 4;
const FOOT: Readonly<Record<WizardScreen["step"], number>> = { 1: 3, 2: 4, 3: 7, 4: 2 };

/** Lines of the list that have room. @param body lines of the pane with its border */
export function wizardRows({ step }: WizardScreen, body: number): number {
  return Math.max(1, body - 2 - WIZARD_HEAD - FOOT[step]);
}

/** What can be copied: paths of files and keys, never a value. */
export function knownText(plan: PlanView): string {
  const lines = plan.leaving.flatMap(({ files }) => files.flatMap((file) => file.keys.map((key) => `${file.path}: ${key}`)));
  return [...new Set(lines)].map((line) => `${line}\n`).join("");
}
