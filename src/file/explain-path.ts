/** Why the leaves at or below a path are encrypted or not, with the decision of the one walk that encryption uses. */
import { SottoError } from "../model/error.ts";
import type { Branch } from "../model/tree.ts";
import { explainLeaf, type LeafExplanation } from "../policy/explain.ts";
import type { Selector } from "../policy/selector.ts";
import { formatPath, type PathPart } from "./path.ts";
import { governingComments, pathOf, walk } from "./walk.ts";

export interface ExplainedLeaf extends LeafExplanation {
  readonly path: readonly PathPart[];
}

/**
 * @param path empty for the whole first document
 * @throws SottoError `PATH_NOT_FOUND`
 */
export function explainPath(root: Branch, selector: Selector, path: readonly PathPart[]): ExplainedLeaf[] {
  const wanted = path.map(String);
  const leaves: ExplainedLeaf[] = [];
  for (const { leaf, place } of walk([root], selector)) {
    if (leaf.kind === "comment") continue;
    const own = pathOf(place);
    if (!wanted.every((part, index) => part === String(own[index]))) continue;
    const keys = own.filter((part) => typeof part === "string");
    leaves.push({ path: own, ...explainLeaf(selector, keys, governingComments(place), false) });
  }
  if (leaves.length === 0) throw new SottoError("PATH_NOT_FOUND", `there is no value at ${formatPath(path)}`);
  return leaves;
}
