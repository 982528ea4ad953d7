/** What the parser tells the builder. */
import type { Span } from "../../src/model/tree.ts";
import type { Properties } from "./slots.ts";
import type { Lines, Token } from "./tokens.ts";

/** Comments that go with a node. */
export interface Attached {
  readonly head: Lines | undefined;
  readonly inline: Lines | undefined;
  readonly foot: Lines | undefined;
}

export const NO_COMMENTS: Attached = { head: undefined, inline: undefined, foot: undefined };

/** Anchor and tag of a node, and its tag with the handle expanded (empty for none). */
export interface NodeProperties extends Properties {
  readonly fullTag: string;
}

export interface CollectionStart {
  readonly kind: "mapping" | "sequence";
  readonly flow: boolean;
  readonly start: number;
  readonly column: number;
}

/** What the parser reports. Offsets of dash, key and colon come right before the node that they belong to. */
export interface NodeHandler {
  startDocument(head: Lines | undefined): void;
  /** @param end where the document's text ends: at the next marker, or the end of the stream */
  endDocument(end: number, foot: Lines | undefined): void;
  dash(at: number): void;
  key(at: number): void;
  colon(at: number): void;
  scalar(token: Token, properties: NodeProperties | undefined, comments: Attached): void;
  /** A node without text. @param at where it would stand; undefined: right behind its key */
  empty(at: number | undefined, properties?: NodeProperties): void;
  alias(token: Token, comments: Attached): void;
  startCollection(start: CollectionStart, properties: NodeProperties | undefined, head: Lines | undefined): void;
  /** @param end behind the closing bracket; undefined for a block */
  endCollection(end: number | undefined, comments: Attached): void;
  /** Text that is neither key, value nor comment. */
  property(span: Span): void;
}
