/** Reading a piece of text as it would read in its place: the last word on whether a spelling may be written there. */
import { SottoError } from "../../src/model/error.ts";
import type { Document, Node, Scalar } from "../../src/model/tree.ts";
import { readYaml } from "./read.ts";
import type { ScalarSlot } from "./slots.ts";

/** What the reading of a scalar depends on. */
export interface Surroundings {
  readonly flow: boolean;
  readonly inSequence: boolean;
  /** Column of the keys or dashes of the collection around. */
  readonly column: number;
  /** A tag that stays in front of the scalar, or the empty text. */
  readonly tag: string;
}

/**
 * Reads a scalar's text in its surroundings.
 * @param rest what follows: the line end, and for block scalars the blank lines up to the next text
 * @returns the node, undefined if the text is not exactly one node there
 */
export function probe(around: Surroundings, text: string, rest: string): Node | undefined {
  const lead = leadOf(around);
  const tail = around.flow ? (around.inSequence ? "]}\n" : "}}\n") : rest;
  const document = tryRead(lead + text + tail);
  const node = document === undefined ? undefined : pick(document, around);
  if (node?.slot === undefined) return undefined;
  const slot = node.slot as ScalarSlot;
  const start = Math.min(slot.start, slot.tag?.start ?? slot.start, slot.anchor?.start ?? slot.start);
  const own = around.tag === "" ? lead.length : lead.length - around.tag.length - 1;
  if (start !== own) return undefined;
  return slot.block !== undefined || slot.end === lead.length + text.length ? node : undefined;
}

/** True if a text reads as this very value. */
export function readsAs(around: Surroundings, text: string, rest: string, value: Scalar): boolean {
  const node = probe(around, text, rest);
  return node?.kind === "scalar" && node.type === value.type && node.canonical === value.canonical;
}

function leadOf(around: Surroundings): string {
  const tag = around.tag === "" ? "" : `${around.tag} `;
  if (around.flow) return (around.inSequence ? "{k: [" : "{k: {k: ") + tag;
  const column = " ".repeat(around.column);
  return around.inSequence ? `k:\n${column}- ${tag}` : `${column}k: ${tag}`;
}

function pick(document: Document, around: Surroundings): Node | undefined {
  const [root] = document.roots;
  if (document.roots.length !== 1 || root?.entries.length !== 1) return undefined;
  let node: Node | undefined = only(root);
  if (around.flow || around.inSequence) node = node === undefined ? undefined : only(node);
  return node;
}

function only(node: Node): Node | undefined {
  if (node.kind === "sequence") {
    const [item] = node.items;
    return node.items.length === 1 && item?.kind !== "comment" ? item : undefined;
  }
  if (node.kind !== "branch") return undefined;
  const [entry] = node.entries;
  return node.entries.length === 1 && entry?.kind === "pair" ? entry.value : undefined;
}

function tryRead(text: string): Document | undefined {
  try {
    return readYaml(text);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}
