/**
 * Comments that go-yaml or sops throws away: behind `...`, on directive lines, some in flow collections. They can hold secrets like
 * any other, so they get a place in the tree, marked `unseen`.
 */
import type { Comment, Entry, Item, Node } from "../../src/model/tree.ts";
import type { BuiltDocument } from "./build.ts";
import type { Entries } from "./built.ts";
import { toComment } from "./compose.ts";
import type { CommentLine } from "./tokens.ts";

/**
 * Puts each comment that is not in the tree into the innermost collection around it, else into the root of its document.
 * @param placed by index of the line: whether it is in the tree
 */
export function placeUnseen(
  source: string,
  lines: readonly CommentLine[],
  placed: readonly (boolean | undefined)[],
  documents: readonly BuiltDocument[],
): void {
  const unseen = lines.filter((_, index) => placed[index] !== true);
  if (unseen.length === 0) return;
  let from = 0;
  documents.forEach(({ root }, index) => {
    const limit = documents[index + 1]?.start ?? Infinity;
    let to = from;
    while (to < unseen.length && (unseen[to] as CommentLine).hash < limit) to += 1;
    const comments = unseen.slice(from, to).map((line): Comment => ({ ...toComment(source, line, false), unseen: true }));
    if (comments.length > 0) weave(root.entries as Entries, comments);
    from = to;
  });
}

/** A collection on the way to a comment: what it held, and its entries, refilled so far. */
interface Open {
  readonly from: readonly (Entry | Item)[];
  readonly to: Entries;
  readonly end: number;
  next: number;
}

/** Walks the tree and the comments side by side, in the order of the text. */
function weave(root: Entries, comments: readonly Comment[]): void {
  const stack: Open[] = [{ from: root.splice(0), to: root, end: Infinity, next: 0 }];
  for (const comment of comments) {
    const at = comment.slot?.start ?? 0;
    for (;;) {
      const open = stack[stack.length - 1] as Open;
      if (open.end <= at) {
        drain(open);
        stack.pop();
        continue;
      }
      const entry = open.from[open.next];
      if (entry === undefined || startOf(entry) > at) {
        open.to.push(comment);
        break;
      }
      open.next += 1;
      open.to.push(entry);
      const value = entry.kind === "pair" ? entry.value : entry;
      const inner = innerEntries(value);
      const end = value.slot?.end ?? 0;
      if (inner && end > at) stack.push({ from: inner.splice(0), to: inner, end, next: 0 });
    }
  }
  stack.forEach(drain);
}

function drain(open: Open): void {
  for (; open.next < open.from.length; open.next++) open.to.push(open.from[open.next] as Entry | Item);
}

/** Comments may stand out of order, so they never decide. */
function startOf(entry: Entry | Item): number {
  return entry.kind === "comment" ? -1 : (entry.slot?.start ?? -1);
}

function innerEntries(value: Node | Comment): Entries | undefined {
  if (value.slot?.style === "alias") return undefined;
  if (value.kind === "branch") return value.entries as Entries;
  return value.kind === "sequence" ? (value.items as Entries) : undefined;
}
