/** Reading single fields of the metadata block with the weak typing that sops applies (sops: §4.6.2, mapstructure). */
import { SottoError, positionAt } from "../model/error.ts";
import type { Branch, Node, Pair, Slot } from "../model/tree.ts";

/** How deep the metadata block may be nested. Nothing that any release writes is deeper than five. */
export const MAX_DEPTH = 100;

/** A field or list element with the name under which errors mention it. */
export interface Field {
  readonly name: string;
  readonly value: Node;
  readonly slot?: Slot;
}

/** The fields of a mapping, found by their name in lower case. */
export type Fields = ReadonlyMap<string, Field & { readonly key: string }>;

/** Turns nodes into values; it holds the source text, to say where something is wrong. */
export class Decoder {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** An error at a field; the message must not repeat the field's value. */
  invalid(message: string, at?: { readonly slot?: Slot }, hints?: readonly string[]): SottoError {
    const position = at?.slot && positionAt(this.#text, at.slot.start);
    return new SottoError("METADATA_INVALID", message, { ...(position && { position }), ...(hints && { hints }) });
  }

  /**
   * The fields of a mapping; sops does not care about the case of their names.
   * @throws SottoError `METADATA_INVALID` if one is there twice: a merge that kept both sides looks like that
   */
  fields(branch: Branch, parent = ""): Fields {
    const found = new Map<string, Field & { key: string }>();
    for (const pair of branch.entries) {
      if (pair.kind === "comment") continue;
      const folded = foldCase(pair.key);
      const name = parent === "" ? pair.key : `${parent}.${pair.key}`;
      const field = { key: pair.key, name, value: pair.value, ...slotOf(pair) };
      if (found.has(folded)) {
        throw this.invalid(`the metadata field ${folded} is there twice`, field, ["keep one of them"]);
      }
      found.set(folded, field);
    }
    return found;
  }

  /** A text; a number or bool counts as one, null and absence as the empty text. */
  text(field: Field | undefined): string {
    if (field === undefined || field.value.kind === "null") return "";
    const { value } = field;
    if (value.kind !== "scalar") throw this.#wrongKind(field, "a text");
    switch (value.type) {
      case "bool":
        return value.canonical === "True" ? "1" : "0";
      case "time":
        throw this.#wrongKind(field, "a text", ["put it in quotes"]);
      case "str":
      case "int":
      case "float":
        return value.canonical;
      default:
        return value.type satisfies never;
    }
  }

  /** A whole number; texts may use the prefixes of Go literals. */
  integer(field: Field | undefined): number {
    if (field === undefined || field.value.kind === "null") return 0;
    const { value } = field;
    if (value.kind !== "scalar" || value.type === "time") throw this.#wrongKind(field, "a whole number");
    if (value.type === "bool") return value.canonical === "True" ? 1 : 0;
    const number = value.type === "str" ? parseGoInteger(value.canonical) : Math.trunc(Number(value.canonical));
    if (!Number.isSafeInteger(number)) throw this.#wrongKind(field, "a whole number");
    return number + 0;
  }

  bool(field: Field | undefined): boolean {
    if (field === undefined || field.value.kind === "null") return false;
    const { value } = field;
    if (value.kind !== "scalar" || value.type === "time") throw this.#wrongKind(field, "true or false");
    if (value.type === "int" || value.type === "float") return Number(value.canonical) !== 0;
    if (/^(1|t|T|TRUE|true|True)$/.test(value.canonical)) return true;
    if (/^(0|f|F|FALSE|false|False)?$/.test(value.canonical)) return false;
    throw this.#wrongKind(field, "true or false");
  }

  /** The elements of a list of mappings; null is no element or an empty one, a single mapping is a list of one. */
  list(field: Field | undefined): readonly (Field & { readonly value: Branch })[] {
    if (field === undefined || field.value.kind === "null") return [];
    const { value } = field;
    if (value.kind === "branch") return isEmpty(value) ? [] : [{ ...field, value }];
    if (value.kind === "scalar") throw this.#wrongKind(field, "a list");
    const elements = value.items.filter((item) => item.kind !== "comment");
    return elements.map((item, index) => {
      const element = { name: `${field.name}[${index}]`, value: item, ...slotOf(item) };
      if (item.kind === "null") return { ...element, value: { kind: "branch", entries: [] } };
      if (item.kind !== "branch") throw this.#wrongKind(element, "a mapping");
      return { ...element, value: item };
    });
  }

  /** A mapping of texts; a list of mappings is merged. Null values are kept as null. */
  record(field: Field | undefined): Readonly<Record<string, string | null>> {
    if (field === undefined || field.value.kind === "null") return {};
    if (field.value.kind === "scalar") throw this.#wrongKind(field, "a mapping");
    const pairs: [string, string | null][] = [];
    for (const element of this.list(field)) {
      for (const entry of element.value.entries) {
        if (entry.kind === "comment") continue;
        const value = { name: `${element.name}.${entry.key}`, value: entry.value, ...slotOf(entry) };
        pairs.push([entry.key, entry.value.kind === "null" ? null : this.text(value)]);
      }
    }
    return Object.fromEntries(pairs);
  }

  #wrongKind(field: Field, expected: string, hints?: readonly string[]): SottoError {
    return this.invalid(`the metadata field ${field.name} is not ${expected}`, field, hints);
  }
}

/** Field names as Go's `strings.EqualFold` compares them; the long s is the only surprise. */
export function foldCase(name: string): string {
  return name.toLowerCase().replaceAll("ſ", "s");
}

function isEmpty(branch: Branch): boolean {
  return branch.entries.every((entry) => entry.kind === "comment");
}

function slotOf(node: Pair | Node): { readonly slot?: Slot } {
  const slot = node.kind === "pair" ? (node.value.slot ?? node.slot) : node.slot;
  return slot === undefined ? {} : { slot };
}

/**
 * go `strconv.ParseInt` with base 0, without digit separators; NaN for what is no number. Also `2.000000`, which sops
 * wrote into INI files before 3.11 and no release reads.
 */
function parseGoInteger(source: string): number {
  if (source === "") return 0;
  const text = source.replace(/^(\d+)\.0+$/, "$1");
  const match = /^([+-]?)(?:(0x[0-9a-f]+|0b[01]+|0o[0-7]+)|0([0-7]+)|(0|[1-9]\d*))$/i.exec(text);
  if (!match) return NaN;
  const [, sign = "", prefixed, octal, decimal] = match;
  const digits = prefixed ?? (octal === undefined ? decimal : `0o${octal}`);
  return sign === "-" ? -Number(digits) : Number(digits);
}
