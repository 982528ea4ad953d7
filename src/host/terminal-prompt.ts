/**
 * Asks on the terminal device itself. While a question is open the terminal shows nothing of what is typed; it is put back
 * whichever way the question ends: an answer, a break, an error, the end of the process, or a signal.
 */
import { closeSync, openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { SottoError } from "../model/error.ts";
import type { Prompt } from "../model/prompt.ts";
import type { TerminalDevice } from "./prompt.ts";
import { writeFully } from "./streams.ts";
import { MAX_LINE, TypedLine } from "./typed-line.ts";

/** They end the process, or its hold on the terminal. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

export function createTerminalPrompt(device: TerminalDevice): Prompt {
  let last: Promise<unknown> = Promise.resolve();
  /** Typed before it was asked for; the next byte stands last, where it can be taken off. */
  const ahead: number[] = [];

  /** Runs one after the other, also when several keys are wrapped at the same time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const readLine = async (question: string, echo: boolean): Promise<Uint8Array> => {
    const line = new TypedLine();
    try {
      await converse(device, `${clean(question)} `, ahead, (byte, terminal) => {
        const typed = line.type(byte);
        switch (typed.kind) {
          case "done":
            return true;
          case "cancelled":
            throw interrupted();
          case "suspend":
            terminal.suspend();
            return false;
          case "full":
            throw new SottoError("USAGE", `the answer is longer than ${MAX_LINE} bytes`);
          case "text":
            if (echo) terminal.show(Uint8Array.of(byte));
            return false;
          case "erased":
            if (echo) terminal.show("\b \b".repeat(typed.count));
            return false;
          case "nothing":
            return false;
        }
      });
      return line.take();
    } finally {
      line.wipe();
    }
  };

  return {
    tell: (text) =>
      inTurn(async () => {
        const output = openSync(device.output, "w");
        try {
          writeFully(output, encode(`${clean(text)}\n`));
        } finally {
          closeSync(output);
        }
      }),
    askSecret: (question) => inTurn(() => readLine(question, false)),
    askText: (question) => inTurn(async () => new TextDecoder().decode(await readLine(question, true))),
    confirm: (question, yes, no) =>
      inTurn(async () => {
        if (no === undefined) {
          await readLine(`${question} (press enter for "${yes}")`, false);
          return true;
        }
        let choice = true;
        await converse(device, `${clean(`${question} (press 1 for "${yes}", 2 for "${no}")`)} `, ahead, (byte, terminal) => {
          if (byte === 0x03 || byte === 0x04) throw interrupted();
          if (byte === 0x1a) terminal.suspend();
          if (byte !== 0x31 && byte !== 0x32) return false;
          choice = byte === 0x31;
          terminal.show(Uint8Array.of(byte));
          return true;
        });
        return choice;
      }),
  };
}

interface Terminal {
  show(text: string | Uint8Array): void;
  /** Puts the terminal back, stops the process as Ctrl-Z does, and asks again when it goes on. */
  suspend(): void;
}

/**
 * Opens the terminal, asks, and hands over what is typed, byte by byte.
 * @param take returns true when the question is answered
 */
function converse(
  device: TerminalDevice,
  question: string,
  ahead: number[],
  take: (byte: number, terminal: Terminal) => boolean,
): Promise<void> {
  const output = openSync(device.output, "w");
  const input = new ReadStream(openSync(device.input, "r+"));
  const show = (text: string | Uint8Array): void => writeFully(output, typeof text === "string" ? encode(text) : text);
  const restore = (): void => {
    input.setRawMode(false);
  };
  const resume = (): void => {
    // The shell has set the terminal as it likes it; only a change of mode reaches the device.
    input.setRawMode(false);
    input.setRawMode(true);
    show(`\n${question}`);
  };
  const suspend = (): void => {
    if (process.platform === "win32") return;
    restore();
    // The whole group, as the terminal itself would stop it.
    process.kill(0, "SIGTSTP");
  };
  const terminal: Terminal = { show, suspend };

  return new Promise<void>((resolve, reject) => {
    const end = (settle: () => void): void => {
      process.off("exit", restore);
      process.off("SIGCONT", resume);
      for (const signal of ENDING_SIGNALS) process.off(signal, endBySignal);
      restore();
      show("\n");
      input.destroy();
      closeSync(output);
      settle();
    };
    // Nobody else may be listening for the signal; then it does what it does without us.
    const endBySignal = (signal: NodeJS.Signals): void => {
      end(() => reject(interrupted()));
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const consume = (): void => {
      try {
        while (ahead.length > 0) {
          const byte = ahead.pop() ?? 0;
          if (take(byte, terminal)) {
            end(resolve);
            return;
          }
        }
      } catch (error) {
        end(() => reject(error instanceof Error ? error : interrupted()));
      }
    };
    process.on("exit", restore);
    process.on("SIGCONT", resume);
    for (const signal of ENDING_SIGNALS) process.on(signal, endBySignal);
    input.on("error", () => end(() => reject(interrupted())));
    input.on("end", () => end(() => reject(interrupted())));
    input.on("data", (chunk: Buffer) => {
      ahead.unshift(...chunk.toReversed());
      chunk.fill(0);
      consume();
    });
    input.setRawMode(true);
    show(question);
    consume();
  });
}

/** A plugin's text, or a file's name, must not act on the terminal. */
function clean(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, " ").replace(/\n+$/, "");
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function interrupted(): SottoError {
  return new SottoError("INTERRUPTED", "interrupted");
}
