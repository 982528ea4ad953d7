/** Whether the file's selector would encrypt a value, also in a place where there is none yet. */
import { decideByKeys } from "../../policy/selector.ts";
import type { SessionFile } from "./session-file.ts";

/**
 * Of a new entry it is assumed that it goes behind all others of its map, as `OpenFile.set` puts it. Empty texts and nulls stay plain
 * whatever this says.
 */
export function wouldEncrypt(file: SessionFile, path: readonly string[]): boolean {
  const { selector, rows } = file;
  const known = file.find(path);
  if (known !== undefined) {
    const row = rows[known];
    if (row !== undefined) return row.selected;
  }
  if (selector.byComment) return isGoverned(file, path) !== selector.keepsPlain;
  const keys = path.filter((_, at) => {
    const holder = at === 0 ? undefined : file.find(path.slice(0, at));
    return holder === undefined || rows[holder]?.kind !== "list";
  });
  return decideByKeys(selector, keys);
}

/** By the comments in front of what holds the new entry, and by those at the end of it. */
function isGoverned(file: SessionFile, path: readonly string[]): boolean {
  const { selector, rows } = file;
  let holder = -1;
  for (let length = path.length - 1; length > 0 && holder === -1; length -= 1) holder = file.find(path.slice(0, length)) ?? -1;
  const holderRow = rows[holder];
  // A value that the new entries replace is governed as they will be.
  if (holderRow !== undefined && holderRow.kind !== "map" && holderRow.kind !== "list") return holderRow.selected !== selector.keepsPlain;
  if (holderRow !== undefined && holderRow.selected !== selector.keepsPlain) return true;
  let end = holder === -1 ? rows.findIndex((row) => row.document > 0) : file.endOf(holder);
  if (end === -1) end = rows.length;
  for (let at = end - 1; at > holder; at -= 1) {
    const row = rows[at];
    if (row?.kind !== "comment" || row.parent !== holder) return false;
    if (row.text !== undefined && selector.hits(row.text)) return true;
  }
  return false;
}
