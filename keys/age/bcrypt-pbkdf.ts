/**
 * `bcrypt_pbkdf` of OpenBSD, with which OpenSSH turns a passphrase into the key of a locked private key file.
 *
 * Own code for a reason: Node has no bcrypt, and the package that others use (bcrypt-pbkdf 1.0.2) has had no care for years,
 * takes a second package along for SHA-512, and copies the passphrase about. This is a page, and keys that ssh-keygen wrote
 * prove it.
 */
import { createHash } from "node:crypto";
import { Blowfish } from "./blowfish.ts";

const MAGIC = "OxychromaticBlowfishSwatDynamite";
/** Expansions with salt and passphrase in turn. */
const COST = 64;
const BLOCK_LENGTH = 32;

/**
 * @param length of the key, in bytes
 * @returns the key, which the caller wipes
 */
export function bcryptPbkdf(passphrase: Uint8Array, salt: Uint8Array, rounds: number, length: number): Uint8Array {
  const pass = hash(passphrase);
  const out = new Uint8Array(length);
  // Blocks are not put one after the other but interleaved, byte by byte.
  const stride = Math.ceil(length / BLOCK_LENGTH);
  try {
    for (let block = 0; block < stride; block += 1) {
      const sum = deriveBlock(pass, salt, rounds, block + 1);
      for (let at = 0; at * stride + block < length; at += 1) out[at * stride + block] = sum[at] ?? 0;
      sum.fill(0);
    }
    return out;
  } finally {
    pass.fill(0);
  }
}

function deriveBlock(pass: Uint8Array, salt: Uint8Array, rounds: number, number: number): Uint8Array {
  const counted = new Uint8Array(salt.length + 4);
  counted.set(salt);
  new DataView(counted.buffer).setUint32(salt.length, number);
  let last = bcryptHash(pass, hash(counted));
  const sum = Uint8Array.from(last);
  for (let round = 1; round < rounds; round += 1) {
    const next = bcryptHash(pass, hash(last));
    last.fill(0);
    last = next;
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) ^ (last[at] ?? 0);
  }
  last.fill(0);
  return sum;
}

function bcryptHash(pass: Uint8Array, salt: Uint8Array): Uint8Array {
  const [passWords, saltWords] = [readWords(pass), readWords(salt)];
  const cipher = new Blowfish();
  const words = readWords(new TextEncoder().encode(MAGIC));
  cipher.expand(passWords, saltWords);
  for (let at = 0; at < COST; at += 1) {
    cipher.expand(saltWords);
    cipher.expand(passWords);
  }
  for (let at = 0; at < COST; at += 1) cipher.encrypt(words);
  cipher.wipe();
  passWords.fill(0);
  const out = new Uint8Array(words.length * 4);
  const view = new DataView(out.buffer);
  for (const [at, word] of words.entries()) view.setInt32(at * 4, word, true);
  return out;
}

function readWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, at) => view.getInt32(at * 4));
}

function hash(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha512").update(bytes).digest());
}
