/**
 * One writer at a time. A lock is a symbolic link beside the file whose text names the owner: link and text appear in one
 * step, so no lock is ever seen without an owner. Where there are no such links it is a small file.
 *
 * A dead owner's lock is replaced, never removed, and only by the one who holds the claim to it: a lock on that very lock,
 * named by its token. So no two processes can take over at once, and none can remove a lock that was renewed meanwhile.
 */
import { lstatSync, readFileSync, readlinkSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";
import { describeSelf, formatOwner, lifeOf, parseOwner } from "./owner.ts";
import { type OwnFolders, makePrivate, nameOfPlace } from "./own-folders.ts";

/** Milliseconds for one owner. Time starts again with the next owner: then things move on. */
export const PATIENCE = 5000;
/** Milliseconds in all, however things move on. */
const LONGEST = 60_000;
/** A lock of another machine or container is given up after this time, in milliseconds. */
const FOREIGN_AGE = 15 * 60_000;
/** A lock that names nobody is one that is just being written, or was left so. */
const NAMELESS_AGE = 10_000;
const NOT_WRITABLE = new Set(["EACCES", "EPERM", "EROFS", "ENAMETOOLONG"]);
const NO_LOCK = new Set(["ENOENT", "ENAMETOOLONG", "ENOTDIR"]);
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL"]);
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Lock {
  release(): void;
}

interface Holder {
  readonly lock: string;
  readonly token: string;
  readonly process: number | undefined;
  readonly stale: boolean;
}

/** Locks of this process, by path, with the text that says so. */
const held = new Map<string, string>();

export function lockName(name: string): string {
  return `.${name}.sotto-lock`;
}

/**
 * Waits until the file is this process's to write.
 * @param path as the user named it
 * @throws SottoError `FILE_CHANGED` when one owner keeps it for too long; `FILE_UNWRITABLE`; or the system's error
 */
export async function acquireLock(path: string, place: string, folders: OwnFolders, patience: number = PATIENCE): Promise<Lock> {
  const start = performance.now();
  let since = start;
  let token: string | undefined;
  for (let pause = 4; ; pause = Math.min(pause * 1.5, 80)) {
    const taken = tryLock(place, folders);
    if ("release" in taken) return taken;
    const now = performance.now();
    if (taken.token !== token) since = now;
    ({ token } = taken);
    if (now - since >= patience || now - start >= LONGEST) throw locked(path, taken);
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

/** @returns the lock, or who has it */
export function tryLock(place: string, folders: OwnFolders): Lock | Holder {
  const beside = join(dirname(place), lockName(basename(place)));
  try {
    return take(beside);
  } catch (error) {
    if (!NOT_WRITABLE.has(systemCode(error) ?? "")) throw error;
  }
  // Who may write to the folder has the lock beside the file.
  const holder = readHolder(beside);
  if (holder !== undefined && !holder.stale) return holder;
  makePrivate(folders.locks);
  return take(join(folders.locks, `${nameOfPlace(place)}.sotto-lock`));
}

function take(path: string): Lock | Holder {
  const text = formatOwner(describeSelf());
  const holder = claim(path, path, text);
  if (holder !== undefined) return holder;
  if (held.size === 0) for (const signal of SIGNALS) process.on(signal, endBySignal);
  held.set(path, text);
  return { release: () => release(path, text) };
}

/**
 * @param base the lock itself, to which claims add a token
 * @returns who has it; undefined when it is taken
 */
function claim(path: string, base: string, text: string): Holder | undefined {
  for (;;) {
    if (create(path, text)) return undefined;
    const holder = readHolder(path);
    // It was released this moment.
    if (holder === undefined) continue;
    if (!holder.stale) return holder;
    const claimed = `${base}.${holder.token}`;
    if (claim(claimed, base, text) !== undefined) return holder;
    if (readHolder(path)?.token === holder.token) {
      renameSync(claimed, path);
      return undefined;
    }
    unlinkSync(claimed);
  }
}

/** @returns false when there is one already */
function create(path: string, text: string): boolean {
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    if (!NO_LINKS.has(systemCode(error) ?? "")) throw error;
  }
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o644 });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** @returns undefined when there is no lock */
function readHolder(path: string): Holder | undefined {
  const text = readText(path);
  const info = text === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (text === undefined || info === undefined) return undefined;
  const owner = parseOwner(text);
  const age = Date.now() - info.mtimeMs;
  if (owner === undefined) return { lock: path, token: `n${info.ino}`, process: undefined, stale: age > NAMELESS_AGE };
  const life = lifeOf(owner);
  return { lock: path, token: owner.token, process: owner.process, stale: life === "dead" || (life === "unknown" && age > FOREIGN_AGE) };
}

function readText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (NO_LOCK.has(systemCode(error) ?? "")) return undefined;
  }
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : "";
  }
}

/** A lock that cannot be removed ends with the process. */
function release(path: string, text: string): void {
  if (held.get(path) !== text) return;
  held.delete(path);
  if (held.size === 0) for (const signal of SIGNALS) process.off(signal, endBySignal);
  try {
    if (readText(path) === text) unlinkSync(path);
  } catch {
    // See above.
  }
}

/**
 * Node runs this between two steps of the program only, and a save is one step: it is never cut short by these signals. Whoever
 * listens for them too decides what happens.
 */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  for (const [path, text] of held) release(path, text);
  process.kill(process.pid, signal);
}

function locked(path: string, holder: Holder): SottoError {
  const who = holder.process === undefined ? "another process" : `process ${holder.process}`;
  return new SottoError("FILE_CHANGED", `${path} is locked by ${who}`, {
    file: path,
    hints: [`try again when it has ended; if there is no such process, remove ${holder.lock}`],
  });
}
