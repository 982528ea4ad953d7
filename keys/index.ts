/**
 * The table of key providers. A row is cheap to read; a provider's code is loaded when a key of its kind is used. Which code that is
 * where there is no Node, package.json says in `imports`.
 */
import type { KeyProvider } from "../src/model/keys.ts";

export interface ProviderRow {
  /** sops's type identifier. */
  readonly id: string;
  /** Key of its list in the metadata block. */
  readonly metadataKey: string;
  /** Key in a creation rule. */
  readonly configKey: string;
  readonly title: string;
  /** Flag names without dashes, and the environment variable that sops reads for them. */
  readonly flags: { readonly encrypt: string; readonly short?: string; readonly env: string };
  load(): Promise<KeyProvider>;
}

export const providers: readonly ProviderRow[] = [
  {
    id: "age",
    metadataKey: "age",
    configKey: "age",
    title: "age",
    flags: { encrypt: "age", short: "a", env: "SOPS_AGE_RECIPIENTS" },
    load: async (): Promise<KeyProvider> => (await import("#age")).age,
  },
];

/** What sops calls its other kinds of key, for messages. */
const TITLES: Readonly<Record<string, string>> = {
  pgp: "PGP",
  kms: "AWS KMS",
  gcp_kms: "Google Cloud KMS",
  hckms: "HuaweiCloud KMS",
  azure_kv: "Azure Key Vault",
  hc_vault: "Vault transit",
};

export function findProvider(id: string): ProviderRow | undefined {
  return providers.find((row) => row.id === id);
}

/** How a person calls a kind of key, also one that sotto cannot use. */
export function titleOf(id: string): string {
  return findProvider(id)?.title ?? (Object.hasOwn(TITLES, id) ? TITLES[id] : undefined) ?? id;
}

/** @returns undefined for a kind of key that sotto cannot use */
export async function loadProvider(id: string): Promise<KeyProvider | undefined> {
  return findProvider(id)?.load();
}

/** What people do with age identities beside decrypting: make one and, on Node, list those at hand. Loaded on use. */
export function loadIdentities(): Promise<typeof import("#age-identities")> {
  return import("#age-identities");
}
