import type { StartScreen } from "../model/start.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawStart(draw: Draw, _screen: StartScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
