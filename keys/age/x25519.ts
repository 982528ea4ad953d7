/**
 * X25519 stanzas of age (age-encryption.org/v1), and the steps that ssh-ed25519 stanzas share with them. The curve runs
 * in node:crypto: the first use of WebCrypto costs several milliseconds more in a fresh process.
 */
import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Identity, Recipient, Stanza } from "age-encryption";
import { openChaCha, sealChaCha } from "./chacha.ts";

const PKCS8_X25519 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
const SPKI_X25519 = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 3, 0x21, 0]);
const LABEL = "age-encryption.org/v1/X25519";
const POINT_LENGTH = 32;
const FILE_KEY_LENGTH = 16;
const TAG_LENGTH = 16;
/** Each wrapping key is used once. */
const ZERO_NONCE = new Uint8Array(12);

/** Takes a scalar of 32 bytes; the caller keeps and wipes it. */
export function importScalar(scalar: Uint8Array): KeyObject {
  const der = joinBytes(PKCS8_X25519, scalar);
  try {
    return createPrivateKey({ key: Buffer.from(der.buffer), format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}

export function publicPoint(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  return Uint8Array.from(der.subarray(der.length - POINT_LENGTH));
}

/** @throws if the point is of low order, so that the shared secret would be zero (RFC 7748 §6.1) */
export function multiply(key: KeyObject, point: Uint8Array): Uint8Array {
  const der = joinBytes(SPKI_X25519, point);
  return diffieHellman({ privateKey: key, publicKey: createPublicKey({ key: Buffer.from(der.buffer), format: "der", type: "spki" }) });
}

/** An ephemeral key pair of one stanza. */
export function makeEphemeral(): { readonly key: KeyObject; readonly point: Uint8Array } {
  const scalar = randomBytes(32);
  try {
    const key = importScalar(scalar);
    return { key, point: publicPoint(key) };
  } finally {
    scalar.fill(0);
  }
}

/** HKDF-SHA-256, 32 bytes. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, 32));
}

/** Encrypts a file key. Wipes the wrapping key. */
export async function sealFileKey(key: Uint8Array, fileKey: Uint8Array): Promise<Uint8Array> {
  try {
    return await sealChaCha(key, ZERO_NONCE, fileKey);
  } finally {
    key.fill(0);
  }
}

/** @returns undefined if the tag does not fit. Wipes the wrapping key. */
export async function openFileKey(key: Uint8Array, body: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await openChaCha(key, ZERO_NONCE, body);
  } finally {
    key.fill(0);
  }
}

/** Reads a point of a stanza argument: Base64 without padding, 32 bytes. */
export function readPoint(text: string | undefined, kind: string): Uint8Array {
  const bytes = decodeExactly(text ?? "");
  if (bytes?.length !== POINT_LENGTH) throw new Error(`invalid ${kind} recipient block`);
  return Uint8Array.from(bytes);
}

/** Base64 without padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64").replace(/=+$/, "");
}

/** Reads Base64 that has to be what an encoder prints, to the last bit. @returns undefined for anything else */
export function decodeExactly(text: string, padding: "padded" | "bare" = "bare"): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return (padding === "padded" ? bytes.toString("base64") : encodeBase64(bytes)) === text ? bytes : undefined;
}

export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

/** A file key of a fixed length, so that no ciphertext opens under two keys (age spec, X25519). */
export function hasFileKeyLength(body: Uint8Array): boolean {
  return body.length === FILE_KEY_LENGTH + TAG_LENGTH;
}

/** @param point the 32 bytes of an `age1…` recipient */
export function x25519Recipient(point: Uint8Array): Recipient {
  return {
    async wrapFileKey(fileKey: Uint8Array): Promise<Stanza[]> {
      const ephemeral = makeEphemeral();
      const secret = multiply(ephemeral.key, point);
      const key = deriveKey(secret, joinBytes(ephemeral.point, point), LABEL);
      secret.fill(0);
      return [{ args: ["X25519", encodeBase64(ephemeral.point)], body: await sealFileKey(key, fileKey) }];
    },
  };
}

/** A share of low order is a malformed stanza, not the fault of OpenSSL, which would say so in its own words. */
function multiplyShare(key: KeyObject, share: Uint8Array): Uint8Array {
  try {
    return multiply(key, share);
  } catch {
    throw new Error("invalid X25519 recipient block: the shared secret is zero");
  }
}

export function x25519Identity(key: KeyObject, point: Uint8Array): Identity {
  return {
    async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== "X25519") continue;
        if (stanza.args.length !== 2) throw new Error("invalid X25519 recipient block");
        const share = readPoint(stanza.args[1], "X25519");
        if (!hasFileKeyLength(stanza.body)) throw new Error("invalid X25519 recipient block: incorrect file key size");
        const secret = multiplyShare(key, share);
        const fileKey = await openFileKey(deriveKey(secret, joinBytes(share, point), LABEL), stanza.body);
        secret.fill(0);
        if (fileKey !== undefined) return fileKey;
      }
      return null;
    },
  };
}
