/** The contract of a file format: one implementation per file of `formats/`, one contract suite for all. */
import type { Branch, Comment, Document, FormatId, Leaf, Node, Scalar, Sequence, Splice } from "./tree.ts";

export interface EmitOptions {
  /** Indentation as sops's `--indent` and `stores.*.indent` mean it; the format's default when absent. */
  readonly indent?: number;
  /**
   * Prints what a flat format cannot hold as sops does when it decrypts (null as `<nil>`, a list as `[1 2]`) instead of failing.
   * Never for a file that is to be encrypted: such text does not read back.
   */
  readonly lossy?: boolean;
}

export interface Format {
  readonly id: FormatId;
  readonly title: string;
  /** Case-sensitive path suffixes (sops: §4.7). */
  readonly suffixes: readonly string[];
  /** How the metadata block is laid out: a nested mapping, a section of flat keys, or flat keys with a prefix. */
  readonly metadata: "nested" | "section" | "flat";
  readonly supports: { readonly comments: boolean; readonly nesting: boolean; readonly documents: boolean };

  /**
   * Reads a text exactly as sops does, keeping the slot of every node.
   * @throws SottoError `*_INVALID` (sops cannot read it either) or `*_UNSUPPORTED` (sops reads it, sotto refuses), with position.
   */
  parse(text: string): Document;

  /** The source text that {@link cover} would replace: what a residue has to hold. */
  source(document: Document, leaf: Leaf): string;

  /** What {@link spell} will print for this leaf after it was covered and opened again without a residue. */
  bare(document: Document, leaf: Leaf): string;

  /** Puts an `ENC[…]` token in the leaf's place, in the leaf's own style. */
  cover(document: Document, leaf: Leaf, token: string): Splice[];

  /**
   * Writes a value into the leaf's place: in the slot's style if it then reads back as the same type and text, else as sops's emitter would.
   * A `Comment` value for a scalar slot happens where sops stored a comment as a list element.
   * @param residue the exact former source; used only if it reads back as the same value.
   */
  spell(document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[];

  /**
   * Writes out the collections that stand behind aliases and hold selected leaves, which have no place of their own in the text.
   * Only formats with aliases have it; its inverse is part of {@link restoreAliases}.
   * @param token the token of a leaf, undefined when the leaf stays plain
   */
  expandAliases?(document: Document, token: (leaf: Leaf) => string | undefined): Splice[];

  /**
   * Puts aliases back where {@link expandAliases} wrote them out, if the values still equal the anchor's.
   * @param value the decrypted value of a leaf
   * @returns the splices, and the leaves below them, which need no other splice
   */
  restoreAliases?(
    document: Document,
    value: (leaf: Leaf) => Scalar | Comment,
  ): { readonly splices: Splice[]; readonly leaves: ReadonlySet<Leaf> };

  /**
   * Appends a node to a collection, laid out as its neighbours are. Leaves to be stored encrypted come as `str` scalars that hold their token.
   * @param key the key when the parent is a branch, undefined when it is a sequence
   */
  append(document: Document, parent: Branch | Sequence, key: string | undefined, node: Node): Splice[];

  /** Replaces the whole value at an entry of a collection by another node. */
  replace(document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[];

  /** Removes the entry at `index` of `entries`/`items`, with its inline comment and the head comments that touch it. */
  remove(document: Document, parent: Branch | Sequence, index: number): Splice[];

  /**
   * Writes the metadata block, in every document of a stream. Where there is one already, fields whose value is unchanged keep their bytes and their place.
   * @param metadata nested for `metadata: "nested"`, else flat `str` pairs without prefix
   */
  attach(document: Document, metadata: Branch): Splice[];

  /** Removes the metadata block, exactly the bytes that {@link attach} added. */
  detach(document: Document): Splice[];

  /**
   * Prints trees as sops would.
   * @throws SottoError `EMIT_FAILED` when the format cannot express the tree (sops: exit 4)
   */
  emit(roots: readonly Branch[], options?: EmitOptions): string;

  /** Prints one node as sops's `--extract` does (sops: §7.4). */
  emitValue(node: Node | Comment, options?: EmitOptions): string;
}
