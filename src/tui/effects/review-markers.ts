/** A file with git's conflict markers becomes whole: what only one side changed is merged, the rest is asked for. */
import { openUnmerged, sealResolved, type Unmerged } from "../../git/resolve-keys.ts";
import { SottoError } from "../../model/error.ts";
import type { SessionEdit } from "../../workspace/session/session-edits.ts";
import { replaceFiles } from "../../workspace/transaction.ts";
import { decideByKeys } from "../../policy/selector.ts";
import { type Edit, editsByFile } from "../model/edits.ts";
import type { Conflict } from "../model/review.ts";
import { type Edge, projectOf } from "./edge.ts";
import { readAgain } from "./project.ts";
import { describeSides } from "./review-merge.ts";
import { reasonOf } from "./review-save.ts";
import { fromSessionEdits, toSessionEdits } from "./session-edits.ts";

export async function readMarkers(edge: Edge, path: string): Promise<void> {
  using file = await openUnmerged(projectOf(edge), path);
  for (const text of file.remarks) edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
  if (file.places.length === 0) return write(edge, file, []);
  const encrypts = (place: readonly string[]): boolean => isEncrypted(file, place);
  const conflicts = file.places.map((place): Conflict => {
    const { theirs } = place;
    const edit: SessionEdit = theirs === undefined ? { kind: "remove", path: place.path } : { kind: "set", path: place.path, node: theirs };
    const to = { file: path, isEncrypted: encrypts, has: () => place.ours !== undefined };
    return {
      file: path,
      path: place.path,
      ...describeSides(edge, place, encrypts(place.path)),
      answer: undefined,
      edits: { ours: [], theirs: fromSessionEdits(edge.vault, [edit], to) },
    };
  });
  edge.dispatch({ topic: "review", kind: "conflicts", origin: "markers", edits: edge.state().edits, conflicts, dropped: new Set() });
}

/** Where comments decide it is assumed: nothing is shown that may be a secret. */
function isEncrypted(file: Unmerged, path: readonly string[]): boolean {
  const { selector } = file.ours;
  return selector.byComment || decideByKeys(selector, path);
}

/** Both sides are opened again: what lies on the disk may be another merge by now. */
export async function writeResolved(edge: Edge, path: string, edits: readonly Edit[]): Promise<void> {
  using file = await openUnmerged(projectOf(edge), path);
  await write(edge, file, edits);
}

async function write(edge: Edge, file: Unmerged, edits: readonly Edit[]): Promise<void> {
  const { path, bytes } = file;
  const project = projectOf(edge);
  const over = Promise.withResolvers<void>();
  edge.saving = over.promise;
  try {
    const next = await sealResolved(file, toSessionEdits(edge.vault, edits), edge.host.now());
    await replaceFiles(project, [path], (now) => {
      if (Buffer.compare(now, bytes) === 0) return Promise.resolve(next);
      throw new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile`, { file: path });
    });
    // Edits of a file that got its markers behind our back have an older base: they are merged next.
    if (editsByFile(edge.state().edits).has(path)) edge.dispatch({ topic: "project", kind: "stale", path });
    else await readAgain(edge, [path]);
    edge.dispatch({ topic: "review", kind: "resolved", path, answers: countAnswers(edge) });
  } catch (error) {
    const text = `Not resolved: ${reasonOf(error)}. The file is as it was, with its markers.`;
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text });
  } finally {
    over.resolve();
    if (edge.saving === over.promise) edge.saving = undefined;
  }
}

function countAnswers(edge: Edge): number {
  const screen = edge.state().screens.at(-1);
  return screen?.kind === "conflicts" ? screen.conflicts.length : 0;
}
