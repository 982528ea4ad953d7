/** What can be done with the value under the cursor, in the matrix and in a document alike. */
import { makeEdit, showPath, type EditStep } from "../model/edits.ts";
import { isValue, overrideOf, selected, type Selected, selectedOrMarked, whyFixed } from "../model/selection.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { treeOf } from "../model/tree.ts";
import { openEditor } from "./open-editor.ts";
import { askFor } from "./prompts.ts";
import { type Action, defineActions, type Scope } from "./action.ts";

const PLACES: readonly Scope[] = ["matrix", "document"];

function hasValue(state: State): true | string {
  const one = selected(state);
  if (one === undefined) return "there is no value here";
  if (one.cell.kind === "absent") return "there is nothing here: F fills it, e types it";
  if (one.cell.kind === "sealed" && !one.cell.readable) return "you cannot read this file";
  return one.source === undefined ? "there is no value here" : true;
}

function canChange(state: State): true | string {
  const one = selected(state);
  if (one === undefined) return "there is no place for a value here";
  const places = selectedOrMarked(state);
  const target = places.length === 1 && places[0] !== undefined ? overrideOf(state, places[0]) : one;
  return whyFixed(state, target) ?? true;
}

function canType(state: State): true | string {
  const one = selected(state);
  if (one?.cell.kind === "comment") return "comments are changed with sotto edit";
  if (one !== undefined && !isValue(one)) return "this holds other keys: choose one of them, or add one with a";
  return canChange(state);
}

function canRename(state: State): true | string {
  const one = selected(state);
  const file = one === undefined ? undefined : state.files.get(one.file);
  if (one === undefined || file === undefined || one.cell.kind === "absent") return "there is no key here";
  if (one.cell.kind === "comment") return "a comment has no name";
  const tree = treeOf(file, state.edits);
  const parent = one.row === undefined ? undefined : tree.rows[tree.rows[one.row]?.parent ?? -1];
  return parent?.kind === "list" ? "an item of a list has no name" : canChange(state);
}

function reveal(state: State): Step {
  const one = selected(state);
  if (one?.source === undefined) return step(state);
  if (state.reveal !== undefined) return step({ ...state, reveal: undefined });
  return step(state, { topic: "value", kind: "reveal", source: one.source });
}

function edit(state: State): Step {
  const one = selected(state);
  return one === undefined ? step(state) : openEditor(state, [overrideOf(state, one)], one);
}

/** The marked places, else all environments that have the key. */
function editAll(state: State): Step {
  const one = selected(state);
  const screen = topScreen(state);
  if (one === undefined) return step(state);
  const marked = "marks" in screen && screen.marks.size > 0 ? selectedOrMarked(state) : everywhere(state, one);
  const places = marked.filter((place) => isValue(place)).map((place) => overrideOf(state, place));
  const fixed = places.map((place) => whyFixed(state, place)).find((reason) => reason !== undefined);
  if (fixed !== undefined) return step(tell(state, "warning", fixed));
  return openEditor(state, places, one);
}

function everywhere(state: State, one: Selected): readonly Selected[] {
  const screen = topScreen(state);
  if (screen.kind !== "matrix") return [one];
  return state.project.environments.flatMap((_, column) => {
    const place = selected(withScreen(state, { ...screen, column }));
    return place === undefined || place.cell.kind === "absent" ? [] : [place];
  });
}

function remove(state: State): Step {
  const places = selectedOrMarked(state).filter((one) => one.cell.kind !== "absent" && one.cell.kind !== "comment");
  const fixed = places.map((one) => whyFixed(state, one) ?? whyInherited(state, one)).find((reason) => reason !== undefined);
  if (fixed !== undefined) return step(tell(state, "warning", fixed));
  const [first] = places;
  if (first === undefined) return step(tell(state, "info", "There is nothing to delete here."));
  const label = places.length === 1 ? `delete ${first.label}` : `delete ${places.length} values`;
  // From the last to the first: items of a list move up when one before them goes.
  const edits = places.map(({ file, path }): EditStep["edits"][number] => ({ file, path, change: { kind: "remove" } })).toReversed();
  const next = { ...clearMarks(state), edits: makeEdit(state.edits, { label, edits }) };
  return step(
    tell(next, "info", `Deleted ${places.length === 1 ? first.label : `${places.length} values`}. u undoes; nothing is written yet.`),
  );
}

/** What an environment has from another one is not taken from that for its sake. */
function whyInherited(state: State, { file, where, label }: Selected): string | undefined {
  if (topScreen(state).kind !== "matrix") return undefined;
  const environment = state.project.environments.find((one) => one.name === where);
  if (environment?.own.includes(file) !== false) return undefined;
  return `${label} comes from ${file}, which others share: ⏎ opens that file, where it can be deleted`;
}

function clearMarks(state: State): State {
  const screen = topScreen(state);
  return "marks" in screen && screen.marks.size > 0 ? withScreen(state, { ...screen, marks: new Set(), range: undefined }) : state;
}

export const VALUE_ACTIONS: readonly Action[] = defineActions(
  {
    id: "value.edit",
    keys: ["e"],
    title: "edit",
    help: "Types a new value for this place. Nothing is written before the save.",
    scopes: PLACES,
    footer: 2,
    enabled: canType,
    run: edit,
  },
  {
    id: "value.editAll",
    keys: ["E"],
    title: "edit all",
    help: "Types one value for all marked places, or for this key in every environment that has it.",
    scopes: PLACES,
    enabled: canType,
    run: editAll,
  },
  {
    id: "value.reveal",
    keys: ["r"],
    title: "reveal",
    help: "Shows this one value for 15 seconds, or until the cursor moves.",
    scopes: PLACES,
    footer: 3,
    enabled: (state) => (state.shared ? "the screen is shared: S ends that" : hasValue(state)),
    run: reveal,
  },
  {
    id: "value.copy",
    keys: ["y"],
    title: "copy",
    help: "Copies this value. The clipboard is cleared after 30 seconds if it still holds it.",
    scopes: PLACES,
    footer: 4,
    enabled: hasValue,
    run(state) {
      const one = selected(state);
      return one?.source === undefined ? step(state) : step(state, { topic: "value", kind: "copy", source: one.source, label: one.label });
    },
  },
  {
    id: "value.copyPath",
    keys: ["Y"],
    title: "copy path",
    help: "Copies the path of the key, not its value.",
    scopes: PLACES,
    enabled: (state) => (selected(state) === undefined ? "there is no key here" : true),
    run(state) {
      const one = selected(state);
      if (one === undefined) return step(state);
      return step(state, { topic: "value", kind: "copy text", text: showPath(one.path), label: `the path ${showPath(one.path)}` });
    },
  },
  {
    id: "value.clearClipboard",
    keys: ["x"],
    title: "clear clipboard",
    help: "Clears the clipboard now, if it still holds what was copied here.",
    scopes: ["any"],
    enabled: (state) => (state.clipboard === undefined ? "nothing was copied" : true),
    run: (state) => step(state, { topic: "value", kind: "clear clipboard" }),
  },
  {
    id: "value.add",
    keys: ["a"],
    title: "add",
    help: "Adds a key: asks for its path, then for its value.",
    scopes: PLACES,
    footer: 5,
    enabled: canChange,
    run: (state) => askFor(state, { kind: "add", everywhere: false }),
  },
  {
    id: "value.addEverywhere",
    keys: ["A"],
    title: "add everywhere",
    help: "Adds a key to every environment at once.",
    scopes: ["matrix"],
    enabled: (state) => (state.readOnly ? "sotto was started with --read-only" : true),
    run: (state) => askFor(state, { kind: "add", everywhere: true }),
  },
  {
    id: "value.delete",
    keys: ["d", "delete"],
    title: "delete",
    help: "Deletes the key here, or all marked ones. u brings it back.",
    scopes: PLACES,
    enabled: canChange,
    run: remove,
  },
  {
    id: "value.rename",
    keys: ["m"],
    title: "rename",
    help: "Gives the key another name; in the matrix in every environment that has it.",
    scopes: PLACES,
    enabled: canRename,
    run: (state) => askFor(state, { kind: "rename" }),
  },
);
