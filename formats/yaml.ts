/** YAML as sops reads and writes it, spliced in place so that every byte that is no value stays (sops: §4.1). */
import type { EmitOptions, Format } from "../src/model/format.ts";
import type { Branch, Comment, Document, Leaf, Node, Scalar, Sequence, Splice } from "../src/model/tree.ts";
import { expandAliases, restoreAliases } from "./yaml/written-alias.ts";
import { attachMetadata, detachMetadata } from "./yaml/attach.ts";
import { coverLeaf, sourceOf } from "./yaml/cover.ts";
import { emitYaml, emitYamlValue } from "./yaml/emit.ts";
import { appendNode } from "./yaml/insert.ts";
import { readYaml } from "./yaml/read.ts";
import { removeEntry } from "./yaml/remove.ts";
import { replaceEntry } from "./yaml/replace.ts";
import { bareText, spellLeaf } from "./yaml/spell.ts";

export const yaml: Format = {
  id: "yaml",
  title: "YAML",
  suffixes: [".yaml", ".yml"],
  metadata: "nested",
  supports: { comments: true, nesting: true, documents: true },
  parse: (text: string): Document => readYaml(text),
  source: (document: Document, leaf: Leaf): string => sourceOf(document, leaf),
  bare: (document: Document, leaf: Leaf): string => bareText(document, leaf),
  cover: (document: Document, leaf: Leaf, token: string): Splice[] => coverLeaf(document, leaf, token),
  spell: (document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[] => spellLeaf(document, leaf, value, residue),
  expandAliases: (document: Document, token: (leaf: Leaf) => string | undefined): Splice[] => expandAliases(document, token),
  restoreAliases: (document: Document, value: (leaf: Leaf) => Scalar | Comment) => restoreAliases(document, value),
  append: (document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice[] =>
    appendNode(document, parent, key, node),
  replace: (document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[] =>
    replaceEntry(document, parent, index, node),
  remove: (document: Document, parent: Branch | Sequence, index: number): Splice[] => removeEntry(document, parent, index),
  attach: (document: Document, metadata: Branch): Splice[] => attachMetadata(document, metadata),
  detach: (document: Document): Splice[] => detachMetadata(document),
  emit: (roots: readonly Branch[], options?: EmitOptions): string => emitYaml(roots, options),
  emitValue: (node: Node | Comment, options?: EmitOptions): string => emitYamlValue(node, options),
};
