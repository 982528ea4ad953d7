/** Values that come from outside: JSON text from the command line, JavaScript values from the library. */
import { json } from "../../formats/json.ts";
import { SottoError } from "../model/error.ts";
import { formatFloat } from "../model/number.ts";
import type { Entry, Node } from "../model/tree.ts";

/** What the library accepts as a value. `bigint` and safe integers become `int`, other numbers `float`. */
export type SecretValue = string | number | bigint | boolean | null | readonly SecretValue[] | { readonly [key: string]: SecretValue };

/**
 * Reads a value as sops's `set` does: JSON, order and duplicate keys kept. Whole numbers become `int`, where sops makes every number a float.
 * @throws SottoError `BAD_SET_VALUE`; the message does not quote the text
 */
export function valueFromJson(text: string): Node {
  const [entry, second] = parseObject(`{"value":${text}}`);
  if (entry?.kind !== "pair" || second !== undefined) throw notJson();
  return withoutSlots(entry.value);
}

function notJson(): SottoError {
  return new SottoError("BAD_SET_VALUE", "the value is not valid JSON", {
    hints: [`a text needs its quotes: sotto set FILE PATH '"text"', or --string to take it as it is`],
  });
}

function parseObject(text: string): readonly Entry[] {
  try {
    return json.parse(text).roots[0]?.entries ?? [];
  } catch (error) {
    throw SottoError.is(error) ? notJson() : error;
  }
}

function withoutSlots(node: Node): Node {
  switch (node.kind) {
    case "null":
      return { kind: "null" };
    case "scalar":
      return { kind: "scalar", type: node.type, canonical: node.canonical };
    case "sequence":
      return { kind: "sequence", items: node.items.map((item) => (item.kind === "comment" ? item : withoutSlots(item))) };
    case "branch":
      return {
        kind: "branch",
        entries: node.entries.map((entry) =>
          entry.kind === "comment" ? entry : { kind: "pair", key: entry.key, value: withoutSlots(entry.value) },
        ),
      };
  }
}

/** @throws SottoError `BAD_SET_VALUE` for what no file can hold, such as a function */
export function valueFromJavaScript(value: SecretValue): Node {
  if (value === null) return { kind: "null" };
  switch (typeof value) {
    case "string":
      return { kind: "scalar", type: "str", canonical: value };
    case "boolean":
      return { kind: "scalar", type: "bool", canonical: value ? "True" : "False" };
    case "bigint":
      if (value !== BigInt.asIntN(64, value)) throw new SottoError("BAD_SET_VALUE", "the integer does not fit 64 bits");
      return { kind: "scalar", type: "int", canonical: String(value) };
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { kind: "scalar", type: "int", canonical: String(value) }
        : { kind: "scalar", type: "float", canonical: formatFloat(value) };
    case "object":
      if (isList(value)) return { kind: "sequence", items: value.map((item) => valueFromJavaScript(item)) };
      return {
        kind: "branch",
        entries: Object.entries(value).map(([key, item]) => ({ kind: "pair", key, value: valueFromJavaScript(item) })),
      };
    case "function":
    case "symbol":
    case "undefined":
      throw new SottoError("BAD_SET_VALUE", `a ${typeof value} cannot be stored`);
  }
}

function isList(value: readonly SecretValue[] | { readonly [key: string]: SecretValue }): value is readonly SecretValue[] {
  return Array.isArray(value);
}
