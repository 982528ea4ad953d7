/** Prints trees as JSON the way Go's encoder and sops do. It keeps an own stack, as the reader does. */
import { SottoError } from "../../src/model/error.ts";
import type { Comment, Item, Node, Pair, Scalar } from "../../src/model/tree.ts";
import { MAX_DEPTH } from "./scan.ts";

export interface JsonLayout {
  /** Line end between members; undefined prints all on one line. */
  readonly lineEnd: string | undefined;
  /** One step of indentation. */
  readonly unit: string;
  /** Between key and value. */
  readonly colon: string;
  /** Between members on one line. */
  readonly comma: string;
}

/** How sops lays out a file. @throws SottoError `EMIT_FAILED` for an indentation below -1 */
export function sopsLayout(indent: number | undefined): JsonLayout {
  if (indent !== undefined && indent < -1) throw new SottoError("EMIT_FAILED", "an indentation below -1 is not accepted for JSON");
  const unit = indent === undefined || indent === -1 ? "\t" : " ".repeat(indent);
  return { lineEnd: "\n", unit, colon: ": ", comma: "," };
}

const LONE = /\p{Surrogate}/u;
const HTML = /[<>&\u2028\u2029]/g;

/** A JSON string as Go's encoder escapes it (go encoding/json, with HTML escaping). */
export function quoteJson(text: string): string {
  if (text.isWellFormed()) return quoteWellFormed(text);
  const parts = text.split(LONE).map((part) => quoteWellFormed(part).slice(1, -1));
  return `"${parts.join("\\ufffd")}"`;
}

function quoteWellFormed(text: string): string {
  return JSON.stringify(text).replace(HTML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @throws SottoError `EMIT_FAILED` for infinity and NaN */
export function printScalar(value: Scalar): string {
  if (value.type === "int") return value.canonical;
  if (value.type === "bool") return value.canonical === "True" ? "true" : "false";
  if (value.type === "float") return printFloat(value.canonical);
  return quoteJson(value.canonical);
}

/** Go prints floats in JSON as JavaScript does, except that it keeps the sign of zero. */
function printFloat(canonical: string): string {
  const value = Number(canonical);
  if (!Number.isFinite(value)) throw new SottoError("EMIT_FAILED", "JSON cannot hold infinity or NaN");
  return Object.is(value, -0) ? "-0" : String(value);
}

interface Frame {
  readonly children: readonly (Pair | Node)[];
  readonly object: boolean;
  next: number;
}

function openFrame(node: Node): Frame | undefined {
  if (node.kind === "branch") return { children: node.entries.filter(isPair), object: true, next: 0 };
  if (node.kind === "sequence") return { children: node.items.filter(isNode), object: false, next: 0 };
  return undefined;
}

/**
 * Prints a node; comments are left out.
 * @param indent indentation of the line that the node begins on
 * @throws SottoError `EMIT_FAILED` when JSON cannot hold it
 */
export function printJson(root: Node, layout: JsonLayout, indent = ""): string {
  const parts: string[] = [];
  const frames: Frame[] = [];
  const separator = layout.lineEnd === undefined ? layout.comma : ",";
  const lineStart = (): string => (layout.lineEnd === undefined ? "" : layout.lineEnd + indent + layout.unit.repeat(frames.length));
  const write = (node: Node): void => {
    if (node.kind === "null") parts.push("null");
    else if (node.kind === "scalar") parts.push(printScalar(node));
    const frame = openFrame(node);
    if (!frame) return;
    if (frame.children.length === 0) parts.push(frame.object ? "{}" : "[]");
    else {
      if (frames.length >= MAX_DEPTH) throw new SottoError("EMIT_FAILED", `nested deeper than ${MAX_DEPTH} levels`);
      parts.push(frame.object ? "{" : "[");
      frames.push(frame);
    }
  };
  write(root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const child = frame.children[frame.next];
    if (!child) {
      frames.pop();
      parts.push(lineStart(), frame.object ? "}" : "]");
      continue;
    }
    if (frame.next > 0) parts.push(separator);
    frame.next += 1;
    parts.push(lineStart());
    if (child.kind === "pair") {
      parts.push(quoteJson(child.key), layout.colon);
      write(child.value);
    } else write(child);
  }
  return parts.join("");
}

/** What Go prints for the record that sops keeps of a comment. */
export function printCommentRecord(comment: Comment): string {
  return `{"Value":${quoteJson(comment.text)},"Inline":${comment.inline}}`;
}

function isPair(entry: { readonly kind: string }): entry is Pair {
  return entry.kind === "pair";
}

export function isNode(item: Item): item is Node {
  return item.kind !== "comment";
}
