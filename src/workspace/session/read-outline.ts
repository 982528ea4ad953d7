/** Makes the outline of a document: rows, and flat arrays that say where in the text each of them stands. */
import { looksSealed } from "../../crypto/envelope.ts";
import { isFilled, isSealedComment, leafText, walk, type WalkedLeaf } from "../../file/walk.ts";
import type { Branch, Document, Item, Leaf, Pair, ScalarType, Sequence } from "../../model/tree.ts";
import type { Selector } from "../../policy/selector.ts";
import type { OutlineRow } from "./outline.ts";

export interface Outline {
  readonly rows: readonly OutlineRow[];
  /** For each row the one behind all that hangs below it. */
  readonly ends: Int32Array;
  /** Where a row begins in the text, -1 for what has no place of its own. */
  readonly starts: Int32Array;
  /** The text of a value or a comment, as it stands in the file. */
  leafText(row: number): string;
}

interface Frame {
  readonly node: Branch | Sequence;
  readonly row: number;
  /** As in `walk`, which lists leaves alone: what is asked here is whether a value would be encrypted in the place of a null or below a map. */
  readonly outer: boolean;
  own: boolean;
  index: number;
  position: number;
}

export function readOutline(document: Document, selector: Selector): Outline {
  const builder = new Builder(document.text, selector, walk(document.roots, selector));
  for (const [index, root] of document.roots.entries()) builder.addRoot(root, index);
  return builder.finish();
}

const TYPES: ReadonlySet<string> = new Set<ScalarType | "comment">(["str", "int", "float", "bool", "time", "comment"]);

class Builder {
  readonly #text: string;
  readonly #selector: Selector;
  readonly #walked: readonly WalkedLeaf[];
  #next = 0;
  readonly #rows: OutlineRow[] = [];
  readonly #ends: number[] = [];
  readonly #starts: number[] = [];
  /** Two numbers a row: where its text begins and how long it is; -1 for a text that does not stand in the file as it is. */
  readonly #places: number[] = [];
  readonly #others = new Map<number, string>();
  readonly #hits = new Map<string, boolean>();
  /** Each key once: in a large file most come again and again. */
  readonly #keys = new Map<string, string>();

  constructor(text: string, selector: Selector, walked: readonly WalkedLeaf[]) {
    this.#text = text;
    this.#selector = selector;
    this.#walked = walked;
  }

  /** Iterative, since a file may nest deeper than the call stack is high. */
  addRoot(root: Branch, document: number): void {
    const frames: Frame[] = [{ node: root, row: -1, outer: false, own: false, index: 0, position: 0 }];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const child = (frame.node.kind === "branch" ? frame.node.entries : frame.node.items)[frame.index];
      frame.index += 1;
      if (child === undefined) {
        frames.pop();
        if (frame.row >= 0) this.#ends[frame.row] = this.#rows.length;
      } else {
        const below = this.#add(frame, child, { parent: frame.row, depth: frames.length - 1, document });
        if (below !== undefined) frames.push(below);
      }
    }
  }

  #add(frame: Frame, child: Item | Pair, place: Pick<OutlineRow, "parent" | "depth" | "document">): Frame | undefined {
    const value = child.kind === "pair" ? child.value : child;
    const start = child.slot?.start ?? value.slot?.start ?? -1;
    const own = frame.own;
    if (value.kind === "comment") {
      const one = this.#take(value);
      frame.own ||= this.#selector.byComment && value.unseen !== true && this.#selector.hits(value.text);
      this.#addLeaf(one, { ...place, kind: "comment", key: "" }, start);
      return undefined;
    }
    const key = this.#once(child.kind === "pair" ? child.key : String(frame.position));
    frame.position += 1;
    // sops stores an encrypted comment of a list as an item; it has a position, and governs what follows.
    const isComment = child.kind === "scalar" && frame.node.kind === "sequence" && isSealedComment(child.canonical);
    frame.own = isComment && (own || (this.#selector.byComment && this.#selector.hits(child.canonical)));
    const governed = frame.outer || own || (child.kind === "pair" && !this.#selector.byComment && this.#keyHits(child.key));
    if (value.kind === "scalar") {
      const one = this.#take(value);
      const isOpened = isComment && one.selected;
      this.#addLeaf(one, { ...place, kind: isOpened ? "comment" : "value", key: isOpened ? "" : key }, start);
      return undefined;
    }
    const selected = governed !== this.#selector.keepsPlain;
    const kind = value.kind === "null" ? "null" : value.kind === "branch" ? "map" : "list";
    const count = value.kind === "null" ? 0 : countOf(value);
    const row = this.#push({ ...place, kind, key, count, sealed: false, selected }, start);
    return value.kind === "null" ? undefined : { node: value, row, outer: governed, own: false, index: 0, position: 0 };
  }

  #take(leaf: Leaf): WalkedLeaf {
    const one = this.#walked[this.#next];
    this.#next += 1;
    if (one?.leaf !== leaf) throw new RangeError("the outline and the walk differ");
    return one;
  }

  #once(key: string): string {
    const known = this.#keys.get(key);
    if (known === undefined) this.#keys.set(key, key);
    return known ?? key;
  }

  #keyHits(key: string): boolean {
    let hit = this.#hits.get(key);
    if (hit === undefined) this.#hits.set(key, (hit = this.#selector.hits(key)));
    return hit;
  }

  #addLeaf({ leaf, selected }: WalkedLeaf, rest: Pick<OutlineRow, "parent" | "depth" | "document" | "kind" | "key">, start: number): void {
    const text = leafText(leaf);
    const sealed = looksSealed(text) && (selected || (leaf.kind === "comment" && isSealedComment(text)));
    const type = sealed ? typeOfToken(text) : leaf.kind === "comment" ? "comment" : leaf.type;
    // What should be ciphertext and is not is shown to nobody who did not ask for it.
    const isPlain = !sealed && !(selected && rest.kind === "value" && isFilled(leaf));
    const at = leaf.slot === undefined ? -1 : placeOf(this.#text, text, leaf.slot.start);
    const shown = at === -1 ? text : this.#text.slice(at, at + text.length);
    const row = this.#push(
      { ...rest, count: 0, ...(type === undefined ? {} : { type }), sealed, selected, ...(isPlain ? { text: shown } : {}) },
      start,
    );
    if (at === -1) this.#others.set(row, text);
    this.#places[row * 2] = at;
    this.#places[row * 2 + 1] = text.length;
  }

  #push(row: OutlineRow, start: number): number {
    const at = this.#rows.push(row) - 1;
    this.#ends.push(at + 1);
    this.#starts.push(start);
    this.#places.push(-1, 0);
    return at;
  }

  finish(): Outline {
    const text = this.#text;
    const others = this.#others;
    const places = Int32Array.from(this.#places);
    return {
      rows: this.#rows,
      ends: Int32Array.from(this.#ends),
      starts: Int32Array.from(this.#starts),
      leafText(row: number): string {
        const at = places[row * 2] ?? -1;
        return at === -1 ? (others.get(row) ?? "") : text.slice(at, at + (places[row * 2 + 1] ?? 0));
      },
    };
  }
}

/** Directly where the leaf begins, or behind a quote. */
function placeOf(text: string, leaf: string, start: number): number {
  if (text.startsWith(leaf, start)) return start;
  return text.startsWith(leaf, start + 1) ? start + 1 : -1;
}

function countOf(node: Branch | Sequence): number {
  const children = node.kind === "branch" ? node.entries : node.items;
  return children.reduce((sum, child) => sum + (child.kind === "comment" || isCommentItem(child) ? 0 : 1), 0);
}

function isCommentItem(child: Item | Pair): boolean {
  return child.kind === "scalar" && isSealedComment(child.canonical);
}

function typeOfToken(token: string): ScalarType | "comment" | undefined {
  const at = token.lastIndexOf(",type:");
  const type = token.slice(at + 6, token.indexOf("]", at));
  if (type === "bytes") return "str";
  return TYPES.has(type) ? (type as ScalarType | "comment") : undefined;
}
