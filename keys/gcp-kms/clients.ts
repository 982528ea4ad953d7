/** The client of Google Cloud KMS, over gRPC or HTTP, with the settings that sops reads (sops: §5.7). */
import type { KeyManagementServiceClient } from "@google-cloud/kms";
import type { ChannelCredentials } from "@grpc/grpc-js";
import type { AuthClient } from "google-auth-library";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { readCertificates } from "../network/certificates.ts";
import { loadPackage } from "../network/load.ts";
import { findCredentials } from "./credentials.ts";

interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** False for `http://`: a double of the service on this machine, say. */
  readonly secure: boolean;
}

export interface KmsClient {
  readonly kms: KeyManagementServiceClient;
  /** Looked for on first use. */
  readonly credentials: () => Promise<AuthClient>;
}

const GOOGLE = "googleapis.com";

const clients = new WeakMap<KeyContext, Promise<KmsClient>>();

/** The same one again, as long as the context lives. */
export async function clientFor(context: KeyContext): Promise<KmsClient> {
  let client = clients.get(context);
  if (client === undefined) clients.set(context, (client = makeClient(context)));
  try {
    return await client;
  } catch (error) {
    clients.delete(context);
    throw error;
  }
}

async function makeClient(context: KeyContext): Promise<KmsClient> {
  const { KeyManagementServiceClient } = await loadPackage<typeof import("@google-cloud/kms")>("@google-cloud/kms", context);
  const { env } = context;
  const endpoint = endpointOf(context);
  const universe = universeOf(context);
  const [auth, ca] = await Promise.all([findCredentials(universe, context), readCertificates(context)]);
  const credentials = remember(async () => {
    const client = await auth.getClient();
    requireUniverse(client.universeDomain, universe);
    await prepareRequests(client, ca, context);
    return client;
  });
  const rest = (env["SOPS_GCP_KMS_CLIENT_TYPE"] ?? "").toLowerCase() === "rest";
  const transport = rest
    ? { fallback: true, protocol: endpoint?.secure === false ? "http" : "https" }
    : { fallback: false, sslCreds: await channelCredentials(endpoint, ca, credentials, context) };
  const kms = new KeyManagementServiceClient({
    auth,
    ...transport,
    ...(universe === undefined ? {} : { universeDomain: universe }),
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint.host, port: endpoint.port }),
  });
  return { kms, credentials };
}

/** The host that is asked; that of the endpoint wins, as in sops. */
export function hostOf(context: KeyContext): string {
  return endpointOf(context)?.host ?? `cloudkms.${universeOf(context) ?? GOOGLE}`;
}

function universeOf({ env }: KeyContext): string | undefined {
  return env["SOPS_GCP_KMS_UNIVERSE_DOMAIN"] || env["GOOGLE_CLOUD_UNIVERSE_DOMAIN"] || undefined;
}

/** The client would find out in a place where nobody catches it. */
function requireUniverse(own: string, wanted = GOOGLE): void {
  if (own === wanted) return;
  throw new SottoError("IDENTITY_INVALID", `the Google credentials are for another cloud: ${own}, not ${wanted}`, {
    hints: [`SOPS_GCP_KMS_UNIVERSE_DOMAIN=${own}, if that is meant`],
  });
}

/** @throws SottoError `IDENTITY_INVALID` when `SOPS_GCP_KMS_ENDPOINT` is no address */
function endpointOf({ env }: KeyContext): Endpoint | undefined {
  const text = env["SOPS_GCP_KMS_ENDPOINT"] ?? "";
  if (text === "") return undefined;
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `https://${text}`);
  if (url === null || url.hostname === "" || url.pathname !== "/" || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new SottoError("IDENTITY_INVALID", `SOPS_GCP_KMS_ENDPOINT is ${JSON.stringify(text)}, which is no address of a server`, {
      hints: ["it looks like cloudkms.example.com:443, or https://cloudkms.example.com"],
    });
  }
  const secure = url.protocol === "https:";
  return { host: url.hostname, port: url.port === "" ? (secure ? 443 : 80) : Number(url.port), secure };
}

/** Without TLS no token is sent: gRPC would refuse to. */
async function channelCredentials(
  endpoint: Endpoint | undefined,
  ca: string | undefined,
  credentials: () => Promise<AuthClient>,
  context: KeyContext,
): Promise<ChannelCredentials> {
  const grpc = await loadPackage<typeof import("@grpc/grpc-js")>("@grpc/grpc-js", context);
  if (endpoint?.secure === false) return grpc.credentials.createInsecure();
  const withToken = grpc.credentials.createFromMetadataGenerator(({ service_url: url }, done) => {
    const headers = async (): Promise<Headers> => (await credentials()).getRequestHeaders(url);
    headers().then(
      (found) => {
        const metadata = new grpc.Metadata();
        for (const [name, value] of found) metadata.set(name, value);
        done(null, metadata);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error("no credentials")),
    );
  });
  const channel = grpc.credentials.createSsl(ca === undefined ? null : Buffer.from(ca));
  return grpc.credentials.combineChannelCredentials(channel, withToken);
}

/** Those for tokens and, without gRPC, those to KMS: who calls tries again, so the library does not. */
async function prepareRequests(client: AuthClient, ca: string | undefined, context: KeyContext): Promise<void> {
  const { Agent } = await loadPackage<typeof import("node:https")>("https", context);
  const agent = ca === undefined ? undefined : new Agent({ ca, keepAlive: true });
  const once = { retry: false, retryConfig: { retry: 0, noResponseRetries: 0 } };
  // A client of a federation exchanges tokens by another part of it, with a transport of its own.
  for (const { interceptors } of [client, Reflect.get(client, "stsCredential")].flatMap(transportOf)) {
    interceptors.request.add({
      resolved: async (request) => Object.assign(request, once, agent !== undefined && request.url.protocol === "https:" ? { agent } : {}),
    });
  }
}

function transportOf(part: unknown): readonly AuthClient["transporter"][] {
  const transport: unknown = typeof part === "object" && part !== null ? Reflect.get(part, "transporter") : undefined;
  return typeof transport === "object" && transport !== null && "interceptors" in transport ? [transport as AuthClient["transporter"]] : [];
}

function remember<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
