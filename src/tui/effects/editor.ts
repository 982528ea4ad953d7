import type { EditorEffect } from "../model/editor.ts";
import type { Edge } from "./edge.ts";

export async function runEditor(_edge: Edge, _effect: EditorEffect): Promise<void> {
  await Promise.resolve();
}
