/** Who can read what: recipients against environments, as the screen shows it. The wizard that changes it is in `wizard.ts`. */
import type { ListView } from "./list.ts";
import type { PlanView, RunState, WizardChange } from "./wizard.ts";

/** `rule only`: a file lacks what its rule says. `file only`: a file has somebody whom its rule does not name. `mixed`: of several files some. */
export type AccessCell = "reads" | "rule only" | "file only" | "mixed" | "no";

export interface AccessColumn {
  /** Of an environment, or the path of a file that is in none. */
  readonly name: string;
  readonly files: readonly string[];
  readonly isolated: boolean;
  /** Files that differ from their rules. */
  readonly drift: readonly string[];
  /** Of files with several key groups: how many are needed, such as `2 of 3`. */
  readonly threshold: string | undefined;
}

export interface AccessRow {
  readonly provider: string;
  /** The kind of key, for people. */
  readonly title: string;
  readonly label: string;
  readonly name: string | undefined;
  readonly machine: boolean;
  /** One for each column. */
  readonly cells: readonly AccessCell[];
  /** Every file that has it, or should have it. */
  readonly files: readonly { readonly path: string; readonly cell: AccessCell }[];
}

export interface AccessView {
  readonly columns: readonly AccessColumn[];
  readonly rows: readonly AccessRow[];
  /** How many creation rules there are. */
  readonly rules: number;
  /** Columns that are as their rules say. */
  readonly inLine: readonly string[];
  readonly differing: readonly { readonly column: string; readonly message: string }[];
  /** Files that cannot be read, with the reason in words. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

export interface AccessScreen {
  readonly kind: "access";
  readonly list: ListView;
  /** Undefined while it is read. */
  readonly view: AccessView | undefined;
  readonly problem: string | undefined;
  readonly column: number;
  /** First column that is shown where not all have room. */
  readonly firstColumn: number;
  /** Everything about the recipient under the cursor, in place of the table. */
  readonly details: boolean;
}

export const NEW_ACCESS: AccessScreen = {
  kind: "access",
  list: { cursor: 0, top: 0 },
  view: undefined,
  problem: undefined,
  column: 0,
  firstColumn: 0,
  details: false,
};

/** Somebody who is to be added, as far as is known. */
export interface Newcomer {
  readonly provider: string;
  readonly recipient: string;
  readonly label: string;
  readonly name: string | undefined;
}

export type AccessEvent =
  | { readonly topic: "access"; readonly kind: "described"; readonly view: AccessView }
  | { readonly topic: "access"; readonly kind: "undescribed"; readonly message: string }
  /** What was typed is a recipient. */
  | { readonly topic: "access"; readonly kind: "recipient"; readonly newcomer: Newcomer }
  | { readonly topic: "access"; readonly kind: "confirmed"; readonly next: string }
  | { readonly topic: "access"; readonly kind: "planned"; readonly id: number; readonly plan: PlanView }
  | { readonly topic: "access"; readonly kind: "refused"; readonly id: number; readonly message: string }
  | { readonly topic: "access"; readonly kind: "progress"; readonly id: number; readonly path: string; readonly state: RunState }
  | { readonly topic: "access"; readonly kind: "ran"; readonly id: number; readonly written: readonly string[] }
  /** Before anything was written. */
  | { readonly topic: "access"; readonly kind: "stopped"; readonly id: number }
  | { readonly topic: "access"; readonly kind: "failed"; readonly id: number; readonly message: string };

export type AccessEffect =
  | { readonly topic: "access"; readonly kind: "describe" }
  | { readonly topic: "access"; readonly kind: "check recipient"; readonly text: string }
  | { readonly topic: "access"; readonly kind: "confirmed"; readonly next: string }
  | {
      readonly topic: "access";
      readonly kind: "plan";
      readonly id: number;
      readonly change: WizardChange;
      /** Those that were chosen. */
      readonly files: readonly string[];
    }
  | { readonly topic: "access"; readonly kind: "run"; readonly id: number; readonly acceptLockout: boolean };

/** Rows that the cursor moves in. */
export function accessLength(screen: AccessScreen): number {
  return screen.view?.rows.length ?? 0;
}

export function currentRecipient(screen: AccessScreen): AccessRow | undefined {
  return screen.view?.rows[screen.list.cursor];
}

/** Files of a recipient that has it in its metadata, whatever its rule says. */
export function filesWith(row: AccessRow): readonly string[] {
  return row.files.filter(({ cell }) => cell === "reads" || cell === "file only").map(({ path }) => path);
}

export function driftOf(view: AccessView): readonly string[] {
  return [...new Set(view.columns.flatMap((column) => column.drift))];
}

export function callRow(row: Pick<AccessRow, "name" | "label">): string {
  return row.name ?? shortLabel(row.label);
}

/** A recipient that has no name, short enough for a sentence. */
export function shortLabel(label: string): string {
  return label.length <= 20 ? label : `${label.slice(0, 9)}…${label.slice(-4)}`;
}

export interface AccessNote {
  readonly tone: "fine" | "drift" | "info";
  readonly text: string;
}

/** What the rules say, below the table. */
export function accessNotes({ rules, inLine, differing, problems }: AccessView): readonly AccessNote[] {
  const count = rules === 0 ? "no .sops.yaml, so there are no rules" : `.sops.yaml  ${rules} creation rule${rules === 1 ? "" : "s"}`;
  return [
    { tone: "info", text: `Rules  ${count}` },
    ...(inLine.length === 0
      ? []
      : [{ tone: "fine", text: `${inLine.join(", ")} match${inLine.length === 1 ? "es" : ""} the rules` } as const]),
    ...differing.map(({ column, message }): AccessNote => ({ tone: "drift", text: `${column}: ${message}` })),
    ...problems.map(({ path, message }): AccessNote => ({ tone: "drift", text: `${path}: ${message}` })),
  ];
}

const MOST_NOTES = 12;
const FEW_NOTES = 3;

/** Lines of notes that have room; the last one tells of those that have none. */
export function shownNotes(view: AccessView, body: number): readonly AccessNote[] {
  const notes = accessNotes(view);
  const most = Math.max(FEW_NOTES, Math.min(MOST_NOTES, body - 4 - view.rows.length));
  if (notes.length <= most) return notes;
  return [...notes.slice(0, most - 1), { tone: "info", text: `and ${notes.length - most + 1} more` }];
}

/** Recipients that have room. @param body lines of the table with its border */
export function accessRows({ view }: AccessScreen, body: number): number {
  return Math.max(1, body - 3 - (view === undefined ? 0 : shownNotes(view, body).length + 1));
}

const LABEL = 13;
const MOST_NAME = 20;

export interface AccessWidths {
  readonly label: number;
  readonly name: number;
  /** Of each column, with the blanks before it. */
  readonly columns: readonly number[];
  /** How many columns are shown from the first one on. */
  readonly count: number;
}

/** @param inner cells inside the border */
export function accessWidths(view: AccessView, firstColumn: number, inner: number): AccessWidths {
  const name = Math.min(MOST_NAME, Math.max(4, ...view.rows.map((row) => row.name?.length ?? 0)));
  const room = inner - (1 + LABEL + 1 + name) - 1;
  const narrow = view.columns.map((column) => Math.min(14, Math.max(3, column.name.length)) + 1);
  const spare = room - narrow.reduce((sum, width) => sum + width, 0);
  const columns = spare >= 2 * narrow.length ? narrow.map((width) => width + 2) : narrow;
  const total = columns.reduce((sum, width) => sum + width, 0);
  const longest = Math.max(LABEL, ...view.rows.map((row) => row.label.length));
  const label = total < room ? Math.min(longest, LABEL + room - total) : LABEL;
  let count = 0;
  let used = 0;
  for (const width of columns.slice(firstColumn)) {
    if (used + width > room) break;
    used += width;
    count += 1;
  }
  return { label, name, columns, count: Math.max(1, count) };
}

/** The cursor goes to a column, and as many columns to the side as it takes to see it. */
export function toAccessColumn(screen: AccessScreen, column: number, inner: number): AccessScreen {
  const { view } = screen;
  if (view === undefined) return screen;
  const at = Math.max(0, Math.min(view.columns.length - 1, column));
  let first = Math.min(screen.firstColumn, at);
  while (first < at && first + accessWidths(view, first, inner).count <= at) first += 1;
  return { ...screen, column: at, firstColumn: first };
}
