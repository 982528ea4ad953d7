/**
 * The one writer of files. The new content is written beside the file, flushed, read back, and renamed into its place, so that
 * every reader sees the old file or the new one. Owner and mode stay (extended attributes do not: Node cannot read them).
 *
 * On the disk, in this order: the content (fsync of the new file), its name (rename), the rename (fsync of the folder).
 */
import { accessSync, closeSync, constants, fchmodSync, fchownSync, fstatSync, linkSync, openSync } from "node:fs";
import { readFileSync, renameSync, statSync, unlinkSync } from "node:fs";
import type { Stats } from "node:fs";
import { SottoError } from "../model/error.ts";
import type { WriteOptions } from "../model/host.ts";
import { flushFolder, removeQuietly, temporaryPath, writeNew } from "./beside.ts";
import { directoryError, systemCode, writeError } from "./errors.ts";
import { overwrite } from "./overwrite.ts";
import type { OwnFolders } from "./own-folders.ts";
import { writeFully } from "./streams.ts";
import type { Target } from "./target.ts";

/** Set-user-id, set-group-id, sticky and the permission bits. */
const MODE_BITS = 0o7777;
/** What keeps a file from being replaced by a rename, though it may be possible to write into it. */
const NO_RENAME = new Set(["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV", "ENAMETOOLONG", "ENOTSUP"]);
/** Where a file cannot have a second name. */
const NO_LINK = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EXDEV", "EACCES"]);

/**
 * Under the lock of the target.
 * @param path as the user named it; messages repeat it
 * @param options `expected` is compared at the start, and what was found then again just before the rename
 * @returns false when the file held these bytes already and was not touched
 * @throws SottoError `FILE_UNWRITABLE`, `FILE_IS_DIRECTORY`, `FILE_CHANGED`
 */
export function writeTarget(path: string, target: Target, bytes: Uint8Array, options: WriteOptions, folders: OwnFolders): boolean {
  try {
    if (target.kind === "stream") writeFully(target.descriptor, bytes);
    else if (target.kind === "special") writeStraight(target.place, bytes);
    else return writeFile(path, target.place, bytes, options, folders);
    return true;
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Under the lock of the target. */
export function removeTarget(path: string, target: Target): void {
  if (target.kind !== "file") return;
  try {
    removeQuietly(target.place);
    flushFolder(target.place);
  } catch (error) {
    throw writeError(path, error);
  }
}

function writeStraight(place: string, bytes: Uint8Array): void {
  // Without O_CREAT: should the device vanish meanwhile, no file takes its place.
  const opened = openSync(place, constants.O_WRONLY | constants.O_TRUNC);
  try {
    writeFully(opened, bytes);
  } finally {
    closeSync(opened);
  }
}

function writeFile(path: string, target: string, bytes: Uint8Array, options: WriteOptions, folders: OwnFolders): boolean {
  const info = statSync(target, { throwIfNoEntry: false });
  if (info?.isDirectory() === true) throw directoryError(path);
  if (info !== undefined) return update(path, target, info, bytes, options.expected, folders);
  if (options.expected !== undefined) throw changed(path);
  create(path, target, bytes, options.mode);
  return true;
}

function create(path: string, target: string, bytes: Uint8Array, mode: number | undefined): void {
  const temporary = temporaryPath(target);
  writeNew(temporary, bytes, mode ?? 0o666, (opened) => {
    if (mode !== undefined) fchmodSync(opened, mode);
  });
  try {
    giveName(path, temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  flushFolder(target);
}

/** Unlike a rename, a link fails if the name was taken meanwhile. */
function giveName(path: string, temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (systemCode(error) === "EEXIST") throw changed(path);
    if (!NO_LINK.has(systemCode(error) ?? "")) throw error;
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}

function update(
  path: string,
  target: string,
  info: Stats,
  bytes: Uint8Array,
  expected: Uint8Array | undefined,
  folders: OwnFolders,
): boolean {
  const current = readFileSync(target);
  if (expected !== undefined && !current.equals(expected)) throw changed(path);
  if (current.equals(bytes)) return false;
  // A rename would go round the write protection of the file itself.
  accessSync(target, constants.W_OK);
  if (info.nlink > 1) {
    overwrite(path, target, current, bytes, folders);
    return true;
  }
  const temporary = temporaryPath(target);
  try {
    writeNew(temporary, bytes, 0o600, (opened) => takeAttributes(opened, info));
    try {
      if (!readFileSync(target).equals(current)) throw changed(path);
      renameSync(temporary, target);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    }
  } catch (error) {
    if (!NO_RENAME.has(systemCode(error) ?? "")) throw error;
    overwrite(path, target, current, bytes, folders);
    return true;
  }
  flushFolder(target);
  return true;
}

/** The owner first: changing it clears some bits of the mode. */
function takeAttributes(opened: number, info: Stats): void {
  const own = fstatSync(opened);
  if (own.uid !== info.uid || own.gid !== info.gid) fchownSync(opened, info.uid, info.gid);
  fchmodSync(opened, info.mode & MODE_BITS);
}

function changed(path: string): SottoError {
  return new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile; nothing was written`, { file: path });
}
