/** Credentials of Google, looked for as sops does (sops: §5.7). */
import type { BaseExternalAccountClient, GoogleAuth, OAuth2Client } from "google-auth-library";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { loadPackage } from "../network/load.ts";

type Library = typeof import("google-auth-library");
type Credentials = NonNullable<NonNullable<ConstructorParameters<typeof GoogleAuth>[0]>["credentials"]>;

const SCOPES = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/cloudkms"];

/**
 * `GOOGLE_CREDENTIALS`, a token in `GOOGLE_OAUTH_ACCESS_TOKEN`, then application default credentials: the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, that of gcloud, the machine.
 * @param universe the domain of the cloud; undefined for what the credentials say
 * @throws SottoError `IDENTITY_INVALID` for a file that is not there or holds no credentials
 */
export async function findCredentials(universe: string | undefined, context: KeyContext): Promise<GoogleAuth> {
  const library = await loadPackage<Library>("google-auth-library", context);
  const { GoogleAuth, OAuth2Client } = library;
  const domain = universe === undefined ? {} : { universeDomain: universe };
  const token = context.env["GOOGLE_OAUTH_ACCESS_TOKEN"] ?? "";
  const given = await readGiven(context);
  if (given === undefined && token !== "") {
    const authClient = new OAuth2Client(domain);
    authClient.setCredentials({ access_token: token });
    return new GoogleAuth<OAuth2Client>({ ...domain, authClient });
  }
  // As an option they would be warned about on the console: they might come from strangers.
  const credentials = given ?? (await readDefault(context));
  if (credentials !== undefined && "credential_source" in credentials && credentials.type === "external_account") {
    const authClient = federatedClient({ ...credentials, ...domain, scopes: SCOPES }, library);
    return new GoogleAuth<BaseExternalAccountClient>({ ...domain, authClient });
  }
  const auth = new GoogleAuth({ ...domain, scopes: SCOPES });
  auth.jsonContent = credentials ?? null;
  return auth;
}

/** As the library chooses, by where the token of the workload comes from (Google: AIP-4117). */
function federatedClient(options: Readonly<Record<string, unknown>>, library: Library): BaseExternalAccountClient {
  const source = options["credential_source"];
  const has = (name: string): boolean => typeof source === "object" && source !== null && name in source;
  const Client = has("environment_id") ? library.AwsClient : has("executable") ? library.PluggableAuthClient : library.IdentityPoolClient;
  return Reflect.construct(Client, [options]);
}

/** Where {@link findCredentials} looks, in order. */
export function credentialPlaces(context: KeyContext): string {
  return [
    "GOOGLE_CREDENTIALS",
    "GOOGLE_OAUTH_ACCESS_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    ownFile(context),
    "the machine (metadata server)",
  ].join("; ");
}

async function readGiven(context: KeyContext): Promise<Credentials | undefined> {
  const given = context.env["GOOGLE_CREDENTIALS"] ?? "";
  if (given === "") return undefined;
  if (given.trimStart().startsWith("{")) return parse(given, "GOOGLE_CREDENTIALS");
  return readNamed("GOOGLE_CREDENTIALS", given, context);
}

async function readDefault(context: KeyContext): Promise<Credentials | undefined> {
  const path = context.env["GOOGLE_APPLICATION_CREDENTIALS"] ?? "";
  if (path !== "") return readNamed("GOOGLE_APPLICATION_CREDENTIALS", path, context);
  const own = ownFile(context);
  const bytes = await context.readFile(own);
  return bytes === undefined ? undefined : parseBytes(bytes, own);
}

function ownFile({ env, home, platform }: KeyContext): string {
  const folder = env["CLOUDSDK_CONFIG"] || (platform === "win32" ? `${env["APPDATA"] ?? home}/gcloud` : `${home}/.config/gcloud`);
  return `${folder}/application_default_credentials.json`;
}

/** What the variable holds is not repeated unless it is the path of a file: it may be a secret in a wrong form. */
async function readNamed(variable: string, path: string, context: KeyContext): Promise<Credentials> {
  const bytes = await context.readFile(path).catch(() => undefined);
  if (bytes !== undefined) return parseBytes(bytes, path);
  throw new SottoError("IDENTITY_INVALID", `${variable} names a file that is not there, or cannot be read`, {
    hints: variable === "GOOGLE_CREDENTIALS" ? ["it is the path of a file with credentials, or its text, which begins with {"] : [],
  });
}

function parseBytes(bytes: Uint8Array, place: string): Credentials {
  const text = new TextDecoder().decode(bytes);
  bytes.fill(0);
  return parse(text, place);
}

function parse(text: string, place: string): Credentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && "type" in value) return value as Credentials;
  throw new SottoError("IDENTITY_INVALID", `${place} holds no credentials of Google: it is no JSON object with a type`, {
    hints: ["gcloud auth application-default login makes such a file, and so does gcloud iam service-accounts keys create"],
  });
}
