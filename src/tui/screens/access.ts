import type { AccessScreen } from "../model/access.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawAccess(draw: Draw, _screen: AccessScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
