/** Writing and removing the metadata block, the `sops` mapping of every document. */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Branch, Document, Node, Pair, Splice } from "../../src/model/tree.ts";
import { emitYaml } from "./emit.ts";
import { entryStop, lastOf } from "./extent.ts";
import { flowKey, flowText } from "./flow.ts";
import { commaAfter, startOf } from "./insert-flow.ts";
import { endsLine, indentLines, lineStart } from "./lines.ts";
import { blockSpans } from "./metadata-span.ts";
import { collectionSlot, lastContent, scalarSlot } from "./places.ts";
import { type YamlDocument, yamlOrigin } from "./slots.ts";
import { updateBlock } from "./update-block.ts";

const KEY = "sops";
/** What sops indents by; a later rewrite by sops then changes no line of the block. */
const INDENT = 4;

/**
 * Writes the block into every document. Where any document has one, only blocks that are there are updated.
 * @throws SottoError `YAML_UNSUPPORTED` for a document that is nothing but a null
 */
export function attachMetadata(document: Document, metadata: Branch): Splice[] {
  const { documents } = yamlOrigin(document);
  const updating = documents.some((yaml) => yaml.metadata !== undefined);
  return documents.flatMap((yaml) => {
    if (yaml.metadata !== undefined) return updateBlock(document, yaml.metadata.pair, metadata);
    return updating ? [] : attachTo(document, yaml, metadata);
  });
}

function attachTo(document: Document, yaml: YamlDocument, metadata: Branch): Splice[] {
  const slot = collectionSlot(yaml.root);
  if (slot?.style === "flow") return [attachToFlow(document, yaml, metadata)];
  if (slot !== undefined && slot.style !== "block" && slot.end > slot.start) {
    throw new SottoError("YAML_UNSUPPORTED", "a document that is only a null cannot hold the sops metadata", {
      position: positionAt(document.text, slot.start),
      hints: ["write {} instead"],
    });
  }
  const { text } = document;
  const { lineEnd } = yamlOrigin(document);
  const lines = emitYaml([{ kind: "branch", entries: [{ kind: "pair", key: KEY, value: metadata }] }], { indent: INDENT }).split("\n");
  const block = indentLines(lines, slot?.column ?? 0).join(lineEnd);
  const open = yaml.end === text.length && !endsLine(text) && text !== "\uFEFF";
  if (!open) return [{ start: yaml.end, end: yaml.end, text: block }];
  const last = lastContent(yaml.root);
  if (last !== undefined && endsInBlockScalar(last)) {
    // go-yaml: it has no final line feed here, and would get one. In front of its entry the block changes no value.
    const at = lineStart(text, startOf(last));
    return [{ start: at, end: at, text: block }];
  }
  return [{ start: yaml.end, end: yaml.end, text: lineEnd + block.slice(0, block.length - lineEnd.length) }];
}

/** True for an entry whose last value is a block scalar that line ends behind it may change. */
function endsInBlockScalar(entry: Node | Pair): boolean {
  const last = lastOf(entry);
  const block = last.kind === "pair" ? undefined : scalarSlot(last)?.block;
  return block !== undefined && block.chomp !== "-";
}

/**
 * `, "sops": {…}` in front of the closing brace. Behind a trailing comma the block gets one too, and none in front, so that
 * {@link detachMetadata} knows whose comma it is.
 */
function attachToFlow(document: Document, yaml: YamlDocument, metadata: Branch): Splice {
  const { text } = document;
  const close = (collectionSlot(yaml.root)?.end ?? 1) - 1;
  const last = lastContent(yaml.root);
  const pair = `${flowKey(KEY)} ${flowText(metadata)}`;
  if (last === undefined) return { start: close, end: close, text: pair };
  const trailing = commaAfter(text, entryStop(document, last)) !== undefined;
  return { start: close, end: close, text: trailing ? `${pair},` : `, ${pair}` };
}

/** Removes the block of every document, exactly what {@link attachMetadata} added. */
export function detachMetadata(document: Document): Splice[] {
  const splices: Splice[] = blockSpans(document).map(({ start, end }) => ({ start, end, text: "" }));
  for (const yaml of yamlOrigin(document).documents) {
    if (yaml.metadata !== undefined && yaml.root.slot?.style === "flow") {
      splices.push(detachFromFlow(document, yaml, yaml.metadata.pair, yaml.metadata.index));
    }
  }
  return splices;
}

function detachFromFlow(document: Document, yaml: YamlDocument, pair: Pair, index: number): Splice {
  const { text } = document;
  const start = startOf(pair);
  const stop = entryStop(document, pair);
  const comma = commaAfter(text, stop);
  if (comma !== undefined) {
    const isLast = !yaml.root.entries.slice(index).some((entry) => entry.kind === "pair");
    return { start, end: isLast ? comma + 1 : skipBlanks(text, comma + 1), text: "" };
  }
  let before = start;
  while (text[before - 1] === " " || text[before - 1] === "\t") before -= 1;
  return { start: text[before - 1] === "," ? before - 1 : start, end: stop, text: "" };
}

function skipBlanks(text: string, at: number): number {
  let end = at;
  while (text[end] === " " || text[end] === "\t") end += 1;
  return end;
}
