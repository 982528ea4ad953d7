/** What an encrypted file consists of, without its plaintexts: one row for each node, in document order. */
import type { ScalarType } from "../../model/tree.ts";

export interface OutlineRow {
  /** Index of the row that holds this one, -1 at the top. */
  readonly parent: number;
  /** 0 at the top. */
  readonly depth: number;
  readonly kind: "map" | "list" | "value" | "null" | "comment";
  /** A mapping key, or the position in a list, comments not counted. Empty for a comment. */
  readonly key: string;
  /** How many children a map or a list has, comments not counted. */
  readonly count: number;
  /** Of a YAML stream, from 0. */
  readonly document: number;
  /** Of a plain value its own, of a ciphertext what its token says. */
  readonly type?: ScalarType | "comment";
  /** There is ciphertext in its place. */
  readonly sealed: boolean;
  /** The file's selector wants it encrypted. */
  readonly selected: boolean;
  /** The canonical text of what stands there in plaintext. */
  readonly text?: string;
}
