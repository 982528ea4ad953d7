/** The format whose text is one JSON object, read and printed as sops does, changed in place. */
import { SottoError } from "../../src/model/error.ts";
import type { EmitOptions, Format } from "../../src/model/format.ts";
import type { Branch, Comment, Document, FormatId, Leaf, Node, Scalar, Splice } from "../../src/model/tree.ts";
import { appendChild, removeChild, replaceChild } from "./edit.ts";
import { removeOpenedComment } from "./comments.ts";
import { attachMetadata, detachMetadata } from "./metadata.ts";
import { printJson, printScalar, quoteJson, sopsLayout } from "./print.ts";
import { parseJson, readJsonScalar } from "./scan.ts";

/** What differs between plain JSON and the container of binary data. */
export interface JsonNames {
  readonly id: FormatId;
  readonly title: string;
  readonly suffixes: readonly string[];
}

export function jsonFormat(names: JsonNames): Format {
  return { ...methods, ...names, parse: (text: string): Document => parseJson(text, names.id) };
}

const methods: Omit<Format, "id" | "title" | "suffixes" | "parse"> = {
  metadata: "nested",
  supports: { comments: false, nesting: true, documents: false },

  source: sourceOf,

  bare: (_document: Document, leaf: Leaf): string => printLeaf(leaf),

  cover: (_document: Document, leaf: Leaf, token: string): Splice[] => (leaf.slot ? [{ ...leaf.slot, text: quoteJson(token) }] : []),

  spell(document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[] {
    if (!leaf.slot) return [];
    if (value.kind === "comment") return removeOpenedComment(document, leaf);
    const written = residue === undefined ? undefined : readJsonScalar(residue);
    const same = written?.type === value.type && written.canonical === value.canonical;
    return [{ ...leaf.slot, text: same && residue !== undefined ? residue : printScalar(value) }];
  },

  append: appendChild,
  replace: replaceChild,
  remove: removeChild,
  attach: attachMetadata,
  detach: detachMetadata,

  emit,

  emitValue(node: Node | Comment, options?: EmitOptions): string {
    if (node.kind === "branch") return emit([node], options);
    if (node.kind === "comment") return printComment(node, options);
    if (node.kind === "scalar" && node.type === "str") return node.canonical;
    return printJson(node, sopsLayout(options?.indent));
  },
};

function sourceOf(document: Document, leaf: Leaf): string {
  return leaf.slot ? document.text.slice(leaf.slot.start, leaf.slot.end) : "";
}

function printLeaf(leaf: Leaf): string {
  return leaf.kind === "comment" ? quoteJson(leaf.text) : printScalar(leaf);
}

/** sops prints its own record of a comment, since JSON has none. */
function printComment(comment: Comment, options?: EmitOptions): string {
  const record: Branch = {
    kind: "branch",
    entries: [
      { kind: "pair", key: "Value", value: { kind: "scalar", type: "str", canonical: comment.text } },
      { kind: "pair", key: "Inline", value: { kind: "scalar", type: "bool", canonical: comment.inline ? "True" : "False" } },
    ],
  };
  return printJson(record, sopsLayout(options?.indent));
}

/** The first document alone, as sops does (sops: §4.7). */
function emit(roots: readonly Branch[], options?: EmitOptions): string {
  const root = roots[0];
  if (!root) throw new SottoError("EMIT_FAILED", "there is no document to print");
  return `${printJson(root, sopsLayout(options?.indent))}\n`;
}
