/** What differs between two versions of a file, for a screen: each difference with the facts that the caller makes of its nodes. */
import { type Change, diffTrees } from "../file/diff.ts";
import type { PathPart } from "../file/path.ts";
import { type ErrorCode, SottoError } from "../model/error.ts";
import type { Branch, Node } from "../model/tree.ts";
import type { Project } from "../workspace/project.ts";
import { compareGroups } from "../workspace/update-keys.ts";
import { nodeAt, pairMoves, wrappedKeys } from "./compare.ts";
import { type OpenedSide, OpenedSides } from "./opened-sides.ts";
import type { Version } from "./versions.ts";

export type SemanticKind = "value" | "added" | "removed" | "moved" | "type" | "comment";

export interface SemanticDifference<T> {
  readonly kind: SemanticKind;
  /** Of a comment the mapping or list that holds it. In a file of several documents the first part is `document N`. */
  readonly path: readonly PathPart[];
  /** Where a moved value was. */
  readonly from?: readonly PathPart[];
  /** Absent on the side where it is not, for comments, and where no key opens the file. */
  readonly before?: T;
  readonly after?: T;
}

export interface SemanticDiff<T> {
  readonly differences: readonly SemanticDifference<T>[];
  /** True if one of them could not be opened: then ciphertexts are compared, and a value may only be encrypted anew. */
  readonly blind: boolean;
  readonly problems: { readonly before: ErrorCode | undefined; readonly after: ErrorCode | undefined };
  /** Labels; empty where one of them is not encrypted. */
  readonly recipients: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** `unknown` where one of them is not encrypted or cannot be opened. */
  readonly dataKey: "same" | "new" | "unknown";
  /** Encrypted values of the later version: how many there are, and how many have other bytes than before. */
  readonly ciphertext: { readonly values: number; readonly renewed: number };
}

/** @param describe makes what the caller needs of a node, a fingerprint for instance; only what it returns leaves */
export async function diffVersions<T>(
  project: Project,
  before: Version | undefined,
  after: Version | undefined,
  describe: (node: Node) => T,
): Promise<SemanticDiff<T>> {
  using sides = new OpenedSides(project);
  return diffSides(await sides.read(before), await sides.read(after), describe);
}

/** The same for versions that are open, see {@link OpenedSides}. */
export function diffSides<T>(before: OpenedSide, after: OpenedSide, describe: (node: Node) => T): SemanticDiff<T> {
  const blind = !before.open || !after.open;
  const [left, right] = blind ? [before.sealed, after.sealed] : [before.roots, after.roots];
  const comments = before.comments && after.comments && !blind;
  const changes = diffTrees(left, right).filter((change) => comments || change.kind !== "comment");
  const streams = Math.max(left.length, right.length) > 1;
  const facts = (name: "before" | "after", roots: readonly Branch[], path: readonly PathPart[]): Partial<Record<typeof name, T>> => {
    const node = blind ? undefined : find(roots, path, streams);
    return node === undefined ? {} : { [name]: describe(node) };
  };
  const moved = pairMoves(changes, left, right);
  const sources = new Set(moved.values());
  const differences = changes.flatMap((change): SemanticDifference<T>[] => {
    if (sources.has(change)) return [];
    const { path } = change;
    if (change.kind === "comment") return [{ kind: "comment", path }];
    const from = moved.get(change)?.path;
    const origin = from === undefined ? {} : { from };
    return [{ kind: kindOf(change, from), path, ...origin, ...facts("before", left, from ?? path), ...facts("after", right, path) }];
  });
  const groups =
    before.metadata === undefined || after.metadata === undefined ? [] : compareGroups(before.metadata.groups, after.metadata.groups);
  return {
    differences,
    blind,
    problems: { before: before.problem, after: after.problem },
    recipients: { added: groups.flatMap((group) => group.added), removed: groups.flatMap((group) => group.removed) },
    dataKey: compareDataKeys(before, after),
    ciphertext: countRenewed(before, after),
  };
}

function kindOf(change: Change, from: readonly PathPart[] | undefined): SemanticKind {
  if (from !== undefined) return "moved";
  if (change.kind !== "changed") return change.kind;
  return change.before === change.after ? "value" : "type";
}

function compareDataKeys(before: OpenedSide, after: OpenedSide): "same" | "new" | "unknown" {
  if (before.metadata === undefined || after.metadata === undefined) return "unknown";
  if (before.dataKey !== undefined && after.dataKey !== undefined) return before.dataKey === after.dataKey ? "same" : "new";
  const old = wrappedKeys(before.metadata);
  return [...wrappedKeys(after.metadata)].some((one) => old.has(one)) ? "same" : "unknown";
}

function countRenewed(before: OpenedSide, after: OpenedSide): SemanticDiff<unknown>["ciphertext"] {
  let renewed = 0;
  for (const [path, token] of after.tokens) if (before.tokens.get(path) !== token) renewed += 1;
  return { values: after.tokens.size, renewed };
}

/** @param streams true if paths begin with the number of the document */
function find(roots: readonly Branch[], path: readonly PathPart[], streams: boolean): Node | undefined {
  if (!streams) return nodeAt(roots, path);
  const root = roots[Number(/^document (\d+)$/.exec(String(path[0]))?.[1] ?? 0) - 1];
  return root === undefined ? undefined : nodeAt([root], path.slice(1));
}

/**
 * The value at a path of a version, to put an old one back.
 * @param path as a difference has it; list items are counted without comments
 * @throws SottoError `DATA_KEY_UNAVAILABLE` and its kin for a version that is not open
 */
export function valueAt(side: OpenedSide, path: readonly PathPart[]): Node | undefined {
  if (!side.open) throw new SottoError(side.problem ?? "DATA_KEY_UNAVAILABLE", "this version cannot be read with your keys");
  return find(side.roots, path, side.roots.length > 1 && /^document \d+$/.test(String(path[0])));
}
