/** What the metadata block holds for each kind of master key: one table for reading, writing and naming them. */

/** The fields of an entry: texts, but for the encryption context of AWS, which is a record of texts. */
export type StoredFields = Readonly<Record<string, unknown>>;

export interface FieldRule {
  readonly name: string;
  /** A mapping of texts instead of a text. */
  readonly mapping?: true;
  /** Not written when empty. */
  readonly optional?: true;
}

export interface ProviderRule {
  /** The provider's id; also the key of its list (sops: §4.6.1). */
  readonly id: string;
  /** Alphabetical, as sops writes them. */
  readonly fields: readonly FieldRule[];
  /** Inside `key_groups` the list is written even when it is empty. */
  readonly always?: true;
  /** What sops compares and prints (sops: §5.4–5.10). */
  label(stored: StoredFields): string;
}

const CREATED: FieldRule = { name: "created_at" };
const WRAPPED: FieldRule = { name: "enc" };

/** In the order of the keys of a group in memory, which is the order in which they are tried (sops: §4.6.2). */
export const PROVIDER_RULES: readonly ProviderRule[] = [
  {
    id: "kms",
    fields: [
      { name: "arn" },
      { name: "aws_profile" },
      { name: "context", mapping: true, optional: true },
      CREATED,
      WRAPPED,
      { name: "role", optional: true },
    ],
    label: kmsLabel,
  },
  {
    id: "gcp_kms",
    fields: [CREATED, WRAPPED, { name: "resource_id" }],
    label: (stored) => storedText(stored, "resource_id"),
  },
  {
    id: "hckms",
    fields: [CREATED, WRAPPED, { name: "key_id" }],
    label: (stored) => storedText(stored, "key_id"),
  },
  {
    id: "azure_kv",
    fields: [CREATED, WRAPPED, { name: "name" }, { name: "vault_url" }, { name: "version" }],
    label: (stored) => `${storedText(stored, "vault_url")}/keys/${storedText(stored, "name")}/${storedText(stored, "version")}`,
  },
  {
    id: "hc_vault",
    fields: [CREATED, WRAPPED, { name: "engine_path" }, { name: "key_name" }, { name: "vault_address" }],
    always: true,
    label: (stored) =>
      `${storedText(stored, "vault_address")}/v1/${storedText(stored, "engine_path")}/keys/${storedText(stored, "key_name")}`,
  },
  {
    id: "pgp",
    fields: [CREATED, WRAPPED, { name: "fp" }],
    label: (stored) => storedText(stored, "fp"),
  },
  {
    id: "age",
    fields: [WRAPPED, { name: "recipient" }],
    always: true,
    label: (stored) => storedText(stored, "recipient"),
  },
];

/** @returns undefined for a provider that sotto does not know */
export function findProviderRule(id: string): ProviderRule | undefined {
  return PROVIDER_RULES.find((rule) => rule.id === id);
}

/** A text field of an entry, empty when it is absent or not a text. */
export function storedText(stored: StoredFields, name: string): string {
  const value = stored[name];
  return typeof value === "string" ? value : "";
}

/** The encryption context of an AWS key without its null values, sorted by name (sops: §5.6). */
export function storedContext(stored: StoredFields): readonly (readonly [name: string, value: string])[] {
  const context = stored["context"];
  if (typeof context !== "object" || context === null) return [];
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(context)) if (typeof value === "string") pairs.push([name, value]);
  return pairs.toSorted(([a], [b]) => compareNames(a, b));
}

/** By UTF-16 code units: for the names that occur here the order of Go's `sort.Strings`. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function kmsLabel(stored: StoredFields): string {
  const role = storedText(stored, "role");
  const key = storedText(stored, "arn") + (role && `+${role}`);
  const context = storedContext(stored)
    .map(([name, value]) => `${name}:${value}`)
    .join(",");
  const profile = storedText(stored, "aws_profile");
  if (profile !== "") return `${key}|${context}|${profile}`;
  return context === "" ? key : `${key}|${context}`;
}
