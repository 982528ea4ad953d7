import type { HistoryScreen } from "../model/history.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawHistory(draw: Draw, _screen: HistoryScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
