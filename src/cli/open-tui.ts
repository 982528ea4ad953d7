/** Opens the terminal interface: refuses where there is none, draws the first lines at once, then loads the rest. */
import { fileURLToPath } from "node:url";
import { ReadStream, WriteStream } from "node:tty";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { SOTTO_VERSION } from "../model/version.ts";
import { hintOf, refuseReason } from "../tui/terminal/refuse.ts";
import { Screen } from "../tui/terminal/screen.ts";
import { skeleton } from "../tui/terminal/skeleton.ts";

export interface OpenTui {
  readonly file?: string | undefined;
  readonly readOnly?: boolean;
  /** Somebody looks on: nothing is revealed. */
  readonly shared?: boolean;
  /** For screen readers. */
  readonly spoken?: boolean;
  readonly motion?: boolean;
}

/** @returns why it cannot be opened here, undefined when it can */
export function whyNoTui(host: Host): string | undefined {
  const { env, platform } = host;
  return refuseReason({ env, platform, input: host.isTerminal("input"), output: host.isTerminal("output"), execArgv: process.execArgv });
}

function exit(code: number): void {
  process.exit(code);
}

/**
 * @returns the exit code
 * @throws SottoError `NO_TERMINAL` where there is no terminal
 */
export async function openTui(host: Host, options: OpenTui): Promise<number> {
  const reason = whyNoTui(host);
  if (reason !== undefined) throw new SottoError("NO_TERMINAL", reason);
  const { stdin, stdout } = process;
  if (!(stdin instanceof ReadStream) || !(stdout instanceof WriteStream))
    throw new SottoError("NO_TERMINAL", "the editor needs a terminal");
  const spoken = options.spoken === true || host.env["INK_SCREEN_READER"] === "true";
  const screen = new Screen({ input: stdin, output: stdout, exit, alternate: !spoken, mouse: !spoken });
  screen.enter();
  if (!spoken) {
    const color = (host.env["NO_COLOR"] ?? "") === "";
    stdout.write(skeleton({ columns: stdout.columns, rows: stdout.rows, title: options.file ?? "", color }));
  }
  try {
    // Not above: it would bring what decrypts along, before anything is on the screen.
    const [{ startTui }, { isNoReveal }] = await Promise.all([import("../tui/run-tui.ts"), import("./reveal.ts")]);
    return await startTui({
      host,
      screen,
      input: stdin,
      version: SOTTO_VERSION,
      exit,
      file: options.file,
      readOnly: options.readOnly === true,
      shared: options.shared === true || isNoReveal({ host }),
      spoken,
      motion: options.motion !== false,
      clipboardHolder: fileURLToPath(new URL("../tui/clipboard-holder.mjs", import.meta.url)),
      hint: hintOf(host.env),
    });
  } finally {
    screen.leave();
    screen[Symbol.dispose]();
  }
}
