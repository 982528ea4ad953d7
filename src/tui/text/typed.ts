/** From what a user typed, and the type that was chosen for it, to a value as it is stored. */
import { formatFloat, parseFloatText } from "../../model/number.ts";
import type { Node } from "../../model/tree.ts";

export type TypedAs = "str" | "int" | "float" | "bool" | "null";

/** `problem` says what is wrong and what to type; it never quotes the text. */
export type Typed = { readonly ok: true; readonly node: Node } | { readonly ok: false; readonly problem: string };

/** In the order in which an editor goes through them. */
export const TYPES: readonly TypedAs[] = ["str", "int", "float", "bool", "null"];

/** Blanks around the text belong to strings alone. */
export function parseTyped(type: TypedAs, text: string): Typed {
  const trimmed = text.trim();
  switch (type) {
    case "str":
      return scalar("str", text);
    case "int":
      return parseInteger(trimmed);
    case "float":
      return parseFloating(trimmed);
    case "bool":
      if (/^(?:true|True|TRUE)$/.test(trimmed)) return scalar("bool", "True");
      if (/^(?:false|False|FALSE)$/.test(trimmed)) return scalar("bool", "False");
      return problem("type true or false");
    case "null":
      return /^(?:~|null|Null|NULL)?$/.test(trimmed) ? { ok: true, node: { kind: "null" } } : problem("null has no text: clear it first");
  }
}

/** The text that the editor begins with for a stored value; what {@link parseTyped} gives back for it is the same value. */
export function textOfTyped(node: Node): string | undefined {
  if (node.kind === "null") return "";
  if (node.kind !== "scalar") return undefined;
  return node.type === "bool" ? node.canonical.toLowerCase() : node.canonical;
}

function parseInteger(text: string): Typed {
  if (!/^[+-]?\d+$/.test(text)) return problem("type a whole number, such as 5432");
  if (/^[+-]?0\d/.test(text)) return problem("a number cannot begin with a zero: drop it, or choose string to keep it");
  // A long run of digits must not become a bigint: its cost grows with the square.
  const value = text.length > 20 ? undefined : BigInt(text.replace(/^\+/, ""));
  if (value === undefined || value !== BigInt.asIntN(64, value)) return problem("the number does not fit 64 bits: choose float or string");
  return scalar("int", String(value));
}

function parseFloating(text: string): Typed {
  const value = parseFloatText(text.replace(/^([+-]?)\.(inf|nan)$/i, "$1$2"));
  if (value === undefined) return problem("type a number, such as 0.25");
  if (!Number.isFinite(value) && /\d/.test(text)) return problem("the number is too large for a float");
  return scalar("float", formatFloat(value));
}

function scalar(type: "str" | "int" | "float" | "bool", canonical: string): Typed {
  return { ok: true, node: { kind: "scalar", type, canonical } };
}

function problem(text: string): Typed {
  return { ok: false, problem: text };
}
