/** Before a save: what will change; what two people changed; and two cells beside each other. */
import type { Edit, Edits, Path } from "./edits.ts";
import { AT_TOP, type ListView } from "./list.ts";
import type { Cell, ValueSource } from "./facts.ts";

export type LineKind = "value" | "added" | "removed" | "renamed" | "type";

/** One difference between two versions of a file, masked. */
export interface ReviewLine {
  readonly file: string;
  readonly path: Path;
  readonly kind: LineKind;
  readonly before: Cell;
  readonly after: Cell;
  /** Where a renamed value was. */
  readonly from?: Path;
  readonly warnings: readonly string[];
}

/** `save`: what a save writes; `theirs`: what somebody else wrote; `tampered`: what does not fit the checksum. */
export type ReviewPurpose = "save" | "theirs" | "tampered";

export interface ReviewScreen {
  readonly kind: "review";
  readonly purpose: ReviewPurpose;
  readonly list: ListView;
  readonly lines: readonly ReviewLine[];
  /** What the lines were made from. */
  readonly edits: Edits;
  /** A value would stay readable though the rule wants it encrypted: why. */
  readonly refused: string | undefined;
}

export type ReviewRow =
  | { readonly kind: "file"; readonly file: string; readonly count: number }
  | { readonly kind: "line"; readonly line: ReviewLine }
  | { readonly kind: "warning"; readonly text: string };

const rowsOf = new WeakMap<readonly ReviewLine[], readonly ReviewRow[]>();

/** Lines below the names of their files, each with its warnings below it. */
export function reviewRows(lines: readonly ReviewLine[]): readonly ReviewRow[] {
  const known = rowsOf.get(lines);
  if (known !== undefined) return known;
  const rows = [...new Set(lines.map((line) => line.file))].flatMap((file): ReviewRow[] => {
    const own = lines.filter((line) => line.file === file);
    const below = own.flatMap((line): ReviewRow[] => [
      { kind: "line", line },
      ...line.warnings.map((text): ReviewRow => ({ kind: "warning", text })),
    ]);
    return [{ kind: "file", file, count: own.length }, ...below];
  });
  rowsOf.set(lines, rows);
  return rows;
}

export function newReview(purpose: ReviewPurpose, lines: readonly ReviewLine[], edits: Edits): ReviewScreen {
  return { kind: "review", purpose, list: lines.length === 0 ? AT_TOP : { cursor: 1, top: 0 }, lines, edits, refused: undefined };
}

export type Answer = "ours" | "theirs";

export interface Conflict {
  readonly file: string;
  readonly path: Path;
  readonly ours: Cell;
  readonly theirs: Cell;
  /** Where the plaintexts can be had, for a look at one of them. */
  readonly sources: { readonly ours: ValueSource | undefined; readonly theirs: ValueSource | undefined };
  readonly answer: Answer | undefined;
  /** What the answer means for the version that the result is made from. */
  readonly edits: { readonly ours: readonly Edit[]; readonly theirs: readonly Edit[] };
}

export interface ConflictsScreen {
  readonly kind: "conflicts";
  /** `edits`: unsaved ones meet what somebody else wrote; `markers`: the two sides of an unfinished merge of git. */
  readonly origin: "edits" | "markers";
  readonly list: ListView;
  readonly conflicts: readonly Conflict[];
  readonly edits: Edits;
  /** Of `edits` those that cannot stay: what the answers bring takes their place. */
  readonly dropped: ReadonlySet<Edit>;
  /** The detail is asked for where there is little room. */
  readonly detail: boolean;
}

/** Two cells side by side. */
export interface CompareScreen {
  readonly kind: "compare";
  readonly path: Path;
  /** Of the environments. */
  readonly columns: readonly [left: number, right: number];
  /** How the lines of two texts differ, once that is known. */
  readonly lines?: { readonly columns: readonly [number, number]; readonly differing: number };
}

export interface SavedFile {
  readonly path: string;
}

export type ReviewEvent =
  /** @see ReviewLine; `changed` are the files that would get other bytes */
  | {
      readonly topic: "review";
      readonly kind: "prepared";
      readonly edits: Edits;
      readonly lines: readonly ReviewLine[];
      readonly changed: readonly string[];
    }
  | { readonly topic: "review"; readonly kind: "saved"; readonly edits: Edits; readonly files: readonly SavedFile[] }
  | { readonly topic: "review"; readonly kind: "not saved"; readonly reason: string; readonly files: number }
  | { readonly topic: "review"; readonly kind: "refused"; readonly reason: string }
  | {
      readonly topic: "review";
      readonly kind: "conflicts";
      readonly origin: ConflictsScreen["origin"];
      readonly edits: Edits;
      readonly conflicts: readonly Conflict[];
      readonly dropped: ReadonlySet<Edit>;
    }
  /** The files are at their version now, and the edits go onto it. */
  | { readonly topic: "review"; readonly kind: "settled"; readonly dropped: ReadonlySet<Edit>; readonly added: readonly Edit[] }
  | {
      readonly topic: "review";
      readonly kind: "merged";
      readonly path: string;
      /** How many places they changed. */
      readonly theirs: number;
      readonly dropped: ReadonlySet<Edit>;
    }
  | { readonly topic: "review"; readonly kind: "shown"; readonly purpose: "theirs" | "tampered"; readonly lines: readonly ReviewLine[] }
  | { readonly topic: "review"; readonly kind: "resolved"; readonly path: string; readonly answers: number }
  | {
      readonly topic: "review";
      readonly kind: "compared";
      readonly path: Path;
      readonly columns: readonly [number, number];
      readonly differing: number;
    };

export type ReviewEffect =
  | { readonly topic: "review"; readonly kind: "prepare" }
  | { readonly topic: "review"; readonly kind: "save"; readonly edits: Edits; readonly allowPlaintext: boolean }
  /** Carries the edits over to what is on the disk. */
  | { readonly topic: "review"; readonly kind: "merge"; readonly paths: readonly string[] }
  | { readonly topic: "review"; readonly kind: "show theirs"; readonly paths: readonly string[] }
  | {
      readonly topic: "review";
      readonly kind: "settle";
      readonly paths: readonly string[];
      readonly dropped: ReadonlySet<Edit>;
      readonly added: readonly Edit[];
    }
  | { readonly topic: "review"; readonly kind: "read markers"; readonly path: string }
  | { readonly topic: "review"; readonly kind: "write resolved"; readonly path: string; readonly edits: readonly Edit[] }
  | { readonly topic: "review"; readonly kind: "find tampered"; readonly path: string }
  | {
      readonly topic: "review";
      readonly kind: "compare";
      readonly path: Path;
      readonly columns: readonly [number, number];
      readonly sources: readonly [ValueSource, ValueSource];
    };
