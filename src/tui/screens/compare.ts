import type { CompareScreen } from "../model/review.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawCompare(draw: Draw, _screen: CompareScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
