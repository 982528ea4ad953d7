/** Everything that the screens show and the actions change. Plain data; no plaintext but of the one value that is revealed or typed. */
import { NO_EDITS, type Edits } from "./edits.ts";
import type { ValueSource } from "./facts.ts";
import type { FilePast } from "./history.ts";
import type { EnvironmentView, FileView, ProjectView } from "./files.ts";
import { NO_MESSAGES, type Messages } from "./messages.ts";
import type { Overlay } from "./overlays.ts";
import type { Screen } from "./screens.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What people chose about looks; fixed for a run, but for `shared` and `mouse`. */
export interface Look {
  readonly color: "none" | "dark" | "light" | "contrast";
  readonly ascii: boolean;
  readonly motion: boolean;
  /** Screen reader: no borders, one pane, sentences. */
  readonly spoken: boolean;
  readonly mouse: boolean;
}

/** A value that is shown for a short time. */
export interface Reveal {
  readonly source: ValueSource;
  readonly text: string;
  /** In milliseconds, as `State.now`. */
  readonly until: number;
}

export interface Job {
  readonly label: string;
  readonly since: number;
  readonly done?: number;
  readonly total?: number;
  readonly cancellable: boolean;
}

export interface State {
  /** In milliseconds since 1970; the time of the last event. */
  readonly now: number;
  /** When somebody last pressed a key. */
  readonly active: number;
  readonly size: Size;
  readonly look: Look;
  /** Somebody may be looking on: nothing is revealed, no fingerprints. */
  readonly shared: boolean;
  readonly readOnly: boolean;
  /** Environments that somebody locked against changes. */
  readonly closed: ReadonlySet<string>;
  readonly loaded: boolean;
  readonly project: ProjectView;
  readonly files: ReadonlyMap<string, FileView>;
  readonly edits: Edits;
  /** Of files that are shown where there is room for it. */
  readonly pasts: ReadonlyMap<string, FilePast>;
  /** The last one is shown. */
  readonly screens: readonly Screen[];
  readonly overlay: Overlay | undefined;
  readonly messages: Messages;
  readonly reveal: Reveal | undefined;
  readonly clipboard: { readonly label: string; readonly until: number | undefined } | undefined;
  readonly job: Job | undefined;
  readonly locked: boolean;
  /** Keys of a chord that is begun: `g` of `g g`. */
  readonly chord: string;
  readonly nextId: number;
  /** What the generator of the value editor made last. */
  readonly recipe?: number;
  /** Ids of what was run from the palette, the last first. */
  readonly recent: readonly string[];
  /** How the program is to end, once it is. */
  readonly quitting: boolean;
}

export interface StartOptions {
  readonly now: number;
  readonly size: Size;
  readonly look: Look;
  readonly shared: boolean;
  readonly readOnly: boolean;
  readonly name: string;
  readonly root: string;
  readonly screens: readonly Screen[];
}

export function startState(options: StartOptions): State {
  const { now, size, look, shared, readOnly, name, root, screens } = options;
  return {
    now,
    active: now,
    size,
    look,
    shared,
    readOnly,
    closed: new Set(),
    loaded: false,
    project: { name, root, branch: "", hasConfig: false, environments: [], warnings: [] },
    files: new Map(),
    edits: NO_EDITS,
    pasts: new Map(),
    screens,
    overlay: undefined,
    messages: NO_MESSAGES,
    reveal: undefined,
    clipboard: undefined,
    job: undefined,
    locked: false,
    chord: "",
    nextId: 1,
    recent: [],
    quitting: false,
  };
}

export function topScreen(state: State): Screen {
  const top = state.screens.at(-1);
  if (top === undefined) throw new TypeError("there is always a screen");
  return top;
}

/** The screen on top becomes another version of itself. */
export function withScreen(state: State, screen: Screen): State {
  return { ...state, screens: [...state.screens.slice(0, -1), screen], reveal: undefined };
}

/** The same without hiding what is revealed, for changes that are no move. */
export function updateScreen<K extends Screen["kind"]>(
  state: State,
  kind: K,
  change: (screen: Extract<Screen, { readonly kind: K }>) => Screen,
): State {
  const screens = state.screens.map((screen) => (screen.kind === kind ? change(screen as Extract<Screen, { readonly kind: K }>) : screen));
  return { ...state, screens };
}

export function openScreen(state: State, screen: Screen): State {
  return { ...state, screens: [...state.screens, screen], overlay: undefined, reveal: undefined };
}

/** Nothing happens on the last one. */
export function closeScreen(state: State): State {
  return state.screens.length < 2 ? state : { ...state, screens: state.screens.slice(0, -1), reveal: undefined };
}

export function withFile(state: State, path: string, change: (file: FileView) => FileView): State {
  const file = state.files.get(path);
  if (file === undefined) return state;
  return { ...state, files: new Map(state.files).set(path, change(file)) };
}

export function environmentsOf(state: State, file: string): readonly EnvironmentView[] {
  return state.project.environments.filter((environment) => environment.own.includes(file));
}
