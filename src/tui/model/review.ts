/** Before a save: what will change; and what two people changed. */
import type { Facts } from "./facts.ts";
import type { ListView } from "./list.ts";
import type { Path } from "./edits.ts";

export interface ReviewLine {
  readonly file: string;
  readonly path: Path;
  readonly kind: "value" | "added" | "removed" | "renamed" | "type";
  readonly before: Facts | undefined;
  readonly after: Facts | undefined;
  readonly to?: string;
  readonly warnings: readonly string[];
}

export interface ReviewScreen {
  readonly kind: "review";
  readonly list: ListView;
  readonly lines: readonly ReviewLine[];
}

export interface Conflict {
  readonly file: string;
  readonly path: Path;
  readonly ours: Facts | undefined;
  readonly theirs: Facts | undefined;
  readonly answer: "ours" | "theirs" | undefined;
}

export interface ConflictsScreen {
  readonly kind: "conflicts";
  readonly list: ListView;
  readonly conflicts: readonly Conflict[];
}

/** Two cells side by side. */
export interface CompareScreen {
  readonly kind: "compare";
  readonly path: Path;
  /** Of the environments. */
  readonly columns: readonly [number, number];
}

export type ReviewEvent = {
  readonly topic: "review";
  readonly kind: "saved";
  readonly files: readonly { readonly path: string; readonly values: number }[];
};

export type ReviewEffect = { readonly topic: "review"; readonly kind: "save" };
