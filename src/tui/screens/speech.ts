/**
 * What a screen reader says instead of a frame: where one is, what the cursor is on, and what was said. Few lines, and only those
 * change that have something new. A value is spoken only while it is revealed.
 */
import { badgeOf, fileRows } from "../model/file-tree.ts";
import { currentDocumentRow, documentView } from "../model/document-view.ts";
import { countEdits, editsByFile, pathKey } from "../model/edits.ts";
import { listLength, listOf } from "../model/lengths.ts";
import { cellsOf, currentRow, matrixLines } from "../model/matrix-view.ts";
import type { MatrixCell, MatrixRow } from "../model/matrix.ts";
import type { DocumentScreen, MatrixScreen, Screen } from "../model/screens.ts";
import { markOf, selected } from "../model/selection.ts";
import { topScreen, type State } from "../model/state.ts";
import { show } from "../text/show.ts";
import { type Keymap, scopesOf } from "../actions/action.ts";
import { revealedText } from "../draw/describe.ts";
import { glyphsOf } from "../draw/theme.ts";
import { titles } from "./header.ts";
import { isProduction } from "./matrix.ts";
import { spokenBody } from "./speech-body.ts";
import { spokenOverlay } from "./speech-overlay.ts";
import { spokenMessage } from "./speech-message.ts";

/** One sentence a line; harmless text. */
export function speak(state: State, keymap: Keymap): readonly string[] {
  if (state.locked) {
    const edits = countEdits(state.edits);
    return [`Locked.${edits === 0 ? "" : ` ${count(edits, "unsaved edit")} kept.`} Enter unlocks, q quits.`];
  }
  const focus = state.overlay === undefined ? spokenFocus(state, keymap) : spokenOverlay(state, state.overlay, keymap);
  return [spokenTitle(state), ...focus, ...spokenChord(state, keymap), ...spokenMessage(state)].filter((line) => line !== "");
}

/** Without anything that changes by itself. */
function spokenTitle(state: State): string {
  const where = titles(state);
  const edits = countEdits(state.edits);
  const parts = [
    `sotto ${show(state.project.name)}`,
    ...where.map(show),
    ...(where.some((one) => isProduction(one)) ? ["production"] : []),
    ...(state.shared ? ["screen shared"] : []),
    ...(state.readOnly ? ["read-only"] : []),
    ...(edits === 0 ? [] : [count(edits, "unsaved edit")]),
  ];
  return `${parts.join(", ")}.`;
}

function spokenFocus(state: State, keymap: Keymap): readonly string[] {
  const screen = topScreen(state);
  if (!state.loaded && state.job === undefined && state.messages.toast === undefined) return ["Reading files."];
  switch (screen.kind) {
    case "matrix":
      return [spokenCell(state, screen)];
    case "document":
      return screen.pane === "files" ? [spokenFile(state, screen)] : spokenRow(state, screen);
    case "editor":
      return spokenEditor(screen, state);
    case "review":
    case "conflicts":
    case "compare":
    case "history":
    case "access":
    case "wizard":
    case "doctor":
    case "start":
      return [...spokenBody({ state, keymap, glyphs: glyphsOf(state.look) }), position(state, screen)];
  }
}

function position(state: State, screen: Screen): string {
  const length = listLength(state, screen);
  return length === 0 ? "" : `${listOf(screen).cursor + 1} of ${length}`;
}

function spokenCell(state: State, screen: MatrixScreen): string {
  const row = currentRow(state, screen);
  const environment = state.project.environments[screen.column];
  if (row === undefined || environment === undefined)
    return screen.filter === "" ? "No keys." : `No keys for the filter ${show(screen.filter)}.`;
  const cell = cellsOf(state, screen, row)[screen.column];
  const marked = screen.marks.has(row.id) || screen.marks.has(markOf(row.id, environment.name));
  const parts = [
    row.path.map(show).join(" "),
    show(environment.name),
    ...(cell === undefined ? [] : cellWords(state, screen, row, cell)),
    ...(marked ? ["marked"] : []),
    `${screen.list.cursor + 1} of ${matrixLines(state, screen).length}`,
  ];
  return parts.join(", ");
}

function cellWords(state: State, screen: MatrixScreen, row: MatrixRow, cell: MatrixCell): readonly string[] {
  const reference = state.project.environments[screen.reference]?.name ?? "";
  const value = valueWords(state, cell);
  const compared = screen.column === screen.reference ? [] : [`${cell.state === "same" ? "same as" : "differs from"} ${show(reference)}`];
  const more = [
    ...(cell.edited ? ["edited"] : []),
    ...(cell.inherited ? ["inherited"] : []),
    ...(cell.shared ? ["warning: shared with an isolated environment"] : []),
  ];
  switch (cell.state) {
    case "branch":
      return cell.cell.kind === "map" || cell.cell.kind === "list"
        ? [`group of ${cell.cell.count}`, ...(screen.folded.has(row.id) ? ["folded"] : []), ...more]
        : more;
    case "missing":
      return [cell.edited ? "deleted" : row.kind === "branch" ? "group missing" : "missing"];
    case "empty":
      return ["empty", ...more];
    case "unread":
      return ["encrypted, not opened yet"];
    case "unreadable":
      return ["not readable for you"];
    case "only":
      return [...value, "in this environment only", ...more];
    case "clash":
      return [...value, "warning: another type than elsewhere", ...more];
    case "same":
    case "differs":
      return [...value, ...compared, ...more];
  }
}

function valueWords(state: State, cell: Pick<MatrixCell, "cell">): readonly string[] {
  const one = selected(state);
  const shown = one === undefined ? undefined : revealedText({ state }, one);
  if (shown !== undefined) return [`revealed: ${show(shown)}`];
  switch (cell.cell.kind) {
    case "secret":
      return [cell.cell.facts.length === 0 ? "empty, encrypted" : "masked"];
    case "plain":
      return [`plain ${show(cell.cell.text)}`];
    case "sealed":
      return [cell.cell.readable ? "encrypted, not opened yet" : "not readable for you"];
    case "null":
      return ["null"];
    case "map":
    case "list":
      return [`${cell.cell.kind} of ${cell.cell.count}`];
    case "absent":
      return ["deleted"];
    case "comment":
      return [];
  }
}

const BADGES: Readonly<Record<ReturnType<typeof badgeOf>, string>> = {
  ok: "fine",
  edited: "edited",
  mac: "warning: wrong checksum",
  "no key": "not readable for you",
  waiting: "its key is asked for on Enter",
  plaintext: "warning: not encrypted",
  conflict: "conflict markers",
  invalid: "cannot be read",
  stale: "changed on disk",
  reading: "reading",
};

function spokenFile(state: State, screen: DocumentScreen): string {
  const rows = fileRows(state, screen.foldedFolders);
  const row = rows[screen.files.cursor];
  if (row === undefined) return "No encrypted files here.";
  const at = `${screen.files.cursor + 1} of ${rows.length}`;
  if (row.kind === "folder") {
    const folded = screen.foldedFolders.has(row.path) ? ["folded"] : [];
    return [`folder ${show(row.path)}`, count(row.count, "file"), ...folded, at].join(", ");
  }
  const file = state.files.get(row.path);
  const badge = file === undefined ? [] : [BADGES[badgeOf(file, editsByFile(state.edits).get(row.path)?.length ?? 0)]];
  return [show(row.path), ...badge, at].join(", ");
}

function spokenRow(state: State, screen: DocumentScreen): readonly string[] {
  const view = documentView(state, screen);
  const row = currentDocumentRow(state, screen);
  const problem = view?.file.problem === undefined ? [] : [`Warning: ${show(view.file.problem.message)}`];
  if (view === undefined || row === undefined)
    return [...problem, view === undefined ? "Choose a file: tab goes to the files." : "Nothing to show."];
  const at = `${screen.list.cursor + 1} of ${view.shown.length}`;
  const change = view.tree.change(row.index);
  if (row.row.kind === "comment") {
    const text = row.cell.kind === "comment" ? show(row.cell.text.trim()) : "encrypted";
    return [...problem, [`comment: ${text}`, at].join(", ")];
  }
  const folded = screen.folded.get(view.file.path)?.has(row.index) === true ? ["folded"] : [];
  const edited =
    change === undefined || change.kind === "removed"
      ? []
      : [change.kind === "renamed" ? `renamed from ${show(change.from)}` : change.kind];
  const marked = screen.marks.has(pathKey(row.path)) ? ["marked"] : [];
  return [...problem, [row.path.map(show).join(" "), ...valueWords(state, row), ...folded, ...edited, ...marked, at].join(", ")];
}

function spokenEditor(screen: Extract<Screen, { readonly kind: "editor" }>, state: State): readonly string[] {
  const { field, type, shownUntil, targets, problem } = screen;
  const isOpen = (shownUntil !== undefined && shownUntil > state.now && !state.shared) || targets.every((target) => !target.encrypted);
  const length = Array.from(field.text).length;
  const text = isOpen ? `text: ${show(field.text)}` : `${count(length, "character")}, masked`;
  const line = field.multiline ? [`line ${field.line + 1} of ${field.lineCount}`] : [];
  return [
    [`new value, ${type === "str" ? "string" : type}`, text, ...line].join(", "),
    problem === undefined ? "" : `Problem: ${show(problem)}`,
  ];
}

function spokenChord(state: State, keymap: Keymap): readonly string[] {
  if (state.chord === "") return [];
  const next = keymap.continuations(scopesOf(state), state.chord);
  return [[`Keys begun: ${state.chord}`, ...next.map(({ key, action }) => `${key} ${action.title}`), "escape stops"].join(", ")];
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
