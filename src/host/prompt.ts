/** Finds the terminal of the person who runs the command, wherever standard input and output lead. */
import { closeSync, openSync } from "node:fs";
import type { Prompt } from "../model/prompt.ts";

export interface TerminalDevice {
  readonly input: string;
  readonly output: string;
}

export function terminalDevice(platform: string): TerminalDevice {
  return platform === "win32"
    ? { input: String.raw`\\.\CONIN$`, output: String.raw`\\.\CONOUT$` }
    : { input: "/dev/tty", output: "/dev/tty" };
}

let terminal: Promise<Prompt> | undefined;

/** @returns undefined when the process has no terminal: in a pipeline, under cron, as a service */
export function findPrompt(platform: string): Prompt | undefined {
  const device = terminalDevice(platform);
  try {
    closeSync(openSync(device.input, "r+"));
  } catch {
    return undefined;
  }
  // What reads from a terminal is loaded when there is a question.
  const load = (): Promise<Prompt> =>
    (terminal ??= import("./terminal-prompt.ts").then(({ createTerminalPrompt }) => createTerminalPrompt(device)));
  return {
    tell: async (text) => (await load()).tell(text),
    askSecret: async (question) => (await load()).askSecret(question),
    askText: async (question) => (await load()).askText(question),
    confirm: async (question, yes, no) => (await load()).confirm(question, yes, no),
  };
}
