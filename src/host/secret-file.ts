/** A file for a program that wants a path: its content lies in memory, and at the path that was asked for stands a link to it. */
import { existsSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { SottoError } from "../model/error.ts";
import { systemCode, writeError } from "./errors.ts";
import { handOver } from "./hand-over.ts";
import { listMemoryFolders } from "./hand-over-folder.ts";

export interface SecretFileOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** As it was named, and where that is, absolute; without it the file has a path of its own. */
  readonly at?: { readonly path: string; readonly place: string } | undefined;
  /** Numbers of open files that the command gets anyway. */
  readonly taken: ReadonlyMap<number, unknown>;
}

/** Disposing it takes content and link away. When this process is killed, the content is gone and the link leads nowhere. */
export interface PlacedSecret extends Disposable {
  readonly path: string;
  /** Open files that the command must be given, by their number there. */
  readonly descriptors: ReadonlyMap<number, number>;
}

/** @throws SottoError `FILE_UNWRITABLE`, also where something is in the way */
export function placeSecret(bytes: Uint8Array, { env, platform, at, taken }: SecretFileOptions): PlacedSecret {
  // Without memory a file of this user alone: a FIFO would hold it only once.
  const isMemory = platform === "linux" && listMemoryFolders(env).length > 0;
  const content = handOver(bytes, { env, platform, regular: !isMemory, taken });
  if (at === undefined) return content;
  try {
    layLink(content.path, at);
  } catch (error) {
    content[Symbol.dispose]();
    throw error;
  }
  return {
    path: at.path,
    descriptors: content.descriptors,
    [Symbol.dispose]: () => {
      removeLink(at.place, content.path);
      content[Symbol.dispose]();
    },
  };
}

function layLink(target: string, { path, place }: { readonly path: string; readonly place: string }): void {
  if (isInTheWay(place)) throw inTheWay(path);
  try {
    symlinkSync(target, place);
  } catch (error) {
    throw systemCode(error) === "EEXIST" ? inTheWay(path) : writeError(path, error);
  }
}

/** True where there is anything but the link of a process that was killed; that one is removed. */
export function isInTheWay(place: string): boolean {
  const info = lstatSync(place, { throwIfNoEntry: false });
  if (info === undefined) return false;
  if (!info.isSymbolicLink() || existsSync(place) || !OWN_LINK.test(readlinkSync(place))) return true;
  unlinkSync(place);
  return false;
}

const OWN_LINK = /^\/proc\/\d+\/fd\/\d+$|\/\.sotto-exec-[^/]+\/[^/]+$/;

function inTheWay(path: string): SottoError {
  return new SottoError("FILE_UNWRITABLE", `${path} is there already`, {
    file: path,
    hints: ["name a path that is free: the file is removed when the command has ended"],
  });
}

function removeLink(place: string, target: string): void {
  try {
    if (readlinkSync(place) === target) unlinkSync(place);
  } catch {
    // Somebody has put something else there, or nothing.
  }
}
