/** Frames as tests: what is drawn for a state, at several sizes, held against files that people can look at. */
import { expect } from "vitest";
import type { Keymap } from "../../src/tui/actions/keymap.ts";
import { widthOfLine } from "../../src/tui/draw/line.ts";
import { glyphsOf, paintLine, plainText } from "../../src/tui/draw/theme.ts";
import type { Size, State } from "../../src/tui/model/state.ts";
import { drawFrame } from "../../src/tui/screens/frame.ts";
import { after, KEYMAP } from "./states.ts";

export const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 200, rows: 60 },
];

export function resized(state: State, { columns, rows }: Size): State {
  return after(state, { topic: "input", kind: "resize", columns, rows });
}

/** The frame as text, with the proof that it fills the terminal exactly. */
export function frameText(state: State, keymap: Keymap = KEYMAP): string {
  const { columns, rows } = state.size;
  const { lines, cursor } = drawFrame({ state, keymap, glyphs: glyphsOf(state.look) });
  expect(lines.length, "rows of the frame").toBe(rows);
  expect(
    lines.map((line) => widthOfLine(line)).filter((width) => width !== columns),
    "widths of lines that are not exact",
  ).toEqual([]);
  if (cursor !== undefined) {
    expect(cursor.column).toBeLessThan(columns);
    expect(cursor.row).toBeLessThan(rows);
  }
  return `${lines.map((line) => plainText(line).trimEnd()).join("\n")}\n`;
}

/** The same with its colours, as sequences for the terminal. */
export function paintedFrame(state: State): string {
  return drawFrame({ state, keymap: KEYMAP, glyphs: glyphsOf(state.look) })
    .lines.map((line) => paintLine(line, state.look.color))
    .join("\n");
}

/**
 * Compares with `frames/<name>.<columns>x<rows>.txt`; `vitest -u` writes them. What is revealed would be hidden by a change of size:
 * `prepare` is called at each size.
 */
export async function expectFrame(
  state: State,
  name: string,
  prepare: (state: State) => State = (same) => same,
  sizes: readonly Size[] = SIZES,
  keymap: Keymap = KEYMAP,
): Promise<void> {
  for (const size of sizes) {
    const text = frameText(prepare(resized(state, size)), keymap);
    // oxlint-disable-next-line no-await-in-loop
    await expect(text).toMatchFileSnapshot(`frames/${name}.${size.columns}x${size.rows}.txt`);
  }
}
