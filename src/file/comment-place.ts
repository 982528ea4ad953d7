/**
 * Which collections a comment may have belonged to when it was sealed. go-yaml hands a comment to a neighbour when the lines around it
 * change (sops: §4.1.6), so the right one is among those that end above it, begin below it, or hold it.
 */
import type { Branch, Entry, Item, Sequence } from "../model/tree.ts";
import type { WalkedLeaf } from "./walk.ts";

/** The AADs to try, the comment's own first; some come twice. */
export function* aadsAround({ aad, place }: WalkedLeaf): Generator<string> {
  yield aad;
  let prefix = aad === ":" ? "" : aad;
  for (let at: WalkedLeaf["place"] | undefined = place; at !== undefined; at = at.up) {
    const { before, after } = neighbours(at.parent);
    yield* spine(before[at.index], prefix, "end");
    yield* spine(after[at.index], prefix, "start");
    if (at.up === undefined) break;
    prefix = withoutLastKey(prefix, at.up.parent, at.up.index);
    yield prefix || ":";
  }
}

function withoutLastKey(aad: string, parent: Branch | Sequence, index: number): string {
  const entry = parent.kind === "branch" ? parent.entries[index] : undefined;
  return entry?.kind === "pair" ? aad.slice(0, aad.length - entry.key.length - 1) : aad;
}

/** The collections that a child ends in, or begins with. */
function* spine(child: Entry | Item | undefined, prefix: string, side: "start" | "end"): Generator<string> {
  let aad = prefix;
  for (let node = child; node !== undefined;) {
    if (node.kind === "pair") {
      aad += `${node.key}:`;
      yield aad;
      node = node.value;
    } else if (node.kind === "branch" || node.kind === "sequence") {
      node = neighbours(node)[side === "end" ? "last" : "first"];
    } else return;
  }
}

type Child = Entry | Item | undefined;

interface Neighbours {
  /** For each child the nearest in front of it that is no comment. */
  readonly before: readonly Child[];
  readonly after: readonly Child[];
  readonly first: Child;
  readonly last: Child;
}

/** Computed once a collection: a file may hold any number of comments that fit nowhere. */
const cache = new WeakMap<Branch | Sequence, Neighbours>();

function neighbours(parent: Branch | Sequence): Neighbours {
  const known = cache.get(parent);
  if (known !== undefined) return known;
  const children: readonly (Entry | Item)[] = parent.kind === "branch" ? parent.entries : parent.items;
  let last: Child;
  const before = children.map((child) => {
    const nearest = last;
    if (child.kind !== "comment") last = child;
    return nearest;
  });
  let first: Child;
  const after = children
    .toReversed()
    .map((child) => {
      const nearest = first;
      if (child.kind !== "comment") first = child;
      return nearest;
    })
    .toReversed();
  const made = { before, after, first, last };
  cache.set(parent, made);
  return made;
}
