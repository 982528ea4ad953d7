/** The primitives on Node, see `primitives.ts`: node:crypto with key objects, and `Buffer` for text. */
import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomFillSync, timingSafeEqual } from "node:crypto";
import type { CipherGCMTypes, KeyObject } from "node:crypto";
import { encodeText } from "../model/text.ts";
import type { AesGcm, Primitives, Sealed, Sha512 } from "./primitives.ts";

/** Node takes shorter tags otherwise. */
const OPTIONS = { authTagLength: 16 } as const;

class NodeAesGcm implements AesGcm {
  readonly #algorithm: CipherGCMTypes;
  /** Bytes in its place would cost four times as much a value. */
  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    this.#algorithm = key.length === 32 ? "aes-256-gcm" : key.length === 24 ? "aes-192-gcm" : "aes-128-gcm";
    this.#key = createSecretKey(key);
  }

  seal(plaintext: string, aad: string, iv: Uint8Array): Sealed {
    const cipher = createCipheriv(this.#algorithm, this.#key, iv, OPTIONS);
    cipher.setAAD(bytesOf(aad));
    const ciphertext = plaintext.isWellFormed() ? cipher.update(plaintext, "utf8") : cipher.update(encodeText(plaintext));
    cipher.final();
    return { ciphertext, tag: cipher.getAuthTag() };
  }

  open(ciphertext: Uint8Array, aad: string, iv: Uint8Array, tag: Uint8Array): Uint8Array | undefined {
    const decipher = createDecipheriv(this.#algorithm, this.#key, iv, OPTIONS);
    decipher.setAuthTag(tag);
    decipher.setAAD(bytesOf(aad));
    const plaintext = decipher.update(ciphertext);
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      return undefined;
    }
    return plaintext;
  }
}

class NodeSha512 implements Sha512 {
  readonly #hash: ReturnType<typeof createHash> = createHash("sha512");

  update(data: string | Uint8Array): void {
    if (typeof data === "string" && !data.isWellFormed()) this.#hash.update(encodeText(data));
    else this.#hash.update(data);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** Faster than a `TextEncoder` for short text. */
function bytesOf(text: string): Uint8Array {
  return text.isWellFormed() ? Buffer.from(text, "utf8") : encodeText(text);
}

export const primitives: Primitives = {
  createAesGcm: (key) => new NodeAesGcm(key),
  createSha512: () => new NodeSha512(),
  fillRandom: (bytes) => randomFillSync(bytes),
  equalBytes: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  decodeBase64: (text) => Buffer.from(text, "base64"),
  encodeBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
};
