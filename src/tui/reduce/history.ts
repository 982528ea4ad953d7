/** What comes back about the history, and what its screen needs next. */
import { type HistoryEvent, type HistoryScreen, historyLength, oldSource, currentLine, sameSource, wantedDiff } from "../model/history.ts";
import { pathKey } from "../model/edits.ts";
import type { Effect } from "../model/effects.ts";
import { layoutOf, listHeight } from "../model/layout.ts";
import { AT_TOP, moveTo } from "../model/list.ts";
import { type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

/** So many rows before the end the next commits are asked for. */
const NEAR = 10;
/** Blame looks at no more commits by itself. */
const BLAME_LIMIT = 500;

export function reduceHistory(state: State, event: HistoryEvent): Step {
  switch (event.kind) {
    case "listed":
      return step(onFile(state, event.file, (screen) => (screen.commits.length === event.skip ? listed(screen, event) : screen)));
    case "counted":
      return step(onFile(state, event.file, (screen) => ({ ...screen, total: event.total })));
    case "examined": {
      const { file, unreadable } = event;
      return step(onFile(state, file, (screen) => ({ ...screen, unreadable: new Set([...screen.unreadable, ...unreadable]) })));
    }
    case "compared":
      return step(clamp(onFile(state, event.file, (screen) => compared(screen, event.diff))));
    case "not compared":
      return step(
        tell(
          onFile(state, event.file, (screen) => (screen.wanted === event.key ? { ...screen, diff: undefined } : screen)),
          "error",
          event.message,
        ),
      );
    case "blamed":
      return step(onFile(state, event.file, (screen) => blamed(screen, event)));
    case "glanced":
      return step({ ...state, pasts: new Map(state.pasts).set(event.file, event.past) });
    case "ready":
      return isStillMeant(state, event.file, event.next) ? step(state, event.next) : step(state);
  }
}

function onFile(state: State, file: string, change: (screen: HistoryScreen) => HistoryScreen): State {
  return updateScreen(state, "history", (screen) => (screen.file === file ? change(screen) : screen));
}

function listed(screen: HistoryScreen, event: Extract<HistoryEvent, { readonly kind: "listed" }>): HistoryScreen {
  const commits = [...screen.commits, ...event.commits];
  const total = event.more ? screen.total : commits.length;
  return { ...screen, commits, more: event.more, total, loaded: true, asked: commits.length, problem: event.problem };
}

/** An answer about another pair than is wanted by now is late. Other edits leave the cursor where it is. */
function compared(screen: HistoryScreen, diff: NonNullable<HistoryScreen["diff"]>): HistoryScreen {
  if (screen.wanted !== diff.key) return screen;
  const same = screen.diff?.from.commit === diff.from.commit && screen.diff.to.commit === diff.to.commit;
  return { ...screen, diff, lines: same ? screen.lines : AT_TOP };
}

function clamp(state: State): State {
  const top = topScreen(state);
  if (top.kind !== "history") return state;
  const screen: HistoryScreen = { ...top, pane: "diff" };
  const height = listHeight({ ...state, screens: [screen] });
  const lines = moveTo(screen.lines, screen.lines.cursor, Math.max(1, historyLength(screen)), height);
  return lines === screen.lines ? state : { ...state, screens: [...state.screens.slice(0, -1), { ...top, lines }] };
}

function blamed(screen: HistoryScreen, event: Extract<HistoryEvent, { readonly kind: "blamed" }>): HistoryScreen {
  const { blame } = screen;
  if (blame === undefined || pathKey(blame.path) !== pathKey(event.path)) return screen;
  return { ...screen, blame: { ...blame, known: event.upTo, changes: new Map([...blame.changes, ...event.changes]) } };
}

/** Between a key and its answer the cursor may have moved, or somebody may look on. */
function isStillMeant(state: State, file: string, next: Effect): boolean {
  const top = topScreen(state);
  if (state.locked || top.kind !== "history" || top.file !== file) return false;
  if (next.topic !== "value" || next.kind !== "reveal") return true;
  const line = currentLine(top);
  if (state.shared || top.pane !== "diff" || line === undefined) return false;
  return (["before", "after"] as const).some((side) => {
    const source = oldSource(top, line, side);
    return source !== undefined && sameSource(source, next.source);
  });
}

/** After every event: what the screen lacks is asked for, and old plaintexts are forgotten when it is left or locked. */
export function followHistory(before: State, next: Step): Step {
  const { state } = next;
  const had = before.screens.some((screen) => screen.kind === "history");
  const has = state.screens.some((screen) => screen.kind === "history");
  if (!had && !has) return glance(next);
  if (had && (!has || (state.locked && !before.locked))) {
    return { state, effects: [...next.effects, { topic: "history", kind: "leave" }] };
  }
  const top = topScreen(state);
  if (top.kind !== "history" || state.locked) return glance(next);
  const effects: Effect[] = [];
  const screen = askBlame(askDiff(state, askCommits(top, effects), effects), effects);
  if (screen === top) return next;
  return { state: { ...state, screens: [...state.screens.slice(0, -1), screen] }, effects: [...next.effects, ...effects] };
}

function askCommits(screen: HistoryScreen, effects: Effect[]): HistoryScreen {
  const { commits, loaded, more, blame, asked } = screen;
  const isFirst = !loaded && asked === 0;
  const isNear = blame === undefined ? screen.list.cursor >= commits.length - NEAR : commits.length < BLAME_LIMIT;
  if (!isFirst && !(loaded && more && isNear && asked === commits.length)) return screen;
  effects.push({ topic: "history", kind: "list", file: screen.file, skip: commits.length });
  return { ...screen, asked: commits.length + 1 };
}

function askDiff(state: State, screen: HistoryScreen, effects: Effect[]): HistoryScreen {
  const wanted = wantedDiff(state, screen);
  if (wanted === undefined || wanted.key === screen.wanted) return screen;
  effects.push({ topic: "history", kind: "compare", file: screen.file, wanted });
  return { ...screen, wanted: wanted.key };
}

function askBlame(screen: HistoryScreen, effects: Effect[]): HistoryScreen {
  const { blame, commits, file } = screen;
  if (blame === undefined || blame.asked > blame.known || blame.known >= commits.length) return screen;
  effects.push({ topic: "history", kind: "blame", file, path: blame.path, skip: blame.known, limit: commits.length - blame.known });
  return { ...screen, blame: { ...blame, asked: commits.length } };
}

/** The commits of the file that is shown, where the screen has a place for them. */
function glance(next: Step): Step {
  const { state } = next;
  const top = topScreen(state);
  const file = top.kind === "document" && top.file !== undefined ? state.files.get(top.file) : undefined;
  if (file === undefined || layoutOf(state.size).kind !== "huge" || state.pasts.get(file.path)?.version === file.version) return next;
  const { path, version } = file;
  const pasts = new Map(state.pasts).set(path, { version, commits: state.pasts.get(path)?.commits, more: false });
  return { state: { ...state, pasts }, effects: [...next.effects, { topic: "history", kind: "glance", file: path, version }] };
}
