/** What a terminal shows at one moment. It does not change any more when the terminal does. */
import type { IBuffer, IBufferCell, Terminal } from "@xterm/headless";

/** A number is a place in the palette of 256, of which the first 16 are the ANSI colours. */
export type Color = "default" | number | `#${string}`;

export interface Cell {
  /** Empty for a blank, and for the right half of a wide character. */
  readonly char: string;
  readonly width: number;
  /** As they were asked for: inverse does not swap them. */
  readonly fg: Color;
  readonly bg: Color;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly invisible: boolean;
  readonly struck: boolean;
}

export interface Place {
  /** From 0, at the left. */
  readonly x: number;
  /** From 0, at the top. */
  readonly y: number;
}

export interface Cursor extends Place {
  readonly visible: boolean;
}

export class Screen {
  readonly columns: number;
  readonly rows: number;
  /** One for each row, without blanks at the end. */
  readonly lines: readonly string[];
  readonly cursor: Cursor;
  /** True while the program has the second buffer, which has no history. */
  readonly alternate: boolean;
  /** What left the first buffer at the top. */
  readonly scrollback: readonly string[];
  readonly #cells: readonly (readonly Cell[])[];

  constructor(terminal: Terminal, cursorVisible: boolean, buffer: IBuffer = terminal.buffer.active) {
    this.columns = terminal.cols;
    this.rows = terminal.rows;
    this.lines = Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(buffer.baseY + y)?.translateToString(true) ?? "");
    this.cursor = { x: buffer.cursorX, y: buffer.cursorY, visible: cursorVisible };
    this.alternate = buffer.type === "alternate";
    const { normal } = terminal.buffer;
    this.scrollback = Array.from({ length: normal.baseY }, (_, y) => normal.getLine(y)?.translateToString(true) ?? "");
    this.#cells = readCells(buffer, terminal);
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** @throws Error outside of the screen */
  cell(x: number, y: number): Cell {
    const cell = this.#cells[y]?.[x];
    if (cell === undefined) throw new Error(`the screen has ${this.columns}×${this.rows} cells, none at ${x}, ${y}`);
    return cell;
  }

  /** @returns where a text begins, for the n-th time from 0; in cells, which wide characters have two of */
  find(text: string, nth: number = 0): Place | undefined {
    let left = nth;
    for (const [y, row] of this.#cells.entries()) {
      const starts: number[] = [];
      let line = "";
      for (const [x, cell] of row.entries()) {
        if (cell.width === 0) continue;
        const char = cell.char === "" ? " " : cell.char;
        for (let unit = 0; unit < char.length; unit += 1) starts.push(x);
        line += char;
      }
      for (let at = line.indexOf(text); at !== -1; at = line.indexOf(text, at + 1)) {
        if (left === 0) return { x: starts[at] ?? 0, y };
        left -= 1;
      }
    }
    return undefined;
  }

  /** @throws Error that shows the screen, when the text is not on it */
  place(text: string, nth: number = 0): Place {
    const found = this.find(text, nth);
    if (found === undefined) throw new Error(`the screen does not show ${JSON.stringify(text)}\n${this.draw()}`);
    return found;
  }

  /** The cells from where a text begins to where it ends. */
  cellsOf(text: string, nth: number = 0): readonly Cell[] {
    const { x, y } = this.place(text, nth);
    const cells: Cell[] = [];
    for (let at = x, read = 0; read < text.length && at < this.columns; at += 1) {
      const cell = this.cell(at, y);
      if (cell.width === 0) continue;
      cells.push(cell);
      read += Math.max(1, cell.char.length);
    }
    return cells;
  }

  /** A picture for a person who reads why a test failed. */
  draw(): string {
    const rule = "─".repeat(this.columns);
    const { x, y, visible } = this.cursor;
    const notes = [
      `${this.columns}×${this.rows}`,
      this.alternate ? "alternate" : "main",
      `cursor ${x}, ${y}${visible ? "" : " hidden"}`,
      ...(this.scrollback.length === 0 ? [] : [`${this.scrollback.length} lines above`]),
    ];
    return [`┌${rule}`, ...this.lines.map((line) => `│${line}`), `└${rule}`, `  ${notes.join(" · ")}`].join("\n");
  }
}

function readCells(buffer: IBuffer, terminal: Terminal): readonly (readonly Cell[])[] {
  const reused = buffer.getNullCell();
  return Array.from({ length: terminal.rows }, (_row, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    return Array.from({ length: terminal.cols }, (_column, x) => toCell(line?.getCell(x, reused) ?? buffer.getNullCell()));
  });
}

function toCell(cell: IBufferCell): Cell {
  return {
    char: cell.getChars(),
    width: cell.getWidth(),
    fg: colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    bg: colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
    invisible: cell.isInvisible() !== 0,
    struck: cell.isStrikethrough() !== 0,
  };
}

function colorOf(isDefault: boolean, isRgb: boolean, value: number): Color {
  if (isDefault) return "default";
  return isRgb ? `#${value.toString(16).padStart(6, "0")}` : value;
}
