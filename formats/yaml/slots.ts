/** What the YAML reader remembers about each node, and all that the splicer may rely on. */
import type { Branch, Document, Pair, Slot, Span } from "../../src/model/tree.ts";

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** Properties in front of a node: `&anchor` and `!tag`, in either order. */
export interface Properties {
  readonly anchor?: Span & { readonly name: string };
  /** `text` as written (`!!int`, `!foo`, `!<tag:…>`). */
  readonly tag?: Span & { readonly text: string };
}

interface NodeSlot extends Slot, Properties {
  /** Offset of the `-` when the node is an item of a block sequence. */
  readonly dash?: number;
  /** True inside a flow collection. */
  readonly flow: boolean;
}

/**
 * A scalar or a null. `[start, end)` is the token without properties: for quoted text the quotes are inside; for a block scalar
 * from the `|` or `>` to the end of its last line that is not blank, without the line end (or to the end of the header line when
 * all lines are blank). For an alias `*x` it is the alias token. For a null without text both are the place where the text would stand.
 */
export interface ScalarSlot extends NodeSlot {
  readonly style: ScalarStyle | "alias" | "empty";
  readonly block?: BlockScalar;
}

export interface BlockScalar {
  /** From the first line after the header through the last line that is not blank, without its line end. Empty if there is none. */
  readonly body: Span;
  /** Column of the body's text: the value to indent a ciphertext line by. */
  readonly indent: number;
  /** Indentation of the parent node that an explicit indentation digit counts from. */
  readonly parentIndent: number;
  /** The digit of the header, if it has one. */
  readonly digit?: number;
  readonly chomp: "" | "-" | "+";
}

/**
 * A mapping or sequence. Flow: `[start, end)` with the brackets. Block: from the first key or dash to the end of the last
 * node's text, comments and blank lines after it not included. Alias: the `*x` token (the nodes below it are copies without slots).
 * An empty document: the place where its first key would stand.
 */
export interface CollectionSlot extends NodeSlot {
  readonly style: "block" | "flow" | "alias" | "empty";
  /** Column of the keys or dashes of a block collection, from 0. */
  readonly column: number;
}

/** A key. `[start, end)` is the key's token without properties. */
export interface KeySlot extends Slot, Properties {
  readonly style: ScalarStyle | "alias" | "empty";
  /** Offset of the first character that belongs to the entry: of the `?`, of a property, or of the key. */
  readonly entry: number;
  /** Offset of the `:`; absent when a flow entry is a key alone (`{a}`). */
  readonly colon?: number;
}

/** A comment. `[start, end)` is its text behind the `#`, without a trailing CR; `hash` is the offset of the `#`. */
export interface CommentSlot extends Slot {
  readonly style: "comment";
  readonly hash: number;
  readonly column: number;
}

/** One document of the stream. */
export interface YamlDocument {
  readonly root: Branch;
  /** Offset behind the document's content, trailing comments and blank lines: before the next `---` or `...`, or the end of the text. */
  readonly end: number;
  /** The `sops` pair, which is not in `root.entries`, and how many entries of `root` stand before it. */
  readonly metadata?: { readonly pair: Pair; readonly index: number };
}

export interface YamlOrigin {
  /** The file's first line end. */
  readonly lineEnd: "\n" | "\r\n";
  readonly documents: readonly YamlDocument[];
}

export function yamlOrigin(document: Document): YamlOrigin {
  return document.origin as YamlOrigin;
}
