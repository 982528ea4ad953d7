/** From the raw metadata block of a file to {@link Metadata}, as sops reads it (sops: §4.6.2, §2.6, §8.1). */
import { findProvider, providers } from "../../keys/index.ts";
import { secondPrecision } from "../crypto/timestamp.ts";
import { SottoError } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";
import type { Metadata, SelectorKind, SelectorSetting } from "../model/metadata.ts";
import type { Branch, Document, Node } from "../model/tree.ts";
import { Decoder, MAX_DEPTH, foldCase } from "./decode.ts";
import type { Field, Fields } from "./decode.ts";
import { unflattenBlock } from "./flatten.ts";
import type { KeyProvider } from "../model/provider.ts";
import { storedText } from "../model/provider.ts";

const SELECTORS: readonly SelectorKind[] = [
  "unencrypted_suffix",
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
  "unencrypted_comment_regex",
  "encrypted_comment_regex",
];

/** Every name that sops knows at the top of the block; all others are kept in `unknown`. */
const KNOWN: ReadonlySet<string> = new Set([
  "key_groups",
  "lastmodified",
  "mac",
  "mac_only_encrypted",
  "shamir_threshold",
  "version",
  ...SELECTORS,
  ...providers.map(({ id }) => id),
]);

/** Of semver 2.0; sops also takes a leading `v`, and anything that starts with `1.` (sops: §2.6). */
const VERSION =
  /^v?(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;

/**
 * Reads the metadata of an encrypted file.
 * @throws SottoError `NOT_ENCRYPTED` if there is none, `NO_KEYS` if it lists no master key, `METADATA_INVALID` with the position for the rest
 */
export function readMetadata(document: Document, layout: Format["metadata"]): Metadata {
  const { metadata, decoder, fields } = load(document, layout);
  if (!metadata.version.startsWith("1.") && !VERSION.test(metadata.version)) {
    const found = metadata.version === "" ? "is missing" : "is no semantic version";
    throw decoder.invalid(`the metadata field version ${found}`, fields.get("version"), ['it must look like version: "3.13.3"']);
  }
  return metadata;
}

/** The same without a look at `version`, for what works on the keys alone: sops does not parse it for `filestatus`, `updatekeys` and `groups`. */
export function peekMetadata(document: Document, layout: Format["metadata"]): Metadata {
  return load(document, layout).metadata;
}

interface Loaded {
  readonly metadata: Metadata;
  readonly decoder: Decoder;
  readonly fields: Fields;
}

function load(document: Document, layout: Format["metadata"]): Loaded {
  const decoder = new Decoder(document.text);
  const block = metadataBlock(document, layout, decoder);
  const fields = decoder.fields(block);
  const { groups, leftOver } = readGroups(fields, decoder);
  const threshold = decoder.integer(fields.get("shamir_threshold"));
  const lastModified = readTimestamp(fields.get("lastmodified"), "lastmodified", decoder);
  const metadata: Metadata = {
    groups,
    threshold,
    lastModified,
    mac: decoder.text(fields.get("mac")),
    macOnlyEncrypted: decoder.bool(fields.get("mac_only_encrypted")),
    selector: readSelector(fields, decoder),
    version: decoder.text(fields.get("version")),
    unknown: Object.fromEntries(leftOver),
  };
  if (groups.length === 0) throw noKeys(leftOver);
  return { metadata, decoder, fields };
}

function metadataBlock(document: Document, layout: Format["metadata"], decoder: Decoder): Branch {
  const node = document.metadata;
  if (node !== undefined && node.kind !== "branch") {
    throw decoder.invalid("the sops entry is not a mapping", node);
  }
  // An empty block is no block; only sops's YAML reader tells the two apart, and then misses the fields.
  if (node === undefined || (node.entries.length === 0 && document.format !== "yaml")) {
    throw new SottoError("NOT_ENCRYPTED", "sops metadata not found", {
      hints: ["the file is not encrypted; encrypt it with: sotto encrypt -i FILE"],
    });
  }
  if (layout === "nested") return node;
  return unflattenBlock(layout === "section" ? withLineFeeds(node) : node, decoder);
}

/** In the `[sops]` section of INI files line feeds are escaped once more than in values (sops: §8.1). */
function withLineFeeds(flat: Branch): Branch {
  const entries = flat.entries.map((entry) => {
    if (entry.kind === "comment" || entry.value.kind !== "scalar") return entry;
    return { ...entry, value: { ...entry.value, canonical: entry.value.canonical.replaceAll("\\n", "\n") } };
  });
  return { ...flat, entries };
}

function readTimestamp(field: Field | undefined, name: string, decoder: Decoder): string {
  const text = decoder.text(field);
  if (secondPrecision(text) !== undefined) return text;
  const problem = text === "" ? "is missing" : "is not an RFC 3339 timestamp";
  throw decoder.invalid(`the metadata field ${name} ${problem}`, field);
}

function readSelector(fields: Fields, decoder: Decoder): SelectorSetting | undefined {
  const given = SELECTORS.map((kind) => ({ kind, pattern: decoder.text(fields.get(kind)) }));
  const [first, second] = given.filter(({ pattern }) => pattern !== "");
  if (second === undefined) return first;
  throw decoder.invalid(`the metadata has more than one selector: ${first?.kind} and ${second.kind}`, fields.get(second.kind));
}

type LeftOver = readonly (readonly [key: string, value: Node])[];

/**
 * Flat lists win over `key_groups`. The list of a provider that sotto does not know belongs to the flat lists, but
 * cannot make a group by itself, since sops does not see it.
 */
function readGroups(fields: Fields, decoder: Decoder): { groups: readonly KeyGroup[]; leftOver: LeftOver } {
  const known = readKnownKeys(fields, decoder);
  const others = [...fields.values()].filter(({ key }) => !KNOWN.has(foldCase(key)));
  for (const field of others) limitDepth(field, decoder);
  if (known.length === 0) {
    const nested = decoder.list(fields.get("key_groups"));
    const groups = nested.map((group) => readGroup(decoder.fields(group.value, group.name), decoder));
    return { groups, leftOver: others.map(({ key, value }) => [key, value]) };
  }
  const foreign = others.filter(({ value }) => isKeyList(value));
  const rest = others.filter(({ value }) => !isKeyList(value));
  return {
    groups: [[...known, ...foreign.flatMap((field) => readForeignKeys(field, decoder))]],
    leftOver: rest.map(({ key, value }) => [key, value]),
  };
}

function readGroup(fields: Fields, decoder: Decoder): KeyGroup {
  const others = [...fields.values()].filter(({ key }) => findProvider(foldCase(key)) === undefined);
  for (const field of others) limitDepth(field, decoder);
  const foreign = others.filter(({ value }) => isKeyList(value));
  return [...readKnownKeys(fields, decoder), ...foreign.flatMap((field) => readForeignKeys(field, decoder))];
}

function readKnownKeys(fields: Fields, decoder: Decoder): MasterKey[] {
  return providers.flatMap((provider) =>
    decoder.list(fields.get(provider.id)).map((entry) => readKey(provider, decoder.fields(entry.value, entry.name), entry, decoder)),
  );
}

function readKey(provider: KeyProvider, fields: Fields, entry: Field, decoder: Decoder): MasterKey {
  const stored: [string, unknown][] = [];
  for (const { name, mapping, optional } of provider.stored) {
    const field = fields.get(name);
    if (optional === true && field === undefined) continue;
    if (name === "created_at") readTimestamp(field ?? without(entry), `${entry.name}.created_at`, decoder);
    stored.push([name, mapping === true ? decoder.record(field) : decoder.text(field)]);
  }
  for (const field of fields.values()) {
    if (provider.stored.some(({ name }) => name === foldCase(field.key))) continue;
    limitDepth(field, decoder);
    stored.push([field.key, field.value]);
  }
  const record = Object.fromEntries(stored);
  const misfit = provider.misfit?.(record);
  if (misfit !== undefined) throw decoder.invalid(`the metadata field ${entry.name}.${misfit}`, entry);
  const wrapped = storedText(record, "enc");
  return { provider: provider.id, label: provider.label(record), stored: record, ...(wrapped !== "" && { wrapped }) };
}

/** An absent field in the place of its entry. */
function without(entry: Field): Field {
  return { ...entry, value: { kind: "null" } };
}

/** A list of mappings that all hold a wrapped key: what a provider of a later release looks like. */
function isKeyList(node: Node): boolean {
  if (node.kind !== "sequence") return false;
  const items = node.items.filter((item) => item.kind !== "comment");
  return items.length > 0 && items.every((item) => item.kind === "branch" && item.entries.some(isWrappedKey));
}

function isWrappedKey(entry: Branch["entries"][number]): boolean {
  return entry.kind === "pair" && entry.key === "enc" && entry.value.kind === "scalar" && entry.value.type === "str";
}

/** Keys of a provider that sotto does not know, every field as it was read. */
function readForeignKeys(list: Field & { readonly key: string }, decoder: Decoder): MasterKey[] {
  return decoder.list(list).map((entry) => {
    const fields = [...decoder.fields(entry.value, entry.name).values()];
    const texts = fields.flatMap(({ key, value }) => (value.kind === "scalar" ? [[key, value.canonical] as const] : []));
    const wrapped = texts.find(([key]) => key === "enc")?.[1] ?? "";
    const named = texts.filter(([key]) => key !== "enc" && key !== "created_at").map(([, text]) => text);
    const stored = Object.fromEntries(fields.map(({ key, value }) => [key, value]));
    return { provider: list.key, label: named.join("|"), stored, ...(wrapped !== "" && { wrapped }) };
  });
}

function limitDepth(field: Field, decoder: Decoder): void {
  const tooDeep = (node: Node, depth: number): boolean => {
    if (depth > MAX_DEPTH) return true;
    if (node.kind === "branch") {
      return node.entries.some((entry) => entry.kind === "pair" && tooDeep(entry.value, depth + 1));
    }
    return node.kind === "sequence" && node.items.some((item) => item.kind !== "comment" && tooDeep(item, depth + 1));
  };
  if (tooDeep(field.value, 0)) throw decoder.invalid(`the metadata field ${field.name} is nested too deeply`, field);
}

function noKeys(leftOver: LeftOver): SottoError {
  const foreign = leftOver.filter(([, value]) => isKeyList(value)).map(([key]) => key);
  const hints = foreign.map((key) => `its keys of the kind ${key} are unknown to this version`);
  return new SottoError("NO_KEYS", "no keys found in file", {
    hints: hints.length > 0 ? hints : ["its metadata names nobody who could read it: take the file from git again"],
  });
}
