/** Reads YAML exactly as sops 3.13.3 does, and remembers where in the text everything stands. */
import { positionAt, SottoError } from "../../src/model/error.ts";
import type { Document, Entry, Pair } from "../../src/model/tree.ts";
import { Builder, type BuiltDocument } from "./build.ts";
import { Parser } from "./parse.ts";
import { readSimple, type SimpleStream } from "./read-simple.ts";
import { Scanner } from "./scan.ts";
import type { YamlDocument, YamlOrigin } from "./slots.ts";
import { refuse } from "./tokens.ts";
import { placeUnseen } from "./unseen.ts";

/** Control characters, noncharacters and halves of surrogate pairs, which go-yaml's reader does not let in. */
const FORBIDDEN = /[^\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const CONFLICT = /^(?:<<<<<<< |=======|>>>>>>> )/m;

export interface ReadOptions {
  /** True for configs: also what sops could decode but not encrypt (keys that are no strings, huge integers), and no document at all. */
  readonly lenient?: boolean;
}

/**
 * Reads a stream of YAML documents.
 * @throws SottoError `FILE_EMPTY`; `YAML_INVALID` if sops cannot read it; `CONFLICT_MARKERS` if it cannot and the text holds the marks of
 * a merge; `VALUE_UNSUPPORTED` if sops reads it and cannot encrypt it; `YAML_UNSUPPORTED` if sops would read it and lose data
 */
export function readYaml(text: string, options: ReadOptions = {}): Document {
  if (text === "" && options.lenient !== true) throw new SottoError("FILE_EMPTY", "the file is empty");
  const simple = readSimple(text);
  return simple === undefined ? readAnyYaml(text, options) : toDocument(text, simple);
}

/** The same without the shortcut; tests hold the two against each other. */
export function readAnyYaml(text: string, { lenient = false }: ReadOptions = {}): Document {
  let builder: Builder;
  try {
    builder = build(text);
  } catch (error) {
    throw explainConflict(text, error);
  }
  if (builder.deferred && !lenient) throw builder.deferred;
  if (builder.documents.length === 0 && !lenient) throw refuse(text, text.length, "the file holds no document");
  return toDocument(text, builder);
}

function toDocument(text: string, builder: SimpleStream): Document {
  // sops looks into the first document alone: without a block there, one further down is data.
  const encrypted = builder.documents[0]?.root.entries.some(isMetadata) === true;
  const documents: readonly YamlDocument[] = encrypted ? builder.documents.map(splitMetadata) : builder.documents;
  const metadata = documents[0]?.metadata;
  const origin: YamlOrigin = { lineEnd: /\r?\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n", documents };
  return {
    format: "yaml",
    text,
    roots: documents.map((document) => document.root),
    ...(metadata && { metadata: metadata.pair.value }),
    properties: builder.properties,
    origin,
  };
}

function build(text: string): Builder {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) throw refuse(text, forbidden.index, "a control character or a broken character");
  if (text.startsWith("\uFEFF\uFEFF")) {
    // go-yaml then drops characters at the starts of lines, depending on its buffer.
    throw new SottoError("YAML_UNSUPPORTED", "a second byte order mark", { position: { line: 1, column: 2 } });
  }
  const scanner = new Scanner(text);
  const lines = scanner.cursor.commentLines;
  const builder = new Builder(text, lines);
  new Parser(text, scanner, builder).run();
  placeUnseen(text, lines, builder.composer.placed, builder.documents);
  return builder;
}

/** Takes the `sops` pair out. In a later document there may be several, since sops does not check keys there; it drops them all. */
function splitMetadata({ root, end }: BuiltDocument): YamlDocument {
  const index = root.entries.findIndex(isMetadata);
  const pair = root.entries[index];
  if (pair?.kind !== "pair") return { root, end };
  return { root: { ...root, entries: root.entries.filter((entry) => !isMetadata(entry)) }, end, metadata: { pair, index } };
}

function isMetadata(entry: Entry): entry is Pair {
  return entry.kind === "pair" && entry.key === "sops";
}

/** A text that cannot be read because a merge was left half done says so. */
function explainConflict(text: string, error: unknown): unknown {
  if (!SottoError.is(error) || error.code !== "YAML_INVALID") return error;
  const marker = CONFLICT.exec(text);
  if (!marker) return error;
  return new SottoError("CONFLICT_MARKERS", "the file holds the markers of an unfinished merge", {
    position: positionAt(text, marker.index),
    cause: error,
  });
}
