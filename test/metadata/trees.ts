/** Trees for the metadata tests, made without the format readers. */
import { readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Format } from "../../src/model/format.ts";
import type { Branch, Document, Node, Pair } from "../../src/model/tree.ts";

export type Layout = Format["metadata"];

/** The node of a JSON-like value; numbers become `int` or `float`. */
export function toNode(value: unknown): Node {
  if (value === null || value === undefined) return { kind: "null" };
  if (typeof value === "string") return { kind: "scalar", type: "str", canonical: value };
  if (typeof value === "boolean") return { kind: "scalar", type: "bool", canonical: value ? "True" : "False" };
  if (typeof value === "number") {
    return { kind: "scalar", type: Number.isInteger(value) ? "int" : "float", canonical: String(value) };
  }
  if (Array.isArray(value)) return { kind: "sequence", items: value.map(toNode) };
  return toBranch(value);
}

export function toBranch(value: object): Branch {
  const entries = Object.entries(value).map(([key, item]): Pair => ({ kind: "pair", key, value: toNode(item) }));
  return { kind: "branch", entries };
}

/** The tree of a YAML or JSON text with every key in its place and every digit of a number. */
export function parseTree(text: string): Branch {
  const node = fromYaml(parseAllDocuments(text, { uniqueKeys: false, logLevel: "error" })[0]?.contents);
  if (node.kind !== "branch") throw new Error("the text is not a mapping");
  return node;
}

function fromYaml(node: unknown): Node {
  if (isMap(node)) {
    const entries = node.items.map((pair): Pair => ({ kind: "pair", key: keyText(pair.key), value: fromYaml(pair.value) }));
    return { kind: "branch", entries };
  }
  if (isSeq(node)) return { kind: "sequence", items: node.items.map(fromYaml) };
  if (!isScalar(node)) return toNode(null);
  const whole = typeof node.value === "number" && /^-?\d+$/.test(node.source ?? "");
  return whole ? { kind: "scalar", type: "int", canonical: node.source ?? "" } : toNode(node.value);
}

function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : "";
}

function isBlock(entry: Branch["entries"][number]): boolean {
  return entry.kind === "pair" && entry.key === "sops";
}

/** The tree without its metadata block, and the block. */
export function takeBlock(tree: Branch): { readonly values: Branch; readonly block: Node | undefined } {
  const block = tree.entries.find(isBlock);
  const values = { ...tree, entries: tree.entries.filter((entry) => !isBlock(entry)) };
  return { values, block: block?.kind === "pair" ? block.value : undefined };
}

export function documentOf(metadata: Node | undefined, text = ""): Document {
  return { format: "json", text, roots: [], properties: [], ...(metadata && { metadata }) };
}

/** A document of the dotenv or INI kind from `key=value` lines; `\n` in values is a line feed, as the reader of dotenv gives it. */
export function flatDocument(lines: readonly string[]): Document {
  const pairs = lines.map((line): readonly [string, string] => {
    const at = line.indexOf("=");
    return [
      line.slice(0, at).trim(),
      line
        .slice(at + 1)
        .trim()
        .replaceAll("\\n", "\n"),
    ];
  });
  return documentOf({
    kind: "branch",
    entries: pairs.map(([key, value]) => ({ kind: "pair", key, value: toNode(value) })),
  });
}

const VECTORS = new URL("../vectors/", import.meta.url);

/** One row of the manifest of the vectors. */
export interface VectorRow {
  readonly sops: string;
  readonly mode: string;
  readonly file: string;
  readonly keys: readonly string[];
  readonly decrypt_exit?: number;
  readonly decrypted?: string;
}

export function readVector(path: string): string {
  return readFileSync(new URL(path, VECTORS), "utf8");
}

export function vectorRows(): readonly VectorRow[] {
  const manifest: { readonly files: readonly VectorRow[] } = JSON.parse(readVector("manifest.json"));
  return manifest.files.filter((row) => row.decrypt_exit !== undefined);
}

/** The metadata block of a vector with its layout, read by simple means that suffice for what sops writes. */
export function vectorDocument(path: string): { readonly document: Document; readonly layout: Layout } {
  const text = readVector(path);
  switch (path.slice(path.lastIndexOf("."))) {
    case ".env": {
      const lines = text.split("\n").filter((line) => line.startsWith("sops_"));
      return { document: flatDocument(lines.map((line) => line.slice("sops_".length))), layout: "flat" };
    }
    case ".ini": {
      const section = text.slice(text.indexOf("[sops]\n") + "[sops]\n".length);
      // 3.13.1 wrote texts with line feeds between three quotes.
      const oneLine = section.replaceAll(/"""([^"]*)"""/g, (_, value: string) => value.replaceAll("\n", "\\n"));
      return { document: flatDocument(oneLine.split("\n").filter((line) => line.includes("="))), layout: "section" };
    }
    default:
      return { document: documentOf(takeBlock(parseTree(text)).block), layout: "nested" };
  }
}
