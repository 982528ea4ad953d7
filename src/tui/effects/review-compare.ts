/** How many lines of two texts differ; the texts stay here. */
import { matchLines } from "../../file/match-lines.ts";
import type { ReviewEffect } from "../model/review.ts";
import type { Edge } from "./edge.ts";
import { plaintextOf } from "./values.ts";

export async function compareLines(edge: Edge, effect: Extract<ReviewEffect, { readonly kind: "compare" }>): Promise<void> {
  const [left, right] = effect.sources.map((source) => linesOf(plaintextOf(edge, source)));
  if (left === undefined || right === undefined) return;
  const { path, columns } = effect;
  await Promise.resolve();
  edge.dispatch({ topic: "review", kind: "compared", path, columns, differing: countDiffering(left, right) });
}

/** A line that was changed is one, not one that is gone and one that is new. */
export function countDiffering(left: readonly string[], right: readonly string[]): number {
  const partners = matchLines(left, right);
  const matched = partners.filter((partner) => partner !== -1).length;
  return Math.max(left.length, right.length) - matched;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split("\n");
  return text.endsWith("\n") ? lines.slice(0, -1) : lines;
}
