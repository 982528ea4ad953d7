import type { HistoryEffect } from "../model/history.ts";
import type { Edge } from "./edge.ts";

export async function runHistory(_edge: Edge, _effect: HistoryEffect): Promise<void> {
  await Promise.resolve();
}
