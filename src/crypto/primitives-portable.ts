/**
 * The primitives where there is no Node, see `primitives.ts`: what every engine and the web's standards have, and noble's AES and SHA-512,
 * since WebCrypto answers by promise, a value at a time. Noble reads tables of AES at places that depend on the key, so that code which
 * shares the processor's cache could watch it; node:crypto uses instructions of the processor.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { encodeText } from "../model/text.ts";
import type { AesGcm, Primitives, Sealed, Sha512 } from "./primitives.ts";

const TAG_LENGTH = 16;
/** Noble takes no shorter one. Nobody writes them: all releases of sops draw 32 bytes. */
const IV_MINIMUM = 8;
/** What `getRandomValues` fills at a time, in bytes. */
const RANDOM_LIMIT = 65_536;

class PortableAesGcm implements AesGcm {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  seal(plaintext: string, aad: string, iv: Uint8Array): Sealed {
    const joined = gcm(this.#key, iv, encodeText(aad)).encrypt(encodeText(plaintext));
    const end = joined.length - TAG_LENGTH;
    return { ciphertext: joined.subarray(0, end), tag: joined.subarray(end) };
  }

  open(ciphertext: Uint8Array, aad: string, iv: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
    if (iv.length < IV_MINIMUM) return undefined;
    const joined = new Uint8Array(ciphertext.length + TAG_LENGTH);
    joined.set(ciphertext);
    joined.set(tag, ciphertext.length);
    try {
      return gcm(this.#key, iv, encodeText(aad)).decrypt(joined);
    } catch {
      return undefined;
    }
  }
}

class PortableSha512 implements Sha512 {
  readonly #hash: ReturnType<typeof sha512.create> = sha512.create();

  update(data: string | Uint8Array): void {
    this.#hash.update(typeof data === "string" ? encodeText(data) : data);
  }

  digest(): string {
    return Array.from(this.#hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

const ALPHABET: Uint8Array = encodeText("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 0x3d;
const ascii = new TextDecoder();

/** For each character code its six bits. */
const SEXTETS: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, ALPHABET.indexOf(code)));

function decodeBase64(text: string): Uint8Array {
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  const first = text.indexOf("=");
  if (first !== -1 && first < text.length - padding) return new Uint8Array(0);
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let out = 0;
  for (let at = 0; at < text.length; at += 4) {
    const bits = (sextetAt(text, at) << 18) | (sextetAt(text, at + 1) << 12) | (sextetAt(text, at + 2) << 6) | sextetAt(text, at + 3);
    // What lies behind the end is not stored.
    bytes[out] = bits >> 16;
    bytes[out + 1] = bits >> 8;
    bytes[out + 2] = bits;
    out += 3;
  }
  return bytes;
}

function sextetAt(text: string, at: number): number {
  return SEXTETS[text.charCodeAt(at)] ?? 0;
}

function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let place = 0; place < 4; place += 1) out[to + place] = ALPHABET[(bits >> (18 - 6 * place)) & 63] ?? 0;
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  out.fill(PADDING, out.length - padding);
  return ascii.decode(out);
}

function fillRandom(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; at += RANDOM_LIMIT) {
    // The types of the web exclude shared memory, of which nothing here is made.
    crypto.getRandomValues(bytes.subarray(at, at + RANDOM_LIMIT) as Uint8Array<ArrayBuffer>);
  }
  return bytes;
}

/** Without a branch on what is compared. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

export const primitives: Primitives = {
  createAesGcm: (key) => new PortableAesGcm(key),
  createSha512: () => new PortableSha512(),
  fillRandom,
  equalBytes,
  decodeBase64,
  encodeBase64,
};
