import type { WizardScreen } from "../model/access.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawWizard(draw: Draw, _screen: WizardScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
