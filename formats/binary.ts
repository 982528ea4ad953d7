/**
 * Files without structure. There are two formats here, since sops has two: the plain file is one string, whatever it looks like
 * (a file is never taken for encrypted when it is to be encrypted), and the encrypted file is JSON with the members `data` and
 * `sops`. So: `binary.parse` to encrypt, `binary.cover` to get the container, `binaryContainer` for all that is done to a container,
 * and `binary.emit` to decrypt.
 */
import { SottoError } from "../src/model/error.ts";
import type { EmitOptions, Format } from "../src/model/format.ts";
import type { Branch, Comment, Document, Leaf, Node, Scalar, Splice } from "../src/model/tree.ts";
import { jsonFormat } from "./json-text/format.ts";

const KEY = "data";

/** The encrypted form: JSON read and written as all JSON is, indented by tabs when it is new. */
export const binaryContainer: Format = jsonFormat({ id: "binary", title: "binary, encrypted", suffixes: [] });

/** The plain form: a tree of one string under `data`. It has no room for metadata and for other entries. */
export const binary: Format = {
  id: "binary",
  title: "binary",
  suffixes: [],
  metadata: "nested",
  supports: { comments: false, nesting: false, documents: false },

  parse(text: string): Document {
    const value: Scalar = { kind: "scalar", type: "str", canonical: text, slot: { start: 0, end: text.length, style: "file" } };
    return { format: "binary", text, roots: [dataBranch(value)], properties: [] };
  },

  source: (document: Document): string => document.text,
  bare: (_document: Document, leaf: Leaf): string => textOf(leaf),

  /** Makes the file a container without metadata, for `binaryContainer.attach`. */
  cover: (document: Document, _leaf: Leaf, token: string): Splice[] =>
    whole(document, binaryContainer.emit([dataBranch({ kind: "scalar", type: "str", canonical: token })])),

  spell: (document: Document, _leaf: Leaf, value: Scalar | Comment): Splice[] => whole(document, textOf(value)),

  replace: (document: Document, _parent: unknown, _index: number, node: Node): Splice[] => whole(document, stringOf(node)),
  append: refuse,
  remove: refuse,
  attach: refuse,
  detach: (): Splice[] => [],

  /** @throws SottoError `EMIT_FAILED` if there is no string under `data` */
  emit(roots: readonly Branch[], _options?: EmitOptions): string {
    const [root] = roots;
    if (!root || roots.length !== 1) throw new SottoError("EMIT_FAILED", "there must be exactly one document");
    const entry = root.entries.find((one) => one.kind === "pair" && one.key === KEY);
    if (entry?.kind !== "pair") {
      throw new SottoError("EMIT_FAILED", "no binary data found in tree", {
        hints: ["choose a format that has structure, with --output-type"],
      });
    }
    return stringOf(entry.value);
  },

  emitValue(node: Node | Comment): string {
    if (node.kind === "branch") return binary.emit([node]);
    if (node.kind === "scalar" && node.type === "str") return node.canonical;
    throw new SottoError("EMIT_FAILED", "binary files are not structured, a single value cannot be extracted");
  },
};

function dataBranch(value: Scalar): Branch {
  return { kind: "branch", entries: [{ kind: "pair", key: KEY, value }] };
}

function whole(document: Document, text: string): Splice[] {
  return [{ start: 0, end: document.text.length, text }];
}

function textOf(leaf: Scalar | Comment): string {
  return leaf.kind === "comment" ? leaf.text : leaf.canonical;
}

function stringOf(node: Node): string {
  if (node.kind === "scalar" && node.type === "str") return node.canonical;
  throw new SottoError("EMIT_FAILED", "the data of a binary file must be a string");
}

function refuse(): never {
  throw new SottoError("EMIT_FAILED", "a plain binary file has room for its one value only");
}
