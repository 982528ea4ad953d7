/** Names of keys, however people spell them: `^s`, `C-s`, `ctrl-S` and `ctrl+s` are one. */
import { graphemes } from "../text/graphemes.ts";

const NAMED: ReadonlySet<string> = new Set([
  "up",
  "down",
  "left",
  "right",
  "pageup",
  "pagedown",
  "home",
  "end",
  "enter",
  "escape",
  "tab",
  "backspace",
  "delete",
  "space",
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
]);

const ALSO: Readonly<Record<string, string>> = {
  return: "enter",
  cr: "enter",
  esc: "escape",
  del: "delete",
  bs: "backspace",
  spc: "space",
  pgup: "pageup",
  pgdn: "pagedown",
  pgdown: "pagedown",
  plus: "+",
  minus: "-",
};

const MODIFIERS: Readonly<Record<string, string>> = {
  c: "ctrl",
  ctrl: "ctrl",
  control: "ctrl",
  a: "alt",
  m: "alt",
  alt: "alt",
  meta: "alt",
  option: "alt",
  s: "shift",
  shift: "shift",
};

/** As keys of the terminal are named: modifiers in this order. */
const ORDER = ["ctrl", "alt", "shift"] as const;

/**
 * One key, or several after each other with blanks between them (`g g`).
 * @returns undefined for what no terminal sends
 */
export function normalizeKey(text: string): string | undefined {
  const parts = text
    .trim()
    .split(/\s+/)
    .map((part) => normalizeOne(part));
  return parts.includes(undefined) ? undefined : parts.join(" ");
}

function normalizeOne(text: string): string | undefined {
  // `<C-s>`, as some editors write it.
  const bare = /^<(.{2,})>$/u.exec(text)?.[1] ?? text;
  const modifiers = new Set<string>();
  let rest = bare;
  const caret = /^\^(\S+)$/u.exec(rest)?.[1];
  if (caret !== undefined) {
    modifiers.add("ctrl");
    rest = caret;
  }
  for (;;) {
    const found = /^(\p{L}+)[-+](.+)$/u.exec(rest);
    const modifier = MODIFIERS[found?.[1]?.toLowerCase() ?? ""];
    if (found === null || modifier === undefined) break;
    modifiers.add(modifier);
    rest = found[2] ?? "";
  }
  const key = keyOf(rest);
  if (key === undefined) return undefined;
  if (NAMED.has(key)) return withModifiers(modifiers, key);
  return modifiers.size === 0 ? key : modified(modifiers, key);
}

function keyOf(text: string): string | undefined {
  const word = text.toLowerCase();
  if (NAMED.has(word)) return word;
  const other = ALSO[word];
  if (other !== undefined) return other;
  return Array.from(graphemes(text)).length === 1 ? text : undefined;
}

/** A terminal tells `ctrl+s` and `ctrl+S` not apart, and sends `S` for `shift+s`. */
function modified(modifiers: Set<string>, key: string): string | undefined {
  const upper = modifiers.delete("shift");
  const letter = modifiers.has("ctrl") ? key.toLowerCase() : upper ? key.toUpperCase() : key;
  return withModifiers(modifiers, letter);
}

function withModifiers(modifiers: ReadonlySet<string>, key: string): string {
  return [...ORDER.filter((one) => modifiers.has(one)), key].join("+");
}
