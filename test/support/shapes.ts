/** Trees as plain data, to compare what two programs read. */
import type { Branch, Comment, Document, Item, Scalar } from "../../src/model/tree.ts";

export type Shape = readonly unknown[];

export interface ShapeOptions {
  /** How a leaf looks; type and canonical text if absent. */
  readonly leaf?: (leaf: Scalar) => Shape;
  /** False leaves comments out of the tree. */
  readonly comments?: boolean;
}

export function shapeOfRoots(roots: readonly Branch[], options: ShapeOptions = {}): readonly Shape[] {
  return roots.flatMap((root) => shapeOf(root, options));
}

function shapeOf(node: Item, options: ShapeOptions): readonly Shape[] {
  switch (node.kind) {
    case "comment":
      return options.comments === false ? [] : [["#", node.text]];
    case "null":
      return [["null"]];
    case "scalar":
      return [options.leaf === undefined ? [node.type, node.canonical] : options.leaf(node)];
    case "sequence":
      return [["seq", ...node.items.flatMap((item) => shapeOf(item, options))]];
    case "branch":
      return [
        [
          "map",
          ...node.entries.flatMap((entry) =>
            entry.kind === "pair" ? [["k", entry.key, ...shapeOf(entry.value, options)] as const] : shapeOf(entry, options),
          ),
        ],
      ];
  }
}

/** Types and values of a document, without its comments. */
export function valuesOf(document: Pick<Document, "roots">, leaf?: ShapeOptions["leaf"]): readonly Shape[] {
  return shapeOfRoots(document.roots, { comments: false, ...(leaf === undefined ? {} : { leaf }) });
}

/** Texts of all comments, in order; those that sops does not see only on demand. */
export function commentsOf(roots: readonly Branch[], options: { readonly unseen?: boolean } = {}): string[] {
  const texts: string[] = [];
  const open: Item[] = roots.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "comment") {
      if (!node.unseen || options.unseen === true) texts.push(node.text);
    } else if (node.kind === "branch" || node.kind === "sequence") {
      const children: readonly Item[] =
        node.kind === "branch" ? node.entries.map((entry) => (entry.kind === "pair" ? entry.value : entry)) : node.items;
      open.push(...children.toReversed());
    }
  }
  return texts;
}

/** Every scalar and comment of a tree, in order. */
export function leavesOf(roots: readonly Branch[]): (Scalar | Comment)[] {
  const leaves: (Scalar | Comment)[] = [];
  const open: Item[] = roots.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "comment" || node.kind === "scalar") leaves.push(node);
    else if (node.kind === "branch") open.push(...node.entries.map((entry) => (entry.kind === "pair" ? entry.value : entry)).toReversed());
    else if (node.kind === "sequence") open.push(...node.items.toReversed());
  }
  return leaves;
}

/**
 * sops's emitters print a float without a fraction as an integer (`1.0` as `1`, `-0.0` as `-0`), so numbers that it printed
 * are compared by value.
 */
export function asPrinted(leaf: Scalar): Shape {
  if (leaf.type !== "int" && leaf.type !== "float") return [leaf.type, leaf.canonical];
  return ["number", leaf.canonical === "-0" ? "0" : leaf.canonical];
}
