/** Credentials of Azure, looked for as sops does (sops: §5.8), and the tokens that may be had with them. */
import type { AccessToken, TokenCredential } from "@azure/identity";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { readCertificates } from "../network/certificates.ts";
import { loadPackage } from "../network/load.ts";

type Identity = typeof import("@azure/identity");

/** What all clients of Azure are told: who calls tries again, so they do not. */
export interface ClientSettings {
  readonly retryOptions: { readonly maxRetries: 0 };
  readonly tlsOptions?: { readonly ca: string };
}

export async function clientSettings(context: KeyContext): Promise<ClientSettings> {
  const ca = await readCertificates(context);
  return { retryOptions: { maxRetries: 0 }, ...(ca === undefined ? {} : { tlsOptions: { ca } }) };
}

/** Whose directory of authorities the client knows; others are not asked for theirs. */
const LOGIN_HOSTS: ReadonlySet<string> = new Set([
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.chinacloudapi.cn",
  "login.partner.microsoftonline.cn",
]);

/** The client of a tenant with its secret from the environment, or else the default chain. */
export async function findCredential(settings: ClientSettings, context: KeyContext): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential } = await loadPackage<Identity>("@azure/identity", context);
  const [tenant = "", client = "", secret = "", chosen = "", authority = "", more = ""] = [
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_TOKEN_CREDENTIALS",
    "AZURE_AUTHORITY_HOST",
    "AZURE_ADDITIONALLY_ALLOWED_TENANTS",
  ].map((name) => context.env[name]);
  const options = {
    ...settings,
    ...(authority === "" ? {} : { authorityHost: authority }),
    disableInstanceDiscovery: authority !== "" && !LOGIN_HOSTS.has(URL.parse(authority)?.host ?? ""),
  };
  if (chosen !== "" || tenant === "" || client === "" || secret === "") return new DefaultAzureCredential(options);
  const additionallyAllowedTenants = more.split(";").filter((one) => one !== "");
  return new ClientSecretCredential(tenant, client, secret, { ...options, additionallyAllowedTenants });
}

/**
 * Gives a vault tokens for vaults alone. The vault itself says which token it wants, so one that only looks like a vault could ask for
 * one that opens something else (Microsoft: "Vault URI"; the clients' own check knows no ports and can only be turned off).
 * @param vault its host, with the port if it has one
 */
export function tokensFor(vault: string, credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options): Promise<AccessToken | null> {
      for (const scope of [scopes].flat()) {
        const [, resource] = /^https:\/\/([^/?#@%\\\s]+)\/[^?#@%\\\s]*$/.exec(scope) ?? [];
        if (resource === undefined || !`.${vault}`.endsWith(`.${resource.toLowerCase()}`)) {
          throw new SottoError("DATA_KEY_UNAVAILABLE", `${vault} asks for a token for another service, which it does not get`, {
            hints: ["a vault wants one for the end of its own name, such as vault.azure.net", "no token was asked for"],
          });
        }
      }
      return credential.getToken(scopes, options);
    },
  };
}

/** Where {@link findCredential} looks, in order. */
export function credentialPlaces({ env }: KeyContext): string {
  const chosen = env["AZURE_TOKEN_CREDENTIALS"] ?? "";
  if (chosen !== "") return `what AZURE_TOKEN_CREDENTIALS chooses (${chosen})`;
  return [
    "AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "the machine (IDENTITY_ENDPOINT, metadata server)",
    "Visual Studio Code",
    "az login",
    "Azure PowerShell",
    "azd auth login",
  ].join("; ");
}
