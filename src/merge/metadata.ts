/** Merges what two versions of a file say about themselves: recipients as sets, the rest field by field. */
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Sides } from "./plain.ts";

/** Who the merged file is for, before anything is wrapped. */
export interface MergedAccess {
  readonly groups: readonly KeyGroup[];
  readonly threshold: number;
  readonly selector: Metadata["selector"];
  readonly macOnlyEncrypted: boolean;
}

/** @returns undefined when the sides changed the same thing in different ways */
export function mergeAccess({ base, ours, theirs }: Sides<Metadata>): MergedAccess | undefined {
  const groups = mergeGroups(base.groups, ours.groups, theirs.groups);
  const threshold = pick(base.threshold, ours.threshold, theirs.threshold);
  const selector = pick(base.selector, ours.selector, theirs.selector);
  const macOnlyEncrypted = pick(base.macOnlyEncrypted, ours.macOnlyEncrypted, theirs.macOnlyEncrypted);
  if (groups === undefined || threshold === CONFLICT || selector === CONFLICT || macOnlyEncrypted === CONFLICT) return undefined;
  return { groups, threshold, selector, macOnlyEncrypted };
}

const CONFLICT = Symbol("conflict");

function pick<T>(base: T, ours: T, theirs: T): T | typeof CONFLICT {
  const same = (left: T, right: T): boolean => JSON.stringify(left) === JSON.stringify(right);
  if (same(ours, theirs) || same(base, theirs)) return ours;
  return same(base, ours) ? theirs : CONFLICT;
}

function mergeGroups(base: readonly KeyGroup[], ours: readonly KeyGroup[], theirs: readonly KeyGroup[]): readonly KeyGroup[] | undefined {
  if (base.length === ours.length && ours.length === theirs.length) {
    return ours.map((group, at) => mergeGroup(base[at] ?? [], group, theirs[at] ?? []));
  }
  const picked = pick(listNames(base), listNames(ours), listNames(theirs));
  if (picked === CONFLICT) return undefined;
  return picked === listNames(ours) ? ours : theirs;
}

/** What all have, and what either added; what either removed is gone. The order is ours, then theirs. */
function mergeGroup(base: KeyGroup, ours: KeyGroup, theirs: KeyGroup): KeyGroup {
  const [old, other] = [new Set(base.map(nameOf)), new Set(theirs.map(nameOf))];
  const mine = new Set(ours.map(nameOf));
  return [
    ...ours.filter((key) => other.has(nameOf(key)) || !old.has(nameOf(key))),
    ...theirs.filter((key) => !mine.has(nameOf(key)) && !old.has(nameOf(key))),
  ];
}

function listNames(groups: readonly KeyGroup[]): string {
  return JSON.stringify(groups.map((group) => group.map(nameOf)));
}

function nameOf({ provider, label }: MasterKey): string {
  return `${provider}\0${label}`;
}

/** True if the recipients are those of a version, so that its wrapped keys can stay. */
export function isFor(groups: readonly KeyGroup[], threshold: number, metadata: Metadata): boolean {
  return listNames(groups) === listNames(metadata.groups) && threshold === metadata.threshold;
}
