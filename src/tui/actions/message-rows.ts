/** The lines of the list of messages, the newest last. */
import { overlayTextWidth } from "../model/layout.ts";
import type { Message, Tone } from "../model/messages.ts";
import type { State } from "../model/state.ts";
import { show } from "../text/show.ts";
import { wrap } from "../text/wrap.ts";

export interface MessageRow {
  /** Undefined where a message goes on. */
  readonly tone: Tone | undefined;
  readonly age: string;
  readonly text: string;
}

/** In cells: glyph and age before the text. */
export const MESSAGE_HEAD = 14;

export function messageRows(state: State): readonly MessageRow[] {
  const width = overlayTextWidth(state) - MESSAGE_HEAD;
  return state.messages.log.flatMap((message) =>
    wrap(show(message.text), width).map((text, index): MessageRow => ({
      tone: index === 0 ? message.tone : undefined,
      age: index === 0 ? ago(state.now - message.at) : "",
      text,
    })),
  );
}

/** @param passed in milliseconds */
export function ago(passed: number): string {
  const seconds = Math.max(0, Math.floor(passed / 1000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

/** For the clipboard: times in UTC. */
export function messagesAsText(log: readonly Message[]): string {
  return log.map(({ at, tone, text }) => `${new Date(at).toISOString()}  ${tone.padEnd(7)}  ${show(text)}\n`).join("");
}
