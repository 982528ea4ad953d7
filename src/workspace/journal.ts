/**
 * The journal of a change to several files: what each held and what it is to hold. It is on the disk before the first file
 * changes and is removed after the last one, so whoever finds it can go on from any point, or back.
 *
 * It lies in the working tree, where anybody who commits can put one. So it is believed only for files of this project that
 * still hold what it says, and only where all contents are encrypted files: nothing more than a commit could do.
 */
import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { decodeRecord, encodeRecord, type RecordedFile } from "../host/record.ts";
import { SottoError } from "../model/error.ts";
import type { Host, LockedFile } from "../model/host.ts";
import { equalBytes } from "../crypto/bytes.ts";
import type { FormatId } from "../model/tree.ts";
import { journalPath } from "./root.ts";

/** One file of a change. */
export interface Step {
  readonly file: LockedFile;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface Journal extends Disposable {
  /** From here on the change is finished or undone, whatever happens. */
  begin(steps: readonly Step[]): Promise<void>;
  /** All is as it should be. */
  end(): Promise<void>;
}

/**
 * Locks the journal, so that changes to several files of a project come one after the other, and finishes what an earlier one left.
 * @throws SottoError `FILE_CHANGED`, `FILE_UNWRITABLE`; `REFUSED` for what is left and cannot be finished
 */
export async function openJournal(host: Host, root: string): Promise<Journal> {
  const path = journalPath(root);
  await host.makeFolder(dirname(path), 0o755);
  const locked = await host.lockFiles([path]);
  try {
    const [file] = locked.files;
    if (file === undefined) throw new TypeError("one path was locked");
    await finishLeft(host, root, file);
    return {
      async begin(steps) {
        const rows = steps.map((step) => ({ path: placeInside(host, root, step.file.path), before: step.before, after: step.after }));
        await file.write(encodeRecord(rows));
      },
      end: () => file.remove(),
      [Symbol.dispose]: () => locked[Symbol.dispose](),
    };
  } catch (error) {
    locked[Symbol.dispose]();
    throw error;
  }
}

/**
 * Finishes what an interrupted change left, at the start of any command. While the change is going on nothing happens.
 * @returns what to tell the user; undefined when there is nothing to tell
 */
export async function resumeLeft(host: Host, root: string): Promise<string | undefined> {
  try {
    using locked = await host.lockFiles([journalPath(root)], { patience: 0 });
    const [file] = locked.files;
    return file === undefined ? undefined : await finishLeft(host, root, file);
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    if (error.code === "FILE_CHANGED" && error.file === journalPath(root)) return undefined;
    return `a change to several files was interrupted and cannot be finished: ${error.message}`;
  }
}

/**
 * Writes all files of a change, or puts back those that were written.
 * @throws SottoError of the file that failed; should even that fail, the journal stays
 */
export async function commitSteps(journal: Journal, steps: readonly Step[]): Promise<void> {
  await journal.begin(steps);
  try {
    for (const { file, before, after } of steps) await file.write(after, { expected: before });
  } catch (error) {
    await takeBack(journal, steps, error);
    throw error;
  }
  await journal.end();
}

async function takeBack(journal: Journal, steps: readonly Step[], cause: unknown): Promise<void> {
  try {
    await undoSteps(steps);
    await journal.end();
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw new SottoError("FILE_UNWRITABLE", `${error.message}; some files are changed already`, {
      ...(error.file === undefined ? {} : { file: error.file }),
      hints: ["the next start of sotto in this project finishes the change"],
      cause,
    });
  }
}

async function undoSteps(steps: readonly Step[]): Promise<void> {
  for (const { file, before, after } of steps) {
    if (equalBytes(await file.read(), after)) await file.write(before, { expected: after });
  }
}

/** @returns what happened; undefined when nothing was left */
async function finishLeft(host: Host, root: string, journal: LockedFile): Promise<string | undefined> {
  const info = await host.stat(journal.path);
  if (info === undefined) return undefined;
  if (info.foreign === true) throw refused(journal.path, "belongs to another user", "let that user run sotto here");
  const record = decodeRecord(await journal.read());
  if (record === undefined) throw refused(journal.path, "is damaged", "look at the files of the last change, then remove it");
  await checkRecord(root, journal.path, record);
  using locked = await host.lockFiles(record.map((row) => join(root, row.path)));
  const files = new Map(locked.files.map((file) => [file.path, file]));
  const steps: Step[] = [];
  let open = 0;
  let strange = 0;
  for (const { path, before, after } of record) {
    const file = files.get(join(root, path));
    const current = file === undefined ? undefined : await readOrNothing(file);
    if (file === undefined || current === undefined || !(equalBytes(current, before) || equalBytes(current, after))) strange += 1;
    else {
      steps.push({ file, before, after });
      if (equalBytes(current, before)) open += 1;
    }
  }
  const finished = strange === 0 && (await finish(steps));
  if (!finished) await undoSteps(steps);
  await journal.remove();
  if (finished && open === 0) return undefined;
  return `an interrupted change to ${record.length} files was ${finished ? "completed" : "undone"}`;
}

/** @returns false when it cannot be done; then nothing is */
async function finish(steps: readonly Step[]): Promise<boolean> {
  try {
    for (const { file, after } of steps) await file.write(after);
    return true;
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return false;
  }
}

async function readOrNothing(file: LockedFile): Promise<Uint8Array | undefined> {
  try {
    return await file.read();
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return undefined;
    throw error;
  }
}

/**
 * The path of a file below the root, with all links followed.
 * @throws SottoError `REFUSED` for a file outside
 */
function placeInside(host: Host, root: string, path: string): string {
  const inner = relative(realpathSync(root), realpathSync(resolve(host.cwd, path)));
  if (isInside(inner)) return inner;
  throw new SottoError("REFUSED", "several files are changed together within one project only", {
    file: path,
    hints: [`this one lies outside ${root}; change it by itself`],
  });
}

function isInside(inner: string): boolean {
  const parts = inner.split(sep);
  return inner !== "" && !isAbsolute(inner) && !parts.some((part) => ["", ".", "..", ".git", "node_modules"].includes(part));
}

async function checkRecord(root: string, path: string, record: readonly RecordedFile[]): Promise<void> {
  const top = realpathSync(root);
  for (const row of record) {
    const place = join(top, row.path);
    const honest = isInside(row.path) && realOf(place) === place;
    if (honest && (await isEncrypted(row.before, row.path)) && (await isEncrypted(row.after, row.path))) continue;
    throw refused(path, "names what no change of ours would touch", "remove it, and ask who committed it");
  }
}

/** A file that is gone is where it was. */
function realOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return place;
  }
}

async function isEncrypted(bytes: Uint8Array, path: string): Promise<boolean> {
  const formats = new Set<FormatId>([formatOfPath(path), "yaml", "json", "dotenv", "ini"]);
  for (const format of formats) {
    try {
      await EncryptedFile.peek(bytes, format);
      return true;
    } catch (error) {
      if (!SottoError.is(error)) throw error;
    }
  }
  return false;
}

function refused(path: string, what: string, hint: string): SottoError {
  return new SottoError("REFUSED", `${path} ${what}`, { file: path, hints: [hint] });
}
