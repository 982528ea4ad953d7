import type { AccessEffect } from "../model/access.ts";
import type { Edge } from "./edge.ts";

export async function runAccess(_edge: Edge, _effect: AccessEffect): Promise<void> {
  await Promise.resolve();
}
