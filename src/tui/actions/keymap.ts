/** Which key means which action: the table's own keys, and what people put in their place. */
import type { Action, Keymap, Scope } from "./action.ts";
import { normalizeKey } from "./key-names.ts";

export type { Keymap } from "./action.ts";

/** By action id; an empty list disables. */
export type KeyOverrides = ReadonlyMap<string, readonly string[]>;

interface Bound {
  readonly keys: Map<string, Action>;
  /** Chords that are begun, each with what can follow. */
  readonly begun: Map<string, { readonly key: string; readonly action: Action }[]>;
}

/** A key that somebody chose wins over one of the table; that it was taken away is told as a conflict. */
export function createKeymap(actions: readonly Action[], overrides: KeyOverrides = new Map()): Keymap {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const conflicts: string[] = [];
  const chosen = new Map<string, readonly string[]>();
  for (const [id, spelled] of overrides) {
    if (!byId.has(id)) conflicts.push(`there is no action ${id} to bind a key to`);
    chosen.set(
      id,
      spelled.flatMap((key) => normalizeKey(key) ?? (conflicts.push(`${id}: there is no key ${key}`), [])),
    );
  }
  const keysOf = (id: string): readonly string[] => chosen.get(id) ?? byId.get(id)?.keys ?? [];
  const scopes = new Map<Scope, Bound>();
  const inOrder = [...actions.filter((action) => chosen.has(action.id)), ...actions.filter((action) => !chosen.has(action.id))];
  for (const action of inOrder) {
    for (const scope of action.scopes) {
      const bound = scopes.get(scope) ?? { keys: new Map<string, Action>(), begun: new Map<string, never[]>() };
      scopes.set(scope, bound);
      for (const key of keysOf(action.id)) bind(bound, key, action, scope, conflicts);
    }
  }
  for (const [scope, { keys, begun }] of scopes) {
    for (const [key, action] of keys) {
      const hidden = begun.get(key)?.[0];
      if (hidden !== undefined)
        conflicts.push(`${key} means ${action.id}, so that ${key} ${hidden.key} (${hidden.action.id}) cannot be typed in ${scope}`);
    }
  }
  const isNew = (action: Action, key: string): boolean => chosen.has(action.id) && !action.keys.includes(key);
  conflicts.push(...hiddenKeys(scopes, isNew));
  return {
    actions,
    conflicts: [...new Set(conflicts)],
    keysOf,
    byId: (id) => byId.get(id),
    find(from, chord) {
      for (const scope of from) {
        const action = scopes.get(scope)?.keys.get(chord);
        if (action !== undefined) return action;
        if (scopes.get(scope)?.begun.has(chord) === true) return "prefix";
      }
      return undefined;
    },
    continuations(from, chord) {
      const all = from.flatMap((scope) => scopes.get(scope)?.begun.get(chord) ?? []);
      return all.filter((one, index) => all.findIndex((other) => other.action === one.action) === index);
    },
  };
}

/** Behind these no other scope is asked. */
const LAST: ReadonlySet<Scope> = new Set(["palette", "help", "prompt", "messages", "choose", "locked", "text", "any"]);

/** The table hides keys on purpose where a screen has a meaning of its own for them; what somebody chose may hide by accident. */
function hiddenKeys(scopes: ReadonlyMap<Scope, Bound>, isNew: (action: Action, key: string) => boolean): readonly string[] {
  const found: string[] = [];
  for (const [scope, { keys }] of scopes) {
    if (LAST.has(scope)) continue;
    const behind: readonly Scope[] = scope === "list" || scope === "editor" ? ["any"] : ["list", "any"];
    for (const [key, action] of keys) {
      const other = behind.map((outer) => scopes.get(outer)?.keys.get(key)).find((one) => one !== undefined && one !== action);
      if (other !== undefined && (isNew(action, key) || isNew(other, key)))
        found.push(`${key} means ${action.id} in ${scope}, and ${other.id} elsewhere only`);
    }
  }
  return found;
}

function bind({ keys, begun }: Bound, key: string, action: Action, scope: Scope, conflicts: string[]): void {
  const other = keys.get(key);
  if (other !== undefined) {
    if (other !== action) conflicts.push(`${key} means both ${other.id} and ${action.id} in ${scope}: ${other.id} has it`);
    return;
  }
  keys.set(key, action);
  const parts = key.split(" ");
  for (let length = 1; length < parts.length; length += 1) {
    const start = parts.slice(0, length).join(" ");
    const list = begun.get(start) ?? [];
    begun.set(start, list);
    list.push({ key: parts.slice(length).join(" "), action });
  }
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
  home: "Home",
  end: "End",
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
  escape: "esc",
  pageup: "PgUp",
  pagedown: "PgDn",
  home: "Home",
  end: "End",
  backspace: "BS",
  delete: "Del",
};

/** A key as people read it: `^S`, `⏎`, `gg`. */
export function showKey(key: string, ascii = false): string {
  return key
    .split(" ")
    .map((part) => {
      const control = /^ctrl\+(.)$/.exec(part);
      if (control !== null) return `^${control[1]?.toUpperCase() ?? ""}`;
      if (/^f\d+$/.test(part)) return part.toUpperCase();
      return (ascii ? ASCII_NAMES[part] : undefined) ?? (ascii && part in NAMES ? part : NAMES[part]) ?? part;
    })
    .join("");
}
