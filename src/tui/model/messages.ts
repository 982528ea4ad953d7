/** What the program says: one line for a short time, and all of it in a list. Never a value. */

export type Tone = "fine" | "info" | "warning" | "error";

export interface Message {
  readonly tone: Tone;
  readonly text: string;
  readonly at: number;
}

export interface Messages {
  readonly log: readonly Message[];
  /** The one that is shown; errors stay until a key is pressed. */
  readonly toast: Message | undefined;
}

export const NO_MESSAGES: Messages = { log: [], toast: undefined };

/** In milliseconds. */
export const TOAST_TIME = 4000;
const KEPT = 200;

export function say(messages: Messages, tone: Tone, text: string, at: number): Messages {
  const message: Message = { tone, text, at };
  return { log: [...messages.log, message].slice(-KEPT), toast: message };
}

export function isOver(toast: Message, now: number): boolean {
  return toast.tone !== "error" && now - toast.at >= TOAST_TIME;
}
