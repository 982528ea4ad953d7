/** Opens the value editor on one place or on several. */
import { type EditorTarget, nameTargets, type ValueType } from "../model/editor.ts";
import { samePath } from "../model/edits.ts";
import type { Cell } from "../model/facts.ts";
import { factsOf, type Selected } from "../model/selection.ts";
import { openScreen, type State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { findPath, treeOf } from "../model/tree.ts";
import { createField } from "../text/field.ts";
import { textOfTyped } from "../text/kinds.ts";

const SCALARS: readonly ValueType[] = ["str", "int", "float", "bool", "time"];

/**
 * @param places where the value goes
 * @param from the place whose value is shown to begin with
 */
export function openEditor(state: State, places: readonly Selected[], from: Selected): Step {
  const targets = targetsOf(state, places);
  const { what, where } = nameTargets(targets);
  const { cell } = from;
  const [first] = targets;
  const id = state.nextId;
  const type = typeOf(cell);
  const text = cell.kind === "plain" ? textOf(cell) : "";
  const isSecret = cell.kind === "secret" || cell.kind === "sealed";
  const next = openScreen(
    { ...state, nextId: id + 1 },
    {
      kind: "editor",
      id,
      title: `${what} @ ${where}`,
      targets,
      type,
      oldType: type,
      old: factsOf(from),
      own: targets.length === 1 && first !== undefined && first.file === from.file && samePath(first.path, from.path) && isThere(cell),
      field: createField(text),
      waiting: isSecret ? from.source : undefined,
      replaces: isSecret || text !== "",
      changed: false,
      shownUntil: undefined,
      decoded: "no",
      problem: undefined,
    },
  );
  return step(next, {
    topic: "editor",
    kind: "fetch",
    editor: id,
    source: from.source,
    from: { file: from.file, path: from.path },
    targets,
  });
}

/** Environments that share a file are one target. */
function targetsOf(state: State, places: readonly Selected[]): readonly EditorTarget[] {
  const targets: EditorTarget[] = [];
  for (const place of places) {
    const at = targets.findIndex((target) => target.file === place.file && samePath(target.path, place.path));
    const known = targets[at];
    if (known !== undefined) targets[at] = { ...known, label: `${known.label}, ${place.where}` };
    else targets.push({ file: place.file, path: place.path, label: place.where, encrypted: isEncrypted(state, place) });
  }
  return targets;
}

function isThere(cell: Cell): boolean {
  return cell.kind === "plain" || cell.kind === "secret" || cell.kind === "sealed" || cell.kind === "null";
}

function typeOf(cell: Cell): ValueType {
  if (cell.kind === "plain") return cell.type;
  if (cell.kind === "secret") return cell.facts.type;
  if (cell.kind === "sealed") return SCALARS.find((type) => type === cell.type) ?? "str";
  return cell.kind === "null" ? "null" : "str";
}

function textOf(cell: Extract<Cell, { readonly kind: "plain" }>): string {
  return textOfTyped({ kind: "scalar", type: cell.type, canonical: cell.text }) ?? "";
}

/** What the file's selector says about the place, or about its neighbours where nothing stands yet. */
function isEncrypted(state: State, { file, path }: Selected): boolean {
  const view = state.files.get(file);
  if (view === undefined) return true;
  const tree = treeOf(view, state.edits);
  const at = findPath(tree, path);
  const source = at === undefined ? undefined : tree.source(at);
  const own = source === undefined || at === undefined || tree.change(at)?.kind === "renamed" ? undefined : view.rows[source];
  return own?.kind === "value" ? own.selected : view.wouldEncrypt(path);
}
