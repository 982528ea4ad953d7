/**
 * ChaCha20-Poly1305 (RFC 8439) for the few bytes of a stanza or a data key. It comes from node:crypto, where the first use
 * costs a tenth of what the same in JavaScript costs a fresh process; without it (Bun), from @noble/ciphers.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";

const ALGORITHM = "chacha20-poly1305";
const TAG_LENGTH = 16;
const OPTIONS = { authTagLength: TAG_LENGTH } as const;

/** @returns the ciphertext with its tag */
export async function sealChaCha(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
  const cipher = open(() => createCipheriv(ALGORITHM, key, nonce, OPTIONS));
  if (cipher === undefined) return (await loadNoble())(key, nonce).encrypt(plaintext);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

/** @param sealed ciphertext with its tag @returns undefined if the tag does not fit */
export async function openChaCha(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined> {
  const end = sealed.length - TAG_LENGTH;
  if (end < 0) return undefined;
  const decipher = open(() => createDecipheriv(ALGORITHM, key, nonce, OPTIONS));
  if (decipher === undefined) return openWithNoble(key, nonce, sealed);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
    return Uint8Array.from(plaintext);
  } catch {
    return undefined;
  } finally {
    plaintext.fill(0);
  }
}

async function openWithNoble(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | undefined> {
  const cipher = (await loadNoble())(key, nonce);
  try {
    return cipher.decrypt(sealed);
  } catch {
    return undefined;
  }
}

async function loadNoble(): Promise<typeof import("@noble/ciphers/chacha.js").chacha20poly1305> {
  return (await import("@noble/ciphers/chacha.js")).chacha20poly1305;
}

/** @returns undefined where the OpenSSL at hand does not know the cipher; key and nonce have their lengths from this folder */
function open<T>(create: () => T): T | undefined {
  try {
    return create();
  } catch {
    return undefined;
  }
}
