/** Saving, merging, resolving and comparing. */
import type { ReviewEffect } from "../model/review.ts";
import { compareLines } from "./review-compare.ts";
import type { Edge } from "./edge.ts";
import { readMarkers, writeResolved } from "./review-markers.ts";
import { merge, settle, showTheirs } from "./review-merge.ts";
import { prepare, save } from "./review-save.ts";
import { findTampered } from "./review-tampered.ts";

export async function runReview(edge: Edge, effect: ReviewEffect): Promise<void> {
  switch (effect.kind) {
    case "prepare":
      return prepare(edge);
    case "save":
      return save(edge, effect.edits, effect.allowPlaintext);
    case "merge":
      return merge(edge, effect.paths, (path) => readMarkers(edge, path));
    case "show theirs":
      return showTheirs(edge, effect.paths);
    case "settle":
      return settle(edge, effect.paths, effect.dropped, effect.added);
    case "read markers":
      return readMarkers(edge, effect.path);
    case "write resolved":
      return writeResolved(edge, effect.path, effect.edits);
    case "find tampered":
      return findTampered(edge, effect.path);
    case "compare":
      return compareLines(edge, effect);
  }
}
