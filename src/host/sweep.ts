/** Clears up after a sotto that was killed: what it left beside files, and files that it left half overwritten. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { BESIDE, removeQuietly } from "./beside.ts";
import { tryLock } from "./lock.ts";
import { restoreBackup } from "./overwrite.ts";
import type { OwnFolders } from "./own-folders.ts";

/**
 * Everything beside a file belongs to the one who has its lock. So what is there without a live lock was left, and is
 * removed under that lock; files that others are writing are passed over.
 * @param locked names of the files in this folder that this process has locked
 */
export function sweepFolder(folder: string, locked: ReadonlySet<string>, folders: OwnFolders): void {
  for (const [name, leftovers] of findLeftovers(folder, locked)) {
    const place = join(folder, name);
    if (locked.has(name)) {
      clear(place, folder, leftovers, folders);
      continue;
    }
    const lock = tryLock(place, folders);
    if (!("release" in lock)) continue;
    try {
      clear(place, folder, leftovers, folders);
    } finally {
      lock.release();
    }
  }
}

function clear(place: string, folder: string, leftovers: readonly string[], folders: OwnFolders): void {
  restoreBackup(place, folders);
  // The lock itself is somebody's to release; claims to earlier locks are worth nothing now.
  for (const leftover of leftovers) if (!/\.sotto-(?:lock|backup)$/.test(leftover)) removeQuietly(join(folder, leftover));
}

function findLeftovers(folder: string, locked: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const entry of readdirSync(folder)) {
    const [, name, kind] = BESIDE.exec(entry) ?? [];
    if (name === undefined || (kind === "lock" && locked.has(name))) continue;
    const leftovers = found.get(name) ?? [];
    leftovers.push(entry);
    found.set(name, leftovers);
  }
  return found;
}
