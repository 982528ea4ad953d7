/**
 * The nouns of a parsed file: what sops sees of it (kinds, types, values, order) plus, on every node,
 * the slot in the source text that it came from. Pure data; nothing here reads or writes.
 */

/** Types of a leaf, named as in the `type:` field of sops's value envelope. */
export type ScalarType = "str" | "int" | "float" | "bool" | "time";

/** A stretch of the source text, in UTF-16 code units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a node stands in the source text. Formats extend it with what they need to splice there. */
export interface Slot extends Span {
  /** How the text is written (`plain`, `double`, `literal`, …); meaningful to the format alone. */
  readonly style: string;
}

/**
 * A value that is encrypted as one unit.
 *
 * `canonical` is the plaintext that sops encrypts and hashes: raw text for `str`, decimal for `int`, shortest
 * positional decimal for `float` (`+Inf`, `-Inf`, `NaN`), `True`/`False` for `bool`, RFC 3339 for `time`.
 * Bytes that are not UTF-8 are kept as lone surrogates, see `text.ts`.
 */
export interface Scalar {
  readonly kind: "scalar";
  readonly type: ScalarType;
  readonly canonical: string;
  readonly slot?: Slot;
}

/** Null is never encrypted and never hashed (sops: §1.3). */
export interface Null {
  readonly kind: "null";
  readonly slot?: Slot;
}

/** A comment, a leaf of the mapping or sequence that holds it. `text` is what follows the `#`, untrimmed. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
  /** True for a comment behind a value on the same line. */
  readonly inline: boolean;
  /** True for a comment that sops's parser throws away; it is encrypted all the same, and never emitted. */
  readonly unseen?: boolean;
  readonly slot?: Slot;
}

/** A key with its value. `slot` is the key's own token. */
export interface Pair {
  readonly kind: "pair";
  readonly key: string;
  readonly value: Node;
  readonly slot?: Slot;
}

/** An ordered mapping. Duplicate keys are kept where sops keeps them; a plain object would lose both. */
export interface Branch {
  readonly kind: "branch";
  readonly entries: readonly Entry[];
  readonly slot?: Slot;
}

export interface Sequence {
  readonly kind: "sequence";
  readonly items: readonly Item[];
  readonly slot?: Slot;
}

export type Node = Branch | Sequence | Scalar | Null;
export type Entry = Pair | Comment;
export type Item = Node | Comment;
export type Leaf = Scalar | Comment;

export type FormatId = "yaml" | "json" | "dotenv" | "ini" | "binary";

/** A parsed file. Immutable: a change is a list of splices on `text`, and a new parse. */
export interface Document {
  readonly format: FormatId;
  readonly text: string;
  /** One per YAML document; all other formats have exactly one. Without the metadata block. */
  readonly roots: readonly Branch[];
  /** The raw metadata block (nested for YAML and JSON, flat pairs for dotenv and INI), absent in a plain file. */
  readonly metadata?: Node;
  /** Anchors, tags, directives, block headers: text that is neither key, value, comment nor punctuation. */
  readonly properties: readonly Span[];
  /** Data of the format alone (line end, place of the metadata block, …). */
  readonly origin?: unknown;
}

/** Replaces `[start, end)` of the source text. */
export interface Splice extends Span {
  readonly text: string;
}

/**
 * Applies splices in one pass.
 * @param splices any order; they must not overlap. Several at the same empty place keep their given order.
 */
export function splice(text: string, splices: readonly Splice[]): string {
  const ordered = isOrdered(splices) ? splices : splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let at = 0;
  for (const one of ordered) {
    if (one.start < at) throw new RangeError("overlapping splices");
    parts.push(text.slice(at, one.start), one.text);
    at = one.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

function isOrdered(splices: readonly Splice[]): boolean {
  let before: Splice | undefined;
  for (const one of splices) {
    if (before !== undefined && (one.start < before.start || (one.start === before.start && one.end < before.end))) return false;
    before = one;
  }
  return true;
}
