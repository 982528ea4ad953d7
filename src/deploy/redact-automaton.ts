/**
 * Finds many byte strings at once, whatever the borders of the pieces that the bytes come in (Aho and Corasick, 1975): one step a
 * byte. The states nearest to the start have a row of 256 next states each; deeper ones, where a search rarely is, have lists.
 */

export interface Pattern {
  readonly bytes: Uint8Array;
  /** What it belongs to; found patterns are told by it. */
  readonly owner: number;
}

/** Longer patterns are cut into parts that lie side by side: only so much has to be held back, and parts are found alone, too. */
export const LONGEST = 64;

/** 4 MB of rows. */
const MOST_ROWS = 4096;

export class Automaton {
  /** States below this number have rows; `rows << 8` is where a row stands for all others. */
  readonly rows: number;
  /**
   * By `row | byte`: the row of the next state where nothing is found and it has one, else `~state`, and -1 in the row of the others.
   * So most bytes cost one look.
   */
  readonly table: Int32Array;
  /** By state: how many of the last bytes may be the beginning of a pattern. */
  readonly depth: Uint8Array;
  /** By state: the length of the longest pattern that ends here, 0 for none. */
  readonly found: Uint8Array;
  /** By state: whose it is. */
  readonly owner: Int32Array;
  readonly #label: Uint8Array;
  /** The states that follow `state` are those from `#first[state]` to `#first[state + 1]`. */
  readonly #first: Int32Array;
  /** The state of the longest end of what was read that is a beginning, too. */
  readonly #fallback: Int32Array;

  constructor(patterns: readonly Pattern[]) {
    const sorted = sortUnique(patterns.flatMap(cut));
    const bound = sorted.reduce((sum, { bytes }) => sum + bytes.length, 1);
    const depth = new Uint8Array(bound);
    const found = new Uint8Array(bound);
    const owner = new Int32Array(bound);
    const label = new Uint8Array(bound);
    const first = new Int32Array(bound + 1);
    const fallback = new Int32Array(bound);
    this.depth = depth;
    this.found = found;
    this.owner = owner;
    this.#label = label;
    this.#first = first;
    this.#fallback = fallback;
    // Numbered level by level: the followers of one state are neighbours, and a fallback has a smaller number.
    const low = new Int32Array(bound);
    const high = new Int32Array(bound);
    high[0] = sorted.length;
    let count = 1;
    for (let state = 0; state < count; state += 1) {
      first[state] = count;
      const level = depth[state] ?? 0;
      const end = high[state] ?? 0;
      let at = low[state] ?? 0;
      if (at < end && sorted[at]?.bytes.length === level) at += 1;
      while (at < end) {
        const byte = sorted[at]?.bytes[level] ?? 0;
        const child = count;
        count += 1;
        const start = at;
        while (at < end && sorted[at]?.bytes[level] === byte) at += 1;
        low[child] = start;
        high[child] = at;
        depth[child] = level + 1;
        label[child] = byte;
        const back = state === 0 ? 0 : this.#follow(fallback[state] ?? 0, byte);
        fallback[child] = back;
        const whole = sorted[start];
        const ends = whole?.bytes.length === level + 1;
        found[child] = ends ? level + 1 : (found[back] ?? 0);
        owner[child] = ends ? whole.owner : (owner[back] ?? 0);
      }
    }
    first.fill(count, count);
    this.rows = Math.min(count, MOST_ROWS);
    this.table = this.#fillRows();
  }

  /** @returns the next state */
  step(state: number, byte: number): number {
    let at = state;
    while (at >= this.rows) {
      const next = this.#child(at, byte);
      if (next !== 0) return next;
      at = this.#fallback[at] ?? 0;
    }
    const cell = this.table[(at << 8) | byte] ?? 0;
    return cell < 0 ? ~cell : cell >> 8;
  }

  /** True if one of the patterns, or a part of a long one, stands in there. */
  finds(bytes: Uint8Array): boolean {
    let state = 0;
    for (const byte of bytes) {
      state = this.step(state, byte);
      if (this.found[state] !== 0) return true;
    }
    return false;
  }

  /** The owner of a pattern that what was read may be the beginning of. */
  ownerOfBeginning(state: number): number {
    for (let at = state; ; at = this.#first[at] ?? 0) {
      if (this.found[at] === this.depth[at]) return this.owner[at] ?? 0;
    }
  }

  #fillRows(): Int32Array {
    const table = new Int32Array((this.rows + 1) << 8).fill(-1, this.rows << 8);
    for (let state = 0; state < this.rows; state += 1) {
      const back = (this.#fallback[state] ?? 0) << 8;
      if (state > 0) table.copyWithin(state << 8, back, back + 256);
      const end = this.#first[state + 1] ?? 0;
      for (let child = this.#first[state] ?? 0; child < end; child += 1) {
        const isPlain = child < this.rows && this.found[child] === 0;
        table[(state << 8) | (this.#label[child] ?? 0)] = isPlain ? child << 8 : ~child;
      }
    }
    return table;
  }

  /** While the states are being numbered. */
  #follow(state: number, byte: number): number {
    for (let at = state; ; at = this.#fallback[at] ?? 0) {
      const next = this.#child(at, byte);
      if (next !== 0 || at === 0) return next;
    }
  }

  #child(state: number, byte: number): number {
    const end = this.#first[state + 1] ?? 0;
    for (let child = this.#first[state] ?? 0; child < end; child += 1) if (this.#label[child] === byte) return child;
    return 0;
  }
}

function cut({ bytes, owner }: Pattern): readonly Pattern[] {
  if (bytes.length <= LONGEST) return [{ bytes, owner }];
  const parts: Pattern[] = [];
  for (let at = 0; at < bytes.length; at += LONGEST) {
    // The last one is as long as the others: a short rest would be found everywhere.
    const start = Math.min(at, bytes.length - LONGEST);
    parts.push({ bytes: bytes.subarray(start, start + LONGEST), owner });
  }
  return parts;
}

/** A pattern of several owners belongs to the first. */
function sortUnique(patterns: readonly Pattern[]): readonly Pattern[] {
  const sorted = patterns.filter(({ bytes }) => bytes.length > 0).toSorted((a, b) => Buffer.compare(a.bytes, b.bytes) || a.owner - b.owner);
  return sorted.filter((one, at) => {
    const before = sorted[at - 1];
    return before === undefined || Buffer.compare(before.bytes, one.bytes) !== 0;
  });
}
