/**
 * Turns go-yaml's comments, which hang on nodes, into leaves of the mapping or sequence around, in sops's order (sops: §4.1.6).
 */
import type { Comment, Node, Pair } from "../../src/model/tree.ts";
import type { Built, Entries, Frame } from "./built.ts";
import type { CommentSlot, KeySlot } from "./slots.ts";
import type { CommentLine, Lines } from "./tokens.ts";

export function toComment(source: string, line: CommentLine, inline: boolean): Comment {
  const slot: CommentSlot = { start: line.hash + 1, end: line.end, style: "comment", hash: line.hash, column: line.column };
  return { kind: "comment", text: source.slice(slot.start, slot.end), inline, slot };
}

export class Composer {
  /** By index of the comment line: true once it is in the tree. */
  readonly placed: boolean[] = [];
  private readonly source: string;
  private readonly lines: readonly CommentLine[];

  constructor(source: string, lines: readonly CommentLine[]) {
    this.source = source;
    this.lines = lines;
  }

  place(entries: Entries, lines: Lines | undefined, inline: boolean): void {
    if (!lines) return;
    for (const index of lines) {
      const line = this.lines[index];
      if (!line) continue;
      entries.push(toComment(this.source, line, inline));
      this.placed[index] = true;
    }
  }

  /** Comments for a copy of the node that they belong to. */
  copy(entries: Entries, lines: Lines | undefined): void {
    for (const index of lines ?? []) {
      const line = this.lines[index];
      if (line) entries.push({ kind: "comment", text: this.source.slice(line.hash + 1, line.end), inline: false });
    }
  }

  /** Moves the last pair of a mapping to its entries. */
  composePair({ key, value, entries }: Frame): void {
    if (!key || !value) return;
    this.place(entries, key.head, false);
    this.place(entries, key.inline, false);
    if (value.isCollection) {
      this.composeValue(value);
    } else {
      this.place(entries, value.head, false);
      this.place(entries, value.inline, true);
    }
    const pair: Pair = { kind: "pair", key: key.key ?? key.identity, value: value.node as Node, slot: key.keySlot as KeySlot };
    entries.push(pair);
    if (!value.isCollection) this.place(entries, value.foot, false);
    this.place(entries, key.foot, false);
  }

  composeItem(entries: Entries, item: Built): void {
    this.place(entries, item.head, false);
    this.place(entries, item.inline, true);
    entries.push(item.node as Node);
    this.place(entries, item.foot, false);
  }

  /** The comments of a collection that is a key's value stand inside it. */
  private composeValue(built: Built): void {
    built.composed = true;
    if (!built.head && !built.inline && !built.foot) return;
    const { node } = built;
    if (node?.kind !== "branch" && node?.kind !== "sequence") return;
    const entries = (node.kind === "branch" ? node.entries : node.items) as Entries;
    const inner = entries.splice(0);
    this.place(entries, built.head, false);
    this.place(entries, built.inline, false);
    for (const entry of inner) entries.push(entry);
    this.place(entries, built.foot, false);
  }
}
