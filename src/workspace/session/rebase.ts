/** Edits that were made on one version of a file, carried over to another version that somebody else wrote meanwhile. */
import type { OpenFile } from "../../file/encrypted-file.ts";
import type { Branch } from "../../model/tree.ts";
import { nodeAt } from "./node-at.ts";
import { sameNode } from "./same-tree.ts";
import { applyEdits, type SessionEdit } from "./session-edits.ts";

export interface Conflict {
  /** As it was when the edits began; of a list the list, since nothing tells which items belong together. */
  readonly path: readonly string[];
  readonly ours: "set" | "removed" | "renamed";
  readonly theirs: "changed" | "added" | "removed";
  /** Which of the edits it is about, by their places. */
  readonly edits: readonly number[];
  /** What has to be done to their version so that it says what ours does. */
  readonly toOurs: readonly SessionEdit[];
}

export interface Rebased {
  /** What can be done to their version without asking. */
  readonly clean: readonly SessionEdit[];
  readonly conflicts: readonly Conflict[];
}

type Path = readonly string[];

interface Group {
  readonly edits: number[];
  /** In the names of the base. */
  readonly paths: Path[];
  readonly renames: { readonly from: Path; readonly to: Path }[];
}

/**
 * @param base what the edits were made on @param theirs what is there now; both stay with the caller
 * @throws SottoError for edits that cannot be made on the base
 */
export function rebaseEdits(base: OpenFile, theirs: OpenFile, edits: readonly SessionEdit[]): Rebased {
  using mine = base.fork();
  applyEdits(mine, edits);
  const before = rootOf(base);
  const trees: Trees = { before, ours: rootOf(mine), theirs: rootOf(theirs) };
  const clean: { readonly at: number; readonly edit: SessionEdit }[] = [];
  const conflicts: Conflict[] = [];
  for (const group of groupEdits(trees, edits)) {
    const conflict = group.renames.find((one) => isLost(trees, one))?.from ?? group.paths.find((path) => isConflict(trees, path));
    if (conflict !== undefined) conflicts.push(describe(trees, group, conflict, edits));
    else if (!group.paths.every((path) => sameNode(nodeAt(trees.ours, path), nodeAt(trees.theirs, path)))) {
      for (const at of group.edits) {
        const edit = edits[at];
        if (edit !== undefined && !isDone(trees, edit)) clean.push({ at, edit });
      }
    }
  }
  return { clean: clean.toSorted((a, b) => a.at - b.at).map(({ edit }) => edit), conflicts };
}

/** What to do to their version when conflicts were decided, in order. */
export function settleConflicts(rebased: Rebased, choose: (conflict: Conflict) => "ours" | "theirs"): readonly SessionEdit[] {
  const chosen = rebased.conflicts.filter((conflict) => choose(conflict) === "ours");
  return [...rebased.clean, ...chosen.flatMap((conflict) => conflict.toOurs)];
}

interface Trees {
  readonly before: Branch;
  readonly ours: Branch;
  readonly theirs: Branch;
}

function rootOf(file: OpenFile): Branch {
  return file.roots()[0] ?? { kind: "branch", entries: [] };
}

/** Edits that touch each other are decided together. */
function groupEdits(trees: Trees, edits: readonly SessionEdit[]): readonly Group[] {
  const renames: { readonly from: Path; readonly to: Path }[] = [];
  let groups: Group[] = [];
  for (const [at, edit] of edits.entries()) {
    const path = renames.reduceRight<Path>(
      (now, { from, to }) => (isWithin(now, to) ? [...from, ...now.slice(to.length)] : now),
      edit.path,
    );
    const touched = [path];
    if (edit.kind === "rename") {
      touched.push([...path.slice(0, -1), edit.to]);
      renames.push({ from: edit.path, to: [...edit.path.slice(0, -1), edit.to] });
    }
    const paths = touched.map((one) => cutAtList(trees, one));
    const isNear = (group: Group): boolean => group.paths.some((one) => paths.some((two) => isWithin(one, two) || isWithin(two, one)));
    const near = groups.filter(isNear);
    groups = groups.filter((group) => !near.includes(group));
    groups.push({
      edits: [...near.flatMap((one) => one.edits), at].toSorted((a, b) => a - b),
      paths: [...near.flatMap((one) => one.paths), ...paths],
      renames: [...near.flatMap((one) => one.renames), ...(edit.kind === "rename" ? [{ from: path, to: touched[1] ?? path }] : [])],
    });
  }
  return groups;
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((part, at) => path[at] === part);
}

/** A list is one thing. */
function cutAtList(trees: Trees, path: Path): Path {
  for (let length = 1; length < path.length; length += 1) {
    const part = path.slice(0, length);
    if (Object.values(trees).some((tree: Branch) => nodeAt(tree, part)?.kind === "sequence")) return part;
  }
  return path;
}

function isConflict({ before, ours, theirs }: Trees, path: Path): boolean {
  const [old, mine, other] = [nodeAt(before, path), nodeAt(ours, path), nodeAt(theirs, path)];
  if (sameNode(mine, other)) return false;
  if (!sameNode(old, other)) return true;
  // There is nothing on either side: then what should hold it must not have gone.
  return old === undefined && lostHolder(before, theirs, path);
}

/** What we gave another name is gone on their side. */
function isLost({ before, ours, theirs }: Trees, { from, to }: Group["renames"][number]): boolean {
  const isGone = nodeAt(before, from) !== undefined && nodeAt(theirs, from) === undefined;
  return isGone && !sameNode(nodeAt(ours, to), nodeAt(theirs, to));
}

function lostHolder(before: Branch, theirs: Branch, path: Path): boolean {
  for (let length = path.length - 1; length > 0; length -= 1) {
    const part = path.slice(0, length);
    if (nodeAt(before, part)?.kind === "branch") return nodeAt(theirs, part)?.kind !== "branch";
  }
  return false;
}

/** True for an edit that their version holds already, such as a removal. */
function isDone({ before, theirs }: Trees, edit: SessionEdit): boolean {
  if (edit.kind === "set") return false;
  return nodeAt(before, edit.path) !== undefined && nodeAt(theirs, edit.path) === undefined;
}

function describe(trees: Trees, group: Group, path: Path, edits: readonly SessionEdit[]): Conflict {
  const own = group.edits.flatMap((at) => edits[at] ?? []);
  const [old, mine, other] = [nodeAt(trees.before, path), nodeAt(trees.ours, path), nodeAt(trees.theirs, path)];
  const isRenamed = own.some((edit) => edit.kind === "rename");
  return {
    path,
    ours: isRenamed ? "renamed" : mine === undefined ? "removed" : "set",
    theirs: other === undefined ? "removed" : old === undefined ? "added" : "changed",
    edits: group.edits,
    toOurs: toOurs(trees, group, own),
  };
}

function toOurs({ ours, theirs }: Trees, { paths }: Group, own: readonly SessionEdit[]): readonly SessionEdit[] {
  const [only] = own;
  // Our name and their value go together.
  if (only?.kind === "rename" && own.length === 1) {
    const target = [...only.path.slice(0, -1), only.to];
    if (nodeAt(theirs, only.path) !== undefined && nodeAt(theirs, target) === undefined) return [only];
  }
  const outermost = paths.filter(
    (path, at) => !paths.some((other, place) => isWithin(path, other) && (path.length > other.length || place < at)),
  );
  return outermost.flatMap((path): SessionEdit[] => {
    const node = nodeAt(ours, path);
    if (node !== undefined) return [{ kind: "set", path, node }];
    return nodeAt(theirs, path) === undefined ? [] : [{ kind: "remove", path }];
  });
}
