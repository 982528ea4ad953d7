/** Everything that was changed and is not saved, in steps that undo and redo go through. */
import type { ValueRef } from "./facts.ts";

export type Path = readonly string[];

export type EditChange =
  | { readonly kind: "set"; readonly value: ValueRef }
  | { readonly kind: "remove" }
  /** Only the last key changes. */
  | { readonly kind: "rename"; readonly to: string };

export interface Edit {
  readonly file: string;
  /** As it is when the earlier edits are made. */
  readonly path: Path;
  readonly change: EditChange;
}

/** What one act of a person changed, in however many files. */
export interface EditStep {
  /** Names keys and environments, never a value: `set database.password in prod`. */
  readonly label: string;
  readonly edits: readonly Edit[];
}

export interface Edits {
  readonly done: readonly EditStep[];
  readonly undone: readonly EditStep[];
}

export const NO_EDITS: Edits = { done: [], undone: [] };

export function makeEdit(edits: Edits, step: EditStep): Edits {
  return step.edits.length === 0 ? edits : { done: [...edits.done, step], undone: [] };
}

export function undoEdit(edits: Edits): Edits {
  const last = edits.done.at(-1);
  return last === undefined ? edits : { done: edits.done.slice(0, -1), undone: [...edits.undone, last] };
}

export function redoEdit(edits: Edits): Edits {
  const last = edits.undone.at(-1);
  return last === undefined ? edits : { done: [...edits.done, last], undone: edits.undone.slice(0, -1) };
}

const ofFiles = new WeakMap<Edits, ReadonlyMap<string, readonly Edit[]>>();
/** What was asked for last: a list that is the same in the next one stays the same object, and so do the trees that hang on it. */
let last: ReadonlyMap<string, readonly Edit[]> = new Map();

/** The edits by file, in order. */
export function editsByFile(edits: Edits): ReadonlyMap<string, readonly Edit[]> {
  let found = ofFiles.get(edits);
  if (found === undefined) {
    const map = new Map<string, Edit[]>();
    for (const step of edits.done) {
      for (const edit of step.edits) {
        const list = map.get(edit.file);
        if (list === undefined) map.set(edit.file, [edit]);
        else list.push(edit);
      }
    }
    for (const [file, list] of map) {
      const before = last.get(file);
      if (before?.length === list.length && before.every((edit, index) => edit === list[index])) map.set(file, before as Edit[]);
    }
    ofFiles.set(edits, (found = last = map));
  }
  return found;
}

/** How many places differ from what is saved: several edits of one place are one. */
export function countEdits(edits: Edits): number {
  let count = 0;
  for (const list of editsByFile(edits).values()) count += new Set(list.map((edit) => pathKey(edit.path))).size;
  return count;
}

/** A path as the key of a map. */
export function pathKey(path: Path): string {
  return path.join("\0");
}

export function samePath(left: Path, right: Path): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

/** A path as people write it. */
export function showPath(path: Path): string {
  return path.map((part) => part.replaceAll(/[\\.]/g, String.raw`\$&`)).join(".");
}
