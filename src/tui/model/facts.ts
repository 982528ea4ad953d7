/** What may be known about a value without showing it. The state holds facts, never plaintexts of encrypted values. */
import type { ScalarType } from "../../model/tree.ts";

export interface Facts {
  readonly type: ScalarType;
  /** In characters as a person counts them. */
  readonly length: number;
  readonly lines: number;
  /** Four hexadecimal digits, keyed with a key of this run: equal values have equal ones, and nobody outside learns anything. */
  readonly fingerprint: string;
  /** Equal exactly when type and value are: the whole keyed digest. */
  readonly digest: string;
  /** `pem`, `json`, …: what the text looks like. */
  readonly looks?: string;
  readonly strength: "none" | "low" | "fair" | "high";
}

/** What stands at a place of a file, as far as it is known and may be shown. */
export type Cell =
  | { readonly kind: "absent" }
  | { readonly kind: "map" | "list"; readonly count: number }
  | { readonly kind: "null" }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "plain"; readonly type: ScalarType; readonly text: string }
  /** Encrypted and not opened yet, or nobody here can open it. */
  | { readonly kind: "sealed"; readonly type: string; readonly readable: boolean }
  | { readonly kind: "secret"; readonly facts: Facts };

/** Keys and positions in lists; in a file of several documents the first part is `document N`. */
export type OldPath = readonly (string | number)[];

/** Where the plaintext of a value can be had: in a file, in the vault of what was typed, or in a version that the history opened. */
export type ValueSource =
  | { readonly kind: "row"; readonly file: string; readonly row: number }
  | { readonly kind: "kept"; readonly id: string }
  | { readonly kind: "old"; readonly commit: string; readonly file: string; readonly path: OldPath };

/** A value that was typed, generated or copied and is not saved. Its plaintext lies in the vault under `id`. */
export interface ValueRef {
  readonly id: string;
  readonly facts: Facts;
  /** Set where the file leaves the value readable. */
  readonly plain?: string;
}
