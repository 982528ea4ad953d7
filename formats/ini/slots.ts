/** What the INI reader remembers about each node. */
import type { CommentOwner } from "./comment.ts";
import type { Branch, Comment, Document, Scalar, Slot, Span } from "../../src/model/tree.ts";

/** How a value is written: bare, in one pair of quotes, in quotes over several lines, or over lines that end in a backslash. */
export type ValueStyle = "plain" | "double" | "single" | "backtick" | "triple" | "multi" | "continued";

/** A value with its quotes. An empty value is the place where its text would stand. */
export interface ValueSlot extends Slot {
  readonly style: ValueStyle;
}

/** A key's token with its quotes. */
export interface KeySlot extends Slot {
  readonly style: "key";
  readonly delimiter: number;
  /** Start of the line, and of the line after the value. */
  readonly line: Span;
}

/** The brackets of a header. */
export interface HeaderSlot extends Slot {
  readonly style: "header";
  readonly line: Span;
}

/**
 * A comment from its first `#` or `;`: either comment lines with what stands between them, or the part behind a value.
 * sops joins comment lines and the part behind into one comment; then `start` and `end` are of the lines. A comment behind a
 * header alone is one without lines, at the start of the header's line: the header ends at the last `]` of its line, so that no
 * token can stand behind it.
 */
export interface CommentSlot extends Slot {
  readonly style: "line" | "inline";
  readonly owner: CommentOwner;
  /** Where the text begins, behind the marks that sops strips; `start` if it strips none. */
  readonly text: number;
  /** The part behind the value or the header, white space in front of it included. */
  readonly behind?: Span;
  /** Where such a part would go. */
  readonly tail?: number;
}

export interface SectionSlot extends Slot {
  readonly style: "section";
  /** Start of the line where the next key of this section would stand. */
  readonly next: number;
}

export interface MetadataField {
  readonly key: string;
  readonly value: string;
  readonly name: KeySlot;
  readonly place: ValueSlot;
}

/** The `[sops]` section. */
export interface MetadataPlace {
  readonly header: HeaderSlot;
  readonly fields: readonly MetadataField[];
  /** Behind the line of its last key. */
  readonly end: number;
}

export class IniOrigin {
  readonly lineEnd: "\n" | "\r\n";
  readonly metadata: MetadataPlace | undefined;

  constructor(lineEnd: "\n" | "\r\n", metadata: MetadataPlace | undefined) {
    this.lineEnd = lineEnd;
    this.metadata = metadata;
  }
}

export function iniOrigin(document: Document): IniOrigin {
  if (document.origin instanceof IniOrigin) return document.origin;
  throw new TypeError("not a document that was read as INI");
}

const STYLES: ReadonlySet<string> = new Set(["plain", "double", "single", "backtick", "triple", "multi", "continued"]);

export function valueSlot(value: Scalar): ValueSlot | undefined {
  const { slot } = value;
  return slot && isValueSlot(slot) ? slot : undefined;
}

function isValueSlot(slot: Slot): slot is ValueSlot {
  return STYLES.has(slot.style);
}

export function commentSlot(comment: Comment): CommentSlot | undefined {
  const { slot } = comment;
  return slot && isCommentSlot(slot) ? slot : undefined;
}

function isCommentSlot(slot: Slot): slot is CommentSlot {
  return slot.style === "line" || slot.style === "inline";
}

export function keySlot(slot: Slot | undefined): KeySlot | undefined {
  return slot && isKeySlot(slot) ? slot : undefined;
}

function isKeySlot(slot: Slot): slot is KeySlot {
  return slot.style === "key";
}

export function headerSlot(slot: Slot | undefined): HeaderSlot | undefined {
  return slot && isHeaderSlot(slot) ? slot : undefined;
}

function isHeaderSlot(slot: Slot): slot is HeaderSlot {
  return slot.style === "header";
}

export function sectionSlot(section: Branch): SectionSlot | undefined {
  const { slot } = section;
  return slot && isSectionSlot(slot) ? slot : undefined;
}

function isSectionSlot(slot: Slot): slot is SectionSlot {
  return slot.style === "section";
}
