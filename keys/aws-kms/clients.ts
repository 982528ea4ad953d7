/** The clients of AWS, one for each region, profile and role, with the credentials that sops would find (sops: §5.6). */
import type { KMSClient } from "@aws-sdk/client-kms";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { loadPackage } from "../network/load.ts";
import { type ProxySettings, proxySettings } from "../network/proxy.ts";
import { ownProfile, requireProfile } from "./profiles.ts";
import { type Credentials, type CredentialSource, roleCredentials, tokenCredentials } from "./roles.ts";

export interface KmsPlace {
  readonly region: string;
  /** Empty for what the environment says. */
  readonly profile: string;
  /** To be assumed first; empty for none. */
  readonly role: string;
}

const clients = new WeakMap<KeyContext, Map<string, Promise<KMSClient>>>();

/** The same one again for the same place, as long as the context lives. */
export async function clientFor(place: KmsPlace, context: KeyContext): Promise<KMSClient> {
  let known = clients.get(context);
  if (known === undefined) clients.set(context, (known = new Map()));
  const id = JSON.stringify([place.region, place.profile, place.role]);
  let client = known.get(id);
  if (client === undefined) known.set(id, (client = makeClient(place, context)));
  try {
    return await client;
  } catch (error) {
    known.delete(id);
    throw error;
  }
}

type Kms = typeof import("@aws-sdk/client-kms");

async function makeClient(place: KmsPlace, context: KeyContext): Promise<KMSClient> {
  const [{ KMSClient }, settings] = await Promise.all([loadPackage<Kms>("@aws-sdk/client-kms", context), settingsOf(place, context)]);
  if (place.role === "") return new KMSClient(settings);
  return new KMSClient({ ...settings, credentials: await roleCredentials(place, settings, context) });
}

/** Of every client. */
export interface Settings {
  readonly region: string;
  readonly maxAttempts: 1;
  readonly logger: Logger;
  readonly profile?: string;
  readonly credentials?: Credentials | CredentialSource;
  readonly requestHandler: {
    readonly httpAgent: Partial<ProxySettings>;
    readonly httpsAgent: Partial<ProxySettings> & { readonly ca?: string };
  };
}

type Logger = Readonly<Record<"trace" | "debug" | "info" | "warn" | "error", () => void>>;

/** The clients would warn on the console. */
const SILENT: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** Who calls tries again, so the clients do not. */
async function settingsOf(place: KmsPlace, context: KeyContext): Promise<Settings> {
  const ca = await readBundle(context);
  const proxy = proxySettings(context.env) ?? {};
  const profile = place.profile || ownProfile(context);
  const settings: Settings = {
    region: place.region,
    maxAttempts: 1,
    logger: SILENT,
    ...(profile === "" ? {} : { profile }),
    requestHandler: { httpAgent: proxy, httpsAgent: { ...proxy, ...(ca === undefined ? {} : { ca }) } },
  };
  const credentials = place.profile === "" ? (fromEnvironment(context) ?? (await tokenCredentials(place, settings, context))) : undefined;
  if (credentials !== undefined) return { ...settings, credentials };
  if (profile !== "") await requireProfile(profile, context);
  return settings;
}

/** Before `AWS_PROFILE`, as in sops, and the token of a cluster behind it; the clients for JavaScript take the profile first. */
function fromEnvironment({ env }: KeyContext): Credentials | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"] || env["AWS_ACCESS_KEY"] || "";
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"] || env["AWS_SECRET_KEY"] || "";
  if (accessKeyId === "" || secretAccessKey === "") return undefined;
  const sessionToken = env["AWS_SESSION_TOKEN"] || "";
  return { accessKeyId, secretAccessKey, ...(sessionToken === "" ? {} : { sessionToken }) };
}

/** The certificates to trust instead of the usual ones. The clients for JavaScript do not know this variable, those of sops do. */
async function readBundle(context: KeyContext): Promise<string | undefined> {
  const path = context.env["AWS_CA_BUNDLE"] ?? "";
  if (path === "") return undefined;
  const bytes = await context.readFile(path);
  if (bytes === undefined) throw new SottoError("IDENTITY_INVALID", `AWS_CA_BUNDLE names ${path}, which is not there`);
  return new TextDecoder().decode(bytes);
}
