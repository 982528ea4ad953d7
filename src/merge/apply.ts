/** The merge where lines do not help: their changes are made on our file, key by key. Order and comments are ours then. */
import type { OpenFile } from "../file/encrypted-file.ts";
import { locate } from "../file/tree-path.ts";
import { SottoError } from "../model/error.ts";
import type { Node } from "../model/tree.ts";
import { decodeText } from "../model/text.ts";
import { isExpected, keysOfPath, type Leaves, listLeaves, type MergedLeaves } from "./leaves.ts";
import type { MergedText, Sides } from "./plain.ts";

/** @returns undefined for files of several documents, and where the result is not what was expected */
export async function applyChanges({ ours, theirs }: Sides<OpenFile>, expected: MergedLeaves): Promise<MergedText | undefined> {
  if (ours.roots().length !== 1 || theirs.roots().length !== 1) return undefined;
  // Lists that both changed are conflicts here: nothing tells which items belong together.
  const lists = [...expected.lists.keys()];
  using mine = ours.fork();
  const first = await apply(mine, theirs, expected.ours, []);
  using other = ours.fork();
  const second = await apply(other, theirs, expected.theirs, lists);
  return first === undefined || second === undefined ? undefined : { ours: first, theirs: second };
}

async function apply(file: OpenFile, theirs: OpenFile, wanted: Leaves, lists: readonly string[]): Promise<string | undefined> {
  try {
    const present = listLeaves(file.roots());
    for (const path of present.keys()) if (!wanted.has(path) && !hasBelow(wanted, path)) file.unset(keysIn(path));
    for (const [path, value] of wanted) {
      if (present.get(path) === value && !lists.includes(path)) continue;
      const node = nodeAt(theirs, keysIn(path));
      if (node === undefined) return undefined;
      file.set(keysIn(path), node);
    }
    const found = listLeaves(file.roots());
    const goal = new Map(wanted);
    for (const path of lists) goal.set(path, listLeaves(theirs.roots()).get(path) ?? "");
    return isExpected(found, goal, new Map()) ? decodeText(await file.print()) : undefined;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

/** A mapping that takes the place of a value: setting what is below it replaces the value. */
function hasBelow(wanted: Leaves, path: string): boolean {
  return [...wanted.keys()].some((other) => other.startsWith(path));
}

function keysIn(path: string): readonly string[] {
  return keysOfPath(path).slice(1).map(String);
}

function nodeAt(file: OpenFile, path: readonly string[]): Node | undefined {
  const [root] = file.roots();
  if (root === undefined) return undefined;
  const found = locate(root, path);
  if (found.kind !== "entry" || found.node.kind === "comment") return undefined;
  return found.node;
}
