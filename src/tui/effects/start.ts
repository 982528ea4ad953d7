import type { StartEffect } from "../model/start.ts";
import type { Edge } from "./edge.ts";

export async function runStart(_edge: Edge, _effect: StartEffect): Promise<void> {
  await Promise.resolve();
}
