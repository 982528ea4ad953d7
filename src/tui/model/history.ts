/** Commits of a file, what changed between two of them, and putting an old value back. */
import type { ListView } from "./list.ts";

export interface HistoryScreen {
  readonly kind: "history";
  readonly file: string;
  readonly list: ListView;
}

export type HistoryEvent = { readonly topic: "history"; readonly kind: "listed"; readonly file: string };
export type HistoryEffect = { readonly topic: "history"; readonly kind: "list"; readonly file: string };

/** Rows that the cursor moves in. */
export function historyLength(_screen: HistoryScreen): number {
  return 0;
}
