/** What a save would write, and the save. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemCode } from "../../host/errors.ts";
import { SottoError } from "../../model/error.ts";
import { OpenedSides } from "../../git/opened-sides.ts";
import { naming } from "../../workspace/project.ts";
import { MergeNeeded, saveEdits } from "../../workspace/session/save-session.ts";
import { applyEdits } from "../../workspace/session/session-edits.ts";
import type { Edits } from "../model/edits.ts";
import { allEdits } from "../model/rebase-steps.ts";
import type { ReviewLine } from "../model/review.ts";
import { type Edge, explain, projectOf } from "./edge.ts";
import { openBase } from "./open-base.ts";
import { readAgain } from "./project.ts";
import { linesBetween, warnAbout, warnAboutSharing } from "./review-lines.ts";
import { showConflicts } from "./review-merge.ts";
import { editedFiles, valueIds } from "./session-edits.ts";

export async function prepare(edge: Edge): Promise<void> {
  edge.dispatch({ topic: "project", kind: "job", label: "Comparing", cancellable: false });
  // A large file holds everything else up: it is said first.
  await nextTurn();
  try {
    await compare(edge);
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

/** Makes the edits in memory and compares: nothing is said that will not be written. */
async function compare(edge: Edge): Promise<void> {
  const { edits } = edge.state();
  const lines: ReviewLine[] = [];
  const changed: string[] = [];
  using sides = new OpenedSides(projectOf(edge));
  for (const file of editedFiles(edge, edits)) {
    using before = await openBase(edge, file);
    using after = before.fork();
    await naming(file.path, async () => applyEdits(after, file.edits));
    if (!after.changed) continue;
    changed.push(file.path);
    lines.push(...linesBetween(edge.vault, file.path, await sides.of(before), await sides.of(after), warnAbout));
  }
  edge.dispatch({ topic: "review", kind: "prepared", edits, lines: warnAboutSharing(edge.state(), lines), changed });
}

export async function save(edge: Edge, edits: Edits, allowPlaintext: boolean): Promise<void> {
  const over = Promise.withResolvers<void>();
  edge.saving = over.promise;
  try {
    await saveNow(edge, edits, allowPlaintext);
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
    over.resolve();
    if (edge.saving === over.promise) edge.saving = undefined;
  }
}

async function saveNow(edge: Edge, edits: Edits, allowPlaintext: boolean): Promise<void> {
  let total = 0;
  try {
    const files = editedFiles(edge, edits);
    total = files.length;
    const label = total === 1 ? `Saving ${files[0]?.path ?? ""}` : `Saving ${total} files`;
    let ready = 0;
    const tell = (): void => edge.dispatch({ topic: "project", kind: "job", label, cancellable: false, done: ready, total });
    tell();
    const done = (): void => {
      ready += 1;
      tell();
    };
    const written = await saveEdits(projectOf(edge), files, { now: edge.host.now(), allowPlaintext, done });
    await readAgain(edge, written);
    edge.dispatch({ topic: "review", kind: "saved", edits, files: written.map((path) => ({ path })) });
    edge.vault.forget(valueIds(allEdits({ done: [...edits.done, ...edits.undone] })));
  } catch (error) {
    if (error instanceof MergeNeeded) await showConflicts(edge, edits, error.files);
    else if (SottoError.is(error) && error.code === "REFUSED" && !allowPlaintext) {
      edge.dispatch({ topic: "review", kind: "refused", reason: [error.message, error.hints[0]].filter(Boolean).join("; ") });
    } else edge.dispatch({ topic: "review", kind: "not saved", reason: reasonOf(error), files: Math.max(1, total) });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "disk full",
  EDQUOT: "your disk quota is used up",
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the disk is read-only",
  EIO: "the disk reports an error",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ETXTBSY: "the file is in use",
  EBUSY: "the file is in use",
};

/** In words, never a value. */
export function reasonOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const reason = REASONS[systemCode(at) ?? ""];
    if (reason !== undefined) return reason;
  }
  return explain(error).message;
}
