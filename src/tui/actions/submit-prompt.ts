/** What becomes of the line that was asked for. */
import { makeEdit, showPath } from "../model/edits.ts";
import { onSameRow } from "../model/cursor.ts";
import type { PromptPurpose } from "../model/overlays.ts";
import { homeFor, nameOfFile, selected, type Selected, whyFixed } from "../model/selection.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { findPath, treeOf } from "../model/tree.ts";
import { openEditor } from "./open-editor.ts";
import { parsePathText } from "./path-text.ts";
import { submitFirstKey, submitNewFile } from "./start.ts";
import { openAdd } from "./wizard.ts";

export function submitPrompt(state: State, purpose: PromptPurpose, text: string): Step {
  switch (purpose.kind) {
    case "filter": {
      const screen = topScreen(state);
      if (screen.kind !== "matrix" && screen.kind !== "document") return step(state);
      return step(onSameRow(state, withScreen(state, { ...screen, filter: text })));
    }
    case "add":
      return add(state, text, purpose.everywhere);
    case "rename":
      return rename(state, text);
    case "ignore":
      return step(state, { topic: "doctor", kind: "ignore", finding: purpose.finding, reason: text });
    case "recipient":
      return step(state, { topic: "access", kind: "check recipient", text });
    case "recipient name": {
      const name = text.trim();
      return openAdd(state, { ...purpose.newcomer, name: name === "" ? undefined : name });
    }
    case "confirm":
      if (text !== purpose.word) return step(tell(state, "info", `That is not ${purpose.word}: nothing was done.`));
      return step(state, { topic: "access", kind: "confirmed", next: purpose.next });
    case "new file":
      return submitNewFile(state, text);
    case "first key":
      return submitFirstKey(state, purpose.file, text);
  }
}

function add(state: State, text: string, everywhere: boolean): Step {
  const path = parsePathText(text);
  if (typeof path === "string") return step(tell(state, "warning", path));
  const screen = topScreen(state);
  const places: Selected[] = [];
  if (screen.kind === "matrix") {
    const environments = everywhere ? state.project.environments : state.project.environments.slice(screen.column, screen.column + 1);
    for (const environment of environments) {
      const file = homeFor(state, environment, path);
      if (file === undefined) return step(tell(state, "warning", `no file of ${environment.name} can hold ${showPath(path)}`));
      places.push(place(state, file, path, environment.name));
    }
  } else if (screen.kind === "document" && screen.file !== undefined)
    places.push(place(state, screen.file, path, nameOfFile(state, screen.file)));
  const fresh = places.filter((one) => !isThere(state, one.file, path));
  const [first] = fresh;
  if (first === undefined) return step(tell(state, "warning", `${showPath(path)} is there already: e changes it`));
  const fixed = fresh.map((one) => whyFixed(state, one) ?? whyNotBelow(state, one.file, path)).find((reason) => reason !== undefined);
  return fixed === undefined ? openEditor(state, fresh, first) : step(tell(state, "warning", fixed));
}

function place(_state: State, file: string, path: readonly string[], where: string): Selected {
  return { file, path, row: undefined, cell: { kind: "absent" }, source: undefined, where, label: `${showPath(path)} @ ${where}` };
}

/** @returns why nothing can stand below a place that something else than a map holds */
function whyNotBelow(state: State, file: string, path: readonly string[]): string | undefined {
  const view = state.files.get(file);
  if (view === undefined) return undefined;
  const tree = treeOf(view, state.edits);
  for (let depth = 1; depth < path.length; depth += 1) {
    const row = findPath(tree, path.slice(0, depth));
    const kind = row === undefined || tree.change(row)?.kind === "removed" ? undefined : tree.rows[row]?.kind;
    if (kind === "value" || kind === "null")
      return `${showPath(path.slice(0, depth))} is a value in ${nameOfFile(state, file)}: nothing can stand below it`;
  }
  return undefined;
}

function isThere(state: State, file: string, path: readonly string[]): boolean {
  const view = state.files.get(file);
  if (view === undefined) return false;
  const tree = treeOf(view, state.edits);
  const row = findPath(tree, path);
  return row !== undefined && tree.change(row)?.kind !== "removed";
}

function rename(state: State, to: string): Step {
  const one = selected(state);
  if (one === undefined || to === "" || to === one.path.at(-1)) return step(state);
  const screen = topScreen(state);
  const files = screen.kind === "matrix" ? [...new Set(state.project.environments.flatMap((environment) => environment.own))] : [one.file];
  const having = files.filter((file) => isThere(state, file, one.path));
  if (having.length === 0) return step(tell(state, "warning", `${one.label} comes from ${one.file}, which others share: rename it there`));
  const target = [...one.path.slice(0, -1), to];
  const taken = having.find((file) => isThere(state, file, target));
  if (taken !== undefined) return step(tell(state, "warning", `${showPath(target)} is there already in ${nameOfFile(state, taken)}`));
  const fixed = having.map((file) => whyFixed(state, { ...one, file, row: undefined })).find((reason) => reason !== undefined);
  if (fixed !== undefined) return step(tell(state, "warning", fixed));
  const edits = having.map((file) => ({ file, path: one.path, change: { kind: "rename", to } as const }));
  const label = `rename ${showPath(one.path)} to ${to}`;
  return step(
    tell(
      { ...state, edits: makeEdit(state.edits, { label, edits }) },
      "info",
      `Renamed in ${having.length === 1 ? "1 file" : `${having.length} files`}. u undoes; nothing is written yet.`,
    ),
  );
}
