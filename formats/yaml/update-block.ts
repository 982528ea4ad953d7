/** Bringing an existing metadata block up to date field by field, so that unchanged fields keep their bytes and their place. */
import { SottoError, positionAt } from "../../src/model/error.ts";
import type { Branch, Document, Node, Pair, Splice } from "../../src/model/tree.ts";
import { columnOf, entryStop } from "./extent.ts";
import { flowKey, flowText } from "./flow.ts";
import { insertBehind } from "./insert.ts";
import { removeEntry } from "./remove.ts";
import { startOf } from "./insert-flow.ts";
import { emitYaml } from "./emit.ts";
import { indentLines, lineStop } from "./lines.ts";
import { collectionSlot, keySlot } from "./places.ts";
import { yamlOrigin } from "./slots.ts";
import { spellLeaf } from "./spell.ts";

/** @throws SottoError `METADATA_INVALID` if the block is no mapping */
export function updateBlock(document: Document, block: Pair, metadata: Branch): Splice[] {
  const { value } = block;
  const slot = value.kind === "branch" ? collectionSlot(value) : undefined;
  if (value.kind !== "branch" || slot === undefined || slot.style === "alias") {
    throw new SottoError("METADATA_INVALID", "the sops entry is not a mapping", { position: positionAt(document.text, startOf(block)) });
  }
  if (slot.style !== "block") return updateFlow(document, value, metadata);
  const fields = pairsOf(value);
  const wanted = new Map(pairsOf(metadata).map((pair) => [pair.key, pair.value]));
  const splices: Splice[] = [];
  const kept: Pair[] = [];
  for (const field of fields) {
    const next = take(wanted, field.key);
    if (next === undefined && !isNothing(field.value)) splices.push(...removeEntry(document, value, value.entries.indexOf(field)));
    else {
      kept.push(field);
      if (next !== undefined && !sameNode(field.value, next)) splices.push(...changeField(document, block, field, next));
    }
  }
  for (const [key, node] of wanted) splices.push(...addField(document, block, kept, key, node));
  return splices;
}

function pairsOf(branch: Branch): Pair[] {
  return branch.entries.filter((entry): entry is Pair => entry.kind === "pair");
}

/** The value wanted for a field, which is then no longer a new one. sops reads field names in any case (sops: §4.6.2). */
function take(wanted: Map<string, Node>, key: string): Node | undefined {
  const name = wanted.has(key) ? key : [...wanted.keys()].find((one) => one.toLowerCase() === key.toLowerCase());
  if (name === undefined) return undefined;
  const node = wanted.get(name);
  wanted.delete(name);
  return node;
}

/** Null, an empty list and a missing field are the same to sops (sops: §4.6.2). */
function isNothing(node: Node): boolean {
  if (node.kind === "null") return true;
  if (node.kind === "scalar") return false;
  return (node.kind === "branch" ? node.entries : node.items).every((child) => child.kind === "comment");
}

/** Scalars are compared as text, since sops reads numbers and bools from strings too. */
function sameNode(left: Node, right: Node): boolean {
  const open: [Node, Node][] = [[left, right]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [one, other] = pair;
    if (isNothing(one) && isNothing(other)) continue;
    if (one.kind === "null" || other.kind === "null") return false;
    if (one.kind === "scalar" || other.kind === "scalar") {
      if (one.kind !== other.kind || textOf(one) !== textOf(other)) return false;
    } else if (one.kind === "branch" || other.kind === "branch") {
      if (one.kind !== "branch" || other.kind !== "branch") return false;
      const [a, b] = [pairsOf(one), pairsOf(other)];
      if (a.length !== b.length || a.some((entry, index) => entry.key !== b[index]?.key)) return false;
      for (const [index, entry] of a.entries()) open.push([entry.value, b[index]?.value ?? entry.value]);
    } else {
      const [a, b] = [itemsOf(one), itemsOf(other)];
      if (a.length !== b.length) return false;
      for (const [index, item] of a.entries()) open.push([item, b[index] ?? item]);
    }
  }
  return true;
}

function itemsOf(node: Node): Node[] {
  return node.kind === "sequence" ? node.items.filter((item) => item.kind !== "comment") : [];
}

function textOf(node: Node): string {
  if (node.kind !== "scalar") return "";
  return node.type === "bool" ? node.canonical.toLowerCase() : node.canonical;
}

function changeField(document: Document, block: Pair, field: Pair, next: Node): Splice[] {
  const { value } = field;
  if (value.kind === "scalar" && value.slot !== undefined && next.kind === "scalar") return spellLeaf(document, value, next);
  const slot = keySlot(field);
  const start = startOf(field);
  const lines = fieldLines(document, block, slot === undefined ? field.key : document.text.slice(slot.start, slot.end), next);
  const end = value.slot?.style === "flow" ? entryStop(document, field) : lineStop(document.text, entryStop(document, field));
  return [{ start, end, text: lines.join(yamlOrigin(document).lineEnd).trimStart() }];
}

/** A new field stands in front of the first one with a greater name. */
function addField(document: Document, block: Pair, kept: readonly Pair[], key: string, node: Node): Splice[] {
  const text = fieldLines(document, block, key, node).join(yamlOrigin(document).lineEnd);
  const next = kept.find((field) => field.key > key);
  if (next !== undefined) {
    const at = startOf(next);
    return [{ start: at, end: at, text: text.trimStart() + yamlOrigin(document).lineEnd + " ".repeat(columnOf(block.value)) }];
  }
  const last = kept.at(-1);
  if (last !== undefined) return insertBehind(document, last, text);
  const at = startOf(block);
  return [{ start: at, end: at, text: `${text}${yamlOrigin(document).lineEnd}` }];
}

/** The lines of a field as sops's emitter prints it in the block, by the block's own step. */
function fieldLines(document: Document, block: Pair, key: string, node: Node): string[] {
  const column = columnOf(block.value);
  const outer = keySlot(block)?.entry ?? 0;
  const step = column - columnOfOffset(document.text, outer);
  const field: Branch = { kind: "branch", entries: [{ kind: "pair", key: "k", value: node }] };
  const [, first = "", ...rest] = emitYaml([{ kind: "branch", entries: [{ kind: "pair", key: "sops", value: field }] }], { indent: step })
    .replace(/\n$/, "")
    .split("\n");
  const inner = first.length - first.trimStart().length;
  const lines = [first.slice(inner).replace(/^k:/, () => `${key}:`), ...rest.map((line) => line.slice(inner))];
  return indentLines(lines, column);
}

function columnOfOffset(text: string, at: number): number {
  let column = 0;
  while (text[at - column - 1] === " ") column += 1;
  return column;
}

/** A block inside braces: changed fields in place; written anew as a whole where fields come or go. */
function updateFlow(document: Document, block: Branch, metadata: Branch): Splice[] {
  const fields = pairsOf(block);
  const next = pairsOf(metadata);
  const slot = collectionSlot(block);
  const sameFields = fields.length === next.length && fields.every((field, index) => field.key === next[index]?.key);
  if (!sameFields) return slot === undefined ? [] : [{ start: slot.start, end: slot.end, text: flowText(metadata) }];
  return fields.flatMap((field, index): Splice[] => {
    const wanted = next[index]?.value;
    if (wanted === undefined || sameNode(field.value, wanted)) return [];
    if (field.value.kind === "scalar" && field.value.slot !== undefined && wanted.kind === "scalar") {
      return spellLeaf(document, field.value, wanted);
    }
    return [{ start: startOf(field), end: entryStop(document, field), text: `${flowKey(field.key)} ${flowText(wanted)}` }];
  });
}
