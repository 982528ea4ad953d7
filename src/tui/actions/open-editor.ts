/** Opens the value editor on one place or on several. */
import type { EditorTarget } from "../model/editor.ts";
import { showPath } from "../model/edits.ts";
import { factsOf, type Selected } from "../model/selection.ts";
import { openScreen, type State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { treeOf } from "../model/tree.ts";
import { createField } from "../text/field.ts";

/**
 * @param places where the value goes
 * @param from the place whose value is shown to begin with
 */
export function openEditor(state: State, places: readonly Selected[], from: Selected): Step {
  const targets = places.map((place): EditorTarget => ({
    file: place.file,
    path: place.path,
    label: place.where,
    encrypted: isEncrypted(state, place),
  }));
  const names = targets.map((target) => target.label).join(", ");
  const { cell, source } = from;
  const type = cell.kind === "plain" ? cell.type : cell.kind === "secret" ? cell.facts.type : cell.kind === "null" ? "null" : "str";
  const next = openScreen(state, {
    kind: "editor",
    title: `${showPath(from.path)} @ ${names}`,
    targets,
    type,
    old: factsOf(from),
    field: createField(cell.kind === "plain" ? cell.text : "", { multiline: cell.kind === "plain" && cell.text.includes("\n") }),
    waiting: cell.kind === "secret" || cell.kind === "sealed" ? source : undefined,
    changed: false,
    shownUntil: undefined,
    recipe: 0,
    base64: false,
    problem: undefined,
  });
  if (source === undefined || (cell.kind !== "secret" && cell.kind !== "sealed")) return step(next);
  return step(next, { topic: "editor", kind: "fetch", source, base64: false });
}

/** What the file's selector says about the place, or about its neighbours where nothing stands yet. */
function isEncrypted(state: State, { file, row, path }: Selected): boolean {
  const view = state.files.get(file);
  if (view === undefined) return true;
  const tree = treeOf(view, state.edits);
  const own = row === undefined ? undefined : tree.rows[row];
  if (own !== undefined && own.kind === "value" && state.files.get(file) === view) return own.selected;
  return path.length > 0 && view.wouldEncrypt(path);
}
