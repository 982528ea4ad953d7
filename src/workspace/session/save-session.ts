/** Saving the edits of a session: all files or none, each held against what is on the disk by now. */
import { realpathSync } from "node:fs";
import { formatOfPath } from "../../../formats/index.ts";
import { equalBytes } from "../../crypto/bytes.ts";
import type { OpenFile } from "../../file/encrypted-file.ts";
import { SottoError } from "../../model/error.ts";
import type { FormatId } from "../../model/tree.ts";
import { guardNext } from "../guard-policy.ts";
import { naming, type Project } from "../project.ts";
import { readEncrypted } from "../read.ts";
import { replaceFiles } from "../transaction.ts";
import { type Rebased, rebaseEdits } from "./rebase.ts";
import { applyEdits, type SessionEdit } from "./session-edits.ts";
import type { SessionFile } from "./session-file.ts";

export interface EditedFile {
  readonly path: string;
  /** Instead of what the path's ending says. */
  readonly format?: FormatId;
  /** What the edits were made on. */
  readonly base: Uint8Array;
  readonly edits: readonly SessionEdit[];
  /** Where the data key is at hand, so that nobody is asked for it again. */
  readonly session?: SessionFile | undefined;
}

export interface SaveOptions {
  readonly now: Date;
  /** Writes values that the creation rule would encrypt and the file does not. */
  readonly allowPlaintext?: boolean;
  /** Told of each path that is ready, before anything is written. */
  readonly done?: (path: string) => void;
}

export interface FileConflicts {
  readonly path: string;
  /** What is on the disk: the next base. */
  readonly theirs: Uint8Array;
  readonly rebased: Rebased;
}

/** Somebody else changed the same values meanwhile. Nothing was written. */
export class MergeNeeded extends SottoError {
  readonly files: readonly FileConflicts[];

  constructor(files: readonly FileConflicts[]) {
    const [first] = files;
    const count = files.reduce((sum, { rebased }) => sum + rebased.conflicts.length, 0);
    super(
      "FILE_CHANGED",
      `${first?.path ?? "the file"} was changed by someone else meanwhile, in ${count === 1 ? "a place" : `${count} places`} that you changed too`,
      {
        hints: ["nothing was written; decide for each place whose change is kept, then save again"],
        ...(first === undefined ? {} : { file: first.path }),
      },
    );
    this.files = files;
  }
}

/**
 * Edits of a file that somebody else wrote meanwhile are made on theirs, where they do not touch what the other side changed.
 * @returns the paths that were written; files whose edits change nothing are not
 * @throws MergeNeeded; SottoError `MAC_MISMATCH`, `MAC_MISSING`, `REFUSED`, what opens, edits and writes files. Nothing is written then.
 */
export async function saveEdits(project: Project, files: readonly EditedFile[], options: SaveOptions): Promise<readonly string[]> {
  const work = new Map(joinNames(project, files).map((file) => [file.path, file]));
  const conflicts: FileConflicts[] = [];
  const make = async (bytes: Uint8Array, path: string): Promise<Uint8Array | undefined> => {
    const file = work.get(path);
    if (file === undefined) return undefined;
    const found = await makeNext(project, file, bytes, options);
    if (!("rebased" in found)) return found.next;
    conflicts.push({ path, theirs: bytes, rebased: found.rebased });
    throw new MergeNeeded(conflicts);
  };
  try {
    return await replaceFiles(project, [...work.keys()], make, options.done);
  } catch (error) {
    if (!(error instanceof MergeNeeded)) throw error;
    throw new MergeNeeded(await findAllConflicts(project, [...work.values()], conflicts, options));
  }
}

/**
 * What becomes of edits on the version that is on the disk now, before anybody saves.
 * @param theirs its bytes
 * @throws SottoError as {@link saveEdits}
 */
export async function rebase(project: Project, file: EditedFile, theirs: Uint8Array): Promise<Rebased> {
  return naming(file.path, async () => {
    using base = await openVersion(project, file, file.base);
    using other = await openVersion(project, file, theirs);
    return rebaseEdits(base, other, file.edits);
  });
}

/** Several names of one file would be one for the transaction, which would take the edits of the first alone. */
function joinNames(project: Project, files: readonly EditedFile[]): readonly EditedFile[] {
  const found = new Map<string, EditedFile>();
  for (const file of files) {
    if (file.edits.length === 0) continue;
    const place = realPlace(project.absolute(file.path));
    const known = found.get(place);
    if (known !== undefined && !equalBytes(known.base, file.base)) {
      throw new SottoError("FILE_CHANGED", `${file.path} and ${known.path} are one file, read at different times`, { file: file.path });
    }
    found.set(place, known === undefined ? file : { ...known, edits: [...known.edits, ...file.edits] });
  }
  return [...found.values()];
}

function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function makeNext(
  project: Project,
  file: EditedFile,
  bytes: Uint8Array,
  options: SaveOptions,
): Promise<{ readonly next: Uint8Array | undefined } | { readonly rebased: Rebased }> {
  let edits = file.edits;
  if (!equalBytes(bytes, file.base)) {
    const rebased = await rebase(project, file, bytes);
    if (rebased.conflicts.length > 0) return { rebased };
    edits = rebased.clean;
  }
  using open = await openVersion(project, file, bytes);
  using before = open.fork();
  applyEdits(open, edits);
  if (!open.changed) return { next: undefined };
  if (options.allowPlaintext !== true) await guardNext(project, file.path, before, open.roots());
  return { next: open.encode(options.now) };
}

async function openVersion(project: Project, { path, format, session }: EditedFile, bytes: Uint8Array): Promise<OpenFile> {
  const version = await readEncrypted(bytes, format ?? formatOfPath(path));
  return session?.openVersion(version) ?? version.unlock({ ...project.access, file: path });
}

async function findAllConflicts(
  project: Project,
  files: readonly EditedFile[],
  known: readonly FileConflicts[],
  options: SaveOptions,
): Promise<readonly FileConflicts[]> {
  const found: FileConflicts[] = [];
  for (const file of files) {
    const before = known.find(({ path }) => path === file.path);
    if (before !== undefined) {
      found.push(before);
      continue;
    }
    try {
      const theirs = await project.host.readFile(file.path);
      const outcome = await makeNext(project, file, theirs, options);
      if ("rebased" in outcome) found.push({ path: file.path, theirs, rebased: outcome.rebased });
    } catch (error) {
      // It is told when these conflicts are decided and the files are saved again.
      if (!SottoError.is(error)) throw error;
    }
  }
  return found;
}
