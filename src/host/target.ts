/** What a path stands for when something is to be written to it. */
import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SottoError } from "../model/error.ts";
import { directoryError, systemCode } from "./errors.ts";

/** A stream and a special file are written straight; only a file is locked and replaced. */
export type Target =
  | { readonly kind: "stream"; readonly descriptor: number }
  | { readonly kind: "special"; readonly place: string }
  | { readonly kind: "file"; readonly place: string };

/** Linux follows no more. */
const MAX_LINKS = 40;

/**
 * @param path as the user named it
 * @param place where that is, absolute
 * @throws SottoError `FILE_IS_DIRECTORY`; `FILE_UNWRITABLE` for a link that another user laid
 */
export function findTarget(path: string, place: string): Target {
  const descriptor = descriptorOf(place);
  if (descriptor !== undefined) return { kind: "stream", descriptor };
  const info = statSync(place, { throwIfNoEntry: false });
  if (info?.isDirectory() === true) throw directoryError(path);
  // Links in these two lead to open files, not to names.
  if (info !== undefined && (!info.isFile() || /^\/(?:dev|proc)\//.test(place))) return { kind: "special", place };
  return { kind: "file", place: canonical(followLinks(path, place)) };
}

/** One place for a file, by whatever folders it was reached. */
function canonical(place: string): string {
  try {
    return join(realpathSync(dirname(place)), basename(place));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return place;
    throw error;
  }
}

/** Standard streams and other open descriptors by their path: opening a redirected one again would lose its position. */
function descriptorOf(place: string): number | undefined {
  if (place === "/dev/stdout") return 1;
  if (place === "/dev/stderr") return 2;
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(place);
  return match ? Number(match[1]) : undefined;
}

/** Followed once, and the result used from then on: what the links say later does not matter. Each must be this user's own. */
function followLinks(path: string, place: string): string {
  let at = place;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const next = linkAt(path, at);
    if (next === undefined) return at;
    at = next;
  }
  throw new SottoError("FILE_UNWRITABLE", `${path} is a link that leads nowhere`, { file: path });
}

function linkAt(path: string, place: string): string | undefined {
  try {
    const info = lstatSync(place, { throwIfNoEntry: false });
    if (info?.isSymbolicLink() !== true) return undefined;
    if (process.getuid !== undefined && info.uid !== process.getuid()) {
      throw new SottoError("FILE_UNWRITABLE", `${path} is a link that belongs to another user`, {
        file: path,
        hints: ["name the file that the link points to"],
      });
    }
    return resolve(dirname(place), readlinkSync(place));
  } catch (error) {
    // The folder is missing, or is none: reading or writing will say so.
    if (systemCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
