/** Contexts for Azure Key Vault, and keys. */
import { ClientSecretCredential } from "@azure/identity";
import { KeyClient } from "@azure/keyvault-keys";
import { loadPackage } from "../../src/host/packages.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { fakeContext, type FakeOptions, keyOf } from "./context.ts";

export const DATA_KEY: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at);
export const TENANT = "11111111-1111-1111-1111-111111111111";

export interface AzureContextOptions extends FakeOptions {
  /** PEM, of the servers. */
  readonly ca: string;
  /** Where tokens are had. */
  readonly authority: string;
  /** What is approved, as `endpoint:URL`; everything unless given. */
  readonly approved?: readonly string[];
}

/** With the secret of a client, unless `env` says otherwise. */
export function azureContext({ ca, authority, approved, env, files, ...options }: AzureContextOptions): KeyContext {
  const credentials = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: "app", AZURE_CLIENT_SECRET: "secret", AZURE_AUTHORITY_HOST: authority };
  return {
    ...fakeContext({ ...options, env: { ...credentials, SSL_CERT_FILE: "/ca.pem", ...env }, files: { "/ca.pem": ca, ...files } }),
    load: loadPackage,
    approves: async (kind, value) => approved === undefined || approved.includes(`${kind}:${value}`),
  };
}

/** Without any credentials in the environment. */
export const NO_CLIENT: Readonly<Record<string, undefined>> = {
  AZURE_TENANT_ID: undefined,
  AZURE_CLIENT_ID: undefined,
  AZURE_CLIENT_SECRET: undefined,
};

export function azureKey(url: string): MasterKey {
  return keyOf("azure_kv", url);
}

/** A client that may do everything. */
export function keyClient(vault: string, ca: string): KeyClient {
  const tlsOptions = { ca };
  const credential = new ClientSecretCredential(TENANT, "app", "secret", {
    authorityHost: vault,
    disableInstanceDiscovery: true,
    tlsOptions,
  });
  return new KeyClient(vault, credential, { disableChallengeResourceVerification: true, tlsOptions });
}
