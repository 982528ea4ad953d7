/** What may be said about a value that is not shown. */
import { type Comment, createFingerprint, type Host, type Node, toValue } from "../../index.ts";

export interface Masked {
  /** As in the file: str, int, float, bool, time, null, comment, list or map. */
  readonly type: string;
  /** In characters, entries or items; not for a bool, whose length would tell it. */
  readonly length?: number;
  /** Equal for equal values of this clone; see `sotto diff`. Null has none. */
  readonly fingerprint?: string;
}

export async function mask(host: Host, node: Node | Comment): Promise<Masked> {
  if (node.kind === "null") return { type: "null" };
  const fingerprint = await createFingerprint(host);
  switch (node.kind) {
    case "comment":
      return { type: "comment", length: count(node.text), fingerprint: fingerprint("comment", node.text) };
    case "scalar": {
      const { type, canonical } = node;
      return { type, ...(type === "bool" ? {} : { length: count(canonical) }), fingerprint: fingerprint(type, canonical) };
    }
    case "sequence": {
      const { length } = node.items.filter((item) => item.kind !== "comment");
      return { type: "list", length, fingerprint: fingerprint("list", JSON.stringify(toValue(node))) };
    }
    case "branch": {
      const { length } = node.entries.filter((entry) => entry.kind === "pair");
      return { type: "map", length, fingerprint: fingerprint("map", JSON.stringify(toValue(node))) };
    }
  }
}

/** @example "str, 12 characters ●1f4a09bc" */
export function describeMasked({ type, length, fingerprint }: Masked): string {
  const [one, many] = { list: ["item", "items"], map: ["entry", "entries"] }[type] ?? ["character", "characters"];
  const size = length === undefined ? "" : `, ${length} ${length === 1 ? one : many}`;
  return `${type}${size}${fingerprint === undefined ? "" : ` ●${fingerprint}`}`;
}

function count(text: string): number {
  return Array.from(text).length;
}
