/** A value as JSON on one line; numbers keep every digit. */
import type { Node } from "../model/tree.ts";

export function jsonText(node: Node): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "scalar":
      if (node.type === "bool") return node.canonical.toLowerCase();
      // YAML has numbers that JSON lacks: `.inf`.
      if ((node.type === "int" || node.type === "float") && /^-?\d/.test(node.canonical)) return node.canonical;
      return JSON.stringify(node.canonical);
    case "sequence":
      return `[${node.items.flatMap((item) => (item.kind === "comment" ? [] : [jsonText(item)])).join(",")}]`;
    case "branch": {
      const pairs = node.entries.flatMap((entry) =>
        entry.kind === "pair" ? [`${JSON.stringify(entry.key)}:${jsonText(entry.value)}`] : [],
      );
      return `{${pairs.join(",")}}`;
    }
  }
}
