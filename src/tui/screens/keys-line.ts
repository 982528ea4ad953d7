/** The last line: the keys of what has the keyboard. */
import { type Action, isTyping, scopesOf } from "../actions/action.ts";
import { showKey } from "../actions/keymap.ts";
import { widthOf } from "../text/width.ts";
import type { Draw } from "../draw/frame.ts";
import { fitLine, type Line, type Span, span } from "../draw/line.ts";

/** From here on keys work everywhere: they stand at the right, and are the last to go. */
const GLOBAL = 90;

/** Numbers of what a screen is for. */
const FIRST = 3;

interface Part {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly footer: number;
  /** In cells, with the blanks behind it. */
  readonly width: number;
}

/** As many as have room: help and the first of the screen before the save, that before all others, and what cannot be done now last. */
export function drawKeys(draw: Draw): Line {
  const { columns } = draw.state.size;
  const parts = partsOf(draw);
  const ranked = parts.toSorted((left, right) => rank(left) - rank(right));
  const chosen = new Set<Part>();
  let room = columns - 1;
  for (const part of ranked) {
    if (part.width > room) continue;
    chosen.add(part);
    room -= part.width;
  }
  const shown = parts.filter((part) => chosen.has(part));
  const local = shown.filter((part) => part.footer < GLOBAL).flatMap(spans);
  const everywhere = shown.filter((part) => part.footer >= GLOBAL).flatMap(spans);
  return fitLine([span(" "), ...local, span(" ".repeat(Math.max(0, room))), ...everywhere], columns, draw.glyphs.ellipsis);
}

function rank({ id, footer, enabled }: Part): number {
  if (!enabled) return 1000 + footer;
  return id === "help.open" ? 0 : id === "save.review" ? FIRST + 0.5 : footer;
}

function spans({ key, title, enabled }: Part): readonly Span[] {
  return [span(key, enabled ? "focus" : "dim"), span(` ${title}  `, enabled ? "text" : "dim")];
}

function partsOf({ state, keymap }: Draw): readonly Part[] {
  const scopes = scopesOf(state);
  // Where one types, a key that is a character is typed; and a nearer scope may have another use for a key.
  const keyOf = (action: Action): string | undefined =>
    keymap.keysOf(action.id).find((key) => (!isTyping(scopes) || key.length > 1) && keymap.find(scopes, key) === action);
  return keymap.actions
    .flatMap((action): Part[] => {
      const { footer, title } = action;
      const bound = keyOf(action);
      if (footer === undefined || bound === undefined || !action.scopes.some((scope) => scopes.includes(scope))) return [];
      const key = showKey(bound, state.look.ascii);
      return [
        {
          id: action.id,
          key,
          title,
          enabled: (action.enabled?.(state) ?? true) === true,
          footer,
          width: widthOf(key) + widthOf(title) + 3,
        },
      ];
    })
    .toSorted((left, right) => left.footer - right.footer);
}
