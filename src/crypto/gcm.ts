/** AES-GCM on text, the limits that hold for it, and the IVs that are written. Tags have 16 bytes, written IVs 32 (sops: §1.2). */
import { primitives } from "#primitives";
import type { DataKey } from "./data-key.ts";
import type { Sealed } from "./primitives.ts";

export type { Sealed } from "./primitives.ts";

/** Length of every IV that is written, in bytes. */
export const IV_LENGTH = 32;

/** Length of every tag, in bytes. Shorter ones are never accepted. */
export const TAG_LENGTH = 16;

/** OpenSSL takes no longer IV, in bytes; Go takes any, but nobody writes them. */
const IV_LIMIT = 128;

/** One system call serves many values: random bytes cost more than the cipher when drawn one IV at a time. */
const pool = new Uint8Array(IV_LENGTH * 256);
let unused = pool.length;

/** 32 fresh random bytes. They are a view that is valid until 256 more were drawn. */
export function drawIv(): Uint8Array {
  if (unused === pool.length) {
    primitives.fillRandom(pool);
    unused = 0;
  }
  unused += IV_LENGTH;
  return pool.subarray(unused - IV_LENGTH, unused);
}

/** Encrypts text in the encoding of `src/model/text.ts`. */
export function sealText(key: DataKey, plaintext: string, aad: string, iv: Uint8Array): Sealed {
  return key.cipher.seal(plaintext, aad, iv);
}

/** @returns the plaintext bytes, or undefined if the tag does not verify (or has not 16 bytes, or the IV none) */
export function openBytes(key: DataKey, ciphertext: Uint8Array, aad: string, iv: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
  if (tag.length !== TAG_LENGTH || iv.length === 0 || iv.length > IV_LIMIT) return undefined;
  return key.cipher.open(ciphertext, aad, iv, tag);
}
