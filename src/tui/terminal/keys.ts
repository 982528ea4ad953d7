/** Keys under the names that the keymap knows. */
import type { InputEvent } from "../model/events.ts";
import { graphemes } from "../text/graphemes.ts";

/** What Ink says about a key. */
export interface PressedKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

const NAMED: readonly (readonly [keyof PressedKey, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageDown", "pagedown"],
  ["pageUp", "pageup"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

/** Several keys can come in one piece: each is an event of its own. */
export function keyEvents(input: string, key: PressedKey): readonly InputEvent[] {
  const named = NAMED.find(([flag]) => key[flag])?.[1];
  if (named !== undefined) return [press(withModifiers(named, key), "")];
  if (key.ctrl) return input === "" ? [] : [press(`ctrl+${input === " " ? "space" : input}`, "")];
  if (key.meta) return input === "" ? [] : [press(`alt+${input}`, "")];
  return Array.from(graphemes(input)).flatMap((char) => typed(char));
}

function withModifiers(name: string, { ctrl, meta, shift }: PressedKey): string {
  const modifiers = [
    ...(ctrl ? ["ctrl"] : []),
    ...(meta && name !== "escape" ? ["alt"] : []),
    ...(shift && name !== "backspace" ? ["shift"] : []),
  ];
  return [...modifiers, name].join("+");
}

function typed(char: string): readonly InputEvent[] {
  const code = char.codePointAt(0) ?? 0;
  if (char === " ") return [press("space", " ")];
  if (char === "\r" || char === "\n") return [press("enter", "")];
  if (char === "\t") return [press("tab", "")];
  if (code === 0x7f) return [press("backspace", "")];
  // Behind the letters: `ctrl+\` to `ctrl+_`.
  if (code < 0x20) return code === 0 ? [] : [press(`ctrl+${String.fromCharCode(code + (code > 0x1b ? 0x40 : 0x60))}`, "")];
  return [press(char, char)];
}

function press(key: string, text: string): InputEvent {
  return { topic: "input", kind: "key", key, text };
}
