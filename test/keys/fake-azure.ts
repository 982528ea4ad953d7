/**
 * Azure Key Vault in this process, with the tokens of Microsoft Entra and of a machine. It takes nothing on trust: challenge, path,
 * version of the interface, fields and algorithm have to be as Azure wants them, and no data key may come before the token.
 */
import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from "node:crypto";
import { TENANT } from "./azure-context.ts";
import type { Answer, Handler, SeenRequest } from "./faulty-server.ts";

interface Version {
  readonly id: string;
  readonly pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  enabled: boolean;
}

export interface FakeCall {
  readonly action: string;
  readonly path: string;
  readonly token: string;
}

class AzureError extends Error {
  readonly status: number;
  readonly code: string;
  readonly inner: string;

  constructor(status: number, code: string, message: string, inner = "") {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = inner;
  }
}

export class FakeAzure {
  readonly calls: FakeCall[] = [];
  /** By name, the oldest first. */
  readonly keys: Map<string, Version[]> = new Map();
  /** Of the token that the vault asks for; its own host unless given. */
  resource: string | undefined;
  readonly #tokens = new Map<string, string>();

  /** @returns its version */
  addVersion(name: string): string {
    const id = randomBytes(16).toString("hex");
    const made = { id, pair: generateKeyPairSync("rsa", { modulusLength: 2048 }), enabled: true };
    this.keys.set(name, [...(this.keys.get(name) ?? []), made]);
    return id;
  }

  readonly handle: Handler = (request) => {
    try {
      const url = new URL(request.path, `https://${request.headers.host ?? ""}`);
      if (url.pathname.endsWith("/.well-known/openid-configuration")) return directory(url);
      if (url.pathname === `/${TENANT}/oauth2/v2.0/token`) return this.#login(request);
      if (url.pathname === "/msi/token") return this.#machine(request, url);
      return this.#vault(request, url);
    } catch (error) {
      if (!(error instanceof AzureError)) throw error;
      const { code, message, inner } = error;
      return json({ error: { code, message, ...(inner === "" ? {} : { innererror: { code: inner } }) } }, error.status);
    }
  };

  #login({ body, method }: SeenRequest): Answer {
    const form = new URLSearchParams(body);
    this.calls.push({ action: "login", path: form.get("scope") ?? "", token: "" });
    const secret = form.get("client_secret") ?? "";
    const isSound = method === "POST" && form.get("grant_type") === "client_credentials" && form.get("client_id") === "app";
    const code = { secret: "", stranger: "", old: "AADSTS7000222", late: "AADSTS700024" }[secret] ?? "AADSTS7000215";
    if (!isSound || code !== "")
      return json({ error: "invalid_client", error_description: `${code || "AADSTS1"}: refused`, error_codes: [1] }, 401);
    return json({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600, access_token: this.#give(secret) });
  }

  #machine({ headers }: SeenRequest, { searchParams }: URL): Answer {
    this.calls.push({ action: "machine", path: searchParams.get("resource") ?? "", token: "" });
    if (headers["x-identity-header"] !== "of-a-machine" || searchParams.get("api-version") === null) return { status: 400, body: "{}" };
    const expires = `${Math.floor(Date.now() / 1000) + 3600}`;
    return json({ token_type: "Bearer", expires_on: expires, resource: searchParams.get("resource"), access_token: this.#give("machine") });
  }

  #give(account: string): string {
    const token = randomBytes(8).toString("hex");
    this.#tokens.set(token, account);
    return token;
  }

  #vault({ method, headers, body }: SeenRequest, { pathname, searchParams, host }: URL): Answer {
    const token = /^Bearer (\w+)$/.exec(headers.authorization ?? "")?.[1];
    if (token === undefined) {
      if (body !== "") throw new AzureError(400, "BadParameter", "a data key came before the token");
      const resource = this.resource ?? `https://${host}`;
      const challenge = `Bearer authorization="https://${host}/${TENANT}", resource="${resource}"`;
      return { ...json({ error: { code: "Unauthorized", message: "no token" } }, 401), headers: { "www-authenticate": challenge } };
    }
    const account = this.#tokens.get(token);
    const [, name = "", version = "", operation = ""] = /^\/keys\/([^/]+)(?:\/([0-9a-f]*)(?:\/(encrypt|decrypt))?)?$/.exec(pathname) ?? [];
    const action = method === "POST" ? operation : "get";
    this.calls.push({ action, path: pathname, token: account ?? "" });
    if (account === undefined) throw new AzureError(401, "Unauthorized", "[TokenExpired] S2S12086: the token is not valid");
    if (account === "stranger") throw new AzureError(403, "Forbidden", "Caller is not authorized to perform action", "ForbiddenByRbac");
    if (!/^(?:7\.\d|\d{4}-\d\d-\d\d)$/.test(searchParams.get("api-version") ?? ""))
      throw new AzureError(400, "BadParameter", "api-version");
    const versions = this.keys.get(name) ?? [];
    const found = version === "" ? versions.at(-1) : versions.find((one) => one.id === version);
    if (found === undefined)
      throw new AzureError(404, "KeyNotFound", `A key with (name/id) ${name}/${version} was not found in this key vault.`);
    const kid = `https://${host}/keys/${name}/${found.id}`;
    if (action === "get" && method === "GET") {
      const { n, e } = found.pair.publicKey.export({ format: "jwk" });
      return json({ key: { kid, kty: "RSA", n, e, key_ops: ["encrypt", "decrypt"] }, attributes: { enabled: found.enabled } });
    }
    if (!found.enabled) throw new AzureError(403, "Forbidden", `Operation ${action} is not allowed on a disabled key.`, "KeyDisabled");
    return json({ kid, value: operate(found, action, headers["content-type"] ?? "", body).toString("base64url") });
  }
}

function operate({ pair }: Version, action: string, type: string, body: string): Buffer {
  if (!type.startsWith("application/json")) throw new AzureError(400, "BadParameter", "wrong type");
  const fields = JSON.parse(body) as Record<string, unknown>;
  const { alg, value } = fields;
  if (Object.keys(fields).toSorted().join() !== "alg,value" || alg !== "RSA-OAEP-256" || typeof value !== "string")
    throw new AzureError(400, "BadParameter", "wrong fields");
  const input = Buffer.from(value, "base64url");
  if (input.toString("base64url") !== value) throw new AzureError(400, "BadParameter", "the value is not Base64URL");
  const options = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  try {
    if (action === "encrypt") return publicEncrypt({ key: pair.publicKey, ...options }, input);
    return privateDecrypt({ key: pair.privateKey, ...options }, input);
  } catch {
    throw new AzureError(400, "BadParameter", "The parameter is incorrect.");
  }
}

function directory({ origin, pathname }: URL): Answer {
  const base = `${origin}/${pathname.split("/")[1] ?? ""}`;
  return json({
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    issuer: `${base}/v2.0`,
    jwks_uri: `${base}/keys`,
  });
}

function json(body: object, status = 200): Answer {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}
