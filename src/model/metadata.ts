/** What the `sops` block says, in memory. `src/metadata` reads and writes it. */
import type { KeyGroup } from "./keys.ts";

/** The six ways to choose what is encrypted (sops: §3.1); at most one is set. */
export type SelectorKind =
  | "unencrypted_suffix"
  | "encrypted_suffix"
  | "unencrypted_regex"
  | "encrypted_regex"
  | "unencrypted_comment_regex"
  | "encrypted_comment_regex";

export interface SelectorSetting {
  readonly kind: SelectorKind;
  readonly pattern: string;
}

export interface Metadata {
  readonly groups: readonly KeyGroup[];
  /** 0 when there is none. */
  readonly threshold: number;
  /** RFC 3339. */
  readonly lastModified: string;
  /** The encrypted MAC; empty when the file has none. */
  readonly mac: string;
  readonly macOnlyEncrypted: boolean;
  /** What the file says; undefined when it says nothing. */
  readonly selector: SelectorSetting | undefined;
  readonly version: string;
  /** Top-level fields that sotto does not know, kept as they are. */
  readonly unknown: Readonly<Record<string, unknown>>;
}
