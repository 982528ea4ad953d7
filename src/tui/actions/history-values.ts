/** One line of the diff: looking at one side of it, copying the old value, and putting it back. */
import { showPath } from "../model/edits.ts";
import type { Effect } from "../model/effects.ts";
import { currentLine, type DiffLine, type HistoryScreen, nameOfVersion, oldSource } from "../model/history.ts";
import { nameOfFile, type Selected, whyFixed } from "../model/selection.ts";
import { type State, topScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { cellAt, findPath, sourceAt, treeOf } from "../model/tree.ts";

export interface Focus {
  readonly screen: HistoryScreen;
  readonly line: DiffLine;
}

export function focusOf(state: State): Focus | undefined {
  const screen = topScreen(state);
  const line = screen.kind === "history" && screen.pane === "diff" ? currentLine(screen) : undefined;
  return screen.kind !== "history" || line === undefined ? undefined : { screen, line };
}

/** @returns why one side of the line under the cursor cannot be had */
export function hasSide(state: State, side: "before" | "after"): true | string {
  const focus = focusOf(state);
  if (focus === undefined) return "go to a line of the diff first: tab";
  const { line, screen } = focus;
  if (line.kind === "comment") return "comments have no values";
  if (screen.diff?.blind === true) return "you had no access to one of these versions";
  if (oldSource(screen, line, side) !== undefined) return true;
  return side === "before" ? "there is no old value" : "there is no new value";
}

/** The versions are opened again where they were wiped meanwhile. */
function ready(screen: HistoryScreen, next: Effect): Effect {
  const { diff } = screen;
  const of = diff === undefined ? [] : [diff.from, diff.to];
  return { topic: "history", kind: "ready", file: screen.file, of, next };
}

export function reveal(state: State, side: "before" | "after"): Step {
  const focus = focusOf(state);
  const source = focus === undefined ? undefined : oldSource(focus.screen, focus.line, side);
  if (focus === undefined || source === undefined) return step(state);
  const shown = state.reveal?.source;
  if (shown?.kind === "old" && shown.commit === source.commit) return step({ ...state, reveal: undefined });
  return step({ ...state, reveal: undefined }, ready(focus.screen, { topic: "value", kind: "reveal", source }));
}

export function canReveal(state: State, side: "before" | "after"): true | string {
  return state.shared ? "the screen is shared: S ends that" : hasSide(state, side);
}

export function copy(state: State): Step {
  const focus = focusOf(state);
  const source = focus === undefined ? undefined : oldSource(focus.screen, focus.line, "before");
  if (focus === undefined || source === undefined) return step(state);
  const { screen, line } = focus;
  const label = `${showPath((line.from ?? line.path).map(String))} of ${nameOfVersion(screen, source.commit)}`;
  return step(state, ready(screen, { topic: "value", kind: "copy", source, label }));
}

/** The place in the file as it is now that an old value belongs to; a reason where there is none. */
function placeOf(state: State, { screen, line }: Focus): Selected | string {
  const [first, ...rest] = line.path;
  const stream = /^document (\d+)$/.exec(String(first))?.[1];
  if (screen.diff !== undefined && stream !== undefined && stream !== "1" && rest.length > 0)
    return "only the first document of a stream can be changed here";
  const parts = stream === undefined || rest.length === 0 ? line.path : rest;
  const path = parts.map(String);
  const file = state.files.get(screen.file);
  if (file === undefined) return "the file is not there any more";
  const tree = treeOf(file, state.edits);
  const row = findPath(tree, path);
  if (row === undefined && parts.some((part) => typeof part === "number")) return "this item is not in its list any more: e edits the list";
  const where = nameOfFile(state, screen.file);
  const cell = row === undefined ? ({ kind: "absent" } as const) : cellAt(file, tree, row);
  const source = row === undefined ? undefined : sourceAt(file, tree, row);
  return { file: screen.file, path, row, cell, source, where, label: `${showPath(path)} @ ${where}` };
}

export function canRestore(state: State): true | string {
  const focus = focusOf(state);
  if (focus === undefined) return "go to a line of the diff first: tab";
  if (focus.line.kind === "added") return "there was no value before";
  if (focus.line.kind === "moved") return "only the name changed: m in the file renames it back";
  const has = hasSide(state, "before");
  if (has !== true) return has;
  const place = placeOf(state, focus);
  if (typeof place === "string") return place;
  if (place.cell.kind === "map" || place.cell.kind === "list") return "other keys stand in its place by now";
  return whyFixed(state, place) ?? true;
}

export function restore(state: State): Step {
  const focus = focusOf(state);
  if (focus === undefined) return step(state);
  const { screen, line } = focus;
  const source = oldSource(screen, line, "before");
  const place = placeOf(state, focus);
  if (source === undefined || typeof place === "string") return step(state);
  if (isSame(line.before, place.cell)) return step(tell(state, "info", `${place.label} has this value already.`));
  const from = nameOfVersion(screen, source.commit).replace(/^HEAD /, "");
  const label = `restore ${showPath(place.path)} from ${from} in ${place.where}`;
  const id = `v${state.nextId}`;
  const secret = line.before.kind === "secret";
  const effect: Effect = { topic: "history", kind: "restore", id, label, source, file: screen.file, path: place.path, secret };
  return step({ ...state, nextId: state.nextId + 1 }, ready(screen, effect));
}

function isSame(old: DiffLine["before"], now: Selected["cell"]): boolean {
  if (old.kind === "secret" && now.kind === "secret") return old.facts.digest === now.facts.digest;
  return old.kind === "plain" && now.kind === "plain" && old.type === now.type && old.text === now.text;
}
