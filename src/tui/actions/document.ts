/** The files and the tree of one of them. */
import { currentDocumentRow, documentView } from "../model/document-view.ts";
import { pathKey } from "../model/edits.ts";
import { fileRows } from "../model/file-tree.ts";
import type { DocumentScreen, Pane } from "../model/screens.ts";
import { selected } from "../model/selection.ts";
import { type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { openEditor } from "./open-editor.ts";
import { type Action, defineActions } from "./action.ts";
import { moveToRow } from "./move.ts";
import { offerEncryption } from "./start.ts";

function onDocument(state: State, change: (screen: DocumentScreen) => DocumentScreen): Step {
  const screen = topScreen(state);
  return step(screen.kind === "document" ? withScreen(state, change(screen)) : state);
}

export function showFile(state: State, path: string): State {
  const screen = topScreen(state);
  if (screen.kind !== "document") return state;
  const same = screen.file === path;
  return withScreen(state, {
    ...screen,
    file: path,
    pane: "tree",
    ...(same ? {} : { list: { cursor: 0, top: 0 }, filter: "", marks: new Set<string>(), range: undefined }),
  });
}

function currentFileRow(state: State, screen: DocumentScreen): ReturnType<typeof fileRows>[number] | undefined {
  return fileRows(state, screen.foldedFolders)[screen.files.cursor];
}

function open(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "document") return step(state);
  if (screen.pane === "files") {
    const row = currentFileRow(state, screen);
    if (row === undefined) return step(state);
    if (row.kind === "folder") return onDocument(state, (now) => ({ ...now, foldedFolders: toggle(now.foldedFolders, row.path) }));
    const next = showFile(state, row.path);
    if (state.files.get(row.path)?.state === "plaintext") return offerEncryption(next, row.path, "file.encrypt");
    return state.files.get(row.path)?.key === "waiting" ? step(next, { topic: "project", kind: "unlock", path: row.path }) : step(next);
  }
  if (screen.file !== undefined && state.files.get(screen.file)?.state === "plaintext") {
    return offerEncryption(state, screen.file, "file.encrypt");
  }
  const row = currentDocumentRow(state, screen);
  const waiting = screen.file !== undefined && state.files.get(screen.file)?.key === "waiting";
  if (waiting && screen.file !== undefined) return step(state, { topic: "project", kind: "unlock", path: screen.file });
  if (row?.row.kind === "map" || row?.row.kind === "list") return fold(state);
  const one = selected(state);
  return one === undefined || one.cell.kind === "comment" ? step(state) : openEditor(state, [one], one);
}

function toggle<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

function setFolds(state: State, screen: DocumentScreen, change: (folded: ReadonlySet<number>) => ReadonlySet<number>): State {
  const file = screen.file ?? "";
  const folded = new Map(screen.folded).set(file, change(screen.folded.get(file) ?? new Set()));
  return withScreen(state, { ...screen, folded });
}

function fold(state: State): Step {
  const screen = topScreen(state);
  const row = screen.kind === "document" ? currentDocumentRow(state, screen) : undefined;
  if (screen.kind !== "document" || row === undefined) return step(state);
  const isHolder = row.row.kind === "map" || row.row.kind === "list";
  const target = isHolder ? row.index : row.row.parent;
  if (target < 0) return step(state);
  return step(
    keepOn(
      setFolds(state, screen, (folded) => toggle(folded, target)),
      target,
    ),
  );
}

/** The cursor stays on a row of the tree whatever is folded. */
function keepOn(state: State, row: number): State {
  const screen = topScreen(state);
  const view = screen.kind === "document" ? documentView(state, screen) : undefined;
  return view === undefined ? state : moveToRow(state, view.shown.line(row));
}

function foldAll(state: State, on: boolean): Step {
  const screen = topScreen(state);
  const view = screen.kind === "document" ? documentView(state, screen) : undefined;
  if (screen.kind !== "document" || view === undefined) return step(state);
  const holders = on ? view.tree.rows.flatMap((row, index) => (row.count > 0 ? [index] : [])) : [];
  const row = view.shown.row(screen.list.cursor);
  return step(
    keepOn(
      setFolds(state, screen, () => new Set(holders)),
      row,
    ),
  );
}

/** Left folds, or goes to what holds the row; at the top, to the files. */
function left(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "document") return step(state);
  if (screen.pane === "files") {
    const row = currentFileRow(state, screen);
    if (row?.kind === "folder" && !screen.foldedFolders.has(row.path)) return open(state);
    return step(state);
  }
  const row = currentDocumentRow(state, screen);
  const folded = screen.folded.get(screen.file ?? "");
  if (row !== undefined && row.row.count > 0 && folded?.has(row.index) !== true) return fold(state);
  if (row !== undefined && row.row.parent >= 0) return step(keepOn(state, row.row.parent));
  return onDocument(state, (now) => ({ ...now, pane: "files" }));
}

function right(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "document") return step(state);
  if (screen.pane === "files") {
    const row = currentFileRow(state, screen);
    if (row?.kind === "folder" && !screen.foldedFolders.has(row.path)) return step(state);
    return open(state);
  }
  const row = currentDocumentRow(state, screen);
  const isFolded = row !== undefined && screen.folded.get(screen.file ?? "")?.has(row.index) === true;
  return isFolded ? fold(state) : step(state);
}

function sibling(state: State, way: 1 | -1): Step {
  const screen = topScreen(state);
  const view = screen.kind === "document" ? documentView(state, screen) : undefined;
  const row = screen.kind === "document" ? currentDocumentRow(state, screen) : undefined;
  if (view === undefined || row === undefined) return step(state);
  for (let index = row.index + way; index >= 0 && index < view.tree.rows.length; index += way) {
    const other = view.tree.rows[index];
    if (other === undefined || other.depth < row.row.depth) break;
    if (other.parent === row.row.parent && other.kind !== "comment") return step(keepOn(state, index));
  }
  return step(state);
}

function nextPane(state: State, way: 1 | -1): Step {
  const panes: readonly Pane[] = ["files", "tree"];
  return onDocument(state, (screen) => {
    const at = (panes.indexOf(screen.pane) + way + panes.length) % panes.length;
    return { ...screen, pane: panes[at] ?? "files" };
  });
}

function mark(state: State): Step {
  return onDocument(state, (screen) => {
    const row = currentDocumentRow(state, screen);
    if (row === undefined || row.row.kind === "comment") return screen;
    return { ...screen, marks: toggle(screen.marks, pathKey(row.path)) };
  });
}

const TREE = (state: State): true | string => {
  const screen = topScreen(state);
  return screen.kind === "document" && screen.pane === "tree" ? true : "choose a file first";
};

export const DOCUMENT_ACTIONS: readonly Action[] = defineActions(
  {
    id: "document.open",
    keys: ["enter"],
    title: "open",
    help: "Opens the file, folds the group, or edits the value.",
    scopes: ["document"],
    footer: 1,
    run: open,
  },
  {
    id: "document.left",
    keys: ["left", "h"],
    title: "fold",
    help: "Folds, or goes to the group that holds this key.",
    scopes: ["document"],
    run: left,
  },
  { id: "document.right", keys: ["right", "l"], title: "unfold", help: "Unfolds, or opens.", scopes: ["document"], run: right },
  {
    id: "document.nextSibling",
    keys: ["J"],
    title: "next sibling",
    help: "To the next key of the same group.",
    scopes: ["document"],
    run: (state) => sibling(state, 1),
  },
  {
    id: "document.previousSibling",
    keys: ["K"],
    title: "previous sibling",
    help: "To the previous key of the same group.",
    scopes: ["document"],
    run: (state) => sibling(state, -1),
  },
  {
    id: "document.fold",
    keys: ["z z", "z a"],
    title: "fold",
    help: "Folds or unfolds the group under the cursor.",
    scopes: ["document"],
    footer: 8,
    enabled: TREE,
    run: fold,
  },
  {
    id: "document.foldAll",
    keys: ["z M"],
    title: "fold all",
    help: "Folds all groups.",
    scopes: ["document"],
    enabled: TREE,
    run: (state) => foldAll(state, true),
  },
  {
    id: "document.unfoldAll",
    keys: ["z R"],
    title: "unfold all",
    help: "Unfolds all groups.",
    scopes: ["document"],
    enabled: TREE,
    run: (state) => foldAll(state, false),
  },
  {
    id: "document.nextPane",
    keys: ["tab"],
    title: "pane",
    help: "To the next pane.",
    scopes: ["document"],
    footer: 9,
    run: (state) => nextPane(state, 1),
  },
  {
    id: "document.previousPane",
    keys: ["shift+tab"],
    title: "previous pane",
    help: "To the previous pane.",
    scopes: ["document"],
    run: (state) => nextPane(state, -1),
  },
  {
    id: "document.files",
    keys: ["1"],
    title: "files",
    help: "To the files.",
    scopes: ["document"],
    run: (state) => onDocument(state, (screen) => ({ ...screen, pane: "files" })),
  },
  {
    id: "document.tree",
    keys: ["2"],
    title: "tree",
    help: "To the keys of the file.",
    scopes: ["document"],
    run: (state) => onDocument(state, (screen) => ({ ...screen, pane: "tree" })),
  },
  {
    id: "document.mark",
    keys: ["space"],
    title: "mark",
    help: "Marks this key; E and d then act on all marked ones.",
    scopes: ["document"],
    footer: 7,
    enabled: TREE,
    run: mark,
  },
);
