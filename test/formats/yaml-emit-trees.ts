/** Trees as `test/vectors/readings` writes them, as trees of the model. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { formatFloat } from "../../src/model/number.ts";
import { decodeText } from "../../src/model/text.ts";
import type { Branch, Comment, Item, Node, Scalar, ScalarType } from "../../src/model/tree.ts";

export interface PrintedRow {
  readonly in?: string;
  readonly tree?: readonly unknown[];
  readonly indent?: number;
  readonly out: string;
  readonly back?: "comments" | "data" | "error";
}

export interface ReadRow {
  readonly in: string;
  readonly tree?: readonly unknown[];
}

export function readRows<T>(name: string): T[] {
  return readFileSync(new URL(`../vectors/readings/${name}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

export function text(canonical: string): Scalar {
  return { kind: "scalar", type: "str", canonical };
}

export function comment(line: string, inline = false): Comment {
  return { kind: "comment", text: line, inline };
}

/** A mapping of pairs and comments; a string is short for a scalar. */
export function branch(...entries: readonly (readonly [string, Node | string] | Comment)[]): Branch {
  return {
    kind: "branch",
    entries: entries.map((entry) => {
      if ("kind" in entry) return entry;
      const [key, value] = entry;
      return { kind: "pair" as const, key, value: typeof value === "string" ? text(value) : value };
    }),
  };
}

export function list(...items: readonly (Item | string)[]): Node {
  return { kind: "sequence", items: items.map((item) => (typeof item === "string" ? text(item) : item)) };
}

export function scalar(type: ScalarType, canonical: string): Scalar {
  return { kind: "scalar", type, canonical };
}

export function toBranch(row: unknown): Branch {
  const node = toNode(row);
  if (node.kind !== "branch") throw new TypeError("a root that is no mapping");
  return node;
}

function toNode(row: unknown): Node {
  const [kind, content] = row as [string, unknown];
  switch (kind) {
    case "map":
      return branch(...(content as unknown[]).map((entry) => toEntry(entry)));
    case "seq":
      return list(...(content as unknown[]).map((item) => toComment(item) ?? toNode(item)));
    case "null":
      return { kind: "null" };
    case "bytes":
      return text(decodeText(Buffer.from(String(content), "base64")));
    case "float":
      return scalar("float", formatFloat(Number(String(content).replace("Inf", "Infinity"))));
    case "bool":
      return scalar("bool", content === true ? "True" : "False");
    default:
      return scalar(kind as ScalarType, String(content));
  }
}

function toEntry(row: unknown): readonly [string, Node] | Comment {
  const [, key, value] = row as [string, string, unknown];
  return toComment(row) ?? [key, toNode(value)];
}

function toComment(row: unknown): Comment | undefined {
  const [mark, line, inline] = row as [string, string, boolean];
  return mark === "#" ? comment(line, inline) : undefined;
}

/** Each character of a text with the same chance. */
export function anyOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(characters));
}

/** Texts of all comments below a node, in order. */
export function commentsOf(node: Item): string[] {
  if (node.kind === "comment") return [node.text];
  if (node.kind === "sequence") return node.items.flatMap((item) => commentsOf(item));
  if (node.kind !== "branch") return [];
  return node.entries.flatMap((entry) => (entry.kind === "comment" ? [entry.text] : commentsOf(entry.value)));
}
