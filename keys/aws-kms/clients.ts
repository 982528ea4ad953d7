/** The clients of AWS, one for each region, profile and role, with the credentials that sops would find (sops: §5.6). */
import type { KMSClient } from "@aws-sdk/client-kms";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { loadPackage } from "../network/load.ts";
import { type ProxySettings, proxySettings } from "../network/proxy.ts";
import { describeFailure, profilePaths, type Purpose } from "./failures.ts";

export interface KmsPlace {
  readonly region: string;
  /** Empty for what the environment says. */
  readonly profile: string;
  /** To be assumed first; empty for none. */
  readonly role: string;
}

/** In milliseconds. The calls have a limit of their own; this one is for roles, which are assumed on behalf of all of them. */
const ROLE_PATIENCE = 10_000;
/** Of the names of sessions. */
const MAX_SESSION = 64;

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
type Sts = typeof import("@aws-sdk/client-sts");

async function makeClient(place: KmsPlace, context: KeyContext): Promise<KMSClient> {
  const [{ KMSClient }, settings] = await Promise.all([loadPackage<Kms>("@aws-sdk/client-kms", context), settingsOf(place, context)]);
  if (place.role === "") return new KMSClient(settings);
  return new KMSClient({ ...settings, credentials: await roleCredentials(place, settings, context) });
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

interface Settings {
  readonly region: string;
  readonly maxAttempts: 1;
  readonly logger: typeof SILENT;
  readonly profile?: string;
  readonly credentials?: Credentials;
  readonly requestHandler: {
    readonly httpAgent: Partial<ProxySettings>;
    readonly httpsAgent: Partial<ProxySettings> & { readonly ca?: string };
  };
}

/** The clients would warn on the console. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** Who calls tries again, so the clients do not. */
async function settingsOf({ region, profile }: KmsPlace, context: KeyContext): Promise<Settings> {
  const credentials = profile === "" ? fromEnvironment(context) : undefined;
  if (profile !== "") await requireProfile(profile, context);
  const ca = await readBundle(context);
  const proxy = proxySettings(context.env) ?? {};
  return {
    region,
    maxAttempts: 1,
    logger: SILENT,
    ...(profile === "" ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: { httpAgent: proxy, httpsAgent: { ...proxy, ...(ca === undefined ? {} : { ca }) } },
  };
}

/** Before `AWS_PROFILE`, as in sops; the clients for JavaScript take the profile first. */
function fromEnvironment({ env }: KeyContext): Credentials | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"] || env["AWS_ACCESS_KEY"] || "";
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"] || env["AWS_SECRET_KEY"] || "";
  if (accessKeyId === "" || secretAccessKey === "") return undefined;
  const sessionToken = env["AWS_SESSION_TOKEN"] || "";
  return { accessKeyId, secretAccessKey, ...(sessionToken === "" ? {} : { sessionToken }) };
}

/** As sops does: the clients for JavaScript would go on and take what else they find, such as the credentials of the machine. */
async function requireProfile(profile: string, context: KeyContext): Promise<void> {
  const paths = profilePaths(context);
  const texts = await Promise.all(paths.map((path) => context.readFile(path)));
  const names = texts.flatMap((text) =>
    Array.from(new TextDecoder().decode(text).matchAll(/^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/gm), ([, name]) => name),
  );
  for (const text of texts) text?.fill(0);
  if (names.includes(profile)) return;
  throw new SottoError("IDENTITY_INVALID", `there is no AWS profile ${JSON.stringify(profile)} in ${paths.join(" or ")}`, {
    hints: [`aws configure --profile ${profile}, or aws configure sso`],
  });
}

/** The certificates to trust instead of the usual ones. The clients for JavaScript do not know this variable, those of sops do. */
async function readBundle(context: KeyContext): Promise<string | undefined> {
  const path = context.env["AWS_CA_BUNDLE"] ?? "";
  if (path === "") return undefined;
  const bytes = await context.readFile(path);
  if (bytes === undefined) throw new SottoError("IDENTITY_INVALID", `AWS_CA_BUNDLE names ${path}, which is not there`);
  return new TextDecoder().decode(bytes);
}

/** The KMS client asks for them when it has none that are valid. */
async function roleCredentials(place: KmsPlace, settings: Settings, context: KeyContext): Promise<() => Promise<Credentials>> {
  const { STSClient, AssumeRoleCommand } = await loadPackage<Sts>("@aws-sdk/client-sts", context);
  const client = new STSClient(settings);
  const session = await sessionName(context);
  const purpose: Purpose = { service: "sts", role: place.role, region: place.region, profile: place.profile };
  return async () => {
    const patience = AbortSignal.timeout(ROLE_PATIENCE);
    const abortSignal = context.signal === undefined ? patience : AbortSignal.any([context.signal, patience]);
    try {
      const command = new AssumeRoleCommand({ RoleArn: place.role, RoleSessionName: session });
      const { Credentials: given } = await client.send(command, { abortSignal });
      if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined)
        throw new SottoError("IDENTITY_INVALID", `AWS gave no credentials for the role ${place.role}`);
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
        ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
      };
    } catch (error) {
      throw describeFailure(error, purpose, context);
    }
  };
}

/** sops's: policies may ask for it. Without the brackets that sops leaves and AWS refuses. */
async function sessionName(context: KeyContext): Promise<string> {
  const { hostname } = await loadPackage<{ readonly hostname: () => string }>("os", context);
  return `sops@${hostname().replaceAll(/[^A-Za-z0-9=,.@_]+/g, "")}`.slice(0, MAX_SESSION);
}
