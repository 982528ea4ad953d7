import type { DoctorScreen } from "../model/doctor.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";

/** @param height of the body */
export function drawDoctor(draw: Draw, _screen: DoctorScreen, height: number): Part {
  return { lines: fill([], height, draw.state.size.columns) };
}
