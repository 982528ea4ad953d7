/** The metadata block as flat keys, for formats without nesting: `age__list_0__map_enc` (sops: §4.6.3). */
import type { Branch, Item, Node, Pair, Scalar } from "../model/tree.ts";
import { MAX_DEPTH } from "./decode.ts";
import type { Decoder } from "./decode.ts";
import { compareNames } from "../model/provider.ts";

const SEPARATOR = /__(map|list)_/g;

/** Where a flat key leads: a name in a mapping, or an index in a list. */
type Step = { readonly kind: "map"; readonly key: string } | { readonly kind: "list"; readonly index: number };

interface Place {
  pair?: Pair;
  readonly keys: Map<string, Place>;
  readonly indices: Map<number, Place>;
}

/**
 * Turns a nested block into flat pairs whose values are all texts. Empty collections, nulls and comments leave nothing.
 * @throws RangeError if two fields get the same flat key or the block is too deep; sops writes no such block
 */
export function flattenBlock(block: Branch): Branch {
  const entries: Pair[] = [];
  const seen = new Set<string>();
  descend(block, "", 0, (key, value) => {
    if (seen.has(key)) throw new RangeError("two metadata fields have the same flat key");
    seen.add(key);
    entries.push({ kind: "pair", key, value: { kind: "scalar", type: "str", canonical: flatText(value) } });
  });
  return { kind: "branch", entries };
}

function descend(node: Item, path: string, depth: number, visit: (key: string, value: Scalar) => void): void {
  if (depth > MAX_DEPTH) throw new RangeError("the metadata block is nested too deeply");
  switch (node.kind) {
    case "branch":
      for (const entry of node.entries) {
        if (entry.kind === "comment") continue;
        descend(entry.value, path === "" ? entry.key : `${path}__map_${entry.key}`, depth + 1, visit);
      }
      break;
    case "sequence":
      for (const [index, item] of node.items.filter(({ kind }) => kind !== "comment").entries()) {
        descend(item, `${path}__list_${index}`, depth + 1, visit);
      }
      break;
    case "scalar":
      visit(path, node);
      break;
    case "null":
    case "comment":
      break;
    default:
      node satisfies never;
  }
}

/** What dotenv and INI print for the types that occur in the block (sops: §4.3). */
function flatText(value: Scalar): string {
  if (value.type !== "bool") return value.canonical;
  return value.canonical === "True" ? "true" : "false";
}

/**
 * Turns flat pairs into a nested block with sorted keys. The order of the pairs does not matter.
 * @throws SottoError `METADATA_INVALID` as sops: a key that is there twice, that is both a value and a collection, or a gap in a list
 */
export function unflattenBlock(flat: Branch, decoder: Decoder): Branch {
  const root = newPlace();
  for (const pair of flat.entries) {
    if (pair.kind === "comment") continue;
    const steps = splitKey(pair.key);
    if (steps.length > MAX_DEPTH) throw decoder.invalid("the metadata block is nested too deeply", pair);
    let place = root;
    for (const step of steps) place = enter(place, step);
    if (place.pair !== undefined) {
      throw decoder.invalid(`the metadata field ${pair.key} is there twice`, pair, ["keep one of them"]);
    }
    place.pair = pair;
  }
  const block = assemble(root, decoder);
  return block.kind === "branch" ? block : { kind: "branch", entries: [] };
}

function newPlace(): Place {
  return { keys: new Map(), indices: new Map() };
}

function enter(place: Place, step: Step): Place {
  return step.kind === "map" ? getOrAdd(place.keys, step.key) : getOrAdd(place.indices, step.index);
}

function getOrAdd<K>(places: Map<K, Place>, key: K): Place {
  const found = places.get(key);
  if (found !== undefined) return found;
  const added = newPlace();
  places.set(key, added);
  return added;
}

/** The text before the first separator is a key of the block itself. */
function splitKey(key: string): Step[] {
  const steps: Step[] = [];
  let kind = "map";
  let start = 0;
  for (const match of key.matchAll(SEPARATOR)) {
    steps.push(toStep(kind, key.slice(start, match.index)));
    kind = match[1] ?? "map";
    start = match.index + match[0].length;
  }
  steps.push(toStep(kind, key.slice(start)));
  return steps;
}

/** go `strconv.Atoi`, where an index that is no number counts as 0. */
function toStep(kind: string, text: string): Step {
  if (kind === "map") return { kind: "map", key: text };
  return { kind: "list", index: /^[+-]?\d+$/.test(text) ? Number(text) + 0 : 0 };
}

function assemble(place: Place, decoder: Decoder): Node {
  const { pair, keys, indices } = place;
  if (Number(pair !== undefined) + Number(keys.size > 0) + Number(indices.size > 0) > 1) {
    throw decoder.invalid("a metadata field is both a value and a collection", pair ?? firstPair(place));
  }
  if (pair !== undefined) return pair.value;
  if (indices.size > 0) {
    const ordered = [...indices.entries()].toSorted(([a], [b]) => a - b);
    if (ordered.some(([index], position) => index !== position)) {
      throw decoder.invalid("a list of the metadata has a gap", firstPair(place));
    }
    return { kind: "sequence", items: ordered.map(([, item]) => assemble(item, decoder)) };
  }
  const named = [...keys.entries()].toSorted(([a], [b]) => compareNames(a, b));
  const entries = named.map(([key, child]): Pair => {
    const slot = child.pair?.slot;
    return { kind: "pair", key, value: assemble(child, decoder), ...(slot && { slot }) };
  });
  return { kind: "branch", entries };
}

/** Any pair below a place, to have a position for an error. */
function firstPair(place: Place): Pair | undefined {
  let at: Place | undefined = place;
  while (at !== undefined && at.pair === undefined) {
    const [next]: Place[] = [...at.keys.values(), ...at.indices.values()];
    at = next;
  }
  return at?.pair;
}
