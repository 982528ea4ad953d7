/** Aliases: copies of what they stand for, and a limit on how much they may unfold. */
import type { Branch, Entry, Item, Sequence } from "../../src/model/tree.ts";

type Entries = (Entry | Item)[];

/** Up to this many nodes, 99 % may come from aliases; from the second figure on 10 %, and in between proportionally. */
const LOW = 400_000;
const HIGH = 4_000_000;

/** go-yaml's guard against documents that unfold without end. It counts nodes, keys included. */
export class AliasBudget {
  private nodes = 0;
  private copies = 0;

  /** Counts a node that the text spells out. */
  count(): void {
    this.nodes += 1;
  }

  /** Counts an alias to a node of that many nodes. @returns false if that is too much */
  expand(cost: number): boolean {
    this.nodes += 1 + cost;
    this.copies += cost;
    return this.copies <= 100 || this.nodes <= 1000 || this.copies / this.nodes <= allowedRatio(this.nodes);
  }
}

function allowedRatio(nodes: number): number {
  if (nodes <= LOW) return 0.99;
  return nodes >= HIGH ? 0.1 : 0.99 - 0.89 * ((nodes - LOW) / (HIGH - LOW));
}

/** Copies what is in a collection, at any depth, without slots: the copies have no place of their own in the text. */
export function copyEntries(node: Branch | Sequence, target: Entries): void {
  const content = node.kind === "branch" ? node.entries : node.items;
  const open: { readonly from: readonly (Entry | Item)[]; readonly to: Entries }[] = [{ from: content, to: target }];
  const copyItem = (item: Item): Item => {
    switch (item.kind) {
      case "comment":
        return { kind: "comment", text: item.text, inline: item.inline };
      case "null":
        return { kind: "null" };
      case "scalar":
        return { kind: "scalar", type: item.type, canonical: item.canonical };
      case "branch": {
        const entries: Entry[] = [];
        open.push({ from: item.entries, to: entries });
        return { kind: "branch", entries };
      }
      case "sequence": {
        const items: Item[] = [];
        open.push({ from: item.items, to: items });
        return { kind: "sequence", items };
      }
    }
  };
  for (let next = open.pop(); next; next = open.pop()) {
    for (const entry of next.from) {
      if (entry.kind === "pair") {
        const value = copyItem(entry.value);
        if (value.kind !== "comment") next.to.push({ kind: "pair", key: entry.key, value });
      } else {
        next.to.push(copyItem(entry));
      }
    }
  }
}
