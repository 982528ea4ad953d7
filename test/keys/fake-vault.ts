/** The transit engine of Vault, as far as its HTTP interface goes: it checks what it is sent, and wraps under keys of its own. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Answer, SeenRequest } from "./faulty-server.ts";

export const TOKEN = "a-token-of-a-test";

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
const refuse = (status: number, ...errors: readonly string[]): Answer => json(status, { errors });

export class FakeVault {
  /** By name; the newest version last. */
  readonly #keys = new Map<string, Buffer[]>();
  namespace: string | undefined;

  constructor(...names: readonly string[]) {
    for (const name of names) this.rotate(name);
  }

  rotate(name: string): void {
    this.#keys.set(name, [...(this.#keys.get(name) ?? []), randomBytes(32)]);
  }

  readonly handle = (request: SeenRequest): Answer => {
    const [, action, name = ""] = /^\/v1\/transit\/(encrypt|decrypt|rewrap)\/([\w-]+)$/.exec(request.path) ?? [];
    if (request.headers["x-vault-token"] !== TOKEN) return refuse(403, "permission denied");
    if (request.headers["x-vault-namespace"] !== this.namespace) return refuse(404);
    if (action === undefined || request.method !== "PUT") return refuse(404);
    if (request.headers["content-type"] !== "application/json") return refuse(415, "no JSON");
    const versions = this.#keys.get(name);
    if (versions === undefined) return refuse(400, "encryption key not found");
    const body = JSON.parse(request.body) as Readonly<Record<string, string>>;
    const fields = action === "encrypt" ? ["plaintext"] : ["ciphertext"];
    if (JSON.stringify(Object.keys(body)) !== JSON.stringify(fields)) return refuse(400, "unexpected fields");
    const plain = action === "encrypt" ? Buffer.from(body["plaintext"] ?? "", "base64") : this.#open(versions, body["ciphertext"] ?? "");
    if (plain === undefined) return refuse(400, "invalid ciphertext: unable to decrypt");
    if (action === "decrypt") return json(200, { data: { plaintext: plain.toString("base64") } });
    return json(200, { data: { ciphertext: this.#seal(versions, plain), key_version: versions.length } });
  };

  #seal(versions: readonly Buffer[], plain: Buffer): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", versions.at(-1) ?? Buffer.alloc(32), iv);
    const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return `vault:v${versions.length}:${sealed.toString("base64")}`;
  }

  #open(versions: readonly Buffer[], text: string): Buffer | undefined {
    const [, version, sealed] = /^vault:v(\d+):(.*)$/s.exec(text) ?? [];
    const key = versions[Number(version) - 1];
    const bytes = Buffer.from(sealed ?? "", "base64");
    if (key === undefined || bytes.length < 28 || bytes.toString("base64") !== sealed) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
