/** Folders for files that are handed to a command: for this user alone, removed when it ends, and found again if that failed. */
import { chmodSync, lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeSelf, drawToken, formatOwner, lifeOf, parseOwner } from "./owner.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = ".sotto-exec-";
/** In each folder: who will remove it. */
const OWNER = ".sotto-owner";
/** A folder that has had no owner for so long, in milliseconds, was left before it got one. */
const ORPHAN_AGE = 60_000;

/** statfs(2): tmpfs and ramfs. */
const MEMORY_TYPES: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

/** Memory file systems of Linux, in the order in which they are tried. */
export function listMemoryFolders(env: Environment): readonly string[] {
  return ["/dev/shm", env["XDG_RUNTIME_DIR"] ?? "", temporaryFolder(env)].filter((place) => place !== "" && isMemory(place));
}

function isMemory(place: string): boolean {
  try {
    return MEMORY_TYPES.has(statfsSync(place).type);
  } catch {
    return false;
  }
}

export function temporaryFolder(env: Environment): string {
  const named = process.platform === "win32" ? (env["TEMP"] ?? env["TMP"] ?? "") : (env["TMPDIR"] ?? "");
  return named === "" ? tmpdir() : named;
}

export class HandOverFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws the system's error */
  static make(place: string): HandOverFolder {
    const folder = new HandOverFolder(mkdtempSync(join(place, PREFIX)));
    try {
      chmodSync(folder.path, 0o700);
      writeFileSync(join(folder.path, OWNER), formatOwner(describeSelf()), { flag: "wx", mode: 0o600 });
    } catch (error) {
      folder.remove();
      throw error;
    }
    return folder;
  }

  freshPath(name: string): string {
    return join(this.path, name + drawToken());
  }

  /** Another process will remove it. */
  leaveTo(process: number): void {
    writeFileSync(join(this.path, OWNER), formatOwner({ ...describeSelf(), process, started: "" }));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Removes the folders of processes that were killed. What belongs to others, or is not understood, stays. */
export function sweepHandOvers(env: Environment): void {
  for (const place of new Set([...listMemoryFolders(env), temporaryFolder(env)])) {
    for (const name of listNames(place)) {
      const folder = join(place, name);
      try {
        if (isLeft(folder)) rmSync(folder, { recursive: true, force: true });
      } catch {
        // Somebody else has removed it.
      }
    }
  }
}

function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function isLeft(folder: string): boolean {
  const info = lstatSync(folder);
  if (!info.isDirectory() || (process.geteuid !== undefined && info.uid !== process.geteuid())) return false;
  const owner = readOwner(join(folder, OWNER));
  if (owner === undefined) return Date.now() - info.mtimeMs > ORPHAN_AGE;
  return lifeOf(owner) === "dead";
}

function readOwner(path: string): ReturnType<typeof parseOwner> {
  try {
    return parseOwner(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
