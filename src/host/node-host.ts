/**
 * The `Host` of the program on Node. Files are read and written with the synchronous calls: for the small files that hold
 * secrets the asynchronous ones cost 3 ms of CPU at every start, and nothing else is waiting in this process.
 */
import { existsSync, fstatSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { FileInfo, Host, LockOptions, LockedFiles, StreamName } from "../model/host.ts";
import { readError, systemCode, writeError } from "./errors.ts";
import { findPrompt } from "./prompt.ts";
import { backupPaths, findBackups, findOwnFolders } from "./own-folders.ts";
import { readFully, readLineFrom, writeFully } from "./streams.ts";

export interface NodeHostOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start, if not in the folder of the process. */
  readonly cwd?: string;
  /** sops knows no other place than the one that stands here without it. */
  readonly auditConfig?: string;
}

const DESCRIPTORS: Readonly<Record<StreamName, number>> = { input: 0, output: 1, errors: 2 };

export function createNodeHost(options: NodeHostOptions = {}): Host {
  const env = options.env ?? process.env;
  const { cwd } = options;
  const locate = (path: string): string => (cwd === undefined || isAbsolute(path) ? path : join(cwd, path));
  const lockFiles = async (paths: readonly string[], lock: LockOptions = {}): Promise<LockedFiles> => {
    const saving = await import("./locked-files.ts");
    return saving.lockFiles(
      paths.map((path) => ({ path, place: resolve(locate(path)) })),
      findOwnFolders(env),
      lock.patience,
    );
  };
  return {
    env,
    platform: process.platform,
    auditConfig: options.auditConfig ?? "/etc/sops/audit.yaml",
    get cwd() {
      return cwd ?? currentFolder(env);
    },
    get home() {
      const home = env[process.platform === "win32" ? "USERPROFILE" : "HOME"];
      return home === undefined || home === "" ? homedir() : home;
    },
    now: () => new Date(),
    isTerminal: (stream) => isTerminal(DESCRIPTORS[stream]),
    get prompt() {
      return findPrompt(process.platform);
    },
    async readFile(path) {
      const place = locate(path);
      const bytes = readPath(path, place);
      if (!hasBackup(place, env)) return bytes;
      const { readWhole } = await import("./locked-files.ts");
      return readWhole({ path, place: resolve(place) }, findOwnFolders(env));
    },
    readLine: () => settle(() => readLineFrom(DESCRIPTORS.input)),
    makeFolder: (path, mode) =>
      settle(() => {
        try {
          mkdirSync(locate(path), { recursive: true, mode });
        } catch (error) {
          throw writeError(path, error);
        }
      }),
    readInput: () => settle(() => readStandardInput()),
    stat: (path, { follow = true } = {}) => settle(() => describe(path, locate(path), follow)),
    list: (path) => settle(() => listFolder(path, locate(path))),
    lockFiles,
    async writeFile(path, bytes, write) {
      using locked = await lockFiles([path]);
      const [file] = locked.files;
      return file?.write(bytes, write) ?? false;
    },
    write(stream, bytes) {
      try {
        writeFully(DESCRIPTORS[stream], bytes);
      } catch (error) {
        throw writeError(stream === "output" ? "standard output" : "standard error", error);
      }
    },
  };
}

/** A folder that was removed while this process is in it has no path but the one that the shell knew. */
function currentFolder(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    const known = env["PWD"] ?? "";
    return known === "" ? "/" : known;
  }
}

/** A failure of a synchronous call arrives as a rejection, as the contract says. */
function settle<T>(call: () => T): Promise<T> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return Promise.reject(error);
  }
}

function readPath(path: string, place: string): Uint8Array {
  try {
    return readFileSync(place);
  } catch (error) {
    throw readError(path, error);
  }
}

/** True when a save of this file was not finished, or is going on: see `overwrite.ts`. */
function hasBackup(place: string, env: Host["env"]): boolean {
  try {
    const target = lstatSync(place).isSymbolicLink() ? realpathSync(place) : resolve(place);
    return backupPaths(target, findBackups(env)).some((path) => existsSync(path));
  } catch {
    // The place of a pipe (`/dev/fd/63`) is no path.
    return false;
  }
}

function readStandardInput(): Uint8Array {
  try {
    return readFully(0);
  } catch (error) {
    throw readError("standard input", error);
  }
}

function describe(path: string, place: string, follow: boolean): FileInfo | undefined {
  try {
    const info = follow ? statSync(place) : lstatSync(place);
    const kind = info.isFile() ? "file" : info.isDirectory() ? "directory" : info.isSymbolicLink() ? "link" : "other";
    return { kind, size: info.size, mode: info.mode & 0o7777, modified: info.mtimeMs, foreign: isForeign(info.uid) };
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    throw readError(path, error);
  }
}

function isForeign(user: number): boolean {
  return process.getuid !== undefined && user !== process.getuid();
}

function listFolder(path: string, place: string): readonly string[] {
  try {
    return readdirSync(place).toSorted();
  } catch (error) {
    throw readError(path, error);
  }
}

/** On Linux the memory devices, `/dev/null` among them. */
const MEMORY_DEVICES = 1;

/** `node:tty` brings the network code along: it is loaded only where there may be a terminal. */
function isTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    if (!status.isCharacterDevice() || (process.platform === "linux" && status.rdev >> 8 === MEMORY_DEVICES)) return false;
    return process.getBuiltinModule("node:tty").isatty(descriptor);
  } catch {
    // The descriptor is closed.
    return false;
  }
}
