/** Unsaved edits that an earlier run left when it ended early, each file encrypted for its own recipients. */

import type { Edits } from "./edits.ts";

export interface LeftFile {
  readonly path: string;
  /** How many values differ. */
  readonly edits: number;
}

export type RecoveryEvent =
  | { readonly topic: "recovery"; readonly kind: "found"; readonly files: readonly LeftFile[] }
  | { readonly topic: "recovery"; readonly kind: "restored"; readonly edits: Edits };

export type RecoveryEffect =
  | { readonly topic: "recovery"; readonly kind: "restore" }
  | { readonly topic: "recovery"; readonly kind: "delete" };
