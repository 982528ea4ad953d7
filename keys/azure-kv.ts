/** Azure Key Vault (sops: §5.8). */
import type { KeyProvider, StoredFields } from "../src/model/provider.ts";
import { storedText, UnfitKey } from "../src/model/provider.ts";
import { findUrlFault } from "./azure-kv/key-url.ts";

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
  variables: {
    AZURE_CLIENT_ID: "an application, with AZURE_TENANT_ID and AZURE_CLIENT_SECRET, a certificate or a federated token",
    AZURE_TENANT_ID: "the tenant of the application",
    AZURE_CLIENT_SECRET: "its secret",
    AZURE_CLIENT_CERTIFICATE_PATH: "its certificate",
    AZURE_FEDERATED_TOKEN_FILE: "a token of your cluster",
    IDENTITY_ENDPOINT: "where a machine gets its token, with IDENTITY_HEADER; else az login",
    AZURE_TOKEN_CREDENTIALS: "which of these are tried",
    AZURE_AUTHORITY_HOST: "another address to log in than Microsoft's",
    SSL_CERT_FILE: "a file with the certificates to trust",
  },
  packages: ["@azure/keyvault-keys", "@azure/identity"],
  label,
  /** Without a version the newest is looked up when it wraps (sops does while it reads the config). */
  fromText(text) {
    const url = text.trim();
    const [, vault, name, version = ""] = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/.exec(url) ?? [];
    if (vault === undefined || name === undefined) {
      const fault = findUrlFault(url);
      throw new UnfitKey(`could not parse ${JSON.stringify(url)} into a valid Azure Key Vault MasterKey []`, [
        ...(fault === undefined ? [] : [`at character ${fault.at} expected ${fault.expected}`]),
        azureKv.form,
      ]);
    }
    return { vault_url: vault, name, version };
  },
  async check({ stored }) {
    const url = label(stored);
    const fault = findUrlFault(url);
    if (fault === undefined) return;
    const { invalidRecipient } = await import("./network/fault.ts");
    throw invalidRecipient("Azure Key Vault key", url, fault, [azureKv.form]);
  },
  open: {
    covers: (rule, file) => storedText(rule, "version") === "" && label({ ...rule, version: storedText(file, "version") }) === label(file),
    async complete(key, context, signal) {
      if (storedText(key.stored, "version") !== "") return key;
      const stored = await (await import("#azure-kv")).complete(key.stored, context, signal);
      return { ...key, label: label(stored), stored };
    },
  },
  wrap: async (key, dataKey, context, signal) => {
    const wrapped = await (await import("#azure-kv")).wrap(key, dataKey, context, signal);
    return { ...wrapped, label: label(wrapped.stored) };
  },
  unwrap: async (key, context, signal) => (await import("#azure-kv")).unwrap(key, context, signal),
};

function label(stored: StoredFields): string {
  return `${storedText(stored, "vault_url")}/keys/${storedText(stored, "name")}/${storedText(stored, "version")}`;
}
