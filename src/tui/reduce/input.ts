/** What people do: keys become actions or text, time passes, the window changes. */
import { isTyping, scopesOf } from "../actions/action.ts";
import type { Keymap } from "../actions/keymap.ts";
import { answerOf } from "../actions/overlays.ts";
import { runAction } from "../actions/run-action.ts";
import type { InputEvent } from "../model/events.ts";
import { activeField, isReplaced, withField } from "../model/fields.ts";
import { listHeight } from "../model/layout.ts";
import { listLength, listOf, withList } from "../model/lengths.ts";
import { moveTo } from "../model/list.ts";
import { LOCK_AFTER, QUIT_AFTER } from "../model/limits.ts";
import { isOver } from "../model/messages.ts";
import { type State, topScreen, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import { FIELD_LIMIT, pasteText, typeText } from "../text/field.ts";
import { reduceMouse } from "./mouse.ts";

export function reduceInput(state: State, event: InputEvent, keymap: Keymap): Step {
  switch (event.kind) {
    case "key":
      return pressKey({ ...state, active: state.now }, event.key, event.text, keymap);
    case "paste":
      return paste({ ...state, active: state.now }, event.text);
    case "mouse":
      return state.locked ? step(state) : reduceMouse({ ...state, active: state.now }, event, keymap);
    case "resize":
      return step(resize(state, event.columns, event.rows));
    case "focus":
      return step(event.focused ? state : hide(state));
    case "tick":
      return tick(state);
    case "action": {
      const action = keymap.byId(event.id);
      return action === undefined ? step(state) : runAction({ ...state, overlay: undefined }, action, keymap);
    }
  }
}

function pressKey(state: State, key: string, text: string, keymap: Keymap): Step {
  const scopes = scopesOf(state);
  const answer = answerOf(state, key);
  if (answer !== undefined) {
    const action = keymap.byId(answer);
    return action === undefined ? step({ ...state, overlay: undefined }) : runAction({ ...state, overlay: undefined }, action, keymap);
  }
  const quiet = state.messages.toast?.tone === "error" ? { ...state, messages: { ...state.messages, toast: undefined } } : state;
  const typing = isTyping(scopes) && text !== "" && activeField(state) !== undefined;
  if (typing) return step(withField(quiet, typeText(activeFieldOf(quiet), text, isReplaced(quiet))));
  const chord = quiet.chord === "" ? key : `${quiet.chord} ${key}`;
  const found = keymap.find(scopes, chord);
  if (found === "prefix") return step({ ...quiet, chord });
  if (found !== undefined) return runAction({ ...quiet, chord: "" }, found, keymap);
  if (quiet.chord === "") return step(quiet);
  // A chord that means nothing is forgotten, and its last key counts alone; Escape only forgets it.
  const without = { ...quiet, chord: "" };
  return key === "escape" ? step(without) : pressKey(without, key, text, keymap);
}

function activeFieldOf(state: State): NonNullable<ReturnType<typeof activeField>> {
  const field = activeField(state);
  if (field === undefined) throw new TypeError("there is a field where one types");
  return field;
}

function paste(state: State, text: string): Step {
  const field = activeField(state);
  if (state.locked || field === undefined) return step(tell(state, "info", "Nothing here takes a paste: e edits the value first."));
  const { field: next, notes } = pasteText(field, text.slice(0, FIELD_LIMIT + 1), isReplaced(state));
  const pasted = next === field ? state : withField(state, next);
  return step(notes.length === 0 ? pasted : tell(pasted, "info", notes.join(" ")));
}

/** The row under the cursor stays in sight. */
function resize(state: State, columns: number, rows: number): State {
  const next = hide({ ...state, size: { columns, rows } });
  const screen = topScreen(next);
  const list = listOf(screen);
  const moved = moveTo(list, list.cursor, listLength(next, screen), listHeight(next));
  return moved === list ? next : { ...next, screens: [...next.screens.slice(0, -1), withList(screen, moved)] };
}

/** What was shown in the clear is masked. */
export function hide(state: State): State {
  return updateScreen({ ...state, reveal: undefined }, "editor", (screen) => ({ ...screen, shownUntil: undefined }));
}

function tick(state: State): Step {
  const idle = state.now - state.active;
  // A program that has the terminal meanwhile takes the time that it takes.
  if (idle >= QUIT_AFTER && state.job?.cancellable !== false) return step({ ...state, quitting: true }, { topic: "project", kind: "quit" });
  if (idle >= LOCK_AFTER && !state.locked && state.loaded && state.job === undefined) {
    const screens = state.screens.filter((screen) => screen.kind !== "editor");
    return step({ ...hide(state), locked: true, overlay: undefined, screens }, { topic: "project", kind: "lock" });
  }
  let next = state;
  if (state.reveal !== undefined && state.now >= state.reveal.until) next = { ...next, reveal: undefined };
  const { toast } = next.messages;
  if (toast !== undefined && isOver(toast, state.now)) next = { ...next, messages: { ...next.messages, toast: undefined } };
  if (next.clipboard?.until !== undefined && state.now >= next.clipboard.until) next = { ...next, clipboard: undefined };
  const top = topScreen(next);
  if (top.kind === "editor" && top.shownUntil !== undefined && state.now >= top.shownUntil) {
    next = updateScreen(next, "editor", (screen) => ({ ...screen, shownUntil: undefined }));
  }
  return step(next);
}

/** True while something on the screen changes by itself. */
export function needsTick(state: State): boolean {
  const top = topScreen(state);
  return (
    state.reveal !== undefined ||
    state.job !== undefined ||
    state.clipboard?.until !== undefined ||
    state.messages.toast !== undefined ||
    (top.kind === "editor" && top.shownUntil !== undefined)
  );
}
