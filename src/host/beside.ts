/** Files that sotto makes beside a file: how they are called, written and removed. All of them are gone after a save. */
import { closeSync, fsyncSync, openSync, readSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";
import { drawToken } from "./owner.ts";
import { writeFully } from "./streams.ts";

/** The name of the file that it belongs to, and then what it is. */
export const BESIDE: RegExp = /^\.(.+)\.sotto-(lock|lock\.[a-z\d]+|backup|\d+-[a-z\d]+\.tmp)$/s;

export function temporaryPath(target: string): string {
  return join(dirname(target), `.${basename(target)}.sotto-${process.pid}-${drawToken()}.tmp`);
}

/**
 * Makes a file that is not there yet, whole and on the disk (but for its name, see {@link flushFolder}), or none at all.
 * @param prepare gets the open file before anything is in it
 */
export function writeNew(path: string, bytes: Uint8Array, mode: number, prepare: (opened: number) => void = () => {}): void {
  const opened = openSync(path, "wx+", mode);
  try {
    try {
      prepare(opened);
      writeFully(opened, bytes);
      fsyncSync(opened);
      readBack(path, opened, bytes);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    removeQuietly(path);
    throw error;
  }
}

/** What reads differently never takes the place of anything. @throws SottoError `FILE_UNWRITABLE` */
export function readBack(path: string, opened: number, bytes: Uint8Array): void {
  const found = Buffer.allocUnsafe(bytes.length + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < found.length; length += got) {
    got = readSync(opened, found, length, found.length - length, length);
  }
  if (!found.subarray(0, length).equals(bytes)) {
    throw new SottoError("FILE_UNWRITABLE", "the file system did not keep what was written", { file: path });
  }
}

/** Missing is as good as removed. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** A name reaches the disk only with its folder. Some systems cannot flush a folder; then nothing is lost but certainty. */
export function flushFolder(target: string): void {
  if (process.platform === "win32") return;
  try {
    const opened = openSync(dirname(target), "r");
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    if (!["EINVAL", "EACCES", "EPERM", "ENOTSUP", "EISDIR"].includes(systemCode(error) ?? "")) throw error;
  }
}
