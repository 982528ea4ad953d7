/** What becomes of the steps of edits when some of their edits are over: saved, done by somebody else, or replaced. */
import type { Edit, Edits, EditStep } from "./edits.ts";

/** @param added one more step; what was undone before is forgotten where it is about a file that changed */
export function dropEdits(edits: Edits, dropped: ReadonlySet<Edit>, added?: EditStep): Edits {
  const files = new Set([...dropped, ...(added?.edits ?? [])].map((edit) => edit.file));
  const done = without(edits.done, (edit) => !dropped.has(edit));
  const undone = without(edits.undone, (edit) => !files.has(edit.file));
  return { done: added === undefined || added.edits.length === 0 ? done : [...done, added], undone };
}

function without(steps: readonly EditStep[], keeps: (edit: Edit) => boolean): readonly EditStep[] {
  return steps.flatMap((one) => {
    const edits = one.edits.filter(keeps);
    return edits.length === 0 ? [] : [edits.length === one.edits.length ? one : { ...one, edits }];
  });
}

/** All edits of some steps. */
export function allEdits(edits: Pick<Edits, "done">): readonly Edit[] {
  return edits.done.flatMap((one) => one.edits);
}
