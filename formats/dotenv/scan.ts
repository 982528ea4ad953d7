/**
 * Reads dotenv as sops does: lines end at LF, the first `=` splits, nothing is trimmed, quoted or interpolated.
 * A CR in front of the LF is part of the value, as it is for sops: only so does a value that stays readable, or an empty
 * one, count for the MAC as sops counts it.
 */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Branch, Document, Entry, Pair, Span } from "../../src/model/tree.ts";

export const METADATA_PREFIX = "sops_";

/** A line of the file; `next` is where the following one starts. */
export interface Line extends Span {
  readonly next: number;
}

export interface MetadataLine extends Line {
  /** Without the prefix. */
  readonly key: string;
  readonly value: string;
}

export class DotenvOrigin {
  readonly metadata: readonly MetadataLine[];

  constructor(metadata: readonly MetadataLine[]) {
    this.metadata = metadata;
  }
}

export function dotenvOrigin(document: Document): DotenvOrigin {
  if (document.origin instanceof DotenvOrigin) return document.origin;
  throw new TypeError("not a document that was read as dotenv");
}

/** The two characters `\n` stand for a line feed. */
export function decodeValue(text: string): string {
  return text.includes("\\n") ? text.replaceAll("\\n", "\n") : text;
}

export function encodeValue(text: string): string {
  return text.includes("\n") ? text.replaceAll("\n", "\\n") : text;
}

/** @throws SottoError `DOTENV_INVALID` */
export function parseDotenv(text: string): Document {
  const entries: Entry[] = [];
  const metadata: MetadataLine[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const end = feed === -1 ? text.length : feed;
    const next = feed === -1 ? end : end + 1;
    if (text.charCodeAt(start) === 0x23) {
      entries.push({ kind: "comment", text: text.slice(start + 1, end), inline: false, slot: { start: start + 1, end, style: "comment" } });
    } else if (end > start) {
      const pair = parseLine(text, start, end);
      if (pair.key.startsWith(METADATA_PREFIX)) metadata.push(metadataLine(pair, { start, end, next }));
      else entries.push(pair);
    }
    start = next;
  }
  const root: Branch = { kind: "branch", entries, slot: { start: 0, end: text.length, style: "file" } };
  return {
    format: "dotenv",
    text,
    roots: [root],
    ...(metadata.length > 0 ? { metadata: metadataBranch(metadata) } : {}),
    properties: [],
    origin: new DotenvOrigin(metadata),
  };
}

function parseLine(text: string, start: number, end: number): Pair {
  const line = text.slice(start, end);
  const equals = line.indexOf("=");
  if (equals === -1) {
    const message = line === "\r" ? 'a line of a carriage return alone (no "=")' : 'a line without "="';
    throw new SottoError("DOTENV_INVALID", message, { position: positionAt(text, start) });
  }
  return {
    kind: "pair",
    key: line.slice(0, equals),
    slot: { start, end: start + equals, style: "key" },
    value: {
      kind: "scalar",
      type: "str",
      canonical: decodeValue(line.slice(equals + 1)),
      slot: { start: start + equals + 1, end, style: "value" },
    },
  };
}

/** A CR that a checkout put at the end of a metadata line is no part of the field. */
function metadataLine(pair: Pair, line: Line): MetadataLine {
  const value = pair.value.kind === "scalar" ? pair.value.canonical : "";
  return { ...line, key: pair.key.slice(METADATA_PREFIX.length), value: value.endsWith("\r") ? value.slice(0, -1) : value };
}

function metadataBranch(lines: readonly MetadataLine[]): Branch {
  return {
    kind: "branch",
    entries: lines.map((line) => ({
      kind: "pair",
      key: line.key,
      value: { kind: "scalar", type: "str", canonical: line.value },
    })),
  };
}
