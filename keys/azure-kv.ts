/** Azure Key Vault (sops: §5.8). */
import { SottoError } from "../src/model/error.ts";
import type { KeyProvider } from "../src/model/provider.ts";
import { storedText, UnfitKey } from "../src/model/provider.ts";

export const azureKv: KeyProvider = {
  id: "azure_kv",
  title: "Azure Key Vault",
  order: { file: 4, flags: 4, rule: 6 },
  cost: "network",
  flag: { name: "azure-kv", env: "SOPS_AZURE_KEYVAULT_URLS", value: "urls", help: "Azure Key Vault keys" },
  flat: { key: "azure_keyvault", spoken: ["azure_keyvault", "azure_keyvault"] },
  group: {
    key: "azure_keyvault",
    struct: { type: "azureKVKey", fields: { vaultUrl: "vault_url", key: "name", version: "version" } },
  },
  stored: [{ name: "created_at" }, { name: "enc" }, { name: "name" }, { name: "vault_url" }, { name: "version" }],
  message: { number: 4, fields: ["vault_url", "name", "version"] },
  form: "an Azure Key Vault key looks like https://acme.vault.azure.net/keys/sotto/0123456789abcdef0123456789abcdef",
  variables: {},
  label: (stored) => `${storedText(stored, "vault_url")}/keys/${storedText(stored, "name")}/${storedText(stored, "version")}`,
  /** Without a version the newest is looked up when it wraps (sops does while it reads the config). */
  fromText(text) {
    const url = text.trim();
    const [, vault, name, version = ""] = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(url) ?? [];
    if (vault === undefined || name === undefined) {
      throw new UnfitKey(`could not parse ${JSON.stringify(url)} into a valid Azure Key Vault MasterKey []`);
    }
    return { vault_url: vault, name, version };
  },
  async check() {},
  async wrap() {
    throw new SottoError("WRAP_FAILED", "sotto cannot use Azure Key Vault keys yet");
  },
  async unwrap() {
    throw new SottoError("DATA_KEY_UNAVAILABLE", "sotto cannot use Azure Key Vault keys yet");
  },
};
