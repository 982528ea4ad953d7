/** Master keys from the spellings of a config (sops: §5.4–5.10, §6.2). Whether they can be used shows when they wrap. */
import { findProviderRule, storedText } from "../metadata/providers.ts";
import type { StoredFields } from "../metadata/providers.ts";
import type { MasterKey } from "../model/keys.ts";

/** Why a spelling is no key of its provider, in sops's words; the config's own text is no secret. */
export class UnfitKey extends Error {}

export interface KmsSettings {
  readonly role: string;
  readonly context: Readonly<Record<string, string>> | undefined;
  readonly profile: string;
}

/** What a person may have pasted in place of a recipient; it must not be repeated. @throws UnfitKey */
export function refuseSecret(text: string): void {
  if (!/AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY-----/i.test(text)) return;
  throw new UnfitKey("failed to parse input, this is a secret key where a recipient belongs");
}

export function ageKey(recipient: string): MasterKey {
  const trimmed = recipient.trim();
  refuseSecret(trimmed);
  if (!trimmed.startsWith("age1") && !trimmed.startsWith("ssh-")) {
    throw new UnfitKey(`failed to parse input, unknown recipient type: ${JSON.stringify(trimmed)}`);
  }
  return masterKey("age", { recipient: trimmed });
}

export function pgpKey(fingerprint: string): MasterKey {
  return masterKey("pgp", { fp: fingerprint.replaceAll(" ", "") });
}

/** A flat `kms` spelling may carry its role: `arn+arn-of-role` (sops: §5.6). */
export function kmsKeyFromText(text: string, profile: string): MasterKey {
  const arn = text.replaceAll(" ", "");
  // go sops: the separator counts only behind at least one character
  const plus = arn.indexOf("+arn:");
  if (plus <= 0) return kmsKey(arn, { role: "", context: undefined, profile });
  return kmsKey(arn.slice(0, plus), { role: arn.slice(plus + 1), context: undefined, profile });
}

export function kmsKey(arn: string, { role, context, profile }: KmsSettings): MasterKey {
  return masterKey("kms", { arn, ...(role === "" ? {} : { role }), ...(context === undefined ? {} : { context }), aws_profile: profile });
}

/** The same key under an encryption context, which is part of what sops compares. */
export function withContext(key: MasterKey, context: KmsSettings["context"]): MasterKey {
  if (context === undefined) return key;
  const { stored } = key;
  return kmsKey(storedText(stored, "arn"), { role: storedText(stored, "role"), context, profile: storedText(stored, "aws_profile") });
}

export function gcpKey(resource: string): MasterKey {
  return masterKey("gcp_kms", { resource_id: resource.replaceAll(" ", "") });
}

export function hckmsKey(id: string): MasterKey {
  const colon = id.indexOf(":");
  if (colon === -1) throw new UnfitKey(`invalid key ID format: expected 'region:key-uuid', got ${JSON.stringify(id.trim())}`);
  if (id.slice(0, colon).trim() === "") throw new UnfitKey(`region cannot be empty in key ID: ${JSON.stringify(id.trim())}`);
  if (id.slice(colon + 1).trim() === "") throw new UnfitKey(`key UUID cannot be empty in key ID: ${JSON.stringify(id.trim())}`);
  return masterKey("hckms", { key_id: id });
}

/** Without a version the provider looks the newest up when it wraps (sops does while it reads the config). */
export function azureKey(vaultUrl: string, name: string, version: string): MasterKey {
  return masterKey("azure_kv", { vault_url: vaultUrl, name, version });
}

export function azureKeyFromUrl(text: string): MasterKey {
  const url = text.trim();
  const [, vault, name, version = ""] = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(url) ?? [];
  if (vault === undefined || name === undefined) {
    throw new UnfitKey(`could not parse ${JSON.stringify(url)} into a valid Azure Key Vault MasterKey []`);
  }
  return azureKey(vault, name, version);
}

const VAULT_EXAMPLE = "https://vault.example.com:8200/v1/transit/keys/keyName";

/** `scheme://host/v1/ENGINE/keys/NAME`; that the last part but one is `keys` is not checked, as in sops. */
export function vaultKey(text: string): MasterKey {
  const [, address, path = ""] = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)([^#]*)/.exec(text) ?? [];
  if (address === undefined) {
    throw new UnfitKey(`missing scheme in Vault URL (should be like this: +${VAULT_EXAMPLE}), got: ${text}`);
  }
  if (/\/[^/]+\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) {
    throw new UnfitKey(`running Vault with a prefixed URL is not supported! (Format has to be like ${VAULT_EXAMPLE})`);
  }
  if (!/\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) {
    throw new UnfitKey(`vault path does not seem to be formatted correctly: (eg. ${VAULT_EXAMPLE})`);
  }
  const parts = path.split("/");
  const first = parts.findIndex((part) => part !== "");
  const last = parts.findLastIndex((part) => part !== "");
  const name = parts[last] ?? "";
  const engine = parts
    .slice(first + 1, last - 1)
    .filter((part) => part !== "")
    .join("/");
  return masterKey("hc_vault", { vault_address: address, engine_path: engine, key_name: name });
}

function masterKey(provider: string, stored: StoredFields): MasterKey {
  return { provider, label: findProviderRule(provider)?.label(stored) ?? "", stored };
}

/** One of each kind and label, the first stays (sops: §6.2, key groups only). */
export function withoutDuplicates(keys: readonly MasterKey[]): readonly MasterKey[] {
  const seen = new Set<string>();
  return keys.filter(({ provider, label }) => {
    const identity = `${provider}/${label}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}
