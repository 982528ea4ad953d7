/** Nodes as flow text on one line: for flow collections, the metadata block of a flow root, and written-out aliases. */
import { SottoError } from "../../src/model/error.ts";
import type { Node, Pair, Scalar } from "../../src/model/tree.ts";
import { contentOf } from "./places.ts";
import { isPlainSafe, spellDefault, spellDouble } from "./quote.ts";

/** go-yaml takes no longer key in front of a `:` (characters); longer ones are written behind `? `. */
const LONGEST_KEY = 1000;
const DEEPEST = 10_000;

/** A scalar inside a flow collection: strings in double quotes, the rest as sops spells it. */
export function flowScalar(scalar: Scalar): string {
  if (scalar.type === "str" && scalar.canonical.isWellFormed()) return spellDouble(scalar.canonical);
  return spellDefault(scalar, { flow: true, indent: 0 });
}

/** A key and its colon inside a flow collection. */
export function flowKey(key: string, quotes: "double" | "single" | "plain" = "double"): string {
  if (quotes === "plain" && isPlainSafe(key, true)) return `${key}:`;
  const text = quotes === "single" && /^[ -~]*$/.test(key) ? `'${key.replaceAll("'", "''")}'` : spellDouble(key);
  return text.length > LONGEST_KEY ? `? ${text} :` : `${text}:`;
}

/**
 * A node on one line, without comments.
 * @param scalar how to print a scalar
 */
export function flowText(node: Node, scalar: (node: Scalar) => string = flowScalar): string {
  const parts: string[] = [];
  const open: { readonly children: readonly (Pair | Node)[]; readonly close: string; at: number }[] = [];
  const enter = (value: Node): void => {
    if (value.kind === "scalar") parts.push(scalar(value));
    else if (value.kind === "null") parts.push("null");
    else {
      if (open.length >= DEEPEST) throw new SottoError("EMIT_FAILED", `more than ${DEEPEST} collections inside one another`);
      parts.push(value.kind === "branch" ? "{" : "[");
      open.push({ children: contentOf(value), close: value.kind === "branch" ? "}" : "]", at: 0 });
    }
  };
  enter(node);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const child = frame.children[frame.at];
    if (child === undefined) {
      parts.push(frame.close);
      open.pop();
      continue;
    }
    if (frame.at > 0) parts.push(", ");
    frame.at += 1;
    if (child.kind === "pair") {
      parts.push(flowKey(child.key), " ");
      enter(child.value);
    } else enter(child);
  }
  return parts.join("");
}
