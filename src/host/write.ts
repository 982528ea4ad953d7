/**
 * Replaces a file as a whole: the new content is written beside it, flushed, and renamed into its place, so that every
 * reader sees the old file or the new one. Owner and mode stay. Where a rename cannot do that, the file is overwritten.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
} from "node:fs";
import { openSync, readFileSync, readlinkSync, realpathSync, renameSync, statSync, unlinkSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SottoError } from "../model/error.ts";
import type { WriteOptions } from "../model/host.ts";
import { directoryError, systemCode, writeError } from "./errors.ts";
import { writeFully } from "./streams.ts";

/** Set-user-id, set-group-id, sticky and the permission bits. */
const MODE_BITS = 0o7777;
/** What keeps a file from being replaced by a rename, though it may be possible to write into it. */
const NO_RENAME = new Set(["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV", "ENAMETOOLONG", "ENOTSUP"]);

/**
 * @param path as the user named it; messages repeat it
 * @param options `expected` is compared at the start and again just before the rename
 * @param place where that is, if the process stands in another folder
 * @returns false when the file held these bytes already and was not touched
 * @throws SottoError `FILE_UNWRITABLE`, `FILE_IS_DIRECTORY`, `FILE_CHANGED`
 */
export function writeFileSafely(path: string, bytes: Uint8Array, options: WriteOptions = {}, place: string = path): boolean {
  try {
    const descriptor = descriptorOf(place);
    if (descriptor !== undefined) {
      writeFully(descriptor, bytes);
      return true;
    }
    const target = resolveLink(path, place);
    const info = statSync(target, { throwIfNoEntry: false });
    if (info === undefined) {
      if (options.expected !== undefined) throw changed(path);
      create(path, target, bytes, options.mode);
      return true;
    }
    if (info.isDirectory()) throw directoryError(path);
    if (!info.isFile()) {
      writeInto(target, "r+", (opened) => writeFully(opened, bytes));
      return true;
    }
    return update(path, target, info, bytes, options.expected);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Standard streams and other open descriptors by their path: opening a redirected one again would lose its position. */
function descriptorOf(path: string): number | undefined {
  if (path === "/dev/stdout") return 1;
  if (path === "/dev/stderr") return 2;
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** Resolved once and then used: what the link says later does not matter. A link that somebody else laid is not followed. */
function resolveLink(path: string, place: string): string {
  const link = lstatSync(place, { throwIfNoEntry: false });
  if (!link?.isSymbolicLink() || place.startsWith("/dev/") || place.startsWith("/proc/")) return place;
  if (process.getuid !== undefined && link.uid !== process.getuid()) {
    throw new SottoError("FILE_UNWRITABLE", `${path} is a link that belongs to another user`, {
      file: path,
      hints: ["name the file that the link points to"],
    });
  }
  try {
    return realpathSync(place);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
    return resolve(dirname(place), readlinkSync(place));
  }
}

function create(path: string, target: string, bytes: Uint8Array, mode: number | undefined): void {
  const temporary = writeBeside(target, bytes, mode ?? 0o666, (opened) => {
    if (mode !== undefined) fchmodSync(opened, mode);
  });
  try {
    // Unlike a rename, a link fails if the name was taken meanwhile.
    linkSync(temporary, target);
    unlinkSync(temporary);
  } catch (error) {
    if (systemCode(error) === "EEXIST") {
      unlinkSync(temporary);
      throw changed(path);
    }
    renameOrRemove(temporary, target);
  }
  flushFolder(target);
}

function update(path: string, target: string, info: Stats, bytes: Uint8Array, expected: Uint8Array | undefined): boolean {
  const current = readFileSync(target);
  if (expected !== undefined && !current.equals(expected)) throw changed(path);
  if (current.equals(bytes)) return false;
  // A rename would go round the write protection of the file itself.
  accessSync(target, constants.W_OK);
  if (info.nlink > 1) {
    overwrite(target, current, bytes);
    return true;
  }
  let temporary: string | undefined;
  try {
    temporary = writeBeside(target, bytes, 0o600, (opened) => {
      takeOwner(opened, info);
      fchmodSync(opened, info.mode & MODE_BITS);
    });
    if (!readFileSync(target).equals(current)) throw changed(path);
    renameSync(temporary, target);
    flushFolder(target);
  } catch (error) {
    if (temporary !== undefined) removeQuietly(temporary);
    if (!NO_RENAME.has(systemCode(error) ?? "")) throw error;
    overwrite(target, current, bytes);
  }
  return true;
}

/** @returns the path of a new file in the same folder that holds the bytes, flushed to disk */
function writeBeside(target: string, bytes: Uint8Array, mode: number, prepare: (opened: number) => void): string {
  const [temporary, opened] = openBeside(dirname(target), mode);
  try {
    try {
      prepare(opened);
      writeFully(opened, bytes);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  return temporary;
}

function openBeside(folder: string, mode: number): [path: string, opened: number] {
  for (let attempt = 0; ; attempt += 1) {
    const path = join(folder, `.sotto-${process.pid}-${attempt}.tmp`);
    try {
      return [path, openSync(path, "wx", mode)];
    } catch (error) {
      if (systemCode(error) !== "EEXIST" || attempt > 100) throw error;
    }
  }
}

function takeOwner(opened: number, info: Stats): void {
  const own = fstatSync(opened);
  if (own.uid !== info.uid || own.gid !== info.gid) fchownSync(opened, info.uid, info.gid);
}

/** Last resort. If it fails half way, the old content is put back as well as that is possible. */
function overwrite(target: string, current: Uint8Array, bytes: Uint8Array): void {
  try {
    replaceContent(target, bytes);
  } catch (error) {
    replaceContent(target, current);
    throw error;
  }
}

function replaceContent(target: string, content: Uint8Array): void {
  writeInto(target, "r+", (opened) => {
    writeFully(opened, content);
    ftruncateSync(opened, content.length);
    fsyncSync(opened);
  });
}

function writeInto(target: string, flags: string, write: (opened: number) => void): void {
  const opened = openSync(target, flags);
  try {
    write(opened);
  } finally {
    closeSync(opened);
  }
}

function renameOrRemove(temporary: string, target: string): void {
  try {
    renameSync(temporary, target);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** The rename itself reaches the disk only with its folder. Some systems cannot flush a folder; then nothing is lost but certainty. */
function flushFolder(target: string): void {
  if (process.platform === "win32") return;
  try {
    writeInto(dirname(target), "r", fsyncSync);
  } catch (error) {
    if (!["EINVAL", "EACCES", "EPERM", "ENOTSUP", "EISDIR"].includes(systemCode(error) ?? "")) throw error;
  }
}

function changed(path: string): SottoError {
  return new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile; nothing was written`, { file: path });
}
