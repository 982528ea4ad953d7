/** Setting many values at once. */
import type { DataKey } from "../crypto/data-key.ts";
import { type Node, type Scalar, splice } from "../model/tree.ts";
import { guardTarget, hide, type OpenDocument, type Placeholders, sameNode, settle, setValue, valuesOf } from "./edit.ts";
import type { OpenFile } from "./encrypted-file.ts";
import type { PathPart } from "./path.ts";
import { locate } from "./tree-path.ts";
import { isFilled } from "./walk.ts";

export interface Change {
  readonly path: readonly PathPart[];
  readonly value: Node;
}

/** `OpenFile.set` for each, in their order. @throws SottoError as that; then nothing is set */
export function setAll(file: OpenFile, changes: readonly Change[]): void {
  const next = setValues(file.current, file.dataKey, changes);
  if (next !== file.current) file.assume(next, file.metadata);
}

/** `setValue` for one after the other. Values that take the place of values are made together: each pass costs the whole text. */
function setValues(open: OpenDocument, key: DataKey, changes: readonly Change[]): OpenDocument {
  let now = open;
  let values = valuesOf(now.opened);
  let run: { readonly leaf: Scalar; readonly value: Scalar }[] = [];
  const finishRun = (): void => {
    if (run.length === 0) return;
    const placeholders: Placeholders = new Map();
    const splices = run.flatMap(({ leaf, value }) => now.format.cover(now.document, leaf, (hide(value, placeholders) as Scalar).canonical));
    now = settle(now, key, splice(now.document.text, splices), placeholders);
    values = valuesOf(now.opened);
    run = [];
  };
  for (const { path, value } of changes) {
    const root = now.document.roots[0];
    const found = root === undefined || path.length === 0 ? undefined : locate(root, path);
    const leaf = found?.kind === "entry" && found.node.kind === "scalar" && isFilled(found.node) ? found.node : undefined;
    const isPlain = leaf?.slot !== undefined && leaf.slot.style !== "alias" && value.kind === "scalar" && isFilled(value);
    if (root !== undefined && isPlain && !run.some((one) => one.leaf === leaf)) {
      guardTarget(now.format, root, path, value);
      if (!sameNode(leaf, value, values)) run.push({ leaf, value });
    } else {
      finishRun();
      now = setValue(now, key, path, value);
      values = valuesOf(now.opened);
    }
  }
  finishRun();
  return now;
}
