/** Questions and prompts. */
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";
import { submitPrompt } from "./submit-prompt.ts";
import { type Action, defineActions } from "./action.ts";

function choose(state: State, way: 1 | -1): Step {
  const { overlay } = state;
  if (overlay?.kind !== "choose") return step(state);
  const { length } = overlay.choices;
  return step({ ...state, overlay: { ...overlay, at: (overlay.at + way + length) % length } });
}

function close(state: State): Step {
  return step({ ...state, overlay: undefined });
}

function submit(state: State): Step {
  const { overlay } = state;
  return overlay?.kind === "prompt" ? submitPrompt({ ...state, overlay: undefined }, overlay.purpose, overlay.field.text) : step(state);
}

export const OVERLAY_ACTIONS: readonly Action[] = defineActions(
  {
    id: "overlay.close",
    keys: ["escape"],
    title: "close",
    help: "Closes this.",
    scopes: ["palette", "help", "messages", "choose", "prompt"],
    footer: 3,
    run: close,
  },
  { id: "messages.close", keys: ["q", "!"], title: "close", help: "Closes the messages.", scopes: ["messages"], run: close },
  {
    id: "choose.next",
    keys: ["down", "j", "tab", "right", "l"],
    title: "next",
    help: "To the next answer.",
    scopes: ["choose"],
    footer: 2,
    run: (state) => choose(state, 1),
  },
  {
    id: "choose.previous",
    keys: ["up", "k", "shift+tab", "left", "h"],
    title: "previous",
    help: "To the previous answer.",
    scopes: ["choose"],
    run: (state) => choose(state, -1),
  },
  { id: "prompt.submit", keys: ["enter"], title: "keep", help: "Takes what was typed.", scopes: ["prompt"], footer: 1, run: submit },
);

/** The answer that a key gives, or Enter on the one that is chosen. */
export function answerOf(state: State, key: string): string | undefined {
  const { overlay } = state;
  if (overlay?.kind !== "choose") return undefined;
  if (key === "enter") return overlay.choices[overlay.at]?.action;
  return overlay.choices.find((choice) => choice.key === key)?.action;
}
