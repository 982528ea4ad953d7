/** Wrapping and unwrapping by HuaweiCloud KMS (sops: §5.10). Other hosts than HuaweiCloud's come from the environment alone. */
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { requestJson } from "#http";
import { checkDataKey, creationTime } from "../network/data-key.ts";
import { type Credentials, findCredentials } from "./credentials.ts";
import { isRegion, type KeyId, splitKeyId } from "./key-id.ts";
import { signRequest } from "./signature.ts";

const ENCRYPTION = { encryption_algorithm: "SYMMETRIC_DEFAULT" };

type Failing = "WRAP_FAILED" | "DATA_KEY_UNAVAILABLE" | "IDENTITY_INVALID";

export async function wrap(key: MasterKey, dataKey: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<MasterKey> {
  const place = readPlace(key, "WRAP_FAILED");
  const body = { key_id: place.id, plain_text: encodeBase64(dataKey), ...ENCRYPTION };
  const wrapped = textOf(await callKms(place, "encrypt-data", body, context, signal), "cipher_text");
  if (wrapped === "") throw new SottoError("WRAP_FAILED", "the answer of HuaweiCloud KMS holds no wrapped key");
  return { ...key, wrapped, stored: { ...key.stored, created_at: creationTime(), enc: wrapped } };
}

export async function unwrap(key: MasterKey, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array> {
  const place = readPlace(key, "DATA_KEY_UNAVAILABLE");
  const body = { cipher_text: key.wrapped ?? "", key_id: place.id, ...ENCRYPTION };
  const text = textOf(await callKms(place, "decrypt-data", body, context, signal), "plain_text");
  const dataKey = text === "" ? undefined : decodeBase64(text);
  if (dataKey === undefined) throw new SottoError("DATA_KEY_UNAVAILABLE", "the answer of HuaweiCloud KMS holds no data key");
  return checkDataKey(dataKey);
}

function readPlace(key: MasterKey, code: Failing): KeyId {
  const place = splitKeyId(key.label);
  if (isRegion(place.region)) return place;
  throw new SottoError(code, `${JSON.stringify(place.region)} is no region of HuaweiCloud`, { hints: ["regions look like eu-west-101"] });
}

type Body = Readonly<Record<string, string>>;

async function callKms(
  { region, id }: KeyId,
  action: "encrypt-data" | "decrypt-data",
  body: Body,
  context: KeyContext,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const credentials = await findCredentials(context);
  const project = credentials.projectId || (await findProject(region, credentials, context, signal));
  const url = new URL(`/v1.0/${encodeURIComponent(project)}/kms/${action}`, findEndpoint(region, context));
  const code = action === "encrypt-data" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE";
  const asker = { who: `HuaweiCloud KMS in ${region}`, code, credentials, signal, id } as const;
  return call(asker, "POST", url, { "x-project-id": project }, body);
}

function findEndpoint(region: string, context: KeyContext): string {
  const named = context.env[`HUAWEICLOUD_SDK_REGION_KMS_${region.toUpperCase().replaceAll("-", "_")}`]?.split(",")[0];
  return named || `https://kms.${region}.myhuaweicloud.${region === "eu-west-101" ? "eu" : "com"}`;
}

/** By context, which lives as long as a command. */
const projects = new WeakMap<KeyContext, Map<string, Promise<string>>>();

/** The project of a region has its name. */
async function findProject(
  region: string,
  credentials: Credentials,
  context: KeyContext,
  signal: AbortSignal | undefined,
): Promise<string> {
  let known = projects.get(context);
  if (known === undefined) projects.set(context, (known = new Map()));
  let project = known.get(region);
  if (project === undefined) known.set(region, (project = askForProject(region, credentials, context, signal)));
  try {
    return await project;
  } catch (error) {
    known.delete(region);
    throw error;
  }
}

async function askForProject(
  region: string,
  credentials: Credentials,
  context: KeyContext,
  signal: AbortSignal | undefined,
): Promise<string> {
  const named = context.env["HUAWEICLOUD_SDK_IAM_ENDPOINT"];
  const url = new URL(`/v3/projects?name=${region}`, named || "https://iam.myhuaweicloud.com");
  const asker = { who: "HuaweiCloud, asked for the project of the region,", code: "IDENTITY_INVALID", credentials, signal } as const;
  const found = fieldOf(await call(asker, "GET", url, {}), "projects");
  const ids = Array.isArray(found) ? found.map((one) => textOf(one, "id")).filter((id) => id !== "") : [];
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  throw new SottoError("IDENTITY_INVALID", `HuaweiCloud has ${ids.length === 0 ? "no project" : "several projects"} for ${region}`, {
    hints: ["name it: HUAWEICLOUD_SDK_PROJECT_ID=…"],
  });
}

interface Asker {
  readonly who: string;
  readonly code: Failing;
  readonly credentials: Credentials;
  readonly signal: AbortSignal | undefined;
  /** Of the key. */
  readonly id?: string;
}

async function call(asker: Asker, method: string, url: URL, headers: Body, body?: Body): Promise<unknown> {
  const sent = body === undefined ? "" : JSON.stringify(body);
  const signed = await signRequest({ method, url, headers, body: sent }, asker.credentials, new Date());
  const { signal } = asker;
  const answer = await requestJson({ method, url, headers: signed, ...(body === undefined ? {} : { body }), signal });
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw describeRefusal(asker, answer.status, answer.body);
}

/** Longer than any message that a person wrote. */
const MAX_MESSAGE = 300;

function describeRefusal({ who, code, id }: Asker, status: number, body: unknown): Error {
  const { name, message } = findError(body);
  const known = KNOWN[name];
  const said = message
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_MESSAGE);
  const text = `${who} answered ${status}${name === "" ? "" : ` (${name})`}${said === "" ? "" : `: ${said}`}`;
  if (status === 429 || status >= 500) return new TransientError(text);
  if (known !== undefined) return new SottoError(code, text, { hints: [known.replaceAll("KEY", id ?? "of the file")] });
  const denied = "check that these credentials are of the right account, and what they may do: kms:cmk:crypto";
  const unknown = "check HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, and the clock of this machine; temporary ones expire";
  return new SottoError(code, text, { hints: status === 401 ? [unknown] : status === 403 ? [denied] : [] });
}

const KNOWN: Readonly<Record<string, string>> = {
  "KMS.0205": "there is no key KEY in this region and project: compare the file with its history",
  "KMS.0209": "enable the key KEY in the console of HuaweiCloud",
  "KMS.0210": "cancel its deletion in the console of HuaweiCloud while that is possible",
};

/** `error_code` and `error_msg`, at the top or one level below. */
function findError(body: unknown): { readonly name: string; readonly message: string } {
  for (const place of [body, fieldOf(body, "error")]) {
    const name = textOf(place, "error_code");
    const message = textOf(place, "error_msg") || textOf(place, "message");
    if (name !== "" || message !== "") return { name, message };
  }
  return { name: "", message: "" };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}
