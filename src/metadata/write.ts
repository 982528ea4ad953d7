/** From {@link Metadata} to the tree that the formats attach: the fields, order and omissions of sops (sops: §4.6.1). */
import { findProvider, providers } from "../../keys/index.ts";
import type { Format } from "../model/format.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import type { Metadata } from "../model/metadata.ts";
import { formatFloat } from "../model/number.ts";
import type { Branch, Item, Node, Pair, Scalar } from "../model/tree.ts";
import { alignBlock } from "./align.ts";
import { flattenBlock } from "./flatten.ts";
import type { StoredField } from "../model/provider.ts";
import { compareNames } from "../model/provider.ts";

type Named = readonly [key: string, value: Node];

/**
 * The metadata block.
 * @param previous the block that it replaces, as it was read; its order and its empty fields are kept
 * @returns nested, or flat pairs of texts for the layouts without nesting; line feeds stand in the texts as they are
 */
export function metadataTree(metadata: Metadata, layout: Format["metadata"], previous?: Node): Branch {
  const fields: Named[] = [
    ["lastmodified", text(metadata.lastModified)],
    ["mac", text(metadata.mac)],
    ["version", text(metadata.version)],
  ];
  if (metadata.threshold !== 0) fields.push(["shamir_threshold", plainNode(metadata.threshold)]);
  if (metadata.macOnlyEncrypted) fields.push(["mac_only_encrypted", plainNode(true)]);
  if (metadata.selector !== undefined) fields.push([metadata.selector.kind, text(metadata.selector.pattern)]);
  for (const [key, value] of Object.entries(metadata.unknown)) fields.push([key, toNode(value)]);
  const [only, ...more] = metadata.groups;
  if (only !== undefined && more.length === 0) fields.push(...keyLists(only));
  else if (only !== undefined) fields.push(["key_groups", { kind: "sequence", items: metadata.groups.map(groupNode) }]);
  const block = sortedBranch(fields);
  if (layout !== "nested") return flattenBlock(block);
  return previous?.kind === "branch" ? alignBlock(block, previous) : block;
}

/** Inside `key_groups` some lists are written even when they are empty. */
function groupNode(group: KeyGroup): Branch {
  const lists = keyLists(group);
  for (const { id, always } of providers) {
    const there = lists.some(([key]) => key === id);
    if (always === true && !there) lists.push([id, { kind: "sequence", items: [] }]);
  }
  return sortedBranch(lists);
}

function keyLists(group: KeyGroup): Named[] {
  const lists = new Map<string, Branch[]>();
  for (const key of group) {
    const list = lists.get(key.provider);
    if (list === undefined) lists.set(key.provider, [keyNode(key)]);
    else list.push(keyNode(key));
  }
  return [...lists].map(([id, items]) => [id, { kind: "sequence", items }]);
}

function keyNode(key: MasterKey): Branch {
  const rules = findProvider(key.provider)?.stored ?? [];
  const fields = rules.flatMap((rule) => knownField(rule, key));
  for (const [name, value] of Object.entries(key.stored)) {
    if (value === undefined || name === "enc" || rules.some((rule) => rule.name === name)) continue;
    fields.push([name, toNode(value)]);
  }
  if (rules.length === 0) fields.push(["enc", text(key.wrapped ?? "")]);
  return sortedBranch(fields);
}

function knownField({ name, mapping, optional }: StoredField, key: MasterKey): Named[] {
  const value = name === "enc" ? key.wrapped : key.stored[name];
  const node = mapping === true ? recordNode(value) : toNode(value ?? "");
  const empty = node.kind === "branch" ? node.entries.length === 0 : node.kind === "scalar" && node.canonical === "";
  return optional === true && empty ? [] : [[name, node]];
}

/** A record of texts; names are data here, so that none of them can be taken for a part of a node. */
function recordNode(value: unknown): Branch {
  if (typeof value !== "object" || value === null) return { kind: "branch", entries: [] };
  return sortedBranch(Object.entries(value).map(([key, item]) => [key, plainNode(item)]));
}

/** A node that was kept as it was read, without its slots, or the node for a plain value. */
function toNode(value: unknown): Node {
  return isNode(value) ? withoutSlots(value) : plainNode(value);
}

function plainNode(value: unknown): Node {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return { kind: "scalar", type: "bool", canonical: value ? "True" : "False" };
  if (typeof value === "bigint" || Number.isSafeInteger(value)) {
    return { kind: "scalar", type: "int", canonical: String(value) };
  }
  if (typeof value === "number") return { kind: "scalar", type: "float", canonical: formatFloat(value) };
  if (Array.isArray(value)) return { kind: "sequence", items: value.map(toNode) };
  return typeof value === "object" && value !== null ? recordNode(value) : { kind: "null" };
}

const KINDS: ReadonlySet<unknown> = new Set(["branch", "sequence", "scalar", "null"]);

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value && KINDS.has(value.kind);
}

/** The block's depth was limited when it was read. */
function withoutSlots<T extends Item>(node: T): T;
function withoutSlots(node: Item): Item {
  const { slot: _, ...bare } = node;
  switch (bare.kind) {
    case "branch":
      return {
        ...bare,
        entries: bare.entries.map((entry) => (entry.kind === "pair" ? pair(entry.key, withoutSlots(entry.value)) : withoutSlots(entry))),
      };
    case "sequence":
      return { ...bare, items: bare.items.map((item) => withoutSlots(item)) };
    case "scalar":
    case "null":
    case "comment":
      return bare;
    default:
      return bare satisfies never;
  }
}

function sortedBranch(fields: readonly Named[]): Branch {
  const sorted = fields.toSorted(([a], [b]) => compareNames(a, b));
  return { kind: "branch", entries: sorted.map(([key, value]) => pair(key, value)) };
}

function pair(key: string, value: Node): Pair {
  return { kind: "pair", key, value };
}

function text(canonical: string): Scalar {
  return { kind: "scalar", type: "str", canonical };
}
