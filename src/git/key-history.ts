/** Which commits changed one key: blame for values. Values do not leave. */
import { diffTrees } from "../file/diff.ts";
import type { PathPart } from "../file/path.ts";
import type { Branch, Node } from "../model/tree.ts";
import type { Project } from "../workspace/project.ts";
import { nodeAt } from "./compare.ts";
import { type Commit, type HistoryOptions, listHistory, readAtCommits } from "./history.ts";
import { ABSENT, type OpenedSide, OpenedSides } from "./opened-sides.ts";

/** `not readable`: it may have changed there; no key of ours opens the file as it was then. */
export type KeyChange = "added" | "changed" | "removed" | "not readable";

export interface KeyCommit {
  readonly commit: Commit;
  readonly change: KeyChange;
}

export interface KeyHistory {
  /** Commits that changed the key, newest first; all others are left out. */
  readonly commits: readonly KeyCommit[];
  /** True if older commits were not looked at. */
  readonly more: boolean;
}

export interface KeyHistoryOptions extends HistoryOptions {
  /** Versions that are open already; without it they are opened for this call. */
  readonly sides?: OpenedSides;
  readonly signal?: AbortSignal;
}

/** @param keyPath list items are counted without comments @throws the reason of the signal */
export async function historyOfKey(
  project: Project,
  path: string,
  keyPath: readonly PathPart[],
  options: KeyHistoryOptions = {},
): Promise<KeyHistory> {
  const { limit = 50 } = options;
  // The one before the oldest tells what the oldest changed.
  const page = await listHistory(project, path, { ...options, limit: limit + 1 });
  const versions = await readAtCommits(project, page.commits);
  const own = options.sides === undefined ? new OpenedSides(project) : undefined;
  try {
    const sides = options.sides ?? own ?? new OpenedSides(project);
    const found: KeyCommit[] = [];
    for (const [index, commit] of page.commits.slice(0, limit).entries()) {
      options.signal?.throwIfAborted();
      const older = page.commits[index + 1] === undefined ? ABSENT : await sides.read(versions[index + 1]);
      const change = compareAt(older, await sides.read(versions[index]), keyPath);
      if (change !== undefined) found.push({ commit, change });
    }
    return { commits: found, more: page.commits.length > limit };
  } finally {
    own?.[Symbol.dispose]();
  }
}

function compareAt(before: OpenedSide, after: OpenedSide, path: readonly PathPart[]): KeyChange | undefined {
  const unread = [before, after].some((side) => side.problem !== undefined && side.sealed.length === 0 && !side.open);
  if (unread) return "not readable";
  const [left, right] = [nodeAt(before.sealed, path), nodeAt(after.sealed, path)];
  if (left === undefined && right === undefined) return undefined;
  if (left === undefined) return "added";
  if (right === undefined) return "removed";
  // The same ciphertext is the same value, with or without a key.
  if (before.metadata !== undefined && after.metadata !== undefined && isSame(left, right)) return undefined;
  if (!before.open || !after.open) return "not readable";
  const [was, is] = [nodeAt(before.roots, path), nodeAt(after.roots, path)];
  return was !== undefined && is !== undefined && isSame(was, is) ? undefined : "changed";
}

function isSame(left: Node, right: Node): boolean {
  return diffTrees([wrapped(left)], [wrapped(right)]).every((change) => change.kind === "comment");
}

function wrapped(value: Node): Branch {
  return { kind: "branch", entries: [{ kind: "pair", key: "value", value }] };
}
