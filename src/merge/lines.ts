/** Merges two changes of one text line by line. Unlike git it lets changes of neighbouring lines stand beside each other. */
import { matchLines, splitLines } from "../file/match-lines.ts";

/** A stretch of the base that a side replaced; empty for an insertion. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** The text with every stretch that both changed as one side has it. */
export interface MergedLines {
  readonly ours: string;
  readonly theirs: string;
}

/**
 * @returns two texts, which are equal where the sides did not change the same lines. What both insert at one place stands there
 * twice, ours first: keys that were added at the end of a mapping are the usual case.
 */
export function mergeLines(base: string, ours: string, theirs: string): MergedLines {
  const [old, left, right] = [base, ours, theirs].map(splitLines);
  if (old === undefined || left === undefined || right === undefined) return { ours, theirs };
  const mine = findHunks(old, left);
  const other = findHunks(old, right);
  const out: { readonly ours: string[]; readonly theirs: string[] } = { ours: [], theirs: [] };
  const add = (lines: readonly string[]): void => {
    for (const line of lines) {
      out.ours.push(line);
      out.theirs.push(line);
    }
  };
  let at = 0;
  let [m, o] = [0, 0];
  while (m < mine.length || o < other.length) {
    const group = nextGroup(mine, other, m, o);
    add(old.slice(at, group.start));
    const oursHere = render(old, mine.slice(m, group.mine), group.start, group.end);
    const theirsHere = render(old, other.slice(o, group.other), group.start, group.end);
    if (group.mine === m) add(theirsHere);
    else if (group.other === o) add(oursHere);
    else if (sameLines(oursHere, theirsHere)) add(oursHere);
    else if (group.start === group.end) add([...oursHere, ...theirsHere]);
    else {
      out.ours.push(...oursHere);
      out.theirs.push(...theirsHere);
    }
    at = group.end;
    [m, o] = [group.mine, group.other];
  }
  add(old.slice(at));
  return { ours: out.ours.join(""), theirs: out.theirs.join("") };
}

interface Group {
  readonly start: number;
  readonly end: number;
  /** Indices behind the last hunk of each side that belongs to it. */
  readonly mine: number;
  readonly other: number;
}

/** The next hunk of either side with all that it overlaps. */
function nextGroup(mine: readonly Hunk[], other: readonly Hunk[], m: number, o: number): Group {
  const first = earlier(mine[m], other[o]);
  let { start, end } = first;
  let [nextMine, nextOther] = [m, o];
  for (let grown = true; grown;) {
    grown = false;
    for (const hunk of [mine[nextMine], other[nextOther]]) {
      if (hunk === undefined || !overlaps(hunk, start, end, hunk === first)) continue;
      if (hunk === mine[nextMine]) nextMine += 1;
      else nextOther += 1;
      start = Math.min(start, hunk.start);
      end = Math.max(end, hunk.end);
      grown = true;
      break;
    }
  }
  return { start, end, mine: nextMine, other: nextOther };
}

function earlier(left: Hunk | undefined, right: Hunk | undefined): Hunk {
  if (left === undefined || right === undefined) return left ?? right ?? { start: 0, end: 0, lines: [] };
  return right.start < left.start || (right.start === left.start && right.end < left.end) ? right : left;
}

function overlaps(hunk: Hunk, start: number, end: number, isFirst: boolean): boolean {
  if (isFirst) return true;
  if (hunk.start === hunk.end && start === end) return hunk.start === start;
  if (hunk.start === hunk.end) return hunk.start > start && hunk.start < end;
  if (start === end) return start > hunk.start && start < hunk.end;
  return hunk.start < end && start < hunk.end;
}

/** What a side made of a stretch of the base. */
function render(base: readonly string[], hunks: readonly Hunk[], start: number, end: number): readonly string[] {
  const lines: string[] = [];
  let at = start;
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.start), ...hunk.lines);
    at = hunk.end;
  }
  lines.push(...base.slice(at, end));
  return lines;
}

function findHunks(base: readonly string[], changed: readonly string[]): readonly Hunk[] {
  const partners = matchLines(base, changed);
  const hunks: Hunk[] = [];
  let [at, from] = [0, 0];
  for (let index = 0; index <= changed.length; index += 1) {
    const partner = index === changed.length ? base.length : (partners[index] ?? -1);
    if (partner === -1) continue;
    if (partner > at || index > from) hunks.push(...split(base, { start: at, end: partner, lines: changed.slice(from, index) }));
    [at, from] = [partner + 1, index + 1];
  }
  return hunks;
}

/** As many lines as before are one change each: that is how values change. */
function split(base: readonly string[], hunk: Hunk): readonly Hunk[] {
  if (hunk.end - hunk.start !== hunk.lines.length) return [hunk];
  return hunk.lines.flatMap((line, index) => {
    const start = hunk.start + index;
    return base[start] === line ? [] : [{ start, end: start + 1, lines: [line] }];
  });
}

function sameLines(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}
