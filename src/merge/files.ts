/**
 * Merges two versions of an encrypted file with what they come from, under the data key of one of them. Values that nobody changed
 * keep their ciphertext; the MAC and the time are made anew.
 */
import { encryptOnto } from "../file/encrypt-file.ts";
import { type Access, type OpenFile, wrap } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import { decodeText, encodeText } from "../model/text.ts";
import type { Metadata } from "../model/metadata.ts";
import { applyChanges } from "./apply.ts";
import { markConflicts, type MarkerOptions } from "./markers.ts";
import { isFor, mergeAccess, type MergedAccess } from "./metadata.ts";
import { compareTrees, mergeText, type MergedText, type Sides } from "./plain.ts";

export interface MergeOptions extends MarkerOptions {
  readonly now: Date;
  /** Needed where the merged file has recipients that the one it is built on does not have. */
  readonly access: Access;
  /** Asked before anything is wrapped for recipients that came from either side. @throws SottoError `REFUSED` */
  readonly guard?: (access: MergedAccess) => Promise<void>;
}

export interface Merged {
  readonly bytes: Uint8Array;
  /** Paths of what both sides changed in different ways; such values stand between markers. */
  readonly conflicts: readonly string[];
}

/**
 * @param sides opened, each with a MAC that fits; they stay with the caller
 * @throws SottoError `MERGE_IMPOSSIBLE` with the reason: then git's own conflict is the answer
 */
export async function mergeFiles(sides: Sides<OpenFile>, options: MergeOptions): Promise<Merged> {
  const { base, ours, theirs } = sides;
  const access = mergeAccess({ base: base.metadata, ours: ours.metadata, theirs: theirs.metadata });
  if (access === undefined) throw impossible("both sides changed who can read the file, or what is encrypted in it, in different ways");
  // Who rotated the data key meant that the old one is no longer good.
  const rotated = !theirs.dataKey.equals(base.dataKey) && ours.dataKey.equals(base.dataKey);
  const target = rotated ? theirs : ours;
  const other = rotated ? ours : theirs;
  const texts = { base: await textOf(base), ours: await textOf(ours), theirs: await textOf(theirs) };
  const { format } = ours.current;
  const expected = compareTrees(format, texts);
  const merged: MergedText | undefined = mergeText(format, texts, expected) ?? (await applyChanges(sides, expected));
  if (merged === undefined) throw impossible("the sides moved things that cannot be told apart");
  const metadata = await metadataOf(target, access, options);
  const settings = { metadata, now: options.now, allowPlaintext: true };
  using first = target.fork();
  const { id } = first;
  const shared = other.dataKey.equals(target.dataKey) ? other : undefined;
  const mine =
    (await encryptOnto(first, { bytes: encodeText(merged.ours), format: id }, { ...settings, other: shared })) ?? first.encode(options.now);
  const conflicts = expected.conflicts.length > 0 ? expected.conflicts : merged.ours === merged.theirs ? [] : ["a list"];
  if (conflicts.length === 0) return { bytes: mine, conflicts };
  // The second version stands on the first: what they share has the same ciphertext, and only conflicts differ.
  using second = first.fork();
  const theirVersion =
    (await encryptOnto(second, { bytes: encodeText(merged.theirs), format: id }, { ...settings, other: shared })) ?? mine;
  return { bytes: encodeText(markConflicts(decodeText(mine), decodeText(theirVersion), options)), conflicts };
}

async function textOf(file: OpenFile): Promise<string> {
  return decodeText(await file.print());
}

async function metadataOf(target: OpenFile, access: MergedAccess, options: MergeOptions): Promise<Metadata> {
  const { groups, threshold, ...rest } = access;
  const before = target.metadata;
  if (isFor(groups, threshold, before)) return { ...before, ...rest };
  await options.guard?.(access);
  return { ...before, ...rest, ...(await wrap(target.dataKey, groups, threshold, options.access)) };
}

export function impossible(reason: string): SottoError {
  return new SottoError("MERGE_IMPOSSIBLE", reason, {
    hints: ["git leaves the conflict to you: take one side, then sotto set what the other changed"],
  });
}
