/** What differs between two versions of a file, for people: by key path, with fingerprints in place of values. */
import { loadFormat } from "../../formats/index.ts";
import { type Change, diffTrees } from "../file/diff.ts";
import { formatPath, type PathPart } from "../file/path.ts";
import { locate } from "../file/tree-path.ts";
import { leafText } from "../file/walk.ts";
import { SottoError } from "../model/error.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Branch, Node } from "../model/tree.ts";
import type { Project } from "../workspace/project.ts";
import { naming } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import { compareGroups } from "../workspace/update-keys.ts";
import type { Version } from "./versions.ts";

export interface Side {
  readonly roots: readonly Branch[];
  /** Comments can be compared. */
  readonly comments: boolean;
  readonly metadata: Metadata | undefined;
  /** False when there was no key: the leaves are ciphertexts then. */
  readonly open: boolean;
}

export interface Difference {
  readonly kind: Change["kind"] | "moved" | "type" | "recipients" | "data key";
  /** Empty for what is about the whole file. */
  readonly path: string;
  /** What was there: a type, or recipients. */
  readonly before?: string;
  readonly after?: string;
  readonly values?: { readonly before: string | undefined; readonly after: string | undefined };
}

export interface ReadOptions {
  readonly ignoreMac: boolean;
  /** Reads the ciphertexts where no key opens them, in place of an error. */
  readonly blind: boolean;
}

/** @param version undefined for a file that is not there */
export async function readSide(project: Project, version: Version | undefined, options: ReadOptions): Promise<Side> {
  if (version === undefined) return { roots: [], comments: false, metadata: undefined, open: true };
  const { comments } = (await loadFormat(version.format)).supports;
  return naming(version.name, async () => {
    const { encrypted, ...rest } = await readEither(version.bytes, version.format);
    if (encrypted === undefined) return { roots: "plain" in rest ? rest.plain.roots : [], comments, metadata: undefined, open: true };
    const { metadata } = encrypted;
    try {
      using open = await encrypted.unlock({ ...project.access, file: version.name }, { ignoreMac: options.ignoreMac });
      return { roots: open.roots(), comments, metadata, open: true };
    } catch (error) {
      if (!options.blind || !SottoError.is(error) || error.code !== "DATA_KEY_UNAVAILABLE") throw error;
      return { roots: encrypted.document.roots, comments, metadata, open: false };
    }
  });
}

export function compareSides(before: Side, after: Side, reveal: boolean): readonly Difference[] {
  // Where one of them has no comments, their absence says nothing.
  const comments = before.comments && after.comments;
  const changes = diffTrees(before.roots, after.roots).filter((change) => comments || change.kind !== "comment");
  const values = (change: Change): Pick<Difference, "values"> =>
    reveal ? { values: { before: textAt(before.roots, change.path), after: textAt(after.roots, change.path) } } : {};
  return [...joinMoves(changes, before, after, values), ...compareAccess(before.metadata, after.metadata)];
}

/** A value that went from one path to another is one change. */
function joinMoves(
  changes: readonly Change[],
  before: Side,
  after: Side,
  values: (change: Change) => Pick<Difference, "values">,
): readonly Difference[] {
  const moved = pairMoves(changes, before.roots, after.roots);
  const sources = new Set(moved.values());
  return changes.flatMap((change): Difference[] => {
    if (sources.has(change)) return [];
    const from = moved.get(change);
    if (from !== undefined)
      return [{ kind: "moved", path: formatPath(change.path), before: formatPath(from.path), after: change.after ?? "" }];
    const { kind, path, ...types } = change;
    const isType = kind === "changed" && types.before !== types.after;
    return [{ kind: isType ? "type" : kind, path: formatPath(path), ...types, ...values(change) }];
  });
}

/** What was added, with the removal of the same value: one change instead of two. */
export function pairMoves(changes: readonly Change[], before: readonly Branch[], after: readonly Branch[]): ReadonlyMap<Change, Change> {
  const gone = new Map<string, Change>();
  for (const change of changes) {
    const text = change.kind === "removed" ? identityAt(before, change.path) : undefined;
    if (text !== undefined && !gone.has(text)) gone.set(text, change);
  }
  const moved = new Map<Change, Change>();
  for (const change of changes) {
    const text = change.kind === "added" ? identityAt(after, change.path) : undefined;
    const from = text === undefined ? undefined : gone.get(text);
    if (text === undefined || from === undefined) continue;
    moved.set(change, from);
    gone.delete(text);
  }
  return moved;
}

function compareAccess(before: Metadata | undefined, after: Metadata | undefined): readonly Difference[] {
  if (before === undefined || after === undefined) return [];
  const found: Difference[] = [];
  const groups = compareGroups(before.groups, after.groups);
  const removed = groups.flatMap((group) => group.removed).join(", ");
  const added = groups.flatMap((group) => group.added).join(", ");
  if (removed !== "" || added !== "") found.push({ kind: "recipients", path: "", before: removed, after: added });
  const old = wrappedKeys(before);
  // Every wrapped key is new: the data key was renewed, or wrapped again for everybody.
  if (removed === "" && added === "" && old.size > 0 && [...wrappedKeys(after)].every((one) => !old.has(one)))
    found.push({ kind: "data key", path: "" });
  return found;
}

/** The wrapped data keys of all recipients. */
export function wrappedKeys(metadata: Metadata): ReadonlySet<string> {
  return new Set(metadata.groups.flat().flatMap((key) => key.wrapped ?? []));
}

/** @returns undefined for what is not there, for a comment, and in a file of several documents */
export function nodeAt(roots: readonly Branch[], path: readonly PathPart[]): Node | undefined {
  const [root] = roots;
  if (root === undefined || roots.length > 1) return undefined;
  try {
    const found = locate(root, path.map(String));
    return found.kind === "entry" && found.node.kind !== "comment" ? found.node : undefined;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function textAt(roots: readonly Branch[], path: readonly PathPart[]): string | undefined {
  const node = nodeAt(roots, path);
  return node?.kind === "scalar" ? leafText(node) : node?.kind;
}

/** Short values are equal by chance. */
function identityAt(roots: readonly Branch[], path: readonly PathPart[]): string | undefined {
  const node = nodeAt(roots, path);
  if (node?.kind !== "scalar" || node.type === "bool" || leafText(node).length < 4) return undefined;
  return `${node.type}\0${leafText(node)}`;
}
