import type { ConflictsScreen } from "../model/review.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawConflicts(draw: Draw, _screen: ConflictsScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
