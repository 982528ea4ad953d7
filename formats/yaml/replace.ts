/** Replacing the whole value of an entry: scalars by collections, collections by scalars, anything by anything. */
import { SottoError } from "../../src/model/error.ts";
import type { Branch, Document, Node, Pair, Sequence, Splice } from "../../src/model/tree.ts";
import { columnOf, entryStop } from "./extent.ts";
import { flowScalar, flowText } from "./flow.ts";
import { headerOf } from "./frame.ts";
import { startOf } from "./insert-flow.ts";
import { editableSlot, isTight } from "./insert.ts";
import { lineStop } from "./lines.ts";
import { type Lines, layOut, mappingPlace } from "./layout.ts";
import { childrenOf, collectionSlot, keySlot, scalarSlot, stepOf } from "./places.ts";
import { spellLeaf } from "./spell.ts";
import { type CommentSlot, type KeySlot, yamlOrigin } from "./slots.ts";

/** The value that goes, and what stands in front of it. */
interface Old {
  readonly child: Node | Pair;
  readonly node: Node;
  /** Offset behind the colon or dash. */
  readonly lead: number;
  readonly anchor: string;
  /** Offset of the value's first character, its properties included. */
  readonly start: number;
}

/** @throws SottoError `YAML_UNSUPPORTED` for an entry behind an alias, `PATH_NOT_FOUND` for a comment */
export function replaceEntry(document: Document, parent: Branch | Sequence, index: number, node: Node): Splice[] {
  const slot = editableSlot(parent);
  const child = childrenOf(parent)[index];
  if (child === undefined) throw new RangeError("no such entry");
  if (child.kind === "comment") throw new SottoError("PATH_NOT_FOUND", "a comment cannot be replaced by a value");
  const old = oldValue(document, child, slot.style === "flow" ? parent : undefined);
  if (old.node.kind === "scalar" && node.kind === "scalar" && old.node.slot !== undefined) return spellLeaf(document, old.node, node);
  if (slot.style === "flow") return [replaceInFlow(document, old, node)];
  const inner = old.node.slot?.style;
  const collection = old.node.kind === "branch" || old.node.kind === "sequence";
  if (collection && inner === "flow" && (node.kind === "branch" || node.kind === "sequence")) {
    return [{ start: old.node.slot?.start ?? old.start, end: old.node.slot?.end ?? old.start, text: flowText(node) }];
  }
  const lines = newLines(document, parent, old, node);
  const key = child.kind === "pair" ? keySlot(child) : undefined;
  if (key !== undefined && key.colon === undefined) return addValue(document, key, slot.column, lines);
  return collection && inner === "block" ? replaceBlock(document, old, lines) : replaceToken(document, old, lines);
}

function oldValue(document: Document, child: Node | Pair, flow: Branch | Sequence | undefined): Old {
  const node = child.kind === "pair" ? child.value : child;
  const slot = scalarSlot(node);
  const key = child.kind === "pair" ? keySlot(child) : undefined;
  const dash = slot?.dash === undefined ? 0 : slot.dash + 1;
  const before = flow?.kind === "sequence" ? startOf(node) : Math.max(key?.end ?? 0, dash);
  const lead = key?.colon === undefined ? before : key.colon + 1;
  const anchor = slot?.anchor === undefined ? "" : document.text.slice(slot.anchor.start, slot.anchor.end);
  return { child, node, lead, anchor, start: Math.max(lead, startOf(node)) };
}

function replaceInFlow(document: Document, old: Old, node: Node): Splice {
  const anchor = old.anchor === "" ? "" : `${old.anchor} `;
  const text = anchor + (node.kind === "scalar" ? flowScalar(node) : flowText(node));
  const end = Math.max(old.start, old.node.slot?.end ?? old.start);
  if (end > old.start) return { start: old.start, end, text };
  const key = old.child.kind === "pair" ? keySlot(old.child) : undefined;
  if (key !== undefined && key.colon === undefined) return { start: key.end, end: key.end, text: `: ${text}` };
  const blanks = / *(?=,)/y;
  blanks.lastIndex = old.lead;
  return { start: old.lead, end: old.lead + (blanks.exec(document.text)?.[0].length ?? 0), text: ` ${text}` };
}

function newLines(document: Document, parent: Branch | Sequence, old: Old, node: Node): Lines {
  const column = collectionSlot(parent)?.column ?? 0;
  const inSequence = parent.kind === "sequence";
  const place = inSequence ? { column, inSequence, step: stepOf(document), nested: column + 2 } : mappingPlace(document, column, node);
  const tight = isTight(document, Math.max(entryStop(document, old.child), lastComment(old.node)), column);
  return layOut(node, sharesLine(document, old) ? { ...place, tight, nested: columnOf(old.node) } : { ...place, tight });
}

/** True for a block collection that starts on the line of its dash or colon. */
function sharesLine(document: Document, old: Old): boolean {
  const { node } = old;
  return (
    (node.kind === "branch" || node.kind === "sequence") &&
    node.slot?.style === "block" &&
    node.slot.start <= lineStop(document.text, old.lead)
  );
}

/** A block collection goes with all that stands in it; its own line, with a comment, stays. */
function replaceBlock(document: Document, old: Old, lines: Lines): Splice[] {
  const { text } = document;
  const { lineEnd } = yamlOrigin(document);
  const end = lineStop(text, Math.max(entryStop(document, old.child), lastComment(old.node)));
  if (sharesLine(document, old)) {
    const { inline, below } = compact(lines);
    return [{ start: old.node.slot?.start ?? old.start, end, text: [inline, ...below].join(lineEnd) }];
  }
  const props = { start: old.lead, end: Math.max(old.lead, propertiesStop(old.node)), text: anchored(old, lines.inline) };
  return [props, { start: lineStop(text, props.end), end, text: lines.below.map((line) => lineEnd + line).join("") }];
}

/** A scalar, null, alias or flow collection in block context. */
function replaceToken(document: Document, old: Old, lines: Lines): Splice[] {
  const { text } = document;
  const { lineEnd } = yamlOrigin(document);
  const { inline, below } = old.child.kind === "pair" || old.anchor !== "" ? lines : compact(lines);
  const tail = below.map((line) => lineEnd + line).join("");
  const slot = scalarSlot(old.node);
  if (slot?.block !== undefined) {
    const header = slot.start + headerOf(text, slot).length;
    const stop = lineStop(text, header);
    const body = { start: stop, end: Math.max(stop, slot.end), text: tail };
    return [{ start: old.lead, end: header, text: anchored(old, inline) }, body];
  }
  const filled = slot !== undefined && slot.end > slot.start;
  const end = Math.max(old.lead, propertiesStop(old.node), filled ? slot.end : 0);
  const stop = lineStop(text, end);
  // A comment between the key and a value on the next line stays.
  const kept = filled && text.slice(old.lead, old.start).includes("#");
  const gap = text[end] === "#" ? " " : "";
  const head = kept
    ? { start: old.start, end, text: anchored(old, inline).trimStart() + gap }
    : { start: old.lead, end, text: anchored(old, inline) + gap };
  return tail === "" ? [head] : [head, { start: stop, end: stop, text: tail }];
}

/** The first line of a nested collection moves up to the dash. */
function compact(lines: Lines): Lines {
  const [first, ...rest] = lines.below;
  if (lines.inline !== "" || first === undefined) return lines;
  return { inline: first.trimStart(), below: rest };
}

/** A key behind `? ` without a colon gets one, on the next line. */
function addValue(document: Document, key: KeySlot, column: number, lines: Lines): Splice[] {
  const { lineEnd } = yamlOrigin(document);
  const at = lineStop(document.text, key.end);
  const inline = lines.inline === "" ? "" : ` ${lines.inline}`;
  return [{ start: at, end: at, text: [`${lineEnd}${" ".repeat(column)}:${inline}`, ...lines.below].join(lineEnd) }];
}

/** What stands behind the colon or dash: the anchor stays, a tag goes with the value. */
function anchored(old: Old, inline: string): string {
  return (old.anchor === "" ? "" : ` ${old.anchor}`) + (inline === "" ? "" : ` ${inline}`);
}

function propertiesStop(node: Node): number {
  const slot = scalarSlot(node);
  return Math.max(slot?.tag?.end ?? 0, slot?.anchor?.end ?? 0);
}

/** Offset behind the last comment inside a collection. */
function lastComment(node: Node): number {
  let end = 0;
  const open: Node[] = [node];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (top.kind !== "branch" && top.kind !== "sequence") continue;
    for (const child of childrenOf(top)) {
      if (child.kind === "comment") end = Math.max(end, (child.slot as CommentSlot | undefined)?.end ?? 0);
      else open.push(child.kind === "pair" ? child.value : child);
    }
  }
  return end;
}
