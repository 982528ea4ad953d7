/** What a value is made of. */
import type { Node, Scalar } from "../../model/tree.ts";

/** Every scalar in a value, the keys of its mappings as texts among them. */
export function scalarsOf(node: Node): readonly Scalar[] {
  switch (node.kind) {
    case "null":
      return [];
    case "scalar":
      return [node];
    case "sequence":
      return node.items.flatMap((item) => (item.kind === "comment" ? [] : scalarsOf(item)));
    case "branch":
      return node.entries.flatMap((entry) =>
        entry.kind === "comment" ? [] : [{ kind: "scalar", type: "str", canonical: entry.key } as const, ...scalarsOf(entry.value)],
      );
  }
}
