/** Finding a place in a tree by path, with sops's rules for what is missing (sops: §7.4, §7.6). */
import { SottoError } from "../model/error.ts";
import type { Branch, Comment, Node, Sequence } from "../model/tree.ts";
import { formatPath, type PathPart } from "./path.ts";

export type Found =
  | { readonly kind: "root"; readonly node: Branch }
  | { readonly kind: "entry"; readonly parent: Branch | Sequence; readonly index: number; readonly node: Node | Comment }
  /** The path ends early: `rest` would have to be made below `parent` (a collection), or instead of the leaf at `entry`. */
  | { readonly kind: "missing"; readonly parent: Branch | Sequence; readonly rest: readonly PathPart[] }
  | { readonly kind: "blocked"; readonly parent: Branch | Sequence; readonly index: number; readonly rest: readonly PathPart[] };

/**
 * Follows a path. A number counts list items with their comments, as sops does; a numeric text (from a dotted path) counts without.
 * @throws SottoError `PATH_NOT_FOUND` when a part cannot be meant: a name in a list, a list index in a mapping
 */
export function locate(root: Branch, path: readonly PathPart[]): Found {
  let found: Found = { kind: "root", node: root };
  let node: Node | Comment = root;
  for (const [depth, part] of path.entries()) {
    if (node.kind !== "branch" && node.kind !== "sequence") {
      if (found.kind !== "entry") return found;
      return { kind: "blocked", parent: found.parent, index: found.index, rest: path.slice(depth) };
    }
    const index: number = node.kind === "branch" ? keyIndex(node, part, path, depth) : itemIndex(node, part, path, depth);
    const child: Branch["entries"][number] | Sequence["items"][number] | undefined =
      node.kind === "branch" ? node.entries[index] : node.items[index];
    if (child === undefined) return { kind: "missing", parent: node, rest: path.slice(depth) };
    const next: Node | Comment = child.kind === "pair" ? child.value : child;
    found = { kind: "entry", parent: node, index, node: next };
    node = next;
  }
  return found;
}

function keyIndex(branch: Branch, part: PathPart, path: readonly PathPart[], depth: number): number {
  if (typeof part === "number") {
    throw notFound(path, depth, "is a list index, but there is a mapping");
  }
  return branch.entries.findIndex((entry) => entry.kind === "pair" && entry.key === part);
}

function itemIndex(sequence: Sequence, part: PathPart, path: readonly PathPart[], depth: number): number {
  if (typeof part === "number") return part;
  if (!/^\d+$/.test(part)) throw notFound(path, depth, "is a name, but there is a list");
  let left = Number(part);
  for (const [index, item] of sequence.items.entries()) {
    if (item.kind === "comment") continue;
    if (left === 0) return index;
    left -= 1;
  }
  return -1;
}

function notFound(path: readonly PathPart[], depth: number, reason: string): SottoError {
  return new SottoError("PATH_NOT_FOUND", `${formatPath(path.slice(0, depth + 1))}: the last part ${reason}`, {
    hints: ["sotto get FILE lists what is there"],
  });
}

/** The containers that a path needs around a value: a mapping for a key, a list of one for a number (sops: §7.6). */
export function wrapInPath(rest: readonly PathPart[], value: Node): Node {
  return rest.reduceRight<Node>(
    (inner, part) =>
      typeof part === "number"
        ? { kind: "sequence", items: [inner] }
        : { kind: "branch", entries: [{ kind: "pair", key: part, value: inner }] },
    value,
  );
}
