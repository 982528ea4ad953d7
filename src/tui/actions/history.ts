/** The history of a file: choosing commits, looking at one value of one side, and putting an old one back. */
import { currentDocumentRow } from "../model/document-view.ts";
import type { Path } from "../model/edits.ts";
import { fileRows } from "../model/file-tree.ts";
import { currentVersion, type HistoryScreen, nameOfVersion, newHistory, WORKING } from "../model/history.ts";
import { historyLayout, HISTORY_HEAD } from "../model/layout.ts";
import { AT_TOP } from "../model/list.ts";
import { selected } from "../model/selection.ts";
import { openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { type Action, defineActions } from "./action.ts";
import { goBack } from "./global.ts";
import { canRestore, canReveal, copy, focusOf, hasSide, restore, reveal } from "./history-values.ts";

interface Subject {
  readonly file: string;
  readonly about: Path | undefined;
}

/** The file of the cell, or the one under the cursor; with the key that the cursor is on. */
function subjectOf(state: State): Subject | undefined {
  const screen = topScreen(state);
  if (screen.kind === "document") {
    if (screen.pane === "files") {
      const row = fileRows(state, screen.foldedFolders)[screen.files.cursor];
      return row?.kind === "file" ? { file: row.path, about: undefined } : undefined;
    }
    if (screen.file === undefined) return undefined;
    const row = currentDocumentRow(state, screen);
    return { file: screen.file, about: row === undefined || row.row.kind === "comment" ? undefined : row.path };
  }
  const one = selected(state);
  return one === undefined ? undefined : { file: one.file, about: one.path };
}

function hasSubject(state: State): true | string {
  return subjectOf(state) === undefined ? "choose a file or a value first" : true;
}

function open(state: State, pane: HistoryScreen["pane"]): Step {
  const subject = subjectOf(state);
  return step(subject === undefined ? state : openScreen(state, newHistory(subject.file, subject.about, pane)));
}

function onHistory(state: State, change: (screen: HistoryScreen) => HistoryScreen): Step {
  const screen = topScreen(state);
  return step(screen.kind === "history" ? withScreen(state, change(screen)) : state);
}

/** Where the mouse is: which pane gets the keys, and which of its rows is meant. @param line of the body */
export function historyAt(state: State, screen: HistoryScreen, column: number, line: number): { screen: HistoryScreen; row: number } {
  const { commits, diff } = historyLayout(state.size, screen.pane);
  const pane = diff === undefined || (commits !== undefined && column < commits.width) ? "commits" : "diff";
  const row = pane === "commits" ? line - 1 + screen.list.top : line - 1 - HISTORY_HEAD + screen.lines.top;
  return { screen: { ...screen, pane }, row };
}

/** One key alone: the one under the cursor in the diff, else the one that one came from. */
function blame(state: State): Step {
  return onHistory(state, (screen) => {
    const line = focusOf(state)?.line;
    if (screen.blame !== undefined) return { ...screen, blame: undefined, list: AT_TOP, lines: AT_TOP };
    const path = line === undefined ? screen.about : line.path.map(String);
    if (path === undefined) return screen;
    return { ...screen, blame: { path, changes: new Map(), known: 0, asked: 0 }, list: AT_TOP, lines: AT_TOP };
  });
}

function canBlame(state: State): true | string {
  const screen = topScreen(state);
  if (screen.kind !== "history" || screen.problem !== undefined) return "there is no history";
  if (screen.blame !== undefined || screen.about !== undefined || focusOf(state) !== undefined) return true;
  return "go to a line of the diff first: tab";
}

function markBase(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "history") return step(state);
  const at = currentVersion(screen);
  if (screen.base === at) return step(withScreen(state, { ...screen, base: undefined }));
  const name = nameOfVersion(screen, at);
  return step(tell(withScreen(state, { ...screen, base: at }), "info", `Compared with ${name} from here on; = on it ends that.`));
}

/** What narrows the view first, then the screen. */
function back(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "history" || state.reveal !== undefined) return goBack(state);
  if (screen.blame !== undefined) return blame(state);
  if (screen.base !== undefined || screen.against !== "before")
    return step(withScreen(state, { ...screen, base: undefined, against: "before" }));
  return goBack(state);
}

function toPane(pane: HistoryScreen["pane"] | "other"): (state: State) => Step {
  return (state) =>
    onHistory(state, (screen) => ({ ...screen, pane: pane === "other" ? (screen.pane === "commits" ? "diff" : "commits") : pane }));
}

export const HISTORY_ACTIONS: readonly Action[] = defineActions(
  {
    id: "history.open",
    keys: ["H"],
    title: "history",
    help: "The commits that changed this file, and what each changed. p narrows them to one key.",
    scopes: ["matrix", "document"],
    enabled: hasSubject,
    run: (state) => open(state, "commits"),
  },
  {
    id: "history.diff",
    keys: ["D"],
    title: "diff",
    help: "What the working copy, with unsaved edits, changes against HEAD: by key, masked.",
    scopes: ["matrix", "document"],
    enabled: hasSubject,
    run: (state) => open(state, "diff"),
  },
  {
    id: "history.pane",
    keys: ["tab", "shift+tab"],
    title: "pane",
    help: "To the other pane.",
    scopes: ["history"],
    footer: 1,
    run: toPane("other"),
  },
  {
    id: "history.commits",
    keys: ["1", "left", "h"],
    title: "commits",
    help: "To the commits.",
    scopes: ["history"],
    run: toPane("commits"),
  },
  {
    id: "history.lines",
    keys: ["2", "right", "l"],
    title: "differences",
    help: "To the lines of the diff.",
    scopes: ["history"],
    run: toPane("diff"),
  },
  {
    id: "history.reveal",
    keys: ["r"],
    title: "reveal one",
    help: "Shows the new value of this line for 15 seconds, or until the cursor moves.",
    scopes: ["history"],
    footer: 2,
    enabled: (state) => canReveal(state, "after"),
    run: (state) => reveal(state, "after"),
  },
  {
    id: "history.revealOld",
    keys: ["R"],
    title: "reveal old",
    help: "Shows the old value of this line for 15 seconds, or until the cursor moves.",
    scopes: ["history"],
    enabled: (state) => canReveal(state, "before"),
    run: (state) => reveal(state, "before"),
  },
  {
    id: "history.copy",
    keys: ["y"],
    title: "copy old",
    help: "Copies the old value of this line. The clipboard is cleared after 30 seconds if it still holds it.",
    scopes: ["history"],
    footer: 4,
    enabled: (state) => hasSide(state, "before"),
    run: copy,
  },
  {
    id: "history.restore",
    keys: ["B"],
    title: "restore",
    help: "Puts the old value of this line back, as an edit that is not saved yet. u takes it back.",
    scopes: ["history"],
    footer: 5,
    enabled: canRestore,
    run: restore,
  },
  {
    id: "history.blame",
    keys: ["p"],
    title: "blame key",
    help: "Only the commits that changed this one key; again for all.",
    scopes: ["history"],
    footer: 6,
    enabled: canBlame,
    run: blame,
  },
  {
    id: "history.against",
    keys: ["enter"],
    title: "against now",
    help: "Compares the chosen commit with the working copy, or again with the commit before it.",
    scopes: ["history"],
    footer: 7,
    enabled: (state) => {
      const screen = topScreen(state);
      return screen.kind === "history" && currentVersion(screen) === WORKING ? "choose a commit first" : true;
    },
    run: (state) =>
      onHistory(state, (screen) => ({ ...screen, base: undefined, against: screen.against === "before" ? "working copy" : "before" })),
  },
  {
    id: "history.base",
    keys: ["="],
    title: "mark",
    help: "Marks this version; every other one is then compared with it.",
    scopes: ["history"],
    run: markBase,
  },
  {
    id: "history.back",
    keys: ["escape"],
    title: "back",
    help: "Ends what narrows the history, then goes back.",
    scopes: ["history"],
    footer: 8,
    run: back,
  },
);
