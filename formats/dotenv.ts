/** dotenv: one value a line, all strings, as sops reads them. */
import { SottoError } from "../src/model/error.ts";
import type { EmitOptions, Format } from "../src/model/format.ts";
import type { Branch, Comment, Document, Entry, Leaf, Node, Scalar, Sequence, Splice } from "../src/model/tree.ts";
import { attachMetadata, detachMetadata } from "./dotenv/metadata.ts";
import { decodeValue, dotenvOrigin, encodeValue, parseDotenv } from "./dotenv/scan.ts";
import { printFlat } from "./flat/text.ts";

export const dotenv: Format = {
  id: "dotenv",
  title: "dotenv",
  suffixes: [".env"],
  metadata: "flat",
  supports: { comments: true, nesting: false, documents: false },

  parse: parseDotenv,

  source: sourceOf,

  bare: (_document: Document, leaf: Leaf): string => spellValue(leaf),

  /** A CR at the end of the line stays where it is, behind the token, which sops reads over; the plaintext holds it too. */
  cover(document: Document, leaf: Leaf, token: string): Splice[] {
    if (!leaf.slot) return [];
    const carriageReturn = sourceOf(document, leaf).endsWith("\r") ? "\r" : "";
    return [{ ...leaf.slot, text: token + carriageReturn }];
  },

  spell(_document: Document, leaf: Leaf, value: Scalar | Comment, residue?: string): Splice[] {
    if (!leaf.slot) return [];
    const same = residue !== undefined && !residue.includes("\n") && readsBackAs(leaf, residue, value);
    return [{ ...leaf.slot, text: same ? residue : spellValue(value) }];
  },

  append(document: Document, _parent: Branch | Sequence, key: string | undefined, node: Node): Splice[] {
    const line = printLine(key ?? "", node, false);
    const last = document.roots[0]?.entries.at(-1);
    const first = dotenvOrigin(document).metadata[0];
    const end = document.text.length;
    if (!last) return [insertAt(first?.start ?? end, `${line}\n`)];
    const at = lineEnd(document, last);
    return [at === end ? insertAt(end, `\n${line}`) : insertAt(at + 1, `${line}\n`)];
  },

  replace(_document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[] {
    const entry = parent.kind === "branch" ? parent.entries[index] : undefined;
    if (entry?.kind !== "pair" || !entry.value.slot) return [];
    return [{ ...entry.value.slot, text: printPlain(entry.key, node, false) }];
  },

  remove(document: Document, parent: Branch | Sequence, index: number): Splice[] {
    if (parent.kind !== "branch") return [];
    const entry = parent.entries[index];
    if (!entry) return [];
    let start = lineStart(entry);
    for (let above = index - 1; entry.kind === "pair" && above >= 0; above -= 1) {
      const comment = parent.entries[above];
      if (comment?.kind !== "comment" || lineEnd(document, comment) + 1 !== start) break;
      start = lineStart(comment);
    }
    const end = lineEnd(document, entry);
    if (end < document.text.length) return [{ start, end: end + 1, text: "" }];
    return [{ start: Math.max(start - 1, 0), end, text: "" }];
  },

  attach: attachMetadata,
  detach: detachMetadata,

  emit(roots: readonly Branch[], options?: EmitOptions): string {
    const lossy = options?.lossy ?? false;
    const lines = (roots[0]?.entries ?? []).map((entry) =>
      entry.kind === "comment" ? `#${spellValue(entry)}\n` : `${printLine(entry.key, entry.value, lossy)}\n`,
    );
    return lines.join("");
  },

  emitValue(node: Node | Comment, options?: EmitOptions): string {
    if (node.kind === "branch") return dotenv.emit([node], options);
    if (node.kind === "scalar" && node.type === "str") return node.canonical;
    throw new SottoError("EMIT_FAILED", "dotenv can print strings only");
  },
};

function sourceOf(document: Document, leaf: Leaf): string {
  return leaf.slot ? document.text.slice(leaf.slot.start, leaf.slot.end) : "";
}

/** A comment of several lines (from another format) becomes as many comment lines. */
function spellValue(value: Scalar | Comment): string {
  if (value.kind === "comment") return value.text.replaceAll("\n", "\n#");
  return encodeValue(printFlat(value));
}

function readsBackAs(leaf: Leaf, text: string, value: Scalar | Comment): boolean {
  if (value.kind === "comment") return leaf.kind === "comment" && text === value.text;
  return leaf.kind === "scalar" && value.type === "str" && decodeValue(text) === value.canonical;
}

/**
 * One `key=value` line.
 * @param lossy print what does not read back too, as sops does
 */
function printLine(key: string, node: Node, lossy: boolean): string {
  if (!lossy && /^#|[=\n]/.test(key)) {
    throw new SottoError("EMIT_FAILED", 'dotenv cannot hold a key with "=", with a line feed or with "#" in front');
  }
  return `${key}=${printPlain(key, node, lossy)}`;
}

function printPlain(key: string, node: Node, lossy: boolean): string {
  if (node.kind === "branch" || node.kind === "sequence") {
    throw new SottoError("EMIT_FAILED", `cannot use complex value in dotenv file; offending key ${key}`);
  }
  if (node.kind === "null") {
    if (lossy) return "<nil>";
    throw new SottoError("EMIT_FAILED", `dotenv cannot hold null; offending key ${key}`);
  }
  if (!lossy && node.type === "str" && node.canonical.includes("\\n")) {
    throw new SottoError("EMIT_FAILED", `dotenv cannot hold a backslash in front of an n; offending key ${key}`);
  }
  return spellValue(node);
}

function lineStart(entry: Entry): number {
  const start = entry.slot?.start ?? 0;
  return entry.kind === "comment" ? start - 1 : start;
}

function lineEnd(document: Document, entry: Entry): number {
  const slot = entry.kind === "comment" ? entry.slot : entry.value.slot;
  return slot?.end ?? document.text.length;
}

function insertAt(offset: number, text: string): Splice {
  return { start: offset, end: offset, text };
}
