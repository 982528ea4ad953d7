/** The first run, new files, and encrypting what lies there in plaintext. */
import { AT_TOP } from "../model/list.ts";
import { markedFiles, NEW_IDENTITY, NEW_START, type StartChoice, type StartScreen, startRows } from "../model/start.ts";
import { closeScreen, openScreen, type State, topScreen, withScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { parsePathText } from "./path-text.ts";
import { askFor } from "./prompts.ts";
import { type Action, defineActions } from "./action.ts";

function onStart(state: State, change: (screen: StartScreen) => StartScreen): Step {
  const screen = topScreen(state);
  return step(screen.kind === "start" ? withScreen(state, change(screen)) : state);
}

/** Looks around at once; what is found comes later. */
export function openStart(state: State): Step {
  return step(openScreen(state, NEW_START), { topic: "start", kind: "look around" });
}

export function choiceOf(screen: StartScreen): StartChoice | undefined {
  const { identity, fresh } = screen;
  return identity === undefined ? undefined : { identity, files: markedFiles(screen), fresh };
}

function next(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "start" || screen.found === undefined) return step(state);
  const row = startRows(screen)[screen.list.cursor];
  if (screen.step === 1) {
    const identity = row?.kind === "identity" ? row.identity.recipient : row?.kind === "new identity" ? NEW_IDENTITY : undefined;
    if (identity === undefined) return step(state);
    return step(withScreen(state, { ...screen, step: 2, identity, list: AT_TOP, preview: undefined }));
  }
  const choice = choiceOf(screen);
  if (choice === undefined) return step(state);
  if (screen.step === 2) {
    const shown = withScreen(state, { ...screen, step: 3, list: AT_TOP, preview: undefined });
    return step(shown, { topic: "start", kind: "preview", choice });
  }
  return screen.preview === undefined ? step(state) : step(state, { topic: "start", kind: "run", choice });
}

function back(state: State): Step {
  const screen = topScreen(state);
  if (screen.kind !== "start") return step(state);
  if (screen.step === 3) return step(withScreen(state, { ...screen, step: 2, list: AT_TOP, preview: undefined }));
  if (screen.step === 2) return step(withScreen(state, { ...screen, step: 1, list: AT_TOP }));
  return state.screens.length > 1 ? step(closeScreen(state)) : step(tell(state, "info", "q quits; nothing was written."));
}

function mark(state: State): Step {
  return onStart(state, (screen) => {
    const row = startRows(screen)[screen.list.cursor];
    if (row?.kind === "fresh") return { ...screen, fresh: undefined };
    if (row?.kind !== "candidate") return screen;
    const marked = new Set(screen.marked);
    if (!marked.delete(row.candidate.path)) marked.add(row.candidate.path);
    return { ...screen, marked };
  });
}

function markAll(state: State): Step {
  return onStart(state, (screen) => {
    const all = screen.found?.candidates.map(({ path }) => path) ?? [];
    return { ...screen, marked: new Set(all.every((path) => screen.marked.has(path)) ? [] : all) };
  });
}

/** What was typed for the path of a new file. */
export function submitNewFile(state: State, text: string): Step {
  const path = text.trim();
  if (path === "" || path.endsWith("/")) return step(tell(state, "info", "A file needs a name: nothing was made."));
  if (topScreen(state).kind === "start") return onStart(state, (screen) => ({ ...screen, fresh: path }));
  return step(state, { topic: "start", kind: "check file", path });
}

/** What was typed for its first key. */
export function submitFirstKey(state: State, file: string, text: string): Step {
  const key = parsePathText(text);
  if (typeof key === "string") return step(tell(state, "warning", key));
  return step(state, { topic: "start", kind: "create file", path: file, key });
}

/** Asks before a file is encrypted where it is. @param action does it, for the file under the cursor */
export function offerEncryption(state: State, file: string, action: string): Step {
  const isLocked = state.readOnly ? "sotto was started with --read-only" : state.job === undefined ? undefined : "something is running";
  if (isLocked !== undefined) return step(tell(state, "warning", `not encrypted: ${isLocked}`));
  return step({
    ...state,
    overlay: {
      kind: "choose",
      title: `${file} is not encrypted`,
      text: [
        "A rule says that it should be: everybody who has the file reads it.",
        "It is encrypted where it is; keys, comments and layout stay.",
      ],
      choices: [
        { key: "escape", title: "leave it", action: "overlay.close" },
        { key: "e", title: "encrypt it now", action },
      ],
      at: 0,
    },
  });
}

function encryptShown(state: State): Step {
  const screen = topScreen(state);
  const file = screen.kind === "document" && screen.file !== undefined ? state.files.get(screen.file) : undefined;
  return file?.state === "plaintext" ? step(state, { topic: "start", kind: "encrypt", paths: [file.path] }) : step(state);
}

function canMake(state: State): true | string {
  if (state.readOnly) return "sotto was started with --read-only";
  if (!state.project.hasConfig) return "there is no .sops.yaml: I sets one up";
  return state.job === undefined ? true : "something is running";
}

const inStep =
  (...steps: readonly number[]) =>
  (state: State): true | string => {
    const screen = topScreen(state);
    if (screen.kind === "start" && steps.includes(screen.step)) return state.job === undefined ? true : "wait until it is done, or ^C";
    return "not in this step";
  };

export const START_ACTIONS: readonly Action[] = defineActions(
  {
    id: "start.open",
    keys: ["I"],
    title: "set up",
    help: "Sets the project up: a key, a .sops.yaml, the files to encrypt.",
    scopes: ["any"],
    enabled(state) {
      if (state.readOnly) return "sotto was started with --read-only";
      if (!state.loaded || topScreen(state).kind === "start") return "it is being set up";
      return state.project.hasConfig ? "there is a .sops.yaml already" : true;
    },
    run: openStart,
  },
  {
    id: "start.next",
    keys: ["enter"],
    title: "next",
    help: "Takes this and goes to the next step; in the last one, writes it.",
    scopes: ["start"],
    footer: 1,
    enabled: (state) => (state.readOnly ? "sotto was started with --read-only" : inStep(1, 2, 3)(state)),
    run: next,
  },
  {
    id: "start.back",
    keys: ["escape"],
    title: "back",
    help: "One step back. Nothing is written before the end of the last step.",
    scopes: ["start"],
    footer: 2,
    enabled: inStep(1, 2, 3),
    run: back,
  },
  {
    id: "start.mark",
    keys: ["space"],
    title: "choose",
    help: "Chooses this file, or not.",
    scopes: ["start"],
    footer: 3,
    enabled: inStep(2),
    run: mark,
  },
  {
    id: "start.markAll",
    keys: ["a"],
    title: "all",
    help: "Chooses all files, or none.",
    scopes: ["start"],
    footer: 4,
    enabled: inStep(2),
    run: markAll,
  },
  {
    id: "start.type",
    keys: ["n"],
    title: "new file",
    help: "Names a file that is to be made, encrypted from the start.",
    scopes: ["start"],
    footer: 5,
    enabled: inStep(2),
    run: (state) => askFor(state, { kind: "new file" }),
  },
  {
    id: "file.new",
    keys: ["n"],
    title: "new file",
    help: "Makes an encrypted file: asks for its path and its first key.",
    scopes: ["document"],
    enabled: canMake,
    run: (state) => askFor(state, { kind: "new file" }),
  },
  {
    id: "file.encrypt",
    keys: [],
    title: "encrypt this file",
    help: "Encrypts the file that is shown, where it is.",
    scopes: ["document"],
    enabled(state) {
      const screen = topScreen(state);
      const file = screen.kind === "document" ? state.files.get(screen.file ?? "") : undefined;
      return file?.state === "plaintext" ? canMake(state) : "this is for a file that is not encrypted";
    },
    run: encryptShown,
  },
);
