/**
 * The lines of an encrypted text whose plaintext did not change. Both texts are cut where a line of their plaintext ends, but
 * for lines inside of a value that is decrypted as a whole; the metadata block counts as a line of its own.
 */
import type { DataKey } from "../crypto/data-key.ts";
import type { OpenDocument } from "./edit.ts";
import { matchLines } from "./match-lines.ts";
import { type OpenedLeaf, restoreValues } from "./open.ts";
import { leafText } from "./walk.ts";

export interface Kept {
  /** The new text, with the old bytes of all lines that did not change. */
  readonly text: string;
  /** What stands in those lines. */
  readonly leaves: ReadonlySet<OpenedLeaf>;
  /** A token of these leaves stands in another line of the new text, too. */
  readonly repeated: boolean;
}

/** An encrypted text by the lines of its plaintext. */
interface Lines {
  readonly text: string;
  /** The plaintext of each line. */
  readonly lines: readonly string[];
  /** Where line `i` starts in the encrypted text; -1 inside of a value. One more than there are lines. */
  readonly starts: readonly number[];
  /** In the order of the text. */
  readonly leaves: readonly OpenedLeaf[];
}

/** What no line of a text is. */
const BLOCK = "\0sops";

/** @param next the new plaintext, sealed as a whole */
export function keepLines(open: OpenDocument, next: OpenDocument, key: DataKey): Kept {
  const old = splitLines(open, key);
  const fresh = splitLines(next, key);
  const partners = matchLines(old.lines, fresh.lines);
  const parts: string[] = [];
  const kept: OpenedLeaf[] = [];
  const others: OpenedLeaf[] = [];
  const nextOld = leafReader(old);
  const nextFresh = leafReader(fresh);
  for (let at = 0; at < fresh.lines.length;) {
    const first = partners[at] ?? -1;
    const end = endOfKept(old, fresh, partners, at);
    const stop = end ?? endOfValue(fresh, at);
    const made = nextFresh(startAt(fresh, at), startAt(fresh, stop));
    const had = end === undefined ? [] : nextOld(startAt(old, first), startAt(old, first + end - at));
    const same = end !== undefined && describe(had) === describe(made);
    parts.push(same ? cut(old, first, first + stop - at) : cut(fresh, at, stop));
    for (const leaf of same ? had : made) (same ? kept : others).push(leaf);
    at = stop;
  }
  const tokens = new Set(kept.filter((one) => one.sealed !== undefined).map(tokenOf));
  const repeated = others.some((one) => one.sealed !== undefined && tokens.has(tokenOf(one)));
  return { text: parts.join(""), leaves: new Set(kept), repeated };
}

/** The end of the shortest run of unchanged lines that starts here, and that both texts can be cut around; undefined if there is none. */
function endOfKept(old: Lines, fresh: Lines, partners: Int32Array, at: number): number | undefined {
  const first = partners[at] ?? -1;
  if (first === -1 || startAt(old, first) === -1) return undefined;
  for (let end = at + 1; ; end += 1) {
    const partner = first + end - at;
    if (startAt(fresh, end) !== -1 && startAt(old, partner) !== -1) return end;
    if (end === fresh.lines.length || partners[end] !== partner) return undefined;
  }
}

function endOfValue(lines: Lines, at: number): number {
  let end = at + 1;
  while (startAt(lines, end) === -1) end += 1;
  return end;
}

function startAt(lines: Lines, index: number): number {
  return lines.starts[index] ?? lines.text.length;
}

function cut(lines: Lines, from: number, to: number): string {
  return lines.text.slice(startAt(lines, from), startAt(lines, to));
}

/** Gives the leaves that start in a stretch of the text; the stretches have to come in order. */
function leafReader({ leaves }: Lines): (start: number, end: number) => readonly OpenedLeaf[] {
  let at = 0;
  return (start, end) => {
    while (at < leaves.length && placeOf(leaves[at]) < start) at += 1;
    const first = at;
    while (at < leaves.length && placeOf(leaves[at]) < end) at += 1;
    return leaves.slice(first, at);
  };
}

/** Equal for the same values at the same places. Types do not count: an old file may name one that its plaintext no longer tells. */
function describe(leaves: readonly OpenedLeaf[]): string {
  return leaves
    .map((one) => [one.aad, one.selected ? "selected" : "", one.sealed === undefined ? "" : "sealed", leafText(one.value)].join("\0"))
    .join("\0\0");
}

function splitLines({ format, document, opened }: OpenDocument, key: DataKey): Lines {
  const { text } = document;
  const lines: string[] = [];
  const starts: number[] = [0];
  let line: string[] = [];
  const close = (next: number): void => {
    lines.push(line.join(""));
    starts.push(next);
    line = [];
  };
  /** @param placeOfEnd of what ends before the given place of `part` */
  const add = (part: string, placeOfEnd: (end: number) => number): void => {
    let from = 0;
    for (let end = part.indexOf("\n") + 1; end !== 0; end = part.indexOf("\n", from) + 1) {
      line.push(part.slice(from, end));
      close(placeOfEnd(end));
      from = end;
    }
    if (from < part.length) line.push(part.slice(from));
  };
  const blocks = format.detach(document).map((change) => ({ change, block: true }));
  const values = restoreValues(format, document, opened, key).map((change) => ({ change, block: false }));
  const changes = [...blocks, ...values].toSorted((a, b) => a.change.start - b.change.start || a.change.end - b.change.end);
  let at = 0;
  for (const { change, block } of changes) {
    const from = at;
    add(text.slice(from, change.start), (end) => from + end);
    if (block) {
      if (line.length > 0) close(change.start);
      line.push(BLOCK, change.text);
      close(change.end);
    } else add(change.text, (end) => (end === change.text.length ? change.end : -1));
    at = change.end;
  }
  const from = at;
  add(text.slice(from), (end) => from + end);
  if (line.length > 0 || starts.at(-1) !== text.length) close(text.length);
  const leaves = opened.leaves.filter((one) => one.leaf.slot !== undefined).toSorted((a, b) => placeOf(a) - placeOf(b));
  return { text, lines, starts, leaves };
}

function placeOf(one: OpenedLeaf | undefined): number {
  return one?.leaf.slot?.start ?? 0;
}

/** Without what stands behind it. */
function tokenOf({ leaf, sealed }: OpenedLeaf): string {
  const text = leafText(leaf);
  return text.slice(0, text.length - (sealed?.suffix.length ?? 0));
}
