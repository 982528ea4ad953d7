import type { ReviewEffect } from "../model/review.ts";
import type { Edge } from "./edge.ts";

export async function runReview(_edge: Edge, _effect: ReviewEffect): Promise<void> {
  await Promise.resolve();
}
