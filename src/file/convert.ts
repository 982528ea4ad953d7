/** Whole trees instead of places in a text: for output in another format, and for a file re-emitted as sops would. */
import type { DataKey } from "../crypto/data-key.ts";
import { MacHasher, sealMac } from "../crypto/mac.ts";
import { SottoError } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Branch, Comment, Item, Leaf, Node, Scalar } from "../model/tree.ts";
import { metadataTree } from "../metadata/write.ts";
import type { Selector } from "../policy/selector.ts";
import { sealLeaf } from "./seal.ts";
import { isFilled, walk } from "./walk.ts";

/** Deeper trees are opened and restored in place, but not copied: that recurses. */
const MAX_DEPTH = 1_000;

/**
 * A copy of a tree with other leaves. A scalar may become a comment where sops stored one as a list element.
 * @throws SottoError `EMIT_FAILED` for a tree of more than 1,000 levels
 */
export function mapLeaves(roots: readonly Branch[], change: (leaf: Leaf) => Leaf): Branch[] {
  for (const root of roots) checkDepth(root);
  return roots.map((root) => mapBranch(root, change));
}

function checkDepth(root: Branch): void {
  const open: { readonly node: Item; readonly depth: number }[] = [{ node: root, depth: 1 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, depth } = at;
    if (depth > MAX_DEPTH) {
      throw new SottoError("EMIT_FAILED", `the document is nested more than ${MAX_DEPTH} levels deep`, {
        hints: ["decrypt it in its own format, without --indent, --extract and --output-type"],
      });
    }
    if (node.kind === "branch") {
      for (const entry of node.entries) open.push({ node: entry.kind === "pair" ? entry.value : entry, depth: depth + 1 });
    } else if (node.kind === "sequence") for (const item of node.items) open.push({ node: item, depth: depth + 1 });
  }
}

function mapBranch(branch: Branch, change: (leaf: Leaf) => Leaf): Branch {
  return {
    ...branch,
    entries: branch.entries.map((entry) =>
      entry.kind === "pair" ? { ...entry, value: mapNode(entry.value, change) as Node } : (change(entry) as Comment),
    ),
  };
}

/** A copy of one node with other leaves. */
export function mapNode(node: Node | Comment, change: (leaf: Leaf) => Leaf): Item {
  switch (node.kind) {
    case "branch":
      return mapBranch(node, change);
    case "sequence":
      return { ...node, items: node.items.map((item) => mapNode(item, change)) };
    case "scalar":
    case "comment":
      return change(node);
    case "null":
      return node;
  }
}

/** Encrypts a tree and prints it in any format, as sops lays it out. */
export function sealTree(
  output: Format,
  roots: readonly Branch[],
  key: DataKey,
  selector: Selector,
  metadata: Metadata,
  indent?: number,
): string {
  const mac = new MacHasher(metadata.macOnlyEncrypted);
  const tokens = new Map<Leaf, Leaf>();
  for (const { leaf, aad, selected } of walk(roots, selector)) {
    if (leaf.kind === "scalar" && (selected || !metadata.macOnlyEncrypted)) mac.add(leaf.canonical);
    if (!selected || !isFilled(leaf)) continue;
    const token = sealLeaf(key, leaf, aad);
    tokens.set(leaf, leaf.kind === "comment" ? { ...leaf, text: token } : { kind: "scalar", type: "str", canonical: token });
  }
  const sealed = mapLeaves(roots, (leaf) => tokens.get(leaf) ?? leaf);
  const complete = { ...metadata, mac: sealMac(key, mac.digest(), metadata.lastModified) };
  return emitEncrypted(output, sealed, metadataTree(complete, output.metadata), indent);
}

/** Prints encrypted trees with their metadata block. */
export function emitEncrypted(output: Format, roots: readonly Branch[], metadata: Branch, indent?: number): string {
  const options = indent === undefined ? {} : { indent };
  switch (output.metadata) {
    case "nested":
      return output.emit(
        roots.map((root) => withPair(root, "sops", metadata)),
        options,
      );
    case "section":
      return output.emit(
        roots.map((root) => withPair(root, "sops", metadata)),
        options,
      );
    case "flat": {
      const flat = metadata.entries.map((entry) => (entry.kind === "pair" ? { ...entry, key: `sops_${entry.key}` } : entry));
      return output.emit(
        roots.map((root) => ({ ...root, entries: [...root.entries, ...flat] })),
        options,
      );
    }
  }
}

function withPair(root: Branch, key: string, value: Node): Branch {
  return { ...root, entries: [...root.entries, { kind: "pair", key, value }] };
}

/** A tree as plain JavaScript values, for `--json` and the library; numbers that JavaScript cannot hold stay text. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case "null":
      return null;
    case "scalar":
      return scalarValue(node);
    case "sequence":
      return node.items.filter((item) => item.kind !== "comment").map((item) => toValue(item));
    case "branch": {
      const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const entry of node.entries) if (entry.kind === "pair") object[entry.key] = toValue(entry.value);
      return object;
    }
  }
}

function scalarValue(scalar: Scalar): unknown {
  switch (scalar.type) {
    case "bool":
      return scalar.canonical === "True";
    case "int": {
      const value = Number(scalar.canonical);
      return Number.isSafeInteger(value) ? value : scalar.canonical;
    }
    case "float": {
      const value = Number(scalar.canonical);
      return Number.isFinite(value) ? value : scalar.canonical;
    }
    case "str":
    case "time":
      return scalar.canonical;
  }
}
