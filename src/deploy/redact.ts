/** Takes values out of what a program prints while it is printed, also where a value comes in several pieces. */
import { Automaton, type Pattern } from "./redact-automaton.ts";
import { type FormOptions, formsOf, type Unprintable } from "./redact-forms.ts";

/** What is looked for, and what stands in its place. Made once for all streams. */
export class Redaction {
  readonly automaton: Automaton;
  readonly #marks: readonly Uint8Array[];

  constructor(values: readonly Unprintable[], options: FormOptions = {}) {
    const patterns = values.flatMap(({ text }, owner) => formsOf(text, options).map((bytes): Pattern => ({ bytes, owner })));
    this.automaton = new Automaton(patterns);
    this.#marks = values.map(({ name }) => this.#spellMark(name));
  }

  markOf(owner: number): Uint8Array {
    return this.#marks[owner] ?? PLAIN_MARK;
  }

  /** A name may hold a value. */
  #spellMark(name: string): Uint8Array {
    const marks = [new TextEncoder().encode(`[redacted ${name}]`), PLAIN_MARK];
    return marks.find((mark) => !this.automaton.finds(mark)) ?? NO_MARK;
  }
}

const PLAIN_MARK = new TextEncoder().encode("***");
const NO_MARK = new Uint8Array(0);

/** The beginning of a value that a stream ends in is as long before it counts as one that was cut off. */
const CUT_OFF = 8;

/** Offsets in the stream. */
interface Span {
  start: number;
  end: number;
  owner: number;
  /** Length of the longest pattern in it, whose owner it has. */
  longest: number;
  /** Its mark has been given out, and more of it may follow. */
  marked: boolean;
}

/** One stream. Nothing is held back but what may be the beginning of a value. */
export class Redactor {
  readonly #redaction: Redaction;
  #state = 0;
  /** What was read and not given out, and where in the stream it begins. */
  #held: Uint8Array = NO_MARK;
  #heldAt = 0;
  #at = 0;
  readonly #spans: Span[] = [];

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  /** @returns what can be printed by now */
  push(chunk: Uint8Array): Uint8Array {
    const { automaton } = this.#redaction;
    const { rows, table, found } = automaton;
    const deep = rows << 8;
    let state = this.#state;
    let row = state < rows ? state << 8 : deep;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      const cell = table[row | byte] as number;
      if (cell >= 0) {
        row = cell;
        continue;
      }
      state = row === deep ? automaton.step(state, byte) : ~cell;
      row = state < rows ? state << 8 : deep;
      if (found[state] !== 0) this.#cover(this.#at + at + 1, found[state] as number, automaton.owner[state] ?? 0);
    }
    if (row !== deep) state = row >> 8;
    this.#state = state;
    this.#at += chunk.length;
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    return this.#release(data, this.#at - (automaton.depth[state] ?? 0));
  }

  /** The rest, when nothing more comes. */
  end(): Uint8Array {
    const { automaton } = this.#redaction;
    const depth = automaton.depth[this.#state] ?? 0;
    if (depth >= CUT_OFF) this.#cover(this.#at, depth, automaton.ownerOfBeginning(this.#state));
    this.#state = 0;
    return this.#release(this.#held, this.#at);
  }

  #cover(end: number, length: number, owner: number): void {
    const span: Span = { start: end - length, end, owner, longest: length, marked: false };
    for (let last = this.#spans.at(-1); last !== undefined; last = this.#spans.at(-1)) {
      if (last.end < span.start || (last.end === span.start && last.owner !== owner)) break;
      this.#spans.pop();
      span.start = Math.min(span.start, last.start);
      span.marked ||= last.marked;
      if (last.longest >= span.longest) {
        span.owner = last.owner;
        span.longest = last.longest;
      }
    }
    this.#spans.push(span);
  }

  /** @param limit nothing that is found later begins before it */
  #release(data: Uint8Array, limit: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let from = this.#heldAt;
    const give = (to: number): void => {
      if (to > from) parts.push(data.subarray(from - this.#heldAt, to - this.#heldAt));
      from = Math.max(from, to);
    };
    for (let span = this.#spans[0]; span !== undefined && span.start < limit; span = this.#spans[0]) {
      give(span.start);
      if (!span.marked) parts.push(this.#redaction.markOf(span.owner));
      span.marked = true;
      from = Math.max(from, Math.min(span.end, limit));
      // The same value may go on at its end.
      if (span.end >= limit && limit < this.#at) break;
      this.#spans.shift();
    }
    give(limit);
    this.#held = from === this.#at ? NO_MARK : Uint8Array.from(data.subarray(from - this.#heldAt));
    this.#heldAt = from;
    return parts.length === 1 ? (parts[0] ?? NO_MARK) : Buffer.concat(parts);
  }
}
