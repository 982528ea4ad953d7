/**
 * The table of key providers. Their files are light: what is heavy is loaded when a key is wrapped or unwrapped. A new provider is its
 * file and its line here, which a test asks for.
 */
import type { KeyProvider } from "../src/model/provider.ts";
import { age } from "./age.ts";
import { awsKms } from "./aws-kms.ts";
import { azureKv } from "./azure-kv.ts";
import { gcpKms } from "./gcp-kms.ts";
import { hckms } from "./hckms.ts";
import { pgp } from "./pgp.ts";
import { vaultTransit } from "./vault-transit.ts";

const ALL: readonly KeyProvider[] = [age, awsKms, azureKv, gcpKms, hckms, pgp, vaultTransit];

const by = (place: keyof KeyProvider["order"]): readonly KeyProvider[] => ALL.toSorted((a, b) => a.order[place] - b.order[place]);

/** As their keys stand in a group, which is the order of trying (sops: §4.6.2). */
export const providers: readonly KeyProvider[] = by("file");

/** As the keys of their flags enter a group. */
export const providersByFlag: readonly KeyProvider[] = by("flags");

/** As the keys of a rule enter a group (sops: §6.2). */
export const providersByRule: readonly KeyProvider[] = by("rule");

/** @param id sops's type identifier. @returns undefined for a kind of key that sotto does not know */
export function findProvider(id: string): KeyProvider | undefined {
  return providers.find((provider) => provider.id === id);
}

/** How a person calls a kind of key, also one that sotto does not know. */
export function titleOf(id: string): string {
  return findProvider(id)?.title ?? id;
}

/** What people do with age identities beside decrypting: make one and, on Node, list those at hand. Loaded on use. */
export function loadIdentities(): Promise<typeof import("#age-identities")> {
  return import("#age-identities");
}
