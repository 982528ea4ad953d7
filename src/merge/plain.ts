/**
 * Merges two changes of a plaintext. Lines first, so that layout, order and comments come along; the result counts only if its tree
 * is the merge of the three trees, key by key. A value is one thing: half of one side's and half of the other's is never the result.
 */
import { SottoError } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import { isExpected, type Leaves, listLeaves, type MergedLeaves, mergeLeaves } from "./leaves.ts";
import { mergeLines } from "./lines.ts";

export interface MergedText {
  /** The merged text; what both sides changed in different ways is as our side has it. */
  readonly ours: string;
  /** The same with what their side has. Equal without a conflict. */
  readonly theirs: string;
}

export interface Sides<T> {
  readonly base: T;
  readonly ours: T;
  readonly theirs: T;
}

export function compareTrees(format: Format, texts: Sides<string>): MergedLeaves {
  const read = (text: string): Leaves => listLeaves(format.parse(text).roots);
  return mergeLeaves(read(texts.base), read(texts.ours), read(texts.theirs));
}

/** @returns undefined when the lines do not come to what the trees come to */
export function mergeText(format: Format, texts: Sides<string>, expected: MergedLeaves): MergedText | undefined {
  const merged = mergeLines(texts.base, texts.ours, texts.theirs);
  const holds = (text: string, leaves: Leaves): boolean => {
    try {
      return isExpected(listLeaves(format.parse(text).roots), leaves, expected.lists);
    } catch (error) {
      if (SottoError.is(error)) return false;
      throw error;
    }
  };
  return holds(merged.ours, expected.ours) && holds(merged.theirs, expected.theirs) ? merged : undefined;
}
