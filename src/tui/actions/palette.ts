/** Lists that are drawn over a screen: commands, help and messages. */
import { overlayRows } from "../model/layout.ts";
import { type Move, moveBy, moveTo } from "../model/list.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { type Action, defineActions, type Keymap, type Scope } from "./action.ts";
import { commandRows } from "./command-rows.ts";
import { helpRows } from "./help-rows.ts";
import { messageRows, messagesAsText } from "./message-rows.ts";
import { runAction } from "./run-action.ts";

/** How many commands are remembered. */
const RECENT = 8;

export function overlayLength(state: State, keymap: Keymap): number {
  switch (state.overlay?.kind) {
    case "palette":
      return commandRows(state, keymap).length;
    case "help":
      return helpRows(state, keymap).length;
    case "messages":
      return messageRows(state).length;
    case "prompt":
    case "choose":
    case undefined:
      return 0;
  }
}

/** Help and messages have no cursor: they scroll. */
export function moveOverlay(state: State, keymap: Keymap, how: Move): Step {
  const { overlay } = state;
  if (overlay === undefined || !("list" in overlay)) return step(state);
  const height = overlayRows(state, overlay.kind);
  const length = overlayLength(state, keymap);
  const list =
    overlay.kind === "palette"
      ? moveBy(overlay.list, how, length, height)
      : moveBy(overlay.list, how, Math.max(1, length - height + 1), height);
  return step({ ...state, overlay: { ...overlay, list: overlay.kind === "palette" ? list : { cursor: list.cursor, top: list.cursor } } });
}

/** At the newest one. */
export function openMessages(state: State): Step {
  const length = messageRows(state).length;
  const { cursor } = moveTo({ cursor: 0, top: 0 }, length - overlayRows(state, "messages"), length, 1);
  return step({ ...state, overlay: { kind: "messages", list: { cursor, top: cursor } } });
}

function runChosen(state: State, keymap: Keymap): Step {
  const { overlay } = state;
  const row = overlay?.kind === "palette" ? commandRows(state, keymap)[overlay.list.cursor] : undefined;
  if (row === undefined) return step(state);
  const { action } = row;
  const recent = [action.id, ...state.recent.filter((id) => id !== action.id)].slice(0, RECENT);
  return runAction({ ...state, overlay: undefined, recent }, action, keymap);
}

function mover(how: Move, keys: readonly string[], title: string, help: string, scopes: readonly Scope[]): Action {
  const id = scopes.includes("messages") ? `messages.${how}` : `overlay.${how}`;
  return { id, keys, title, help, scopes, run: (state, keymap) => moveOverlay(state, keymap, how) };
}

const LISTS: readonly Scope[] = ["palette", "help"];

export const PALETTE_ACTIONS: readonly Action[] = defineActions(
  {
    id: "palette.run",
    keys: ["enter"],
    title: "run",
    help: "Runs the chosen command.",
    scopes: ["palette"],
    footer: 1,
    run: runChosen,
  },
  mover("down", ["down", "ctrl+n", "tab"], "down", "One row down.", LISTS),
  mover("up", ["up", "ctrl+p", "shift+tab"], "up", "One row up.", LISTS),
  mover("pageDown", ["pagedown"], "page down", "One page down.", LISTS),
  mover("pageUp", ["pageup"], "page up", "One page up.", LISTS),
  mover("top", ["ctrl+home"], "top", "To the first row.", LISTS),
  mover("bottom", ["ctrl+end"], "bottom", "To the last row.", LISTS),
  { id: "help.close", keys: ["enter", "f1"], title: "close", help: "Closes the help.", scopes: ["help"], footer: 1, run: close },
  mover("down", ["down", "j"], "down", "One line down.", ["messages"]),
  mover("up", ["up", "k"], "up", "One line up.", ["messages"]),
  mover("pageDown", ["pagedown", "ctrl+f", "space"], "page down", "One page down.", ["messages"]),
  mover("pageUp", ["pageup", "ctrl+b"], "page up", "One page up.", ["messages"]),
  mover("top", ["g g", "home"], "top", "To the oldest.", ["messages"]),
  mover("bottom", ["G", "end"], "bottom", "To the newest.", ["messages"]),
  {
    id: "messages.copy",
    keys: ["y"],
    title: "copy",
    help: "Copies all messages. There is never a value in them.",
    scopes: ["messages"],
    footer: 1,
    enabled: (state) => (state.messages.log.length === 0 ? "nothing was said yet" : true),
    run: (state) =>
      step(state, {
        topic: "value",
        kind: "copy text",
        text: messagesAsText(state.messages.log),
        label: `${state.messages.log.length} messages`,
      }),
  },
);

function close(state: State): Step {
  return step({ ...state, overlay: undefined });
}
