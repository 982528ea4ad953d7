/** Which comment goes where: sops hangs the comments of a tree on the nodes around them before it prints (sops: §4.1.6). */
import { SottoError } from "../../src/model/error.ts";
import type { Branch, Comment, Entry, Item, Node, Sequence } from "../../src/model/tree.ts";

/** A value with its key and its comments. Comments are lines that start with `#`, joined by LF; empty when there is none. */
export interface Cell {
  /** Undefined in a sequence. */
  readonly key: string | undefined;
  readonly node: Node;
  readonly head: string;
  readonly line: string;
  readonly foot: string;
}

export interface Arrangement {
  /** The comments before the first value, which belong to the collection itself. */
  readonly head: string;
  readonly cells: readonly Cell[];
}

/** What go-yaml's reader does not take in a comment: control characters, halves of surrogate pairs, bytes that are not UTF-8. */
const UNREADABLE = /[^\t\n\r -~\u0085\u00A0-\u{10FFFF}]|[\uD800-\uDFFF\uFEFF\uFFFE\uFFFF]/u;

/**
 * Waiting comments become the head of the next value, inline ones its line comment; what is left at the end is the foot of the last one.
 * @throws SottoError `EMIT_FAILED` for a comment that YAML cannot hold
 */
export function arrangeComments(collection: Branch | Sequence): Arrangement {
  const cells: Cell[] = [];
  let own = "";
  let heads: string[] = [];
  let lines: string[] = [];
  for (const entry of entriesOf(collection)) {
    if (entry.kind === "comment") {
      if (entry.unseen) continue;
      (entry.inline ? lines : heads).push(commentLine(entry));
      continue;
    }
    if (cells.length === 0 && heads.length > 0) {
      own = heads.join("\n");
      heads = [];
    }
    const [key, node] = entry.kind === "pair" ? [entry.key, entry.value] : [undefined, entry];
    cells.push({ key, node, head: heads.join("\n"), line: lines.join("\n"), foot: "" });
    heads = [];
    lines = [];
  }
  const rest = [...heads, ...lines].join("\n");
  const last = cells.pop();
  if (last === undefined) return { head: rest, cells };
  cells.push({ ...last, foot: rest });
  return { head: own, cells };
}

function entriesOf(collection: Branch | Sequence): readonly (Entry | Item)[] {
  return collection.kind === "branch" ? collection.entries : collection.items;
}

function commentLine(comment: Comment): string {
  if (UNREADABLE.test(comment.text)) {
    throw new SottoError("EMIT_FAILED", "a comment holds characters that a YAML comment cannot hold");
  }
  return `#${comment.text}`;
}

/** Joins comments that end up in the same place. */
export function joinComments(first: string, second: string): string {
  if (first === "" || second === "") return first + second;
  return `${first}\n${second}`;
}
