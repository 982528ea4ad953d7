/** A text field: its text, its cursor and its history. Immutable; every change gives a new field. */
import { snapToBorder } from "./graphemes.ts";

export interface Field {
  readonly text: string;
  /** UTF-16 offset, always at the border of a character that a user sees. */
  readonly cursor: number;
  /** What was cut last, for `yank`. */
  readonly killed: string;
  readonly multiline: boolean;
  /** The column, in cells, that moving up and down aims at; set only between two such moves. */
  readonly goal: number | undefined;
  /** Line of the cursor, from 0. Kept with the field, so that no key has to count through the text before it. */
  readonly line: number;
  readonly lineCount: number;
  readonly past: readonly Change[];
  readonly future: readonly Change[];
}

/** `type` and `erase` grow with the next one of their kind, `other` stands alone. */
export type ChangeKind = "type" | "erase" | "other";

/** One step of undo: at `at`, `removed` gave way to `inserted`. */
export interface Change {
  readonly kind: ChangeKind;
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
  /** Where the cursor was before. */
  readonly cursor: number;
}

const MOST_CHANGES = 200;

/** Moves the cursor; ends a run of moves up and down. */
export function moveTo(field: Field, to: number, goal?: number): Field {
  if (to === field.cursor && goal === field.goal) return field;
  return { ...field, cursor: to, line: lineOf(field, to), goal };
}

/** Replaces `[from, to)`, and puts the cursor behind what is new. */
export function replaceSpan(field: Field, from: number, to: number, inserted: string, kind: ChangeKind): Field {
  if (from === to && inserted === "") return field;
  const change: Change = { kind, at: from, removed: field.text.slice(from, to), inserted, cursor: field.cursor };
  return { ...apply(field, change, from + inserted.length), past: remember(field.past, change), future: [] };
}

/** @returns the same field when there is nothing to undo */
export function undo(field: Field): Field {
  const change = field.past.at(-1);
  if (change === undefined) return field;
  const back: Change = { ...change, removed: change.inserted, inserted: change.removed };
  return { ...apply(field, back, change.cursor), past: field.past.slice(0, -1), future: [...field.future, change] };
}

/** @returns the same field when there is nothing to redo */
export function redo(field: Field): Field {
  const change = field.future.at(-1);
  if (change === undefined) return field;
  const applied = apply(field, change, change.at + change.inserted.length);
  return { ...applied, past: [...field.past, change], future: field.future.slice(0, -1) };
}

export function countNewlines(text: string, from = 0, to: number = text.length): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function apply(field: Field, { at, removed, inserted }: Change, cursor: number): Field {
  const text = field.text.slice(0, at) + inserted + field.text.slice(at + removed.length);
  const place = snapToBorder(text, cursor);
  const line = shift(text, lineOf(field, at), at, place);
  const lineCount = field.lineCount - countNewlines(removed) + countNewlines(inserted);
  return { ...field, text, cursor: place, line, lineCount, goal: undefined };
}

function lineOf(field: Field, at: number): number {
  return shift(field.text, field.line, field.cursor, at);
}

/** The line of `to`, when that of `from` is known. */
function shift(text: string, line: number, from: number, to: number): number {
  return from <= to ? line + countNewlines(text, from, to) : line - countNewlines(text, to, from);
}

function remember(past: readonly Change[], change: Change): readonly Change[] {
  const last = past.at(-1);
  const merged = last === undefined ? undefined : merge(last, change);
  if (merged !== undefined) return [...past.slice(0, -1), merged];
  return [...past.slice(1 - MOST_CHANGES), change];
}

/** Typing is undone word by word, erasing in one go. */
function merge(last: Change, next: Change): Change | undefined {
  if (last.kind !== next.kind || last.kind === "other") return undefined;
  if (next.kind === "type") {
    if (next.removed !== "" || last.at + last.inserted.length !== next.at) return undefined;
    if (/\s$/.test(last.inserted) && /^\S/.test(next.inserted)) return undefined;
    return { ...last, inserted: last.inserted + next.inserted };
  }
  if (next.at + next.removed.length === last.at) return { ...last, at: next.at, removed: next.removed + last.removed };
  return next.at === last.at ? { ...last, removed: last.removed + next.removed } : undefined;
}
