/** A double of HuaweiCloud KMS, and of the list of projects, that checks the signature and every field of a request. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Answer, SeenRequest } from "./faulty-server.ts";

export interface HuaweiSigner {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

export const OWNER: HuaweiSigner = { accessKey: "HPUAOWNER", secretKey: "the secret of the owner" };
export const STRANGER: HuaweiSigner = { accessKey: "HPUASTRANGER", secretKey: "the secret of a stranger" };
export const TEMPORARY: HuaweiSigner = { accessKey: "HST3TEMPORARY", secretKey: "a secret for today", securityToken: "gQpjbi1ub3J0aC00" };
export const PROJECT = "0123456789abcdef0123456789abcdef";
export const REGION = "eu-west-101";

/** In milliseconds, in both directions. */
const TOLERATED_SKEW = 15 * 60 * 1000;

class Refusal extends Error {
  readonly status: number;
  override readonly name: string;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

interface FakeKey {
  readonly secret: Buffer;
  state: "enabled" | "disabled" | "pending deletion";
}

export class FakeHuawei {
  /** Paths of what was asked and answered. */
  readonly calls: string[] = [];
  /** The clock of the server, in milliseconds. */
  now: () => number = Date.now;
  projects: readonly string[] = [PROJECT];
  readonly #keys: Map<string, FakeKey> = new Map();

  /** @returns the recipient */
  addKey(id: string): string {
    this.#keys.set(id, { secret: randomBytes(32), state: "enabled" });
    return `${REGION}:${id}`;
  }

  setState(recipient: string, state: FakeKey["state"]): void {
    const key = this.#keys.get(recipient.slice(REGION.length + 1));
    if (key !== undefined) key.state = state;
  }

  readonly handle = (request: SeenRequest): Answer => {
    try {
      const signer = this.#checkSignature(request);
      const answer = this.#answer(request, signer);
      this.calls.push(request.path);
      return { status: 200, body: JSON.stringify(answer) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const fields = { error_code: error.name, error_msg: error.message };
      return { status: error.status, body: JSON.stringify(error.name.startsWith("KMS") ? { error: fields } : fields) };
    }
  };

  #checkSignature({ method, path, headers, body }: SeenRequest): HuaweiSigner {
    const parts = /^SDK-HMAC-SHA256 Access=(\w+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
    const [, accessKey, names = "", given = ""] = parts.exec(headers.authorization ?? "") ?? [];
    const signer = [OWNER, STRANGER, TEMPORARY].find((one) => one.accessKey === accessKey);
    if (signer === undefined) throw deny("Get secretKey failed, ak not exist");
    const date = textOf(headers["x-sdk-date"]);
    const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    if (!(Math.abs(this.now() - at) <= TOLERATED_SKEW)) throw deny("the signature expired");
    if (textOf(headers["x-security-token"]) !== (signer.securityToken ?? "")) throw deny("the security token is not valid");
    const signed = names.split(";");
    const required = Object.keys(headers).filter((name) => /^x-(?:sdk|project|security)-/.test(name));
    if (!required.every((name) => signed.includes(name)) || signed.toSorted().join(";") !== names) throw deny("headers are not signed");
    const [place = "", query = ""] = path.split("?");
    const lines = signed.map((name) => `${name}:${textOf(headers[name]).trim()}\n`).join("");
    const sorted = query.split("&").toSorted().join("&");
    const canonical = [method, place.endsWith("/") ? place : `${place}/`, sorted, lines, names, hash(body)].join("\n");
    const expected = createHmac("sha256", signer.secretKey)
      .update(["SDK-HMAC-SHA256", date, hash(canonical)].join("\n"))
      .digest();
    if (!timingSafeEqual(expected, Buffer.from(given, "hex"))) throw deny("verify aksk signature fail");
    return signer;
  }

  #answer({ method, path, headers, body }: SeenRequest, signer: HuaweiSigner): object {
    if (method === "GET" && path === `/v3/projects?name=${REGION}`) return { projects: this.projects.map((id) => ({ id, name: REGION })) };
    const action = /^\/v1\.0\/([^/]+)\/kms\/(encrypt|decrypt)-data$/.exec(path);
    if (method !== "POST" || action === null) throw new Refusal(404, "APIGW.0101", "The API does not exist or has not been published");
    if (action[1] !== PROJECT || headers["x-project-id"] !== PROJECT) throw new Refusal(403, "KMS.0303", "the project does not fit");
    if (signer === STRANGER) throw new Refusal(403, "KMS.0304", "Policy doesn't allow kms:cmk:crypto to be performed.");
    const fields = JSON.parse(body) as Readonly<Record<string, string>>;
    const input = action[2] === "encrypt" ? "plain_text" : "cipher_text";
    if (Object.keys(fields).toSorted().join() !== [input, "encryption_algorithm", "key_id"].toSorted().join())
      throw new Refusal(400, "KMS.0204", "Parameters missing in the request message.");
    if (fields["encryption_algorithm"] !== "SYMMETRIC_DEFAULT") throw new Refusal(400, "KMS.0308", "Invalid parameter.");
    const id = fields["key_id"] ?? "";
    const key = this.#keys.get(id);
    if (key === undefined) throw new Refusal(400, "KMS.0205", "Invalid key ID.");
    if (key.state === "disabled") throw new Refusal(400, "KMS.0209", "The key has been disabled.");
    if (key.state !== "enabled") throw new Refusal(400, "KMS.0210", "The key is in Scheduled deletion state and cannot be used.");
    if (input === "plain_text") return { key_id: id, cipher_text: seal(key, fields[input] ?? "") };
    return { key_id: id, plain_text: open(key, fields[input] ?? "") };
  }
}

function seal({ secret }: FakeKey, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", secret, iv);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

function open({ secret }: FakeKey, text: string): string {
  const bytes = Buffer.from(text, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", secret, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  } catch {
    throw new Refusal(400, "KMS.0311", "Failed to decrypt data.");
  }
}

function deny(message: string): Refusal {
  return new Refusal(401, "APIGW.0301", `Incorrect IAM authentication information: ${message}`);
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value ?? []).join(",");
}
