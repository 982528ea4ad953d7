/**
 * Edits files: under one lock each is read, changed in memory and written, so that no edit is lost. Several files are all
 * written or none.
 *
 * On the disk, in this order: the journal with all contents; each file (see `host/write.ts`); the end of the journal.
 * A process that dies before the first of these has done nothing; after it, the next start completes the change.
 */
import type { LockedFile } from "../model/host.ts";
import { equalBytes } from "../crypto/bytes.ts";
import { watchNetwork } from "../keyring/network.ts";
import { commitSteps, openJournal, type Step } from "./journal.ts";
import { naming, type Project } from "./project.ts";

/**
 * Makes the next version of a file.
 * @returns undefined to leave it alone
 */
export type MakeNext = (bytes: Uint8Array, path: string) => Promise<Uint8Array | undefined>;

/** How many files are worked on while key services are waited for, and how many bytes of them (unless one alone has more). */
const AT_ONCE = 32;
const BYTES_AT_ONCE = 4_000_000;

/**
 * One file after the other, but for the time that key services far away take: the next files are begun meanwhile.
 * @param paths several names of one file count once
 * @param done told of each path in order, when it is through or has failed; of none after one that failed
 * @returns the paths of the files that were written; files that would not change are not
 * @throws SottoError what `make` throws, `FILE_CHANGED`, `FILE_UNWRITABLE`; then all files are as they were
 */
export async function replaceFiles(
  project: Project,
  paths: readonly string[],
  make: MakeNext,
  done: (path: string) => void = () => {},
): Promise<readonly string[]> {
  const { host } = project;
  using journal = paths.length > 1 ? await openJournal(host, project.root) : undefined;
  using locked = await host.lockFiles(paths);
  const steps = await makeSteps(project, locked.files, make, done);
  const [first, second] = steps;
  if (first === undefined) return [];
  if (second === undefined || journal === undefined) await first.file.write(first.after, { expected: first.before });
  else await commitSteps(journal, steps);
  return steps.map((step) => step.file.path);
}

interface Work {
  readonly file: LockedFile;
  readonly size: number;
  readonly outcome: Promise<{ readonly step: Step | undefined } | { readonly error: unknown }>;
}

async function makeSteps(
  project: Project,
  files: readonly LockedFile[],
  make: MakeNext,
  done: (path: string) => void,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const failures: unknown[] = [];
  let running: readonly Work[] = [];
  const finishFirst = async (): Promise<void> => {
    const [first, ...rest] = running;
    if (first === undefined) return;
    const outcome = await first.outcome;
    running = rest;
    if (failures.length === 0) done(first.file.path);
    if ("error" in outcome) failures.push(outcome.error);
    else if (outcome.step !== undefined) steps.push(outcome.step);
  };
  for (const file of files) {
    const before = await file.read().catch((error: unknown) => ({ error }));
    const size = "error" in before ? 0 : before.length;
    while (running.length >= AT_ONCE || (running.length > 0 && sum(running) + size > BYTES_AT_ONCE)) await finishFirst();
    if (failures.length > 0) break;
    using network = watchNetwork(project.access.context);
    const outcome = ("error" in before ? Promise.reject(before.error) : nextOf(file, before, make)).then(
      (step) => ({ step }),
      (error: unknown) => ({ error }),
    );
    running = [...running, { file, size, outcome }];
    const settled = await Promise.race([outcome, network.began]);
    if (settled !== undefined && "error" in settled) break;
    if (running.length === 1 && settled !== undefined) await finishFirst();
  }
  while (running.length > 0) await finishFirst();
  if (failures.length > 0) throw failures[0];
  return steps;
}

function sum(running: readonly Work[]): number {
  return running.reduce((all, { size }) => all + size, 0);
}

async function nextOf(file: LockedFile, before: Uint8Array, make: MakeNext): Promise<Step | undefined> {
  const after = await naming(file.path, () => make(before, file.path));
  if (after === undefined || equalBytes(before, after)) return undefined;
  return { file, before, after };
}
