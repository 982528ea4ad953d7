/**
 * What the core asks of the machine that it runs on. There are two implementations, equal by test: `primitives-node.ts` on node:crypto,
 * and `primitives-portable.ts` for browsers and edge runtimes.
 *
 * package.json chooses, in `imports`: `#primitives` is the first wherever the condition `node` holds, else the second. Node, TypeScript,
 * vitest and bundlers all read that when they resolve modules, so that the choice costs nothing at run time, and a bundle for a browser
 * never meets an import of `node:`.
 */

export interface Sealed {
  readonly ciphertext: Uint8Array;
  /** 16 bytes. */
  readonly tag: Uint8Array;
}

/** AES in GCM mode under one key, whose length chooses the variant (sops: §1.2). Text goes in the encoding of `src/model/text.ts`. */
export interface AesGcm {
  /** @param iv 32 bytes */
  seal(plaintext: string, aad: string, iv: Uint8Array): Sealed;

  /**
   * @param iv 1 to 128 bytes; without node:crypto at least 8
   * @param tag 16 bytes
   * @returns the plaintext, or undefined if the tag does not verify
   */
  open(ciphertext: Uint8Array, aad: string, iv: Uint8Array, tag: Uint8Array): Uint8Array | undefined;
}

export interface Sha512 {
  update(data: string | Uint8Array): void;
  /** 128 hexadecimal digits in lower case. The hash is used up afterwards. */
  digest(): string;
}

export interface Primitives {
  /** @param key 16, 24 or 32 bytes. The caller keeps them as they are for as long as the cipher is used, and wipes them. */
  createAesGcm(key: Uint8Array): AesGcm;

  createSha512(): Sha512;

  /** Fills all of it from the system's generator, and gives it back. */
  fillRandom(bytes: Uint8Array): Uint8Array;

  /** Takes time that depends on the lengths only. */
  equalBytes(a: Uint8Array, b: Uint8Array): boolean;

  /**
   * Padded standard Base64.
   * @param text a multiple of four characters of the alphabet and `=`. Where a `=` stands in the wrong place, the result has another
   * length than such a text should give.
   */
  decodeBase64(text: string): Uint8Array;

  /** Padded standard Base64 without line breaks. */
  encodeBase64(bytes: Uint8Array): string;
}
