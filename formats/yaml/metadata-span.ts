/** Where the metadata block stands, and which bytes go with it. */
import type { Document, Pair, Span } from "../../src/model/tree.ts";
import { entryStop } from "./extent.ts";
import { endsLine, lastStarting, lineStart, nextLine, previousStop } from "./lines.ts";
import { keySlot } from "./places.ts";
import { yamlOrigin } from "./slots.ts";

/** The bytes of each document's metadata block, as far as it stands in a block mapping: whole lines. */
export function blockSpans(document: Document): readonly Span[] {
  const before = spans.get(document);
  if (before !== undefined) return before;
  const found: Span[] = [];
  for (const yaml of yamlOrigin(document).documents) {
    if (yaml.metadata !== undefined && yaml.root.slot?.style !== "flow") found.push(blockSpan(document, yaml.metadata.pair));
  }
  spans.set(document, found);
  return found;
}

/** The block that starts between two offsets. */
export function blockSpanIn(document: Document, from: number, to: number): Span | undefined {
  const found = lastStarting(blockSpans(document), to);
  return found !== undefined && found.start >= from ? found : undefined;
}

const spans = new WeakMap<Document, readonly Span[]>();

function blockSpan(document: Document, pair: Pair): Span {
  const { text } = document;
  const start = lineStart(text, keySlot(pair)?.entry ?? pair.slot?.start ?? 0);
  const end = nextLine(text, entryStop(document, pair));
  // A file without a final newline stays one: then the line end in front of the block came with it.
  return end === text.length && !endsLine(text) ? { start: previousStop(text, start), end } : { start, end };
}
