/**
 * Hands the content of a file to a command under a path, so that it lies on no disk and is gone when the command has ended.
 * In this order: a memory file without a name, a named file on a memory file system, a FIFO, a file for this user alone.
 */
import { chmodSync, closeSync, constants, lstatSync, openSync, statSync } from "node:fs";
import { join, posix, win32 } from "node:path";
import { SottoError } from "../model/error.ts";
import { writeError } from "./errors.ts";
import { type FifoWriter, makeFifo } from "./fifo.ts";
import { HandOverFolder, listMemoryFolders, temporaryFolder } from "./hand-over-folder.ts";
import { writeFully } from "./streams.ts";

export interface HandOverOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** What the path has to end in. */
  readonly name?: string | undefined;
  /** The path must stand for a file that has a name, for programs that look at it more closely. */
  readonly regular?: boolean;
  /** This process will not wait until the command has ended. */
  readonly background?: boolean;
  /** Numbers of open files that the command gets anyway. */
  readonly taken?: ReadonlyMap<number, unknown>;
}

/** Disposing it takes the content away. */
export interface HandOver extends Disposable {
  readonly path: string;
  /** Open files that the command must be given, by their number there. */
  readonly descriptors: ReadonlyMap<number, number>;
  /** Where the path lies, when somebody has to remove it. */
  readonly folder?: HandOverFolder;
}

const NO_DESCRIPTORS: ReadonlyMap<number, number> = new Map();
/** The first number behind the three streams. */
const FIRST = 3;

/** @throws SottoError `FILE_UNWRITABLE`, `COMMAND_FAILED` for a name that leads out of the folder */
export function handOver(bytes: Uint8Array, options: HandOverOptions): HandOver {
  const { name, regular = false, background = false, platform } = options;
  if (name !== undefined) checkName(name, platform);
  try {
    const memory = platform === "linux" ? listMemoryFolders(options.env) : [];
    for (const place of memory) {
      const made = attempt(() => (name === undefined && !regular ? inMemory(bytes, place, options) : inFolder(bytes, place, options)));
      if (made !== undefined) return made;
    }
    const temporary = temporaryFolder(options.env);
    const fifo = regular || background || platform === "win32" ? undefined : inFifo(bytes, temporary, name ?? DEFAULT_NAME);
    return fifo ?? inFolder(bytes, temporary, options);
  } catch (error) {
    throw writeError("the temporary file", error);
  }
}

/** As sops calls it. */
const DEFAULT_NAME = "tmp-file";

/** A file system that is full, or not for this user, is passed over. */
function attempt(make: () => HandOver): HandOver | undefined {
  try {
    return make();
  } catch (error) {
    if (SottoError.is(error)) throw error;
    return undefined;
  }
}

/** open(2): bit 22 together with `O_DIRECTORY`, on all machines that Node runs on; Node has no name for it. */
const O_TMPFILE = 0o20_000_000 | constants.O_DIRECTORY;

/** A file that has never had a name: there is nothing to remove, and nothing is left whatever this process ends of. */
function inMemory(bytes: Uint8Array, place: string, { background, taken }: HandOverOptions): HandOver {
  const opened = openSync(place, O_TMPFILE | constants.O_RDWR | constants.O_EXCL, 0o600);
  let closed = false;
  const close = (): void => {
    if (!closed) closeSync(opened);
    closed = true;
  };
  try {
    writeFully(opened, bytes);
    // By way of this process it can be opened by every program of this user, also by those that close what they inherit.
    const own = `/proc/${process.pid}/fd/${opened}`;
    const reachable = background !== true && statSync(own).isFile() && lstatSync(`/proc/${process.pid}/fd`).uid === process.geteuid?.();
    if (reachable) return { path: own, descriptors: NO_DESCRIPTORS, [Symbol.dispose]: close };
    statSync(`/proc/self/fd/${opened}`);
    let number = FIRST;
    while (taken?.has(number) === true) number += 1;
    return { path: `/proc/self/fd/${number}`, descriptors: new Map([[number, opened]]), [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function inFolder(bytes: Uint8Array, place: string, { name }: HandOverOptions): HandOver {
  const folder = HandOverFolder.make(place);
  try {
    const path = name === undefined ? folder.freshPath(DEFAULT_NAME) : join(folder.path, name);
    const opened = openSync(path, "wx", 0o600);
    try {
      chmodSync(path, 0o600);
      writeFully(opened, bytes);
    } finally {
      closeSync(opened);
    }
    return { path, descriptors: NO_DESCRIPTORS, folder, [Symbol.dispose]: () => folder.remove() };
  } catch (error) {
    folder.remove();
    throw nameError(name, error);
  }
}

function inFifo(bytes: Uint8Array, place: string, name: string): HandOver | undefined {
  const folder = HandOverFolder.make(place);
  const path = join(folder.path, name);
  let writer: FifoWriter | undefined;
  try {
    writer = makeFifo(path, bytes);
  } catch (error) {
    folder.remove();
    throw nameError(name, error);
  }
  if (writer === undefined) {
    folder.remove();
    return undefined;
  }
  const { stop } = writer;
  return {
    path,
    descriptors: NO_DESCRIPTORS,
    folder,
    [Symbol.dispose]: () => {
      stop();
      folder.remove();
    },
  };
}

const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00B9\u00B2\u00B3]|lpt[0-9\u00B9\u00B2\u00B3])(?: *$| *[.:].*$)/i;

/** go filepath `IsLocal` */
function checkName(name: string, platform: string): void {
  const path = platform === "win32" ? win32 : posix;
  const parts = platform === "win32" ? name.split(/[\\/]/) : name.split("/");
  const outside = path.isAbsolute(name) || parts[0] === "" || path.normalize(name).split(path.sep)[0] === "..";
  const device = platform === "win32" && parts.some((part) => part.includes(":") || WINDOWS_DEVICE.test(part));
  if (name === "" || outside || device) {
    throw new SottoError("COMMAND_FAILED", "the provided filename is not a local path", {
      hints: ["--filename takes a plain name, such as --filename prod.yaml"],
    });
  }
}

/** A name below a folder that is not there, and one that is the folder itself, cannot be made. */
function nameError(name: string | undefined, error: unknown): unknown {
  if (name === undefined || SottoError.is(error) || !/[/\\]|^\.$/.test(name)) return error;
  return new SottoError("COMMAND_FAILED", `no file can be made under the name ${name}`, {
    hints: ["--filename takes a plain name, such as --filename prod.yaml"],
    cause: error,
  });
}
