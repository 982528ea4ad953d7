/**
 * Where sotto keeps what cannot stand beside a file because its folder is not writable: locks in the folder of the session,
 * which the system empties, and backups where they survive a power failure.
 */
import { lstatSync, mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { SottoError } from "../model/error.ts";

export interface OwnFolders {
  readonly locks: string;
  readonly backups: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function findOwnFolders(env: Environment): OwnFolders {
  const session = env["XDG_RUNTIME_DIR"] ?? "";
  return {
    locks: session === "" ? join(tmpdir(), `sotto-${process.getuid?.() ?? "user"}`) : join(session, "sotto"),
    backups: findBackups(env),
  };
}

export function findBackups(env: Environment): string {
  const state = env["XDG_STATE_HOME"] ?? "";
  return join(state === "" ? join(findHome(env), ".local", "state") : state, "sotto", "backups");
}

/** In a container a user may have no name and no home. */
function findHome(env: Environment): string {
  const home = env["HOME"] ?? "";
  if (home !== "") return home;
  try {
    return homedir();
  } catch {
    return join(tmpdir(), `sotto-${process.getuid?.() ?? "user"}`);
  }
}

/** The backup of a file: beside it, or in the folder of backups. */
export function backupPaths(place: string, backups: string): readonly [beside: string, own: string] {
  return [join(dirname(place), `.${basename(place)}.sotto-backup`), join(backups, nameOfPlace(place))];
}

/** One name for a path, the same every time. Very long paths may share one. */
export function nameOfPlace(place: string): string {
  return encodeURIComponent(place).slice(-200);
}

/** Makes a folder for this user alone. @throws SottoError `FILE_UNWRITABLE` when it is anything else */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const info = lstatSync(folder);
  const own = process.getuid === undefined || info.uid === process.getuid();
  if (info.isDirectory() && own && (process.platform === "win32" || (info.mode & 0o022) === 0)) return;
  throw new SottoError("FILE_UNWRITABLE", `${folder} is not a folder that only this user can write`, { file: folder });
}
