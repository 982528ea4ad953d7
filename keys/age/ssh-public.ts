/** Public SSH keys as in `authorized_keys` (RFC 4253 §6.6, RFC 8709), and the fields that SSH's formats are made of. */
import { decodeBase64 } from "../../src/crypto/base64.ts";
import { decodeText } from "../../src/model/text.ts";

const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 16_384;

/** Why a key cannot be read; the message is sops's where sops has one, and never holds a part of a key. */
export class SshKeyError extends Error {}

export interface SshPublicKey {
  readonly type: "ssh-ed25519" | "ssh-rsa";
  /** The key in SSH's wire format; its SHA-256 is the fingerprint. */
  readonly blob: Uint8Array;
  /** Ed25519: the 32 bytes of the point. RSA: exponent and modulus. */
  readonly parts: readonly Uint8Array[];
}

/** Reads a line of `authorized_keys` without options: type, Base64, comment. */
export function parsePublicLine(line: string): SshPublicKey {
  const [type = "", base64 = ""] = line.trim().split(/[ \t]+/, 2);
  if (base64 === "") throw new SshKeyError("ssh: no key found");
  const blob = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? decodeBase64(base64) : undefined;
  if (blob === undefined) throw new SshKeyError("ssh: no key found; last parsing error for ignored line: illegal base64 data");
  const key = parsePublicBlob(Uint8Array.from(blob));
  if (key.type !== type) {
    throw new SshKeyError("ssh: no key found; last parsing error for ignored line: the type before the key differs from the type in it");
  }
  return key;
}

export function parsePublicBlob(blob: Uint8Array): SshPublicKey {
  const reader = new SshReader(blob);
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

/** Reads length-prefixed fields; what it gives are views of the data. */
export class SshReader {
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
    return decodeText(this.bytes());
  }

  /** A positive number without its leading zeros. */
  integer(): Uint8Array {
    const bytes = this.bytes();
    if ((bytes[0] ?? 0) >= 0x80) throw new SshKeyError("ssh: negative number in a key");
    let start = 0;
    while (start < bytes.length && bytes[start] === 0) start += 1;
    return bytes.subarray(start);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.#data.subarray(this.#at);
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

/** The wire format of a public key; an RSA number gets a leading zero where its top bit is set (RFC 4251 §5, mpint). */
export function encodePublicBlob(type: "ssh-ed25519" | "ssh-rsa", parts: readonly Uint8Array[]): Uint8Array {
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

function bitLength(number: Uint8Array): number {
  return number.length === 0 ? 0 : number.length * 8 - (Math.clz32(number[0] ?? 0) - 24);
}
