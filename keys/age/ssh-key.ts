/**
 * Reads SSH keys: public ones as in `authorized_keys` (RFC 4253 §6.6, RFC 8709), private ones in OpenSSH's own format
 * (PROTOCOL.key) and as PEM (PKCS #1, PKCS #8). Ed25519 and RSA only, as in age. Reasons never hold a part of a key.
 */
import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

const OPENSSH_MAGIC = "openssh-key-v1\0";
const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 16_384;

/** Why a key cannot be read; the message is sops's where sops has one. */
export class SshKeyError extends Error {}

export interface SshPublicKey {
  readonly type: "ssh-ed25519" | "ssh-rsa";
  /** The key in SSH's wire format; its SHA-256 is the fingerprint. */
  readonly blob: Uint8Array;
  /** Ed25519: the 32 bytes of the point. RSA: exponent and modulus. */
  readonly parts: readonly Uint8Array[];
}

export type SshPrivateKey =
  /** `secret` makes the key of node:crypto from Ed25519's seed of 32 bytes, or from RSA numbers; checked when it is first used. */
  | { readonly kind: "ed25519"; readonly publicKey: SshPublicKey; readonly seed: Uint8Array }
  | { readonly kind: "rsa"; readonly publicKey: SshPublicKey; readonly key: () => KeyObject }
  /** Protected by a passphrase. `publicKey` is undefined where the file does not hold it (PEM). */
  | { readonly kind: "locked"; readonly publicKey: SshPublicKey | undefined };

/** Reads a line of `authorized_keys` without options: type, Base64, comment. */
export function parsePublicLine(line: string): SshPublicKey {
  const [type = "", base64 = ""] = line.trim().split(/[ \t]+/, 2);
  if (base64 === "") throw new SshKeyError("ssh: no key found");
  const blob = decodeBase64(base64);
  if (blob === undefined) throw new SshKeyError("ssh: no key found; last parsing error for ignored line: illegal base64 data");
  const key = parsePublicBlob(blob);
  if (key.type !== type) {
    throw new SshKeyError("ssh: no key found; last parsing error for ignored line: the type before the key differs from the type in it");
  }
  return key;
}

export function parsePublicBlob(blob: Uint8Array): SshPublicKey {
  const reader = new Reader(blob);
  const type = reader.text();
  if (type === "ssh-ed25519") {
    const point = reader.bytes();
    reader.end();
    if (point.length !== 32) throw new SshKeyError("ssh: invalid size for Ed25519 public key");
    return { type, blob, parts: [point] };
  }
  if (type === "ssh-rsa") {
    const exponent = reader.integer();
    const modulus = reader.integer();
    reader.end();
    const bits = bitLength(modulus);
    if (bits < RSA_MIN_BITS) throw new SshKeyError("RSA key size is too small");
    if (bits > RSA_MAX_BITS) throw new SshKeyError("ssh: rsa modulus too large");
    return { type, blob, parts: [exponent, modulus] };
  }
  throw new SshKeyError(`unsupported SSH key type: ${JSON.stringify(type.slice(0, 40))}`);
}

/** Reads a private key file. The caller may wipe `file` afterwards. */
export function parsePrivateKey(file: Uint8Array): SshPrivateKey {
  const block = readPem(Buffer.from(file.buffer, file.byteOffset, file.length).toString("latin1"));
  try {
    if (block.encrypted) return { kind: "locked", publicKey: undefined };
    switch (block.type) {
      case "OPENSSH PRIVATE KEY":
        return parseOpenSsh(block.der);
      case "RSA PRIVATE KEY":
        return fromKeyObject(block.der, "pkcs1");
      case "PRIVATE KEY":
        return fromKeyObject(block.der, "pkcs8");
      default:
        throw new SshKeyError(`ssh: unsupported key type ${JSON.stringify(block.type)}`);
    }
  } finally {
    block.der.fill(0);
  }
}

interface PemBlock {
  readonly type: string;
  readonly encrypted: boolean;
  readonly der: Uint8Array;
}

function readPem(text: string): PemBlock {
  const begin = /^-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?$/m.exec(text);
  const type = begin?.[1] ?? "";
  const end = begin === null ? -1 : text.indexOf(`-----END ${type}-----`, begin.index);
  if (begin === null || end === -1) throw new SshKeyError("ssh: no key found");
  const body = text.slice(begin.index + begin[0].length, end);
  const headers = /^(?:\s*[A-Za-z-]+:[^\n]*\n)+/.exec(body)?.[0] ?? "";
  const der = decodeBase64(body.slice(headers.length).replace(/\s+/g, ""));
  if (der === undefined) throw new SshKeyError("ssh: no key found");
  return { type, der, encrypted: type === "ENCRYPTED PRIVATE KEY" || /^\s*Proc-Type:[^\n]*ENCRYPTED/m.test(headers) };
}

function parseOpenSsh(file: Uint8Array): SshPrivateKey {
  if (Buffer.from(file.subarray(0, OPENSSH_MAGIC.length)).toString("latin1") !== OPENSSH_MAGIC) {
    throw new SshKeyError("ssh: invalid openssh private key format");
  }
  const reader = new Reader(file.subarray(OPENSSH_MAGIC.length));
  const cipher = reader.text();
  const kdf = reader.text();
  reader.bytes();
  if (reader.number() !== 1) throw new SshKeyError("ssh: multi-key files are not supported");
  const blob = Uint8Array.from(reader.bytes());
  if (cipher !== "none" || kdf !== "none") return { kind: "locked", publicKey: parsePublicBlob(blob) };

  const inner = new Reader(reader.bytes());
  if (inner.number() !== inner.number()) throw new SshKeyError("ssh: malformed OpenSSH key");
  const type = inner.text();
  if (type === "ssh-ed25519") {
    const point = inner.bytes();
    const pair = inner.bytes();
    inner.bytes();
    inner.padding();
    if (point.length !== 32 || pair.length !== 64) throw new SshKeyError("ssh: private key unexpected length");
    return {
      kind: "ed25519",
      publicKey: parsePublicBlob(encodeBlob(type, [pair.subarray(32)])),
      seed: Uint8Array.from(pair.subarray(0, 32)),
    };
  }
  if (type === "ssh-rsa") {
    // Order of the numbers in the file; JWK wants dp and dq too, which OpenSSH leaves out.
    const [n, e, d, inverse, p, q] = [0, 1, 2, 3, 4, 5].map(() => Uint8Array.from(inner.integer()));
    inner.bytes();
    inner.padding();
    if (!n || !e || !d || !inverse || !p || !q) throw new SshKeyError("ssh: malformed OpenSSH key");
    return { kind: "rsa", publicKey: parsePublicBlob(encodeBlob(type, [e, n])), key: () => importRsa({ n, e, d, inverse, p, q }) };
  }
  throw new SshKeyError("ssh: unhandled key type");
}

function fromKeyObject(der: Uint8Array, type: "pkcs1" | "pkcs8"): SshPrivateKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: "der", type });
  } catch {
    throw new SshKeyError(`malformed ${type === "pkcs1" ? "PKCS #1" : "PKCS #8"} private key`);
  }
  const jwk = key.export({ format: "jwk" });
  if (key.asymmetricKeyType === "ed25519") {
    const publicKey = parsePublicBlob(encodeBlob("ssh-ed25519", [fromUrlBase64(jwk.x)]));
    return { kind: "ed25519", publicKey, seed: fromUrlBase64(jwk.d) };
  }
  if (key.asymmetricKeyType === "rsa") {
    return { kind: "rsa", publicKey: parsePublicBlob(encodeBlob("ssh-rsa", [fromUrlBase64(jwk.e), fromUrlBase64(jwk.n)])), key: () => key };
  }
  throw new SshKeyError(`unsupported SSH identity type: ${key.asymmetricKeyType ?? "unknown"}`);
}

interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
  readonly d: Uint8Array;
  readonly inverse: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

function importRsa(numbers: RsaNumbers): KeyObject {
  const { n, e, d, inverse, p, q } = numbers;
  const exponent = toBigInt(d);
  const reduced = (prime: Uint8Array): string => toUrlBase64(fromBigInt(exponent % (toBigInt(prime) - 1n)));
  try {
    const jwk = {
      kty: "RSA",
      n: toUrlBase64(n),
      e: toUrlBase64(e),
      d: toUrlBase64(d),
      p: toUrlBase64(p),
      q: toUrlBase64(q),
      dp: reduced(p),
      dq: reduced(q),
      qi: toUrlBase64(inverse),
    };
    return createPrivateKey({ key: jwk, format: "jwk" });
  } catch {
    throw new SshKeyError("ssh: malformed RSA key");
  }
}

/** The wire format of a public key; an RSA number gets a leading zero where its top bit is set (RFC 4251 §5, mpint). */
function encodeBlob(type: "ssh-ed25519" | "ssh-rsa", parts: readonly Uint8Array[]): Uint8Array {
  const signed = (bytes: Uint8Array): Uint8Array =>
    type === "ssh-rsa" && (bytes[0] ?? 0) >= 0x80 ? Uint8Array.from([0, ...bytes]) : bytes;
  const fields = [new TextEncoder().encode(type), ...parts.map(signed)];
  const out = new Uint8Array(fields.reduce((sum, field) => sum + 4 + field.length, 0));
  let at = 0;
  for (const field of fields) {
    new DataView(out.buffer).setUint32(at, field.length);
    out.set(field, at + 4);
    at += 4 + field.length;
  }
  return out;
}

/** Reads SSH's length-prefixed fields. */
class Reader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  number(): number {
    if (this.#at + 4 > this.#data.length) throw new SshKeyError("ssh: short read");
    const value = new DataView(this.#data.buffer, this.#data.byteOffset + this.#at, 4).getUint32(0);
    this.#at += 4;
    return value;
  }

  bytes(): Uint8Array {
    const length = this.number();
    if (this.#at + length > this.#data.length) throw new SshKeyError("ssh: short read");
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return Buffer.from(this.bytes()).toString("latin1");
  }

  /** A positive number without its leading zeros. */
  integer(): Uint8Array {
    const bytes = this.bytes();
    if ((bytes[0] ?? 0) >= 0x80) throw new SshKeyError("ssh: negative number in a key");
    let start = 0;
    while (start < bytes.length && bytes[start] === 0) start += 1;
    return bytes.subarray(start);
  }

  end(): void {
    if (this.#at !== this.#data.length) throw new SshKeyError("ssh: trailing junk in public key");
  }

  /** The rest has to count 1, 2, 3, … */
  padding(): void {
    for (let at = this.#at, expected = 1; at < this.#data.length; at += 1, expected += 1) {
      if (this.#data[at] !== expected % 256) throw new SshKeyError("ssh: padding not as expected");
    }
  }
}

function bitLength(number: Uint8Array): number {
  return number.length === 0 ? 0 : number.length * 8 - (Math.clz32(number[0] ?? 0) - 24);
}

/** @returns undefined unless the text is standard Base64 with its padding */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text, "base64"));
}

function fromUrlBase64(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? "", "base64url"));
}

/** Base64url without padding, as JWK writes numbers. */
export function toUrlBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

function fromBigInt(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}
