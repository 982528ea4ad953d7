/** The field that is typed in: of a prompt, the palette, the help, or the value editor. */
import type { Field } from "../text/field.ts";
import { type State, topScreen, updateScreen } from "./state.ts";

export function activeField(state: State): Field | undefined {
  const { overlay } = state;
  if (overlay !== undefined) return "field" in overlay ? overlay.field : undefined;
  const screen = topScreen(state);
  return screen.kind === "editor" ? screen.field : undefined;
}

/** A field of an overlay narrows a list, which begins anew. */
export function withField(state: State, field: Field): State {
  const { overlay } = state;
  if (overlay?.kind === "palette" || overlay?.kind === "help")
    return { ...state, overlay: { ...overlay, field, list: { cursor: 0, top: 0 } } };
  if (overlay?.kind === "prompt") return { ...state, overlay: { ...overlay, field } };
  return updateScreen(state, "editor", (screen) => ({
    ...screen,
    field,
    replaces: false,
    changed: field.past.length > 0,
    problem: undefined,
  }));
}

/** What is typed or pasted next takes the place of the whole text. */
export function isReplaced(state: State): boolean {
  const screen = topScreen(state);
  return state.overlay === undefined && screen.kind === "editor" && screen.replaces;
}
