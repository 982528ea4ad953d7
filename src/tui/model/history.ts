/** Commits of a file, what changed between two of them, and putting an old value back. */
import type { Effect } from "./effects.ts";
import { editsByFile, type Path, pathKey } from "./edits.ts";
import type { Cell, OldPath, ValueSource } from "./facts.ts";
import { AT_TOP, type ListView } from "./list.ts";
import type { State } from "./state.ts";

export interface CommitRow {
  readonly hash: string;
  readonly short: string;
  readonly author: string;
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly subject: string;
  /** The file's path in that commit, from the root of the repository. */
  readonly path: string;
}

/** In the place of a commit's hash: what is in memory now, with the unsaved edits; and that there is no file. */
export const WORKING = "working copy";
export const NOTHING = "";

export interface VersionRef {
  readonly commit: string;
  readonly path: string;
}

export type KeyChange = "added" | "changed" | "removed" | "not readable";

export interface DiffLine {
  readonly kind: "value" | "added" | "removed" | "moved" | "type" | "comment";
  readonly path: OldPath;
  readonly from: OldPath | undefined;
  readonly before: Cell;
  readonly after: Cell;
}

/** A line of the encrypted text, without what is encrypted in it. */
export interface RawLine {
  readonly kind: "changed" | "added" | "removed";
  /** From 1, of the later version unless it is gone. */
  readonly line: number;
  readonly text: string;
}

export interface HistoryDiff {
  readonly key: string;
  readonly from: VersionRef;
  readonly to: VersionRef;
  readonly lines: readonly DiffLine[];
  /** One of them could not be opened: ciphertexts were compared. */
  readonly blind: boolean;
  /** What is wrong with one of them, in words. */
  readonly problems: readonly string[];
  /** Both are encrypted, so that the following says something. */
  readonly encrypted: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly dataKey: "same" | "new" | "unknown";
  readonly values: number;
  readonly renewed: number;
  readonly raw: readonly RawLine[];
}

/** The commits that changed one key, as far as they were looked at. */
export interface Blame {
  readonly path: Path;
  readonly changes: ReadonlyMap<string, KeyChange>;
  /** How many of the commits were looked at, and how many were asked about. */
  readonly known: number;
  readonly asked: number;
}

/** The newest commits of a file, for a glance beside its tree. */
export interface FilePast {
  /** Of the file, when they were asked for. */
  readonly version: number;
  /** Undefined until they are there. */
  readonly commits: readonly CommitRow[] | undefined;
  readonly more: boolean;
}

export interface HistoryScreen {
  readonly kind: "history";
  readonly file: string;
  /** The key that one came from. */
  readonly about: Path | undefined;
  readonly pane: "commits" | "diff";
  readonly list: ListView;
  /** Cursor in the differences. */
  readonly lines: ListView;
  readonly commits: readonly CommitRow[];
  readonly more: boolean;
  /** How many there are in all, once that is counted. */
  readonly total: number | undefined;
  /** How many were asked for. */
  readonly asked: number;
  readonly loaded: boolean;
  readonly unreadable: ReadonlySet<string>;
  /** Why there is no history, in words. */
  readonly problem: string | undefined;
  readonly against: "before" | "working copy";
  readonly base: string | undefined;
  readonly blame: Blame | undefined;
  /** Key of the diff that was asked for. */
  readonly wanted: string;
  readonly diff: HistoryDiff | undefined;
}

export type HistoryEvent =
  | {
      readonly topic: "history";
      readonly kind: "listed";
      readonly file: string;
      readonly skip: number;
      readonly commits: readonly CommitRow[];
      readonly more: boolean;
      readonly problem: string | undefined;
    }
  | { readonly topic: "history"; readonly kind: "counted"; readonly file: string; readonly total: number }
  | { readonly topic: "history"; readonly kind: "examined"; readonly file: string; readonly unreadable: readonly string[] }
  | { readonly topic: "history"; readonly kind: "compared"; readonly file: string; readonly diff: HistoryDiff }
  | { readonly topic: "history"; readonly kind: "not compared"; readonly file: string; readonly key: string; readonly message: string }
  | {
      readonly topic: "history";
      readonly kind: "blamed";
      readonly file: string;
      readonly path: Path;
      readonly upTo: number;
      readonly changes: ReadonlyMap<string, KeyChange>;
    }
  | { readonly topic: "history"; readonly kind: "glanced"; readonly file: string; readonly past: FilePast }
  /** Both versions are open again. */
  | { readonly topic: "history"; readonly kind: "ready"; readonly file: string; readonly next: Effect };

export type HistoryEffect =
  | { readonly topic: "history"; readonly kind: "list"; readonly file: string; readonly skip: number }
  | { readonly topic: "history"; readonly kind: "glance"; readonly file: string; readonly version: number }
  | { readonly topic: "history"; readonly kind: "compare"; readonly file: string; readonly wanted: WantedDiff }
  | {
      readonly topic: "history";
      readonly kind: "blame";
      readonly file: string;
      readonly path: Path;
      readonly skip: number;
      readonly limit: number;
    }
  /** Opens both versions, unless they are open, and then does something with one of their values. */
  | { readonly topic: "history"; readonly kind: "ready"; readonly file: string; readonly of: readonly VersionRef[]; readonly next: Effect }
  | {
      readonly topic: "history";
      readonly kind: "restore";
      readonly id: string;
      readonly label: string;
      readonly source: Extract<ValueSource, { readonly kind: "old" }>;
      readonly file: string;
      readonly path: Path;
      /** It was encrypted, and so it must not become readable. */
      readonly secret: boolean;
    }
  /** Forgets all old plaintexts. */
  | { readonly topic: "history"; readonly kind: "leave" };

export function newHistory(file: string, about: Path | undefined, pane: HistoryScreen["pane"]): HistoryScreen {
  return {
    kind: "history",
    file,
    about,
    pane,
    list: AT_TOP,
    lines: AT_TOP,
    commits: [],
    more: false,
    total: undefined,
    asked: 0,
    loaded: false,
    unreadable: new Set(),
    problem: undefined,
    against: "before",
    base: undefined,
    blame: undefined,
    wanted: "",
    diff: undefined,
  };
}

/** What the rows of the list stand for: the working copy, then commits. */
export function shownVersions(screen: HistoryScreen): readonly string[] {
  const { blame, commits } = screen;
  const shown = blame === undefined ? commits : commits.filter((commit) => blame.changes.has(commit.hash));
  return [WORKING, ...shown.map((commit) => commit.hash)];
}

/** The differences that are shown: all, or those of one key. */
export function shownLines(screen: HistoryScreen): readonly DiffLine[] {
  const { blame, diff } = screen;
  if (diff === undefined) return [];
  if (blame === undefined) return diff.lines;
  return diff.lines.filter((line) => isBelow(line.path, blame.path) || (line.from !== undefined && isBelow(line.from, blame.path)));
}

function isBelow(path: OldPath, above: Path): boolean {
  return above.every((part, index) => String(path[index]) === part);
}

export function currentVersion(screen: HistoryScreen): string {
  return shownVersions(screen)[screen.list.cursor] ?? WORKING;
}

export function currentLine(screen: HistoryScreen): DiffLine | undefined {
  return shownLines(screen)[screen.lines.cursor];
}

/** Rows that the cursor moves in. */
export function historyLength(screen: HistoryScreen): number {
  return screen.pane === "commits" ? shownVersions(screen).length : shownLines(screen).length;
}

export interface WantedDiff {
  /** Another one for other edits. */
  readonly key: string;
  readonly from: VersionRef;
  readonly to: VersionRef;
}

/** Which two versions the cursor asks to compare; undefined while they are not known. */
export function wantedDiff(state: State, screen: HistoryScreen): WantedDiff | undefined {
  if (!screen.loaded || screen.problem !== undefined) return undefined;
  const pair = choosePair(screen);
  if (pair === undefined) return undefined;
  const [from, to] = pair.map((commit) => refOf(screen, commit));
  if (from === undefined || to === undefined) return undefined;
  const file = state.files.get(screen.file);
  const now = pair.includes(WORKING) ? `\0${file?.version ?? 0} ${file?.key ?? ""}\0${describeEdits(state, screen.file)}` : "";
  return { key: `${from.commit}\0${to.commit}${now}`, from, to };
}

/** The older one first. */
function choosePair(screen: HistoryScreen): readonly [from: string, to: string] | undefined {
  const { against, base, commits, more } = screen;
  const at = currentVersion(screen);
  const order = [WORKING, ...commits.map((commit) => commit.hash)];
  const place = order.indexOf(at);
  if (base !== undefined && base !== at) return order.indexOf(base) > place ? [base, at] : [at, base];
  if (against === "working copy" && at !== WORKING) return [at, WORKING];
  const before = order[place + 1];
  if (before === undefined && more) return undefined;
  return [before ?? NOTHING, at];
}

export function refOf(screen: HistoryScreen, commit: string): VersionRef {
  return { commit, path: screen.commits.find((one) => one.hash === commit)?.path ?? screen.file };
}

function describeEdits(state: State, file: string): string {
  const edits = editsByFile(state.edits).get(file) ?? [];
  return edits
    .map(({ path, change }) => {
      const what = change.kind === "set" ? change.value.id : change.kind === "rename" ? change.to : "";
      return `${pathKey(path)}\0${change.kind}\0${what}`;
    })
    .join("\u0001");
}

/** What people call a version. */
export function nameOfVersion(screen: HistoryScreen, commit: string): string {
  if (commit === WORKING) return WORKING;
  if (commit === NOTHING) return "no file";
  const at = screen.commits.findIndex((one) => one.hash === commit);
  const short = screen.commits[at]?.short ?? commit.slice(0, 7);
  return at === 0 ? `HEAD ${short}` : short;
}

/** Where a value of the shown diff can be had. @param side of the diff */
export function oldSource(
  screen: HistoryScreen,
  line: DiffLine,
  side: "before" | "after",
): Extract<ValueSource, { readonly kind: "old" }> | undefined {
  const { diff } = screen;
  const cell = line[side];
  if (diff === undefined || (cell.kind !== "secret" && cell.kind !== "plain")) return undefined;
  const path = side === "before" ? (line.from ?? line.path) : line.path;
  return { kind: "old", commit: side === "before" ? diff.from.commit : diff.to.commit, file: screen.file, path };
}

export function sameSource(one: ValueSource, other: ValueSource): boolean {
  if (one.kind !== "old" || other.kind !== "old") return false;
  return one.commit === other.commit && one.file === other.file && pathKey(one.path.map(String)) === pathKey(other.path.map(String));
}
