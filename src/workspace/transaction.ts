/**
 * Edits files: under one lock each is read, changed in memory and written, so that no edit is lost. Several files are all
 * written or none.
 *
 * On the disk, in this order: the journal with all contents; each file (see `host/write.ts`); the end of the journal.
 * A process that dies before the first of these has done nothing; after it, the next start completes the change.
 */
import type { LockedFile } from "../model/host.ts";
import { equalBytes } from "../crypto/bytes.ts";
import { commitSteps, openJournal, type Step } from "./journal.ts";
import { naming, type Project } from "./project.ts";

/**
 * Makes the next version of a file.
 * @returns undefined to leave it alone
 */
export type MakeNext = (bytes: Uint8Array, path: string) => Promise<Uint8Array | undefined>;

/**
 * @param paths several names of one file count once
 * @returns the paths of the files that were written; files that would not change are not
 * @throws SottoError what `make` throws, `FILE_CHANGED`, `FILE_UNWRITABLE`; then all files are as they were
 */
export async function replaceFiles(project: Project, paths: readonly string[], make: MakeNext): Promise<readonly string[]> {
  const { host } = project;
  using journal = paths.length > 1 ? await openJournal(host, project.root) : undefined;
  using locked = await host.lockFiles(paths);
  const steps: Step[] = [];
  for (const file of locked.files) {
    const step = await nextOf(file, make);
    if (step !== undefined) steps.push(step);
  }
  const [first, second] = steps;
  if (first === undefined) return [];
  if (second === undefined || journal === undefined) await first.file.write(first.after, { expected: first.before });
  else await commitSteps(journal, steps);
  return steps.map((step) => step.file.path);
}

async function nextOf(file: LockedFile, make: MakeNext): Promise<Step | undefined> {
  const before = await file.read();
  const after = await naming(file.path, () => make(before, file.path));
  if (after === undefined || equalBytes(before, after)) return undefined;
  return { file, before, after };
}
