/**
 * Overwrites a file where nothing can be renamed into its place: mount points, several hard links, another owner, a folder that
 * is not writable. A record of both contents is on the disk before the first byte of the file changes, and whoever finds
 * it puts the earlier content back.
 */
import { closeSync, constants, existsSync, fsyncSync, ftruncateSync, lstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { SottoError } from "../model/error.ts";
import { flushFolder, readBack, removeQuietly, writeNew } from "./beside.ts";
import { systemCode } from "./errors.ts";
import { type OwnFolders, backupPaths, makePrivate } from "./own-folders.ts";
import { decodeRecord, encodeRecord, type RecordedFile } from "./record.ts";

const PRIVATE = 0o600;
const NOT_WRITABLE = new Set(["EACCES", "EPERM", "EROFS", "ENAMETOOLONG"]);

/**
 * Under the file's lock.
 * @throws the system's error, with the file as it was; or SottoError `FILE_UNWRITABLE` that names the backup, if even that failed
 */
export function overwrite(path: string, target: string, current: Uint8Array, bytes: Uint8Array, folders: OwnFolders): void {
  const opened = openInPlace(target);
  try {
    const backup = writeBackup(target, encodeRecord([{ path: target, before: current, after: bytes }]), folders);
    try {
      replaceContent(opened, bytes);
      readBack(path, opened, bytes);
    } catch (error) {
      putBack(path, opened, current, backup, error);
      throw error;
    }
    removeQuietly(backup);
    flushFolder(backup);
  } finally {
    closeSync(opened);
  }
}

/** Under the file's lock: puts the earlier content back if the file was left half overwritten, and removes the backup. */
export function restoreBackup(target: string, folders: OwnFolders): void {
  for (const backup of backupPaths(target, folders.backups)) {
    const found = readBackup(backup, target, folders);
    if (found === undefined) continue;
    if (found !== "unfinished") restore(target, found);
    removeQuietly(backup);
    flushFolder(backup);
  }
}

/** What a file held before a save that is not finished; undefined when it is whole. */
export function wholeContent(target: string, current: Uint8Array, folders: OwnFolders): Uint8Array | undefined {
  for (const backup of backupPaths(target, folders.backups)) {
    const found = readBackup(backup, target, folders);
    if (found !== undefined && found !== "unfinished" && isTorn(current, found)) return found.before;
  }
  return undefined;
}

function restore(target: string, record: RecordedFile): void {
  if (lstatSync(target, { throwIfNoEntry: false })?.isFile() !== true) return;
  if (!isTorn(readFileSync(target), record)) return;
  const opened = openInPlace(target);
  try {
    replaceContent(opened, record.before);
  } finally {
    closeSync(opened);
  }
}

/** @returns `unfinished` for one that the file did not wait for; undefined when there is none that this user made for this file */
function readBackup(backup: string, target: string, folders: OwnFolders): RecordedFile | "unfinished" | undefined {
  const info = existsSync(backup) ? lstatSync(backup, { throwIfNoEntry: false }) : undefined;
  if (info?.isFile() !== true || (process.getuid !== undefined && info.uid !== process.getuid())) return undefined;
  const [record] = decodeRecord(readFileSync(backup)) ?? [];
  if (record === undefined) return "unfinished";
  // Beside the file there is no doubt; a whole tree may have been moved since. Elsewhere two paths may share a name.
  return dirname(backup) !== folders.backups || record.path === target ? record : undefined;
}

/** Every byte is the old one, the new one, or zero (which a power failure leaves): anything else was written by somebody since. */
function isTorn(current: Uint8Array, { before, after }: RecordedFile): boolean {
  if (Buffer.compare(current, before) === 0 || Buffer.compare(current, after) === 0) return false;
  if (current.length > Math.max(before.length, after.length)) return false;
  return current.every((byte, at) => byte === before[at] || byte === after[at] || byte === 0);
}

function writeBackup(target: string, record: Uint8Array, folders: OwnFolders): string {
  const [beside, own] = backupPaths(target, folders.backups);
  try {
    return place(beside, record);
  } catch (error) {
    if (!NOT_WRITABLE.has(systemCode(error) ?? "")) throw error;
  }
  makePrivate(folders.backups);
  return place(own, record);
}

function place(backup: string, record: Uint8Array): string {
  writeNew(backup, record, PRIVATE);
  flushFolder(backup);
  return backup;
}

function openInPlace(target: string): number {
  // Windows has no O_NOFOLLOW.
  return openSync(target, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
}

function putBack(path: string, opened: number, current: Uint8Array, backup: string, cause: unknown): void {
  try {
    replaceContent(opened, current);
  } catch {
    throw new SottoError("FILE_UNWRITABLE", `cannot write ${path}, nor put its content back`, {
      file: path,
      hints: [`the content is safe in ${backup}; the next command on this file puts it back`],
      cause,
    });
  }
  removeQuietly(backup);
}

function replaceContent(opened: number, content: Uint8Array): void {
  for (let at = 0; at < content.length;) at += writeSync(opened, content, at, content.length - at, at);
  ftruncateSync(opened, content.length);
  fsyncSync(opened);
}
