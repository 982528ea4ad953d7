/** Which lines of one text are those of another: for keeping what did not change, and for merging two changes of one text. */

/** Every level costs as much as there are lines; what is not found by then counts as changed. */
const MAX_LEVELS = 8;

interface Gap {
  readonly left: number;
  readonly leftEnd: number;
  readonly right: number;
  readonly rightEnd: number;
  readonly level: number;
}

/**
 * Pairs equal lines of two lists without crossing: equal starts and ends first, then, between them, lines that occur once on
 * both sides (patience diff), and again between those.
 * @returns for every line on the right the index of its partner on the left, or -1
 */
export function matchLines(left: readonly string[], right: readonly string[]): Int32Array {
  const partners = new Int32Array(right.length).fill(-1);
  const gaps: Gap[] = [{ left: 0, leftEnd: left.length, right: 0, rightEnd: right.length, level: 0 }];
  for (let gap = gaps.pop(); gap !== undefined; gap = gaps.pop()) {
    const inner = trim(left, right, gap, partners);
    if (inner.level >= MAX_LEVELS || inner.left >= inner.leftEnd || inner.right >= inner.rightEnd) continue;
    const anchors = longestRun(findUnique(left, right, inner));
    if (anchors.length === 0) continue;
    let at = { left: inner.left, right: inner.right };
    for (const anchor of [...anchors, { left: inner.leftEnd, right: inner.rightEnd }]) {
      gaps.push({ ...at, leftEnd: anchor.left, rightEnd: anchor.right, level: inner.level + 1 });
      if (anchor.right < inner.rightEnd) partners[anchor.right] = anchor.left;
      at = { left: anchor.left + 1, right: anchor.right + 1 };
    }
  }
  return partners;
}

/** Pairs what is equal at the start and at the end of a gap. @returns what is left between */
function trim(left: readonly string[], right: readonly string[], gap: Gap, partners: Int32Array): Gap {
  let { left: from, right: to, leftEnd, rightEnd } = gap;
  while (from < leftEnd && to < rightEnd && left[from] === right[to]) {
    partners[to] = from;
    from += 1;
    to += 1;
  }
  while (from < leftEnd && to < rightEnd && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
    partners[rightEnd] = leftEnd;
  }
  return { left: from, leftEnd, right: to, rightEnd, level: gap.level };
}

interface Anchor {
  readonly left: number;
  readonly right: number;
}

/** Lines that stand once on either side, in the order of the right side. */
function findUnique(left: readonly string[], right: readonly string[], gap: Gap): readonly Anchor[] {
  const places = countPlaces(left, gap.left, gap.leftEnd);
  const anchors: Anchor[] = [];
  for (const [line, place] of countPlaces(right, gap.right, gap.rightEnd)) {
    const other = places.get(line);
    if (place !== -1 && other !== undefined && other !== -1) anchors.push({ left: other, right: place });
  }
  return anchors;
}

/** Where each line stands; -1 for one that stands more than once. */
function countPlaces(lines: readonly string[], start: number, end: number): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < end; at += 1) {
    const line = lines[at] ?? "";
    places.set(line, places.has(line) ? -1 : at);
  }
  return places;
}

/** The longest part of the anchors in which the left side rises too (patience sorting). */
function longestRun(anchors: readonly Anchor[]): readonly Anchor[] {
  const ordered = anchors.toSorted((a, b) => a.right - b.right);
  const tops: number[] = [];
  const before: number[] = [];
  for (const [index, { left }] of ordered.entries()) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ordered[tops[middle] ?? 0]?.left ?? 0) < left) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? -1 : (tops[low - 1] ?? -1));
    tops[low] = index;
  }
  const run: Anchor[] = [];
  for (let at = tops.at(-1) ?? -1; at !== -1; at = before[at] ?? -1) {
    const anchor = ordered[at];
    if (anchor !== undefined) run.push(anchor);
  }
  return run.toReversed();
}

/** With their ends, so that they can be joined. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
