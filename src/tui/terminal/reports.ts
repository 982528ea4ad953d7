/**
 * What a terminal reports by itself, in the middle of what is typed: the mouse (SGR form, mode 1006) and the focus (mode 1004);
 * and the function keys, which Ink tells nobody about. These are taken out of the text; all other keys stay. What comes inside a paste is text, whatever it looks like.
 */

export type MouseButton = "left" | "middle" | "right" | "other" | "none";
export type MouseAction = "press" | "release" | "drag" | "move" | "wheel-up" | "wheel-down" | "wheel-left" | "wheel-right";

export interface MouseReport {
  readonly kind: "mouse";
  readonly action: MouseAction;
  readonly button: MouseButton;
  /** From 0, at the left. */
  readonly column: number;
  /** From 0, at the top. */
  readonly row: number;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

export interface FocusReport {
  readonly kind: "focus";
  readonly focused: boolean;
}

/** A function key, named as the keymap names it: `f1`, `shift+f5`. */
export interface KeyReport {
  readonly kind: "key";
  readonly key: string;
}

export type TerminalReport = MouseReport | FocusReport | KeyReport;

export interface Sorted {
  /** What is left for the keyboard. */
  readonly rest: string;
  readonly reports: readonly TerminalReport[];
}

const ESC = "\u001B";
/** Before one letter: how terminals send F1 to F4. */
const SS3 = `${ESC}O`;
const PASTE_END = `${ESC}[201~`;
/** No sequence that is meant is longer. */
const LONGEST = 40;

/**
 * Sequences may come in pieces. A piece that may still be a key (`ESC`, `ESC [`) is given away at once, and then so is what
 * follows; of what can only be the mouse (`ESC [ <`) nothing is given away until it is whole.
 */
export class ReportParser {
  /** The sequence so far, with its ESC. */
  #sequence = "";
  /** How much of it has been given away with earlier pieces. */
  #given = 0;
  /** While a paste goes on: its last characters. */
  #paste: string | undefined;

  push(piece: string): Sorted {
    const out: string[] = [];
    const reports: TerminalReport[] = [];
    for (const char of piece) this.#take(char, out, reports);
    if (!this.#sequence.startsWith(`${ESC}[<`) || this.#given > 0) this.#give(out);
    // Alone in its piece it is alt+O, whatever is typed next.
    if (this.#sequence === SS3) this.#sequence = "";
    if (this.#sequence === "") this.#given = 0;
    return { rest: out.join(""), reports };
  }

  #take(char: string, out: string[], reports: TerminalReport[]): void {
    if (this.#paste !== undefined) {
      out.push(char);
      const tail = (this.#paste + char).slice(-PASTE_END.length);
      this.#paste = tail === PASTE_END ? undefined : tail;
      return;
    }
    if (char === ESC) {
      this.#end(out);
      this.#sequence = ESC;
      return;
    }
    if (this.#sequence === "") {
      out.push(char);
      return;
    }
    this.#sequence += char;
    const goesOn = this.#sequence.length === 2 ? char === "[" || char === "O" : !isFinal(char) && this.#sequence.length < LONGEST;
    if (goesOn) return;
    // What has come in pieces may have been typed one by one.
    const report = readReport(this.#sequence) ?? (this.#given === 0 ? readFunctionKey(this.#sequence) : undefined);
    if (this.#sequence === `${ESC}[200~`) this.#paste = "";
    if (report !== undefined) reports.push(report);
    // What has begun to be given away is given whole: the reader has to see where it ends.
    if (report !== undefined && this.#given === 0) this.#sequence = "";
    this.#end(out);
  }

  #give(out: string[]): void {
    out.push(this.#sequence.slice(this.#given));
    this.#given = this.#sequence.length;
  }

  #end(out: string[]): void {
    this.#give(out);
    this.#sequence = "";
    this.#given = 0;
  }
}

function isFinal(char: string): boolean {
  return char < "\u0020" || (char >= "@" && char !== "[");
}

function readReport(sequence: string): TerminalReport | undefined {
  if (sequence === `${ESC}[I`) return { kind: "focus", focused: true };
  if (sequence === `${ESC}[O`) return { kind: "focus", focused: false };
  // oxlint-disable-next-line no-control-regex
  const found = /^\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])$/.exec(sequence);
  if (found === null) return undefined;
  const [code = 0, column = 1, row = 1] = found.slice(1, 4).map(Number);
  return {
    kind: "mouse",
    action: actionOf(code, found[4] === "m"),
    button: buttonOf(code),
    column: Math.max(0, column - 1),
    row: Math.max(0, row - 1),
    shift: (code & 4) !== 0,
    alt: (code & 8) !== 0,
    ctrl: (code & 16) !== 0,
  };
}

/** By the number before the `~`. */
const NUMBERED: Readonly<Record<string, string>> = Object.fromEntries(
  [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map((code, index) => [String(code), `f${index + 1}`]),
);
const MODIFIERS = [
  [4, "ctrl"],
  [2, "alt"],
  [1, "shift"],
] as const;

/** The forms of xterm, of the Linux console, and of kitty; of a key that is let go nothing is made. */
function readFunctionKey(sequence: string): KeyReport | undefined {
  // oxlint-disable-next-line no-control-regex
  const found = /^\u001B(?:O([P-S])|\[\[([A-E])|\[(?:1;(\d{1,2})(?::1)?)?([PQS])|\[(\d\d)(?:;(\d{1,2})(?::1)?)?~)$/.exec(sequence);
  if (found === null) return undefined;
  const [, ss3, console, letterModifier, letter, number, numberModifier] = found;
  const name =
    ss3 === undefined && letter === undefined
      ? console === undefined
        ? NUMBERED[number ?? ""]
        : `f${"ABCDE".indexOf(console) + 1}`
      : `f${"PQRS".indexOf(ss3 ?? letter ?? "") + 1}`;
  if (name === undefined) return undefined;
  const bits = Number(letterModifier ?? numberModifier ?? 1) - 1;
  return { kind: "key", key: [...MODIFIERS.flatMap(([bit, modifier]) => ((bits & bit) === 0 ? [] : [modifier])), name].join("+") };
}

const WHEEL = ["wheel-up", "wheel-down", "wheel-left", "wheel-right"] as const;
const BUTTONS = ["left", "middle", "right", "none"] as const;

function actionOf(code: number, released: boolean): MouseAction {
  if ((code & 64) !== 0) return WHEEL[code & 3] ?? "wheel-up";
  if (released) return "release";
  if ((code & 32) === 0) return "press";
  return (code & 3) === 3 && (code & 128) === 0 ? "move" : "drag";
}

function buttonOf(code: number): MouseButton {
  if ((code & 128) !== 0) return "other";
  return (code & 64) !== 0 ? "none" : (BUTTONS[code & 3] ?? "none");
}
