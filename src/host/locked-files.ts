/** The files that one command edits: found, locked in an order that all processes share, and cleared of what a crash left. */
import { readFileSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { LockedFile, LockedFiles } from "../model/host.ts";
import { readError, systemCode, writeError } from "./errors.ts";
import { type Lock, acquireLock, tryLock } from "./lock.ts";
import { restoreBackup, wholeContent } from "./overwrite.ts";
import type { OwnFolders } from "./own-folders.ts";
import { sweepFolder } from "./sweep.ts";
import { findTarget, type Target } from "./target.ts";
import { removeTarget, writeTarget } from "./write.ts";

export interface NamedFile {
  /** As the user named it. */
  readonly path: string;
  /** Where that is, absolute. */
  readonly place: string;
}

/**
 * @param patience in milliseconds, see `lock.ts`
 * @throws SottoError `FILE_CHANGED`, `FILE_UNWRITABLE`, `FILE_IS_DIRECTORY`; nothing stays locked then
 */
export async function lockFiles(named: readonly NamedFile[], folders: OwnFolders, patience?: number): Promise<LockedFiles> {
  const targets = new Map<string, NamedFile & { readonly target: Target }>();
  for (const file of named) {
    const target = naming(file.path, () => findTarget(file.path, file.place));
    const place = target.kind === "file" ? target.place : file.place;
    if (!targets.has(place)) targets.set(place, { ...file, target });
  }
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks.splice(0)) lock.release();
  };
  try {
    const places = [...targets].filter(([, { target }]) => target.kind === "file").toSorted(([a], [b]) => (a < b ? -1 : 1));
    const locked: string[] = [];
    for (const [place, { path }] of places) {
      const lock = await lockOne(path, place, folders, patience);
      if (lock === undefined) continue;
      locks.push(lock);
      locked.push(place);
      naming(path, () => restoreBackup(place, folders));
    }
    sweep(locked, folders);
  } catch (error) {
    release();
    throw error;
  }
  const files = [...targets.values()].map(({ path, target, place }) => new LockedOnDisk(path, place, target, folders));
  return { files, [Symbol.dispose]: release };
}

async function lockOne(path: string, place: string, folders: OwnFolders, patience: number | undefined): Promise<Lock | undefined> {
  try {
    return await acquireLock(path, place, folders, patience);
  } catch (error) {
    // Without its folder there is no file to protect: reading or writing will say so.
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return undefined;
    throw writeError(path, error);
  }
}

/**
 * The content of a file that has a backup. If its save was not finished, the file is put right first; where that is not possible,
 * or the save is going on, what it held before counts.
 */
export function readWhole({ path, place }: NamedFile, folders: OwnFolders): Uint8Array {
  const target = realpathSync(place);
  try {
    const lock = tryLock(target, folders);
    if ("release" in lock) {
      try {
        restoreBackup(target, folders);
      } finally {
        lock.release();
      }
    }
  } catch {
    // Reading needs no right to write.
  }
  try {
    const current = readFileSync(target);
    return wholeContent(target, current, folders) ?? current;
  } catch (error) {
    throw readError(path, error);
  }
}

/** A folder that cannot be listed or cleared is no reason not to save a file in it. */
function sweep(places: readonly string[], folders: OwnFolders): void {
  const byFolder = Map.groupBy(places, (place) => dirname(place));
  for (const [folder, inside] of byFolder) {
    try {
      sweepFolder(folder, new Set(inside.map((place) => basename(place))), folders);
    } catch {
      // The next command tries again.
    }
  }
}

function naming<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw writeError(path, error);
  }
}

class LockedOnDisk implements LockedFile {
  readonly path: string;
  readonly #place: string;
  readonly #target: Target;
  readonly #folders: OwnFolders;

  constructor(path: string, place: string, target: Target, folders: OwnFolders) {
    this.path = path;
    this.#place = target.kind === "file" ? target.place : place;
    this.#target = target;
    this.#folders = folders;
  }

  async read(): Promise<Uint8Array> {
    try {
      return readFileSync(this.#place);
    } catch (error) {
      throw readError(this.path, error);
    }
  }

  async write(bytes: Uint8Array, options: Parameters<LockedFile["write"]>[1] = {}): Promise<boolean> {
    return writeTarget(this.path, this.#target, bytes, options, this.#folders);
  }

  async remove(): Promise<void> {
    removeTarget(this.path, this.#target);
  }
}
