/** An unfinished merge, key by key: the two sides of a file with git's conflict markers, both decrypted. */
import { formatOfPath } from "../../formats/index.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { mergeFiles } from "../merge/files.ts";
import { readConflicts } from "../merge/markers.ts";
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import type { Branch, Node } from "../model/tree.ts";
import { guardRecipients } from "../workspace/guard-recipients.ts";
import type { Project } from "../workspace/project.ts";
import { readEncrypted } from "../workspace/read.ts";
import { sameNode } from "../workspace/session/same-tree.ts";
import { applyEdits, type SessionEdit } from "../workspace/session/session-edits.ts";
import { readObjects } from "./blobs.ts";
import { type Damaged, openDamaged, sealAgain } from "./reseal.ts";

export interface Disagreement {
  /** Keys below the first document; of a list the list. */
  readonly path: readonly string[];
  readonly ours: Node | undefined;
  readonly theirs: Node | undefined;
}

export interface Unmerged extends Disposable {
  readonly path: string;
  /** What lies on the disk. */
  readonly bytes: Uint8Array;
  /** The file with our side wherever they disagree. */
  readonly ours: OpenFile;
  readonly places: readonly Disagreement[];
  /** Made from the three versions that git keeps, not from the halves between the markers. */
  readonly fromGit: boolean;
  /** About recipients that came from either side. */
  readonly remarks: readonly string[];
}

/**
 * What only one side changed is merged where git keeps the three versions; of markers alone nobody knows what was there before, and
 * everything between them is a disagreement. Order and comments are those of our side.
 * @throws SottoError `MERGE_IMPOSSIBLE`, `CONFLICT_MARKERS` for markers that do not belong together, what opens the sides
 */
export async function openUnmerged(project: Project, path: string): Promise<Unmerged> {
  const bytes = await project.host.readFile(path);
  const merged = await mergeStages(project, path);
  const text = merged?.bytes ?? bytes;
  const file: Damaged = { path, bytes: text, format: formatOfPath(path), conflicts: readConflicts(decodeText(text)) };
  const count = file.conflicts?.conflicts.length ?? 0;
  const ours = await openDamaged(
    project,
    file,
    Array.from({ length: count }, () => "ours" as const),
  );
  try {
    const sides = Array.from({ length: count }, () => "theirs" as const);
    using theirs = count === 0 ? ours.fork() : await openDamaged(project, file, sides);
    const places = compareRoots(path, ours.roots(), theirs.roots());
    const { remarks = [] } = merged ?? {};
    return { path, bytes, ours, places, fromGit: merged !== undefined, remarks, [Symbol.dispose]: () => ours.dispose() };
  } catch (error) {
    ours.dispose();
    throw error;
  }
}

/** The whole file with some changes on our side, under a new MAC. */
export async function sealResolved(file: Unmerged, edits: readonly SessionEdit[], now: Date): Promise<Uint8Array> {
  applyEdits(file.ours, edits);
  return sealAgain(file.ours, now);
}

/** @returns undefined where git does not keep three versions, or they cannot be merged as a whole: then there are the markers */
async function mergeStages(
  project: Project,
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly remarks: readonly string[] } | undefined> {
  const files: OpenFile[] = [];
  try {
    const names = path.includes("\n") ? [] : [1, 2, 3].map((stage) => `:${stage}:./${path}`);
    const stages = await readObjects({ cwd: project.host.cwd, env: project.host.env }, names);
    for (const stage of stages) {
      if (stage === undefined) return undefined;
      const encrypted = await readEncrypted(stage, formatOfPath(path));
      files.push(await encrypted.unlock({ ...project.access, file: path }));
    }
    const [base, ours, theirs] = files;
    if (base === undefined || ours === undefined || theirs === undefined) return undefined;
    const remarks: string[] = [];
    const { bytes } = await mergeFiles(
      { base, ours, theirs },
      {
        now: project.host.now(),
        access: project.access,
        guard: async (access) => void remarks.push(...(await guardRecipients(project, path, access, { accepted: [] }))),
      },
    );
    return { bytes, remarks };
  } catch (error) {
    // A recipient that nobody approved must not come in by the other way.
    if (!SottoError.is(error) || error.code === "REFUSED" || error.code === "INTERRUPTED") throw error;
    return undefined;
  } finally {
    for (const file of files) file.dispose();
  }
}

function compareRoots(path: string, ours: readonly Branch[], theirs: readonly Branch[]): readonly Disagreement[] {
  const rest = ours.length === theirs.length && ours.slice(1).every((root, at) => sameNode(root, theirs[at + 1]));
  if (!rest) {
    throw new SottoError("MERGE_IMPOSSIBLE", "the sides differ in a later document of the file", {
      file: path,
      hints: [`choose whole sides: sotto reseal --interactive ${path}`],
    });
  }
  const found: Disagreement[] = [];
  collect(ours[0], theirs[0], [], found);
  return found;
}

function collect(ours: Node | undefined, theirs: Node | undefined, path: readonly string[], found: Disagreement[]): void {
  if (ours?.kind !== "branch" || theirs?.kind !== "branch") {
    if (!sameNode(ours, theirs)) found.push({ path, ours, theirs });
    return;
  }
  for (const key of new Set([...keysOf(ours), ...keysOf(theirs)])) collect(childOf(ours, key), childOf(theirs, key), [...path, key], found);
}

function keysOf(branch: Branch): readonly string[] {
  return branch.entries.flatMap((entry) => (entry.kind === "pair" ? [entry.key] : []));
}

function childOf(branch: Branch, key: string): Node | undefined {
  const entry = branch.entries.find((one) => one.kind === "pair" && one.key === key);
  return entry?.kind === "pair" ? entry.value : undefined;
}
