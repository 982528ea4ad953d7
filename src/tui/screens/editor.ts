import type { EditorScreen } from "../model/editor.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawEditor(draw: Draw, _screen: EditorScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
