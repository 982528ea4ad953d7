/** A place in a tree, as edits name it. */
import type { Branch, Node } from "../../model/tree.ts";

/** Through mappings alone; the first of equal keys. Undefined where there is none. */
export function nodeAt(root: Branch, path: readonly string[]): Node | undefined {
  let node: Node = root;
  for (const part of path) {
    const entry: Branch["entries"][number] | undefined =
      node.kind === "branch" ? node.entries.find((one) => one.kind === "pair" && one.key === part) : undefined;
    if (entry?.kind !== "pair") return undefined;
    node = entry.value;
  }
  return node;
}
