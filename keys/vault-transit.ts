/** The transit engine of Vault and OpenBao (sops: §5.9). */
import { SottoError } from "../src/model/error.ts";
import type { KeyProvider, StoredFields } from "../src/model/provider.ts";
import { storedText, UnfitKey } from "../src/model/provider.ts";

const EXAMPLE = "https://vault.example.com:8200/v1/transit/keys/keyName";

export const vaultTransit: KeyProvider = {
  id: "hc_vault",
  title: "Vault transit",
  order: { file: 5, flags: 6, rule: 7 },
  cost: "network",
  flag: { name: "hc-vault-transit", env: "SOPS_VAULT_URIS", value: "uris", help: "Vault transit keys" },
  flat: { key: "hc_vault_transit_uri", spoken: ["vault", "hc_vault_transit_uri"], skipsEmpty: true },
  group: { key: "hc_vault", texts: { skipsEmpty: true } },
  stored: [{ name: "created_at" }, { name: "enc" }, { name: "engine_path" }, { name: "key_name" }, { name: "vault_address" }],
  always: true,
  message: { number: 5, fields: ["vault_address", "engine_path", "key_name"] },
  form: "a Vault transit key looks like https://vault.example.com:8200/v1/transit/keys/prod",
  variables: {
    VAULT_ADDR: "the address of your Vault: a token goes there without asking",
    VAULT_TOKEN: "a token; else ~/.vault-token",
    VAULT_NAMESPACE: "the namespace",
    VAULT_CACERT: "a file with the certificates to trust",
    SOTTO_VAULT_AUTH: "how a machine logs in: approle, jwt or kubernetes",
    SOPS_HC_VAULT_ALLOWLIST: "addresses to which a token may be sent",
  },
  label: (stored) =>
    `${storedText(stored, "vault_address")}/v1/${storedText(stored, "engine_path")}/keys/${storedText(stored, "key_name")}`,
  /** `scheme://host/v1/ENGINE/keys/NAME`; that the last part but one is `keys` is not checked, as in sops. */
  fromText(text) {
    const [, address, path = ""] = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)([^#]*)/.exec(text) ?? [];
    if (address === undefined) throw new UnfitKey(`missing scheme in Vault URL (should be like this: +${EXAMPLE}), got: ${text}`);
    if (/\/[^/]+\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) {
      throw new UnfitKey(`running Vault with a prefixed URL is not supported! (Format has to be like ${EXAMPLE})`);
    }
    if (!/\/v\d+\/[^/]+\/[^/]+\/[^/]+/.test(path)) {
      throw new UnfitKey(`vault path does not seem to be formatted correctly: (eg. ${EXAMPLE})`);
    }
    const parts = path.split("/");
    const first = parts.findIndex((part) => part !== "");
    const last = parts.findLastIndex((part) => part !== "");
    const engine = parts
      .slice(first + 1, last - 1)
      .filter((part) => part !== "")
      .join("/");
    return { vault_address: address, engine_path: engine, key_name: parts[last] ?? "" };
  },
  async check(key) {
    const fault = findFault(key.stored);
    if (fault !== undefined) throw new SottoError("RECIPIENT_INVALID", fault, { hints: [vaultTransit.form] });
  },
  wrap: async (key, dataKey, context, signal) => (await import("./vault-transit/transit.ts")).wrap(key, dataKey, context, signal),
  unwrap: async (key, context, signal) => (await import("./vault-transit/transit.ts")).unwrap(key, context, signal),
};

function findFault(stored: StoredFields): string | undefined {
  const address = storedText(stored, "vault_address");
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    return `${JSON.stringify(address)} is no address of a Vault: it begins with https://`;
  if (url.username !== "" || url.password !== "") return `the address of a Vault holds no name and password`;
  if (storedText(stored, "engine_path") === "") return `the address names no engine: it stands between /v1/ and /keys/`;
  return storedText(stored, "key_name") === "" ? `the address names no key: it stands behind /keys/` : undefined;
}
