/** The lines of the help: the keys of what has the keyboard first, then all others by where they work. */
import { overlayTextWidth } from "../model/layout.ts";
import type { State } from "../model/state.ts";
import { wrap } from "../text/wrap.ts";
import { type Action, type Keymap, type Scope, scopesOf } from "./action.ts";
import { showKey } from "./keymap.ts";

export type HelpRow =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "action"; readonly keys: string; readonly title: string; readonly text: string; readonly disabled: boolean }
  /** The help goes on. */
  | { readonly kind: "more"; readonly text: string; readonly disabled: boolean }
  | { readonly kind: "blank" };

/** In cells: the columns of keys and titles. */
export const HELP_KEYS = 15;
export const HELP_TITLE = 18;

export const SCOPE_NAMES: Readonly<Record<Scope, string>> = {
  stale: "A file changed on disk",
  damaged: "A checksum is wrong",
  conflicted: "Conflict markers",
  filtered: "While a filter is on",
  matrix: "Matrix",
  document: "Files and keys",
  editor: "Value editor",
  review: "Review before the save",
  conflicts: "Conflicts",
  compare: "Compare",
  history: "History",
  access: "Access",
  wizard: "Access wizard",
  doctor: "Doctor",
  start: "First steps",
  list: "Moving",
  any: "Everywhere",
  text: "While typing",
  prompt: "Prompt",
  choose: "Question",
  palette: "Commands",
  help: "Help",
  messages: "Messages",
  locked: "Locked",
};

export function helpRows(state: State, keymap: Keymap): readonly HelpRow[] {
  const query = state.overlay?.kind === "help" ? state.overlay.field.text.trim().toLowerCase() : "";
  const words = query.split(/\s+/).filter((word) => word !== "");
  const below = { ...state, overlay: undefined };
  const here = scopesOf(below);
  const scopes = [...here, ...(Object.keys(SCOPE_NAMES) as Scope[]).filter((scope) => !here.includes(scope))];
  const seen = new Set<Action>();
  return scopes.flatMap((scope): HelpRow[] => {
    const rows = keymap.actions.flatMap((action): HelpRow[] => {
      if (seen.has(action) || !action.scopes.includes(scope)) return [];
      const keys = keymap
        .keysOf(action.id)
        .filter((key) => !here.includes(scope) || keymap.find(here, key) === action)
        .map((key) => showKey(key, state.look.ascii))
        .join(" ");
      if (keys === "" || !matches(action, keys, words)) return [];
      seen.add(action);
      const enabled = here.includes(scope) ? (action.enabled?.(below) ?? true) : true;
      const disabled = enabled !== true;
      const text = disabled ? `${action.help} (${enabled})` : action.help;
      const [first = "", ...more] = wrap(text, overlayTextWidth(state) - 2 - HELP_KEYS - HELP_TITLE);
      return [
        { kind: "action", keys, title: action.title, text: first, disabled },
        ...more.map((line): HelpRow => ({ kind: "more", text: line, disabled })),
      ];
    });
    return rows.length === 0 ? [] : [{ kind: "heading", text: SCOPE_NAMES[scope] }, ...rows, { kind: "blank" }];
  });
}

function matches(action: Action, keys: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${action.title} ${action.help} ${action.id} ${keys}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
