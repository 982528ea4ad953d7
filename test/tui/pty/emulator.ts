/** A terminal without a window: it takes the bytes of a program, and answers the questions that terminals are asked. */
import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import type { Terminal } from "@xterm/headless";
import { Screen } from "./screen.ts";

export type Background = "dark" | "light";

export interface EmulatorOptions {
  readonly columns: number;
  readonly rows: number;
  /** What it says when it is asked for its colours; without it, it keeps silent, as many do. */
  readonly background?: Background;
  /** What it has to say to the program. */
  readonly answer?: (text: string) => void;
}

const COLORS: Readonly<Record<Background, readonly [foreground: string, background: string]>> = {
  dark: ["rgb:c8c8/cccc/d4d4", "rgb:1d1d/1f1f/2121"],
  light: ["rgb:2424/2929/2f2f", "rgb:ffff/ffff/ffff"],
};

export class Emulator implements Disposable {
  readonly terminal: Terminal;
  /** What programs put on the clipboard by OSC 52, in order; an empty text clears it. */
  readonly clipboard: string[] = [];
  /** What was in the second buffer each time when it was left: some terminals keep it. */
  readonly left: Screen[] = [];
  readonly titles: string[] = [];
  #cursorVisible = true;

  constructor({ columns, rows, background, answer = (): void => {} }: EmulatorOptions) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 10_000 });
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
    this.terminal.onData(answer);
    this.terminal.onTitleChange((title) => {
      this.titles.push(title);
    });
    const { parser } = this.terminal;
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (params) => this.#setModes(params.flat(), true));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, (params) => this.#setModes(params.flat(), false));
    parser.registerOscHandler(52, (data) => this.#copy(data));
    for (const [number, index] of [
      [10, 0],
      [11, 1],
    ] as const) {
      parser.registerOscHandler(number, (data) => {
        if (data !== "?") return false;
        if (background !== undefined) answer(`\u001B]${number};${COLORS[background][index] ?? ""}\u001B\\`);
        return true;
      });
    }
  }

  /** Resolves when all of it is on the screen. */
  write(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => {
      this.terminal.write(bytes, resolve);
    });
  }

  /** True between the begin and the end of a synchronized update: half a picture, which no terminal shows. */
  get amidFrame(): boolean {
    return this.terminal.modes.synchronizedOutputMode;
  }

  screen(): Screen {
    return new Screen(this.terminal, this.#cursorVisible);
  }

  /** Everything that either buffer holds, with the history. */
  allText(): string {
    const { normal, alternate } = this.terminal.buffer;
    return [normal, alternate]
      .flatMap((buffer) => Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? ""))
      .join("\n");
  }

  /** Looks only: the terminal itself acts on it after that. */
  #setModes(modes: readonly number[], on: boolean): boolean {
    if (modes.includes(25)) this.#cursorVisible = on;
    const leaves = !on && modes.some((mode) => mode === 1049 || mode === 1047 || mode === 47);
    if (leaves && this.terminal.buffer.active.type === "alternate") this.left.push(this.screen());
    return false;
  }

  #copy(data: string): boolean {
    const text = data.slice(data.indexOf(";") + 1);
    if (text !== "?") this.clipboard.push(Buffer.from(text, "base64").toString());
    return true;
  }

  [Symbol.dispose](): void {
    this.terminal.dispose();
  }
}
