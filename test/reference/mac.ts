/** The MAC once more: walk the tree leaf by leaf, put the bytes together, hash once. */
import { createHash } from "node:crypto";
import { encodeText } from "../../src/model/text.ts";
import type { Item, Scalar } from "../../src/model/tree.ts";

/** All values below a node in document order, with the keys above them; comments and nulls are none. */
export function* referenceLeaves(node: Item, path: readonly string[] = []): Generator<{ path: readonly string[]; leaf: Scalar }> {
  if (node.kind === "scalar") yield { path, leaf: node };
  if (node.kind === "sequence") for (const item of node.items) yield* referenceLeaves(item, path);
  if (node.kind !== "branch") return;
  for (const entry of node.entries) {
    if (entry.kind === "pair") yield* referenceLeaves(entry.value, [...path, entry.key]);
  }
}

/** @param prefix the bytes that go before all values when only encrypted values count */
export function referenceMac(canonicals: Iterable<string>, prefix: Uint8Array = new Uint8Array()): string {
  const parts: Uint8Array[] = [prefix];
  for (const canonical of canonicals) parts.push(encodeText(canonical));
  return createHash("sha512").update(Buffer.concat(parts)).digest("hex").toUpperCase();
}
