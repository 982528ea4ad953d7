/** Puts the program together: state, keymap, edge and drawing, and runs it until it ends. */
import { basename } from "node:path";
import type { ReadStream } from "node:tty";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { beginListing } from "../git/project-files.ts";
import type { Host } from "../model/host.ts";
import type { SessionFile } from "../workspace/session/session-file.ts";
import type { Verification } from "../workspace/session/verification.ts";
import { watchFiles } from "../workspace/session/watch.ts";
import { ACTIONS } from "./actions/index.ts";
import { createKeymap } from "./actions/keymap.ts";
import { type Edge, explainShort, type Held } from "./effects/edge.ts";
import { openVisible, workIdle } from "./effects/open-values.ts";
import { runEffect } from "./effects/run.ts";
import { Clipboard } from "./effects/values.ts";
import { Vault } from "./effects/vault.ts";
import { NEW_MATRIX, newDocument } from "./model/screens.ts";
import { type Look, startState } from "./model/state.ts";
import { pictureOf } from "./picture.ts";
import { needsTick } from "./reduce/input.ts";
import { createStore, type Store } from "./store.ts";
import { findStateFolder, installCrashHandlers } from "./terminal/crash.ts";
import { lendPrompt } from "./terminal/lent-prompt.ts";
import { keyEvents } from "./terminal/keys.ts";
import type { Screen } from "./terminal/screen.ts";
import { tapReports } from "./terminal/tap.ts";
import { followUnsaved, type Unsaved } from "./effects/unsaved.ts";
import { readPlace, writePlace } from "./effects/resume.ts";
import { systemCode } from "../host/errors.ts";
import { readSettings } from "./effects/settings.ts";

export interface StartTui {
  readonly host: Host;
  /** The terminal, entered already. */
  readonly screen: Screen;
  readonly input: ReadStream;
  readonly version: string;
  readonly exit: (code: number) => void;
  /** A file to show first; without one the matrix is home. */
  readonly file: string | undefined;
  readonly readOnly: boolean;
  readonly shared: boolean;
  readonly spoken: boolean;
  readonly motion: boolean;
  readonly clipboardHolder: string;
  /** Said once at the start. */
  readonly hint: string | undefined;
}

/** How long the first screen waits for the files, in milliseconds; then it says that it reads them. */
const PATIENCE = 150;
/** In milliseconds: what counts down, and what spins. */
const TICK = 250;
const IDLE_TICK = 15_000;

/** @returns the exit code, when the person has left */
export async function startTui(options: StartTui): Promise<number> {
  const { screen } = options;
  const host = withLentPrompt(options.host, (run) => screen.paused(run));
  const listing = beginListing(host);
  const settings = await readSettings(host);
  const keymap = createKeymap(ACTIONS, settings.keys);
  const first = startState({
    now: host.now().getTime(),
    size: { columns: screen.output.columns, rows: screen.output.rows },
    look: lookOf(options, settings.theme),
    shared: options.shared,
    readOnly: options.readOnly,
    name: basename(host.cwd),
    root: host.cwd,
    screens: options.file === undefined ? [NEW_MATRIX] : [newDocument(options.file)],
  });
  const clipboard = new Clipboard();
  const vault = new Vault();
  const ended = Promise.withResolvers<void>();
  const store = createStore(
    first,
    keymap,
    () => host.now().getTime(),
    (effect) => void runEffect(edge, clipboard, effect),
  );
  const edge: Edge = {
    host,
    vault,
    held: new Map<string, Held>(),
    project: undefined,
    listing,
    running: undefined,
    state: () => store.state,
    dispatch: (event) => store.dispatch(event),
    device: {
      suspend: async () => void (await screen.suspend()),
      useMouse: (on) => screen.useMouse(on),
      lend: (run) => screen.paused(run),
      put: (sequence) => void screen.output.write(sequence),
      quit: () => ended.resolve(),
      clipboardHolder: options.clipboardHolder,
    },
  };
  const leave = (): void => {
    clipboard.end(edge);
    screen.leave();
    vault.wipe();
  };
  const handlers = installCrashHandlers({
    leave,
    exit: options.exit,
    stateFolder: findStateFolder(host.env),
    version: options.version,
    describe: () => store.state.screens.map((one) => one.kind).join(" > "),
    isSaving: () => store.state.job !== undefined,
  });
  const tap = tapReports(options.input, (report) => {
    if (report.kind === "focus") store.dispatch({ topic: "input", kind: "focus", focused: report.focused });
    else if (report.kind === "key") store.dispatch({ topic: "input", kind: "key", key: report.key, text: "" });
    else if (report.action === "press" || report.action === "wheel-up" || report.action === "wheel-down") {
      const act = report.action === "press" ? "press" : report.action === "wheel-up" ? "wheel up" : "wheel down";
      store.dispatch({ topic: "input", kind: "mouse", act, column: report.column, row: report.row });
    }
  });
  const ready = (suspend: (run: () => Promise<void>) => Promise<void>): void => {
    screen.connect({ pause: suspend, mask: () => store.dispatch({ topic: "input", kind: "focus", focused: false }), ending: leave });
  };
  for (const conflict of keymap.conflicts) store.dispatch({ topic: "project", kind: "message", tone: "warning", text: conflict });
  for (const warning of settings.warnings) store.dispatch({ topic: "project", kind: "message", tone: "warning", text: warning });
  if (options.hint !== undefined) store.dispatch({ topic: "project", kind: "message", tone: "info", text: options.hint });
  // Files are read while the drawing is loaded, so that the first screen is a full one.
  const loaded = runEffect(edge, clipboard, { topic: "project", kind: "load" });
  const { mountApp } = await withoutFetch(() => import("./mount.tsx"));
  await Promise.race([loaded, sleep(PATIENCE, undefined, { ref: false })]);
  openVisible(edge);
  if (store.state.loaded && options.file === undefined) await resume(edge);
  const unsaved = settings.recovery ? followUnsaved(edge, process.pid) : undefined;
  const stop = keepWorking(edge, store, clipboard, unsaved);
  // What was drawn first makes room; Ink takes the screen for empty.
  if (!options.spoken) screen.output.write("\u001B[H\u001B[2J");
  let drawn = { state: store.state, picture: pictureOf(store.state, keymap) };
  const unmount = mountApp({
    subscribe: store.subscribe,
    picture() {
      if (drawn.state !== store.state) drawn = { state: store.state, picture: pictureOf(store.state, keymap) };
      return drawn.picture;
    },
    onKey(input, key) {
      for (const event of keyEvents(input, key)) store.dispatch(event);
    },
    onPaste: (text) => store.dispatch({ topic: "input", kind: "paste", text }),
    onResize(columns, rows) {
      const { size } = store.state;
      if (columns !== size.columns || rows !== size.rows) store.dispatch({ topic: "input", kind: "resize", columns, rows });
    },
    onReady: ready,
    input: options.input,
    output: screen.output,
    spoken: options.spoken,
  });
  void loaded.then(() => findLeft(edge));
  try {
    await ended.promise;
  } finally {
    stop();
    // What the last state masks is masked on the terminal first.
    await nextTurn();
    await unmount();
    await unsaved?.end();
    leave();
    if (options.file === undefined) await writePlace(edge);
    tap[Symbol.dispose]();
    handlers[Symbol.dispose]();
    edge.past?.[Symbol.dispose]();
    for (const held of edge.held.values()) held.session?.lock();
  }
  return 0;
}

/**
 * Yoga, the layout engine, is WebAssembly in a data: URL that it reads by `fetch` where there is one. Node loads its HTTP client for
 * that, which costs a quarter of the start; without `fetch` Yoga decodes the URL itself.
 */
async function withoutFetch<T>(load: () => Promise<T>): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  Object.defineProperty(globalThis, "fetch", { value: undefined, configurable: true, writable: true });
  try {
    return await load();
  } finally {
    if (own !== undefined) Object.defineProperty(globalThis, "fetch", own);
  }
}

/** All of the host, but for its questions. */
function withLentPrompt(host: Host, lend: Edge["device"]["lend"]): Host {
  const own: PropertyDescriptor = { get: () => (host.prompt === undefined ? undefined : lendPrompt(host.prompt, lend)) };
  return Object.create(host, { prompt: own }) as Host;
}

function lookOf({ host, spoken, motion }: StartTui, theme: Look["color"] | undefined): Look {
  const { env } = host;
  const utf8 = /utf-?8/i.test(env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "");
  const color = (env["NO_COLOR"] ?? "") !== "" ? "none" : (theme ?? background(env["COLORFGBG"]));
  return { color, ascii: !utf8 && host.platform !== "win32" && host.platform !== "darwin", motion, spoken, mouse: !spoken };
}

/** `15;0` is light on dark. */
function background(colors: string | undefined): "dark" | "light" {
  const last = Number(colors?.split(";").at(-1));
  return last === 7 || last === 15 ? "light" : "dark";
}

/** Back to where one was. */
async function resume(edge: Edge): Promise<void> {
  const note = await readPlace(edge);
  if (note !== undefined) edge.dispatch({ topic: "project", kind: "resume", note });
}

/** Edits of a run that ended early. */
async function findLeft(edge: Edge): Promise<void> {
  if (edge.project === undefined) return;
  try {
    const { lookForUnsaved } = await import("./effects/recovery.ts");
    await lookForUnsaved(edge, isRunning);
  } catch (error) {
    edge.dispatch({ topic: "project", kind: "message", tone: "warning", text: explainShort(error) });
  }
}

/** A process of another user counts: its edits are not ours either. */
function isRunning(run: number): boolean {
  try {
    process.kill(run, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}

/** Opens what becomes visible, checks the rest in idle time, watches files, and lets time pass. @returns what ends it */
function keepWorking(edge: Edge, store: Store, clipboard: Clipboard, unsaved: Unsaved | undefined): () => void {
  const checks = new Map<SessionFile, Verification>();
  let idle: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let watched = "";
  let watch: ReturnType<typeof watchFiles> | undefined;
  const plan = (): void => {
    if (idle !== undefined) return;
    idle = setTimeout(() => {
      idle = undefined;
      if (workIdle(edge, checks)) plan();
    }, 5);
  };
  const tick = (): void => {
    clipboard.tick(edge);
    store.dispatch({ topic: "input", kind: "tick" });
    ticking = undefined;
    schedule();
  };
  const schedule = (): void => {
    if (ticking === undefined) ticking = setTimeout(tick, needsTick(store.state) ? TICK : IDLE_TICK);
  };
  const watchAll = (): void => {
    const paths = [...store.state.files.keys()];
    const key = paths.join("\0");
    if (key === watched) return;
    watched = key;
    watch?.stop();
    watch = watchFiles(edge.host, paths, (path) => void noteChange(edge, path));
  };
  let wasBusy = needsTick(store.state);
  const end = store.subscribe(() => {
    openVisible(edge);
    plan();
    watchAll();
    unsaved?.note();
    const busy = needsTick(store.state);
    if (busy && !wasBusy) {
      clearTimeout(ticking);
      ticking = undefined;
    }
    wasBusy = busy;
    schedule();
  });
  // The files may have been read before anybody was told.
  plan();
  watchAll();
  schedule();
  return () => {
    end();
    clearTimeout(idle);
    clearTimeout(ticking);
    watch?.stop();
  };
}

/** A file that was only touched, or that we wrote ourselves, has not changed. */
async function noteChange(edge: Edge, path: string): Promise<void> {
  await edge.saving;
  const bytes = await edge.host.readFile(path).catch(() => undefined);
  const held = edge.held.get(path);
  if (held !== undefined && bytes !== undefined && Buffer.compare(held.bytes, bytes) === 0) return;
  edge.dispatch({ topic: "project", kind: "stale", path });
}
