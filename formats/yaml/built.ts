/** Nodes on the way from the parser's reports to sops's tree. */
import type { Entry, Item, Node } from "../../src/model/tree.ts";
import type { Attached, CollectionStart } from "./events.ts";
import type { KeySlot, Properties } from "./slots.ts";
import type { Lines } from "./tokens.ts";

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A node as go-yaml sees it: with comments of its own, before sops sorts them into the collection around. */
export class Built {
  readonly kind: "scalar" | "mapping" | "sequence" | "alias";
  /** What go-yaml compares to find duplicate keys: a scalar's text, an alias's name. */
  readonly identity: string;
  readonly start: number;
  end: number;
  head: Lines | undefined;
  inline: Lines | undefined;
  foot: Lines | undefined;
  /** Undefined while a collection is open, and for a key that is a scalar. */
  node: Node | undefined = undefined;
  /** A key's text; undefined when it is no string. */
  key: string | undefined = undefined;
  keySlot: Mutable<KeySlot> | undefined = undefined;
  /** What an alias stands for. */
  target: Built | undefined = undefined;
  /** The items of a sequence that is the value of a merge key. */
  items: readonly Built[] | undefined = undefined;
  /** True for a merge key. */
  merge = false;
  /** True when the comments of a collection are among its entries. */
  composed = false;
  /** Number of nodes below, aliases unfolded, and itself. */
  cost = 1;

  constructor(kind: Built["kind"], identity: string, start: number, end: number, comments: Attached) {
    this.kind = kind;
    this.identity = identity;
    this.start = start;
    this.end = end;
    this.head = comments.head;
    this.inline = comments.inline;
    this.foot = comments.foot;
  }

  get isCollection(): boolean {
    return this.kind === "mapping" || this.kind === "sequence";
  }
}

/** What a collection's node holds. */
export type Entries = (Entry | Item)[];

/** An open collection. */
export class Frame {
  readonly built: Built;
  readonly start: CollectionStart;
  readonly properties: Properties | undefined;
  readonly dash: number | undefined;
  /** True inside another flow collection. */
  readonly inFlow: boolean;
  readonly isMapping: boolean;
  readonly entries: Entries = [];
  /** The last pair, which is not among the entries yet: its key can still get a foot comment. */
  key: Built | undefined = undefined;
  value: Built | undefined = undefined;
  /** True when the next node is a key. */
  isKeyNext: boolean;
  /** Keys so far, in the first document. */
  readonly keys: Set<string> = new Set<string>();
  aliasKeys: Set<string> | undefined = undefined;
  /** Items so far, if this is the value of a merge key. */
  readonly items: Built[] | undefined;
  /** End of the last node's text so far. */
  end: number;

  constructor(
    built: Built,
    start: CollectionStart,
    properties: Properties | undefined,
    dash: number | undefined,
    parent: Frame | undefined,
  ) {
    this.built = built;
    this.start = start;
    this.properties = properties;
    this.dash = dash;
    this.inFlow = parent?.start.flow ?? false;
    this.isMapping = start.kind === "mapping";
    this.isKeyNext = this.isMapping;
    this.items = parent?.isMapping === true && !parent.isKeyNext && parent.key?.merge === true ? [] : undefined;
    this.end = start.start;
  }
}
