/** Edits meet what somebody else wrote: what can be carried over is, and for the rest people are asked. */
import type { OpenFile } from "../../file/encrypted-file.ts";
import { formatOfPath } from "../../../formats/index.ts";
import { OpenedSides } from "../../git/opened-sides.ts";
import { diffSides } from "../../git/semantic-diff.ts";
import type { Version } from "../../git/versions.ts";
import { SottoError } from "../../model/error.ts";
import type { Node } from "../../model/tree.ts";
import { type EditedFile, type FileConflicts, rebase } from "../../workspace/session/save-session.ts";
import { nodeAt } from "../../workspace/session/node-at.ts";
import type { Conflict as CoreConflict } from "../../workspace/session/rebase.ts";
import { applyEdits } from "../../workspace/session/session-edits.ts";
import { SessionFile } from "../../workspace/session/session-file.ts";
import { wouldEncrypt } from "../../workspace/session/would-encrypt.ts";
import { type Edit, type Edits, editsByFile } from "../model/edits.ts";
import type { ValueSource } from "../model/facts.ts";
import type { Conflict } from "../model/review.ts";
import { type Edge, projectOf } from "./edge.ts";
import { openBase } from "./open-base.ts";
import { cellOfNode, linesBetween } from "./review-lines.ts";
import { editedFile, fromSessionEdits, keepNode } from "./session-edits.ts";
import { takeVersion } from "./take-version.ts";

/** Carries edits over, file by file; the first that needs answers ends it, the others follow with the next key. */
export async function merge(edge: Edge, paths: readonly string[], readMarkers: (path: string) => Promise<void>): Promise<void> {
  for (const path of paths) {
    const { edits } = edge.state();
    const own = editsByFile(edits).get(path);
    if (own === undefined) continue;
    const file = editedFile(edge, path, own);
    const theirs = await edge.host.readFile(path);
    try {
      const rebased = await rebase(projectOf(edge), file, theirs);
      if (rebased.conflicts.length > 0) return await showConflicts(edge, edits, [{ path, theirs, rebased }]);
      const kept = new Set(rebased.clean);
      const dropped = new Set(own.filter((_, at) => file.edits[at] !== undefined && !kept.has(file.edits[at])));
      const count = await countChanges(edge, path, file.base, theirs);
      await takeVersion(edge, path, theirs);
      edge.dispatch({ topic: "review", kind: "merged", path, theirs: count, dropped });
    } catch (error) {
      if (SottoError.is(error) && error.code === "CONFLICT_MARKERS") return await readMarkers(path);
      throw error;
    }
  }
}

function versionOf(path: string, bytes: Uint8Array, name: string): Version {
  return { name: `${path} (${name})`, path, format: formatOfPath(path), bytes };
}

async function countChanges(edge: Edge, path: string, before: Uint8Array, after: Uint8Array): Promise<number> {
  using sides = new OpenedSides(projectOf(edge));
  const [old, next] = [await sides.read(versionOf(path, before, "before")), await sides.read(versionOf(path, after, "now"))];
  return diffSides(old, next, () => undefined).differences.length;
}

/** What they changed, without ours. */
export async function showTheirs(edge: Edge, paths: readonly string[]): Promise<void> {
  using sides = new OpenedSides(projectOf(edge));
  const lines = [];
  for (const path of paths) {
    const held = edge.held.get(path);
    if (held === undefined) continue;
    const [old, next] = [
      await sides.read(versionOf(path, held.bytes, "before")),
      await sides.read(versionOf(path, await edge.host.readFile(path), "now")),
    ];
    if (!old.open || !next.open) {
      const text = `what they changed in ${path} cannot be read with your keys, or has conflict markers in it. Your edits are kept.`;
      return edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
    }
    lines.push(...linesBetween(edge.vault, path, old, next));
  }
  if (lines.length > 0) return edge.dispatch({ topic: "review", kind: "shown", purpose: "theirs", lines });
  const text = "They changed no value: only who can read it, comments, or the bytes. M merges.";
  edge.dispatch({ topic: "project", kind: "message", tone: "info", text });
}

/** Asks about each place; both sides lie in the vault until then. */
export async function showConflicts(edge: Edge, edits: Edits, files: readonly FileConflicts[]): Promise<void> {
  const conflicts: Conflict[] = [];
  const dropped = new Set<Edit>();
  const theirs = new Map<string, Uint8Array>();
  for (const one of files) {
    const own = editsByFile(edits).get(one.path) ?? [];
    const file = editedFile(edge, one.path, own);
    // The core made its edits from ours, one for one: what it keeps is known by its content, what it drops is not in it.
    const kept = new Set(one.rebased.clean.map((edit) => JSON.stringify(edit)));
    for (const [at, edit] of own.entries()) if (!kept.has(JSON.stringify(file.edits[at]))) dropped.add(edit);
    conflicts.push(...(await describe(edge, file, one)));
    theirs.set(one.path, one.theirs);
  }
  edge.theirs = theirs;
  edge.dispatch({ topic: "review", kind: "conflicts", origin: "edits", edits, conflicts, dropped });
}

async function describe(edge: Edge, file: EditedFile, { path, theirs, rebased }: FileConflicts): Promise<readonly Conflict[]> {
  using base = await openBase(edge, file);
  using mine = base.fork();
  applyEdits(mine, file.edits);
  using other = await openBase(edge, { ...file, base: theirs });
  const session = await SessionFile.read(theirs, path, formatOfPath(path));
  const to = {
    file: path,
    isEncrypted: (place: readonly string[]) => wouldEncrypt(session, place),
    has: (place: readonly string[]) => nodeIn(other, place) !== undefined,
  };
  return rebased.conflicts.map((one): Conflict => {
    const sides = { ours: ourNode(mine, file, one), theirs: nodeIn(other, one.path) };
    return {
      file: path,
      path: one.path,
      ...describeSides(edge, sides, to.isEncrypted(one.path)),
      answer: undefined,
      edits: { ours: fromSessionEdits(edge.vault, one.toOurs, to), theirs: [] },
    };
  });
}

/** Masked, with sources for a look at each. */
export function describeSides(
  edge: Edge,
  { ours, theirs }: { readonly ours: Node | undefined; readonly theirs: Node | undefined },
  encrypted: boolean,
): Pick<Conflict, "ours" | "theirs" | "sources"> {
  const source = (node: Node | undefined): ValueSource | undefined =>
    node?.kind === "scalar" ? { kind: "kept", id: keepNode(edge.vault, node, encrypted).id } : undefined;
  return {
    ours: cellOfNode(edge.vault, ours, encrypted),
    theirs: cellOfNode(edge.vault, theirs, encrypted),
    sources: { ours: source(ours), theirs: source(theirs) },
  };
}

/** Under its new name, where we gave it one. */
function ourNode(mine: OpenFile, file: EditedFile, conflict: CoreConflict): Node | undefined {
  const found = nodeIn(mine, conflict.path);
  if (found !== undefined || conflict.ours !== "renamed") return found;
  const renames = conflict.edits.flatMap((at) => {
    const edit = file.edits[at];
    return edit?.kind === "rename" ? [[...edit.path.slice(0, -1), edit.to]] : [];
  });
  return renames.map((path) => nodeIn(mine, path)).findLast((node) => node !== undefined);
}

/** In the first document. */
export function nodeIn(file: OpenFile, path: readonly string[]): Node | undefined {
  const [root] = file.roots();
  return root && nodeAt(root, path);
}

/** The answers are there: their version is what the edits are made on from now on. */
export async function settle(edge: Edge, paths: readonly string[], dropped: ReadonlySet<Edit>, added: readonly Edit[]): Promise<void> {
  for (const path of paths) {
    const theirs = edge.theirs?.get(path);
    const held = edge.held.get(path);
    if (theirs !== undefined && held !== undefined && Buffer.compare(held.bytes, theirs) !== 0) await takeVersion(edge, path, theirs);
  }
  edge.theirs = undefined;
  edge.dispatch({ topic: "review", kind: "settled", dropped, added });
}
