/**
 * AWS in this process: Encrypt and Decrypt of KMS, the roles of STS, and the credentials of IAM Identity Center. Unlike the doubles that
 * the peers bring it takes nothing on trust: signature, region, clock, path, headers and every field of a body have to be as AWS wants them.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { Answer, Handler, SeenRequest } from "./faulty-server.ts";
import { AwsError, checkSignature, type Signer } from "./signature-v4.ts";

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export interface FakeCall {
  readonly action: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const ACCOUNT = "111122223333";
export const OWNER: Signer = { accessKeyId: "AKIAOWNER", secretAccessKey: "secret/of+owner" };
/** Of another account. */
export const STRANGER: Signer = { accessKeyId: "AKIASTRANGER", secretAccessKey: "secret/of+stranger" };
export const SSO_TOKEN = "token-of-a-browser";
export const WEB_TOKEN = "token-of-a-cluster";

export class FakeAws {
  readonly calls: FakeCall[] = [];
  /** By ARN. */
  readonly keys: Map<string, KeyState> = new Map();
  /** ARNs of roles, with the account that may assume them. */
  readonly roles: Map<string, string> = new Map();
  readonly signers: Map<string, Signer> = new Map([OWNER, STRANGER].map((one) => [one.accessKeyId, one]));
  readonly accounts: Map<string, string> = new Map([
    [OWNER.accessKeyId, ACCOUNT],
    [STRANGER.accessKeyId, "999988887777"],
  ]);
  /** Of its clock against ours, in milliseconds. */
  skew = 0;
  /** Of the credentials of a role, in milliseconds. */
  lifetime = 3_600_000;
  #made = 0;

  /** @returns its ARN */
  addKey(resource: string, region = "eu-central-1", account: string = ACCOUNT): string {
    const arn = `arn:aws:kms:${region}:${account}:${resource}`;
    this.keys.set(arn, "Enabled");
    return arn;
  }

  /** @returns its ARN */
  addRole(name: string, account: string, trusted: string): string {
    const arn = `arn:aws:iam::${account}:role/${name}`;
    this.roles.set(arn, trusted);
    return arn;
  }

  countOf(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  readonly handle: Handler = (request) => {
    const isJson = request.headers["x-amz-target"] !== undefined;
    const date = new Date(Date.now() + this.skew).toUTCString();
    try {
      const answer = isJson ? this.#kms(request) : request.method === "GET" ? this.#sso(request) : this.#sts(request);
      return { ...answer, headers: { ...answer.headers, date } };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ...(isJson ? jsonError(error) : xmlError(error)), headers: { date } };
    }
  };

  #kms(request: SeenRequest): Answer {
    if (request.method !== "POST" || request.path !== "/") throw new AwsError("UnknownOperationException", "no such path", 404);
    if (request.headers["content-type"] !== "application/x-amz-json-1.1") throw new AwsError("SerializationException", "wrong type");
    const { region, accessKeyId } = checkSignature(request, "kms", this.signers, Date.now() + this.skew);
    const [, action = ""] = /^TrentService\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    const fields = JSON.parse(request.body) as Record<string, unknown>;
    this.calls.push({ action, region, accessKeyId, fields });
    const payload = action === "Encrypt" ? "Plaintext" : "CiphertextBlob";
    if (!["Encrypt", "Decrypt"].includes(action)) throw new AwsError("UnknownOperationException", action);
    const surplus = Object.keys(fields).filter((name) => !["KeyId", "EncryptionContext", payload].includes(name));
    if (surplus.length > 0) throw new AwsError("ValidationException", `unexpected: ${surplus.join(", ")}`);
    const arn = this.#usableKey(fields["KeyId"], region, accessKeyId);
    const context = contextOf(fields["EncryptionContext"]);
    const input = bytesOf(fields[payload]);
    if (action === "Encrypt") return json({ CiphertextBlob: seal(arn, input, context).toString("base64"), KeyId: arn });
    return json({ Plaintext: open(arn, input, context).toString("base64"), KeyId: arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  }

  #usableKey(id: unknown, region: string, accessKeyId: string): string {
    if (typeof id !== "string") throw new AwsError("ValidationException", "KeyId is missing");
    const [, , , ofRegion, account] = id.split(":");
    const state = this.keys.get(id);
    if (state === undefined || ofRegion !== region) throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
    if (account !== this.accounts.get(accessKeyId))
      throw new AwsError("AccessDeniedException", `User: ${accessKeyId} is not authorized to perform: kms:Decrypt on resource: ${id}`);
    if (state === "Disabled") throw new AwsError("DisabledException", `${id} is disabled.`);
    if (state === "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${id} is pending deletion.`);
    return id;
  }

  #sts(request: SeenRequest): Answer {
    if (request.path !== "/") throw new AwsError("InvalidAction", "no such path", 404);
    if (request.headers["content-type"] !== "application/x-www-form-urlencoded") throw new AwsError("InvalidAction", "wrong type");
    const fields = Object.fromEntries(new URLSearchParams(request.body));
    const { Action: action = "", Version, RoleArn = "", RoleSessionName = "" } = fields;
    if (Version !== "2011-06-15" || !/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) throw new AwsError("ValidationError", "wrong fields");
    const byToken = action === "AssumeRoleWithWebIdentity";
    const signed = byToken ? { region: "", accessKeyId: "" } : checkSignature(request, "sts", this.signers, Date.now() + this.skew);
    this.calls.push({ action, ...signed, fields });
    const isTrusted = byToken
      ? fields["WebIdentityToken"] === WEB_TOKEN
      : action === "AssumeRole" && this.roles.get(RoleArn) === this.accounts.get(signed.accessKeyId);
    if (!isTrusted || !this.roles.has(RoleArn))
      throw new AwsError("AccessDenied", `User: ${signed.accessKeyId} is not authorized to perform: sts:${action} on ${RoleArn}`, 403);
    const made = this.#makeCredentials(RoleArn.split(":")[4] ?? "");
    const expiration = new Date(Date.now() + this.lifetime).toISOString();
    return {
      status: 200,
      headers: { "content-type": "text/xml" },
      body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${made.accessKeyId}</AccessKeyId><SecretAccessKey>${made.secretAccessKey}</SecretAccessKey><SessionToken>${made.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials></${action}Result></${action}Response>`,
    };
  }

  #sso(request: SeenRequest): Answer {
    const url = new URL(request.path, "http://sso");
    this.calls.push({ action: "GetRoleCredentials", region: "", accessKeyId: "", fields: Object.fromEntries(url.searchParams) });
    if (url.pathname !== "/federation/credentials" || request.headers["x-amz-sso_bearer_token"] !== SSO_TOKEN)
      return {
        status: 401,
        headers: { "x-amzn-errortype": "UnauthorizedException" },
        body: '{"message":"Session token not found or invalid"}',
      };
    return json({
      roleCredentials: { ...this.#makeCredentials(url.searchParams.get("account_id") ?? ""), expiration: Date.now() + 3_600_000 },
    });
  }

  #makeCredentials(account: string): Required<Signer> {
    this.#made += 1;
    const made = { accessKeyId: `ASIA${this.#made}`, secretAccessKey: `secret${this.#made}`, sessionToken: `session/${this.#made}+=` };
    this.signers.set(made.accessKeyId, made);
    this.accounts.set(made.accessKeyId, account);
    return made;
  }
}

/** Replicas of a key have its name in another region. */
function materialOf(arn: string): Buffer {
  const [, , , region = "", account = "", resource = ""] = arn.split(":");
  return createHash("sha256")
    .update(resource.includes("mrk-") ? "" : region)
    .update(account + resource)
    .digest();
}

const nameOf = (arn: string): Buffer => createHash("sha256").update(materialOf(arn)).digest().subarray(0, 16);

function seal(arn: string, plaintext: Buffer, context: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", materialOf(arn), iv).setAAD(Buffer.from(context));
  return Buffer.concat([nameOf(arn), iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(arn: string, blob: Buffer, context: string): Buffer {
  if (blob.length < 44) throw new AwsError("InvalidCiphertextException", "");
  if (!blob.subarray(0, 16).equals(nameOf(arn)))
    throw new AwsError("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
  const cipher = createDecipheriv("aes-256-gcm", materialOf(arn), blob.subarray(16, 28))
    .setAAD(Buffer.from(context))
    .setAuthTag(blob.subarray(-16));
  try {
    return Buffer.concat([cipher.update(blob.subarray(28, -16)), cipher.final()]);
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

function contextOf(value: unknown): string {
  if (value === undefined) return "[]";
  const pairs = typeof value === "object" && value !== null ? Object.entries(value) : [["", 0]];
  if (pairs.some(([, text]) => typeof text !== "string")) throw new AwsError("SerializationException", "EncryptionContext holds texts");
  return JSON.stringify(pairs.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function bytesOf(value: unknown): Buffer {
  const bytes = Buffer.from(typeof value === "string" ? value : "", "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== value) throw new AwsError("SerializationException", "a blob is no Base64 text");
  return bytes;
}

function json(body: object): Answer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}

function jsonError({ name, message, status }: AwsError): Answer {
  return { status, body: JSON.stringify({ __type: name, message }) };
}

function xmlError({ name, message, status }: AwsError): Answer {
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}
