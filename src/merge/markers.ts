/** git's conflict markers around the lines in which two encrypted versions differ, and back. */
import { matchLines, splitLines } from "../file/match-lines.ts";

export interface MarkerOptions {
  /** How often the character of a marker stands there; git says 7. */
  readonly size?: number;
  readonly ourName?: string;
  readonly theirName?: string;
}

/** Changed in every version, and made anew when the conflict is resolved. */
const BOOKKEEPING = /^\s*"?(?:sops_)?(?:mac|lastmodified)"?\s*[:=]/;

/** @param ours @param theirs encrypted under the same data key, equal but for the conflicts and the MAC, which is ours */
export function markConflicts(ours: string, theirs: string, { size = 7, ourName = "ours", theirName = "theirs" }: MarkerOptions): string {
  const [left, right] = [splitLines(ours), splitLines(theirs)];
  const partners = matchLines(left, right);
  const out: string[] = [];
  let [at, from] = [0, 0];
  for (let index = 0; index <= right.length; index += 1) {
    const partner = index === right.length ? left.length : (partners[index] ?? -1);
    if (partner === -1) continue;
    const mine = left.slice(at, partner);
    const other = right.slice(from, index);
    if (mine.length > 0 || other.length > 0) out.push(...mark(mine, other, { size, ourName, theirName }));
    const same = left[partner];
    if (same !== undefined) out.push(same);
    [at, from] = [partner + 1, index + 1];
  }
  return out.join("");
}

function mark(
  ours: readonly string[],
  theirs: readonly string[],
  { size, ourName, theirName }: Required<MarkerOptions>,
): readonly string[] {
  if ([...ours, ...theirs].every((line) => BOOKKEEPING.test(line))) return ours;
  const [start, middle, end] = ["<", "=", ">"].map((sign) => sign.repeat(size));
  return [`${start} ${ourName}\n`, ...ours.map(closed), `${middle}\n`, ...theirs.map(closed), `${end} ${theirName}\n`];
}

/** A marker stands on a line of its own. */
function closed(line: string): string {
  return line.endsWith("\n") ? line : `${line}\n`;
}

export type Side = "ours" | "theirs";

export interface Conflict {
  readonly ours: string;
  readonly theirs: string;
}

export interface Conflicted {
  /** Texts between conflicts, one more than there are conflicts. */
  readonly between: readonly string[];
  readonly conflicts: readonly Conflict[];
}

/** @returns undefined for a text without markers, or with markers that do not belong together */
export function readConflicts(text: string): Conflicted | undefined {
  const between: string[] = [""];
  const conflicts: { ours: string; theirs: string }[] = [];
  let place: "between" | "ours" | "base" | "theirs" = "between";
  for (const line of splitLines(text)) {
    if (/^<{7,}(?: |\r?\n|$)/.test(line)) {
      if (place !== "between") return undefined;
      conflicts.push({ ours: "", theirs: "" });
      place = "ours";
    } else if (/^\|{7,}(?: |\r?\n|$)/.test(line) && place === "ours") place = "base";
    else if (/^={7,}\r?\n?$/.test(line) && (place === "ours" || place === "base")) place = "theirs";
    else if (/^>{7,}(?: |\r?\n|$)/.test(line) && place === "theirs") {
      between.push("");
      place = "between";
    } else if (place === "between") between[between.length - 1] += line;
    else if (place !== "base") {
      const conflict = conflicts.at(-1);
      if (conflict !== undefined) conflict[place] += line;
    }
  }
  return place === "between" && conflicts.length > 0 ? { between, conflicts } : undefined;
}

/** @param sides one for each conflict */
export function chooseSides({ between, conflicts }: Conflicted, sides: readonly Side[]): string {
  return between.map((text, index) => text + (conflicts[index]?.[sides[index] ?? "ours"] ?? "")).join("");
}
