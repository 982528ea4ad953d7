/** What is wrong or weak in the project, grouped, each with a way to mend it. */
import type { Path } from "./edits.ts";
import { AT_TOP, type ListView } from "./list.ts";

/** `fine`: as it should be. `note`: good to know. `weak`: it works, and should not stay so. `wrong`: something does not work, or is open. */
export type FindingState = "wrong" | "weak" | "note" | "fine";

/** What may be done at once: it loses nothing. `generate` opens the value editor with a new value. */
export type FindingFix = "encrypt" | "sync" | "rotate" | "generate";

/** The screen where more can be seen of it. */
export type FindingPlace = "document" | "access" | "history" | "none";

export interface FindingView {
  /** As it is written into the configuration when it is ignored. */
  readonly id: string;
  readonly state: FindingState;
  /** Never holds a value. */
  readonly message: string;
  readonly mend: string | undefined;
  readonly file: string | undefined;
  readonly key: Path | undefined;
  readonly line: number | undefined;
  readonly fix: FindingFix | undefined;
  readonly place: FindingPlace;
  /** False for what nobody should be able to hide from the others, such as a wrong checksum. */
  readonly ignorable: boolean;
  /** Why it is ignored; undefined where it is not. */
  readonly ignored: string | undefined;
}

export interface FindingGroup {
  readonly title: string;
  readonly findings: readonly FindingView[];
}

export interface DoctorScreen {
  readonly kind: "doctor";
  readonly list: ListView;
  /** Undefined while it is being looked. */
  readonly groups: readonly FindingGroup[] | undefined;
  readonly showIgnored: boolean;
  /** Files and values that were looked at. */
  readonly looked: { readonly files: number; readonly values: number } | undefined;
  readonly stopped: boolean;
}

export const NEW_DOCTOR: DoctorScreen = {
  kind: "doctor",
  list: AT_TOP,
  groups: undefined,
  showIgnored: false,
  looked: undefined,
  stopped: false,
};

export type DoctorEvent =
  | {
      readonly topic: "doctor";
      readonly kind: "examined";
      readonly groups: readonly FindingGroup[];
      readonly looked: { readonly files: number; readonly values: number };
    }
  | { readonly topic: "doctor"; readonly kind: "stopped" }
  | { readonly topic: "doctor"; readonly kind: "ignored"; readonly finding: string; readonly reason: string };

export type DoctorEffect =
  | { readonly topic: "doctor"; readonly kind: "examine" }
  | { readonly topic: "doctor"; readonly kind: "ignore"; readonly finding: string; readonly reason: string };

export type DoctorRow =
  | { readonly kind: "group"; readonly title: string; readonly count: number }
  | { readonly kind: "finding"; readonly finding: FindingView };

const known = new WeakMap<readonly FindingGroup[], { readonly showIgnored: boolean; readonly rows: readonly DoctorRow[] }>();

export function doctorRows({ groups, showIgnored }: DoctorScreen): readonly DoctorRow[] {
  if (groups === undefined) return [];
  const before = known.get(groups);
  if (before?.showIgnored === showIgnored) return before.rows;
  const rows = groups.flatMap(({ title, findings }): DoctorRow[] => {
    const shown = findings.filter((finding) => showIgnored || finding.ignored === undefined);
    if (shown.length === 0) return [];
    return [{ kind: "group", title, count: shown.length }, ...shown.map((finding): DoctorRow => ({ kind: "finding", finding }))];
  });
  known.set(groups, { showIgnored, rows });
  return rows;
}

/** Rows that the cursor moves in. */
export function doctorLength(screen: DoctorScreen): number {
  return doctorRows(screen).length;
}

export function currentFinding(screen: DoctorScreen): FindingView | undefined {
  const row = doctorRows(screen)[screen.list.cursor];
  return row?.kind === "finding" ? row.finding : undefined;
}

export interface DoctorCounts {
  readonly wrong: number;
  readonly weak: number;
  readonly ignored: number;
}

export function countFindings({ groups = [] }: { readonly groups: readonly FindingGroup[] | undefined }): DoctorCounts {
  const all = groups.flatMap(({ findings }) => findings);
  const count = (state: FindingState): number => all.filter((one) => one.state === state && one.ignored === undefined).length;
  return { wrong: count("wrong"), weak: count("weak"), ignored: all.filter((one) => one.ignored !== undefined).length };
}
