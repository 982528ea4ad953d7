/** Which key means which action: the table's own keys, and what people put in their place. */
import type { Action, Scope } from "./action.ts";

/** By action id; an empty list disables. */
export type KeyOverrides = ReadonlyMap<string, readonly string[]>;

export interface Keymap {
  readonly actions: readonly Action[];
  /** What is wrong with the overrides: unknown actions, one key for two actions. One line each. */
  readonly conflicts: readonly string[];
  /** @returns an action, or `prefix` when the keys so far begin a chord */
  find(scopes: readonly Scope[], chord: string): Action | "prefix" | undefined;
  keysOf(id: string): readonly string[];
  byId(id: string): Action | undefined;
}

export function createKeymap(actions: readonly Action[], overrides: KeyOverrides = new Map()): Keymap {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const conflicts = [...overrides.keys()].filter((id) => !byId.has(id)).map((id) => `there is no action ${id} to bind a key to`);
  const keysOf = (id: string): readonly string[] => overrides.get(id) ?? byId.get(id)?.keys ?? [];
  const scopes = new Map<Scope, Map<string, Action>>();
  const prefixes = new Map<Scope, Set<string>>();
  for (const action of actions) {
    for (const scope of action.scopes) {
      const bound = scopes.get(scope) ?? new Map<string, Action>();
      const begun = prefixes.get(scope) ?? new Set<string>();
      scopes.set(scope, bound);
      prefixes.set(scope, begun);
      for (const key of keysOf(action.id)) {
        const other = bound.get(key);
        if (other === undefined) bound.set(key, action);
        else if (other !== action) conflicts.push(`${key} means both ${other.id} and ${action.id} in ${scope}`);
        const parts = key.split(" ");
        for (let length = 1; length < parts.length; length += 1) begun.add(parts.slice(0, length).join(" "));
      }
    }
  }
  return {
    actions,
    conflicts,
    keysOf,
    byId: (id) => byId.get(id),
    find(from, chord) {
      for (const scope of from) {
        const action = scopes.get(scope)?.get(chord);
        if (action !== undefined) return action;
        if (prefixes.get(scope)?.has(chord) === true) return "prefix";
      }
      return undefined;
    },
  };
}

const NAMES: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  enter: "⏎",
  escape: "esc",
  space: "␣",
  pageup: "PgUp",
  pagedown: "PgDn",
  backspace: "⌫",
  delete: "Del",
};
const ASCII_NAMES: Readonly<Record<string, string>> = {
  up: "up",
  down: "down",
  left: "left",
  right: "right",
  enter: "enter",
  space: "space",
  backspace: "BS",
};

/** A key as people read it: `^S`, `⏎`, `gg`. */
export function showKey(key: string, ascii = false): string {
  return key
    .split(" ")
    .map((part) => {
      const control = /^ctrl\+(.)$/.exec(part);
      if (control !== null) return `^${control[1]?.toUpperCase() ?? ""}`;
      return (ascii ? ASCII_NAMES[part] : undefined) ?? (ascii && part in NAMES ? part : NAMES[part]) ?? part;
    })
    .join("");
}
