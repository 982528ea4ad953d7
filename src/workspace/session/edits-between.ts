/** The edits that make one version of a file out of another. Comments and the order of keys are not edits. */
import { diffTrees } from "../../file/diff.ts";
import type { Branch } from "../../model/tree.ts";
import { nodeAt } from "./node-at.ts";
import type { SessionEdit } from "./session-edits.ts";

/** Of the first document of each. A list that differs is set as a whole. */
export function editsBetween(before: readonly Branch[], after: readonly Branch[]): readonly SessionEdit[] {
  const [old = EMPTY] = before;
  const [next = EMPTY] = after;
  const edits = new Map<string, SessionEdit>();
  for (const change of diffTrees([old], [next])) {
    if (change.kind === "comment") continue;
    const list = change.path.findIndex((part) => typeof part === "number");
    const path = goneFrom(next, (list === -1 ? change.path : change.path.slice(0, list)).map(String));
    const key = JSON.stringify(path);
    if (edits.has(key)) continue;
    const node = nodeAt(next, path);
    edits.set(key, node === undefined ? { kind: "remove", path } : { kind: "set", path, node });
  }
  return [...edits.values()];
}

/** Of what is gone, the outermost map that went with it; any other path stays as it is. */
function goneFrom(root: Branch, path: readonly string[]): readonly string[] {
  for (let length = 1; length < path.length; length += 1) {
    if (nodeAt(root, path.slice(0, length)) === undefined) return path.slice(0, length);
  }
  return path;
}

const EMPTY: Branch = { kind: "branch", entries: [] };
