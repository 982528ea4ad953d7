/**
 * Google Cloud KMS in this process, over HTTP and over gRPC: Encrypt and Decrypt, and the metadata server of a machine. It takes nothing
 * on trust: path, routing header, fields, checksums, and tokens with their signatures have to be as Google wants them.
 */
import { protos } from "@google-cloud/kms";
import { Metadata, Server, ServerCredentials, type handleUnaryCall, status as codes } from "@grpc/grpc-js";
import { createCipheriv, createDecipheriv, createHash, createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import { crc32 } from "./castagnoli.ts";
import type { Certificate } from "./certificate.ts";
import type { Answer, Handler, SeenRequest } from "./faulty-server.ts";

export const OWNER_TOKEN = "token-of-owner";
export const STRANGER_TOKEN = "token-of-stranger";
export const MACHINE_TOKEN = "token-of-a-machine";
const EMAIL = "sotto@acme.iam.gserviceaccount.com";

/** With the names and numbers of google.rpc.Code. */
const CODES = {
  INVALID_ARGUMENT: [3, 400],
  NOT_FOUND: [5, 404],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
} as const;

export type GcpStatus = keyof typeof CODES;

export class GcpError extends Error {
  readonly status: GcpStatus;

  constructor(status: GcpStatus, message: string) {
    super(message);
    this.status = status;
  }
}

export interface FakeCall {
  readonly action: string;
  readonly name: string;
  readonly account: string;
}

interface Input {
  readonly name: string;
  readonly data: Buffer;
  readonly sum: string;
}

interface Output {
  readonly data: Buffer;
  readonly sum: string;
}

export class FakeGcp {
  readonly calls: FakeCall[] = [];
  /** By resource id: whether the key is enabled. */
  readonly keys: Map<string, boolean> = new Map();
  /** Thrown by the next call over gRPC. */
  next: GcpError | undefined;
  /** What answers over gRPC hold instead. */
  forge: ((output: Output) => Output) | undefined;
  readonly #pair = generateKeyPairSync("rsa", { modulusLength: 2048 });

  /** @returns its resource id */
  addKey(name: string): string {
    const id = `projects/acme/locations/europe-west3/keyRings/sotto/cryptoKeys/${name}`;
    this.keys.set(id, true);
    return id;
  }

  /** The text of a file with credentials. @param email of the account */
  serviceAccount(email: string = EMAIL): string {
    return JSON.stringify({
      type: "service_account",
      project_id: "acme",
      private_key_id: "key-1",
      private_key: this.#pair.privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: email,
      token_uri: "https://oauth2.googleapis.com/token",
    });
  }

  readonly handle: Handler = (request) => {
    try {
      return request.path.startsWith("/computeMetadata/") ? metadata(request) : this.#http(request);
    } catch (error) {
      if (!(error instanceof GcpError)) throw error;
      const [, code] = CODES[error.status];
      return json({ error: { code, status: error.status, message: error.message } }, code);
    }
  };

  #http(request: SeenRequest): Answer {
    const url = new URL(request.path, "http://kms");
    const [, name = "", action = ""] = /^\/v1\/(projects\/[^:]+):(encrypt|decrypt)$/.exec(url.pathname) ?? [];
    if (request.method !== "POST" || name === "") throw new GcpError("NOT_FOUND", `no such path: ${request.path}`);
    if (request.headers["content-type"] !== "application/json") throw new GcpError("INVALID_ARGUMENT", "wrong type");
    if (request.headers["x-goog-request-params"] !== `name=${encodeURIComponent(name)}`)
      throw new GcpError("INVALID_ARGUMENT", "wrong routing header");
    const account = this.#accountOf(request.headers.authorization);
    const fields = JSON.parse(request.body) as Record<string, unknown>;
    const [input, output] = action === "encrypt" ? ["plaintext", "ciphertext"] : ["ciphertext", "plaintext"];
    if (Object.keys(fields).toSorted().join() !== `${input},${input}Crc32c`) throw new GcpError("INVALID_ARGUMENT", "unexpected fields");
    const data = Buffer.from(String(fields[input ?? ""]), "base64");
    if (data.toString("base64") !== fields[input ?? ""]) throw new GcpError("INVALID_ARGUMENT", "no Base64 text");
    const made = this.#answer(action, account, { name, data, sum: String(fields[`${input}Crc32c`]) });
    const verified = action === "encrypt" ? { name: `${name}/cryptoKeyVersions/1`, verifiedPlaintextCrc32c: true } : { usedPrimary: true };
    return json({ ...verified, [output ?? ""]: made.data.toString("base64"), [`${output}Crc32c`]: made.sum, protectionLevel: 1 });
  }

  /** A server over TLS. @returns its port, and what ends it */
  async listen(certificate: Certificate): Promise<{ readonly port: number; readonly end: () => void }> {
    const { EncryptRequest, EncryptResponse, DecryptRequest, DecryptResponse } = protos.google.cloud.kms.v1;
    const unary =
      (action: string): handleUnaryCall<{ name?: unknown } & Record<string, unknown>, Record<string, unknown>> =>
      (call, done) => {
        try {
          const [input = "", output = ""] = action === "encrypt" ? ["plaintext", "ciphertext"] : ["ciphertext", "plaintext"];
          const account = this.#accountOf(String(call.metadata.get("authorization")[0]));
          const { next } = this;
          this.next = undefined;
          if (next !== undefined) throw next;
          const { value } = call.request[`${input}Crc32c`] as { readonly value: unknown };
          const data = Buffer.from(call.request[input] as Uint8Array);
          const made = this.#answer(action, account, { name: String(call.request.name), data, sum: String(value) });
          const { data: given, sum } = this.forge?.(made) ?? made;
          done(null, { [output]: given, [`${output}Crc32c`]: { value: Number(sum) }, verifiedPlaintextCrc32c: true });
        } catch (error) {
          if (!(error instanceof GcpError)) throw error;
          done(Object.assign(new Error(error.message), { code: codes[error.status], details: error.message, metadata: new Metadata() }));
        }
      };
    const row = (
      method: string,
      request: typeof EncryptRequest | typeof DecryptRequest,
      response: typeof EncryptResponse | typeof DecryptResponse,
    ) => ({
      path: `/google.cloud.kms.v1.KeyManagementService/${method}`,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: (value: object): Buffer => Buffer.from(request.encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => request.decode(bytes) as unknown as Record<string, unknown>,
      responseSerialize: (value: object): Buffer => Buffer.from(response.encode(value).finish()),
      responseDeserialize: (bytes: Buffer) => response.decode(bytes) as unknown as Record<string, unknown>,
    });
    const server = new Server();
    server.addService(
      { Encrypt: row("Encrypt", EncryptRequest, EncryptResponse), Decrypt: row("Decrypt", DecryptRequest, DecryptResponse) },
      { Encrypt: unary("encrypt"), Decrypt: unary("decrypt") },
    );
    const pair = { private_key: Buffer.from(certificate.key), cert_chain: Buffer.from(certificate.cert) };
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [pair]), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return { port, end: () => server.forceShutdown() };
  }

  #answer(action: string, account: string, { name, data, sum }: Input): Output {
    this.calls.push({ action, name, account });
    const enabled = this.keys.get(name);
    if (enabled === undefined) throw new GcpError("NOT_FOUND", `CryptoKey ${name} not found.`);
    if (account === "stranger") throw new GcpError("PERMISSION_DENIED", `Permission denied on resource '${name}'.`);
    if (!enabled) throw new GcpError("FAILED_PRECONDITION", `${name}/cryptoKeyVersions/1 is not enabled, current state is: DISABLED.`);
    if (sum !== String(crc32(data))) throw new GcpError("INVALID_ARGUMENT", "The checksum did not match the data.");
    const made = action === "encrypt" ? seal(name, data) : open(name, data);
    return { data: made, sum: String(crc32(made)) };
  }

  #accountOf(authorization: string | undefined): string {
    const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
    if (token === OWNER_TOKEN || token === MACHINE_TOKEN) return token;
    if (token === STRANGER_TOKEN) return "stranger";
    return this.#verify(token);
  }

  /** A token that the account signed itself (Google: AIP-4111). */
  #verify(token: string): string {
    const [header = "", body = "", signature = ""] = token.split(".");
    const refused = new GcpError("UNAUTHENTICATED", "Request had invalid authentication credentials.");
    if (signature === "") throw refused;
    const { iss, sub, scope, iat, exp } = decode(body);
    const isSound =
      decode(header)["alg"] === "RS256" &&
      iss === EMAIL &&
      sub === EMAIL &&
      String(scope).includes("https://www.googleapis.com/auth/cloud-platform") &&
      Number(exp) - Number(iat) <= 3600 &&
      Number(exp) > Date.now() / 1000;
    const signed = createVerify("RSA-SHA256").update(`${header}.${body}`).verify(this.#pair.publicKey, signature, "base64url");
    if (!isSound || !signed) throw refused;
    return EMAIL;
  }
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8") || "{}") as Record<string, unknown>;
}

function metadata(request: SeenRequest): Answer {
  const headers = { "metadata-flavor": "Google" };
  if (request.headers["metadata-flavor"] !== "Google") return { status: 403, body: "" };
  if (request.path.includes("/service-accounts/default/token"))
    return { ...json({ access_token: MACHINE_TOKEN, expires_in: 3600, token_type: "Bearer" }), headers };
  if (request.path.includes("/universe")) return { status: 404, headers, body: "" };
  return { status: 200, headers, body: "" };
}

const materialOf = (name: string): Buffer => createHash("sha256").update(name).digest();

function seal(name: string, plaintext: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", materialOf(name), iv);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(name: string, blob: Buffer): Buffer {
  try {
    const cipher = createDecipheriv("aes-256-gcm", materialOf(name), blob.subarray(0, 12), { authTagLength: 16 });
    cipher.setAuthTag(blob.subarray(-16));
    return Buffer.concat([cipher.update(blob.subarray(12, -16)), cipher.final()]);
  } catch {
    throw new GcpError("INVALID_ARGUMENT", "Decryption failed: the ciphertext is invalid.");
  }
}

function json(body: object, status = 200): Answer {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}
