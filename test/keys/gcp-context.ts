/** Contexts for Google Cloud KMS, and keys. */
import { KeyManagementServiceClient } from "@google-cloud/kms";
import { credentials } from "@grpc/grpc-js";
import { GoogleAuth, OAuth2Client } from "google-auth-library";
import { loadPackage } from "../../src/host/packages.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { fakeContext, type FakeOptions, keyOf } from "./context.ts";

export const DATA_KEY: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at);

export function gcpContext(options: FakeOptions = {}): KeyContext {
  return { ...fakeContext(options), load: loadPackage };
}

export function gcpKey(id: string): MasterKey {
  return keyOf("gcp_kms", id);
}

/** @param names of keys @returns their resource ids, made on a double of the peers */
export async function createGcpKeys(url: string, transport: "gRPC" | "rest", names: readonly string[]): Promise<readonly string[]> {
  return withGcpClient(url, transport, async (client) => {
    const [ring] = await client.createKeyRing({ parent: "projects/acme/locations/global", keyRingId: "sotto" });
    const made = await Promise.all(
      names.map((cryptoKeyId) =>
        client.createCryptoKey({ parent: ring.name ?? "", cryptoKeyId, cryptoKey: { purpose: "ENCRYPT_DECRYPT" } }),
      ),
    );
    return made.map(([key]) => key.name ?? "");
  });
}

export async function withGcpClient<T>(
  url: string,
  transport: "gRPC" | "rest",
  use: (client: KeyManagementServiceClient) => Promise<T>,
): Promise<T> {
  const { hostname: apiEndpoint, port } = new URL(url);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: "of-a-test" });
  const client = new KeyManagementServiceClient({
    apiEndpoint,
    port: Number(port),
    auth: new GoogleAuth({ authClient }),
    ...(transport === "rest" ? { fallback: true, protocol: "http" } : { sslCreds: credentials.createInsecure() }),
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
