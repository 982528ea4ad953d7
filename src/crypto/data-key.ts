/**
 * The data key of a file. It lives here as bytes and as a key object for node's ciphers, never as a string, and it
 * never shows up in a log, in JSON or in an inspector.
 */
import { createSecretKey, randomFillSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SottoError } from "../model/error.ts";

/** AES in GCM mode; the key's length chooses the variant (sops: §1.2). */
export type GcmAlgorithm = "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm";

const REDACTED = "[data key]";

export class DataKey {
  readonly #bytes: Uint8Array;
  #secret: KeyObject | undefined;

  static {
    // What `console.log` calls.
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => REDACTED });
  }

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#secret = createSecretKey(bytes);
  }

  /** A fresh key of 32 bytes from the system's generator. */
  static generate(): DataKey {
    return new DataKey(randomFillSync(new Uint8Array(32)));
  }

  /**
   * Takes over a copy of the bytes; the caller should overwrite its own.
   * @param bytes 32 bytes; 16 and 24 are read as AES-128 and AES-192, as sops does
   * @throws SottoError `DECRYPT_FAILED` for any other length (sops: exit 25)
   */
  static from(bytes: Uint8Array): DataKey {
    if (bytes.length !== 32 && bytes.length !== 24 && bytes.length !== 16) {
      throw new SottoError("DECRYPT_FAILED", `the data key has ${bytes.length} bytes, it must have 32`);
    }
    return new DataKey(Uint8Array.from(bytes));
  }

  /**
   * Lends the bytes, for wrapping. They are the key itself, not a copy: do not keep them and do not change them.
   * @throws TypeError after disposal
   */
  use<T>(fn: (bytes: Uint8Array) => T): T {
    this.#live();
    return fn(this.#bytes);
  }

  /** For the ciphers of `src/crypto`. @throws TypeError after disposal */
  get secret(): KeyObject {
    return this.#live();
  }

  get algorithm(): GcmAlgorithm {
    if (this.#bytes.length === 32) return "aes-256-gcm";
    return this.#bytes.length === 24 ? "aes-192-gcm" : "aes-128-gcm";
  }

  /** Overwrites the bytes. Node clears the key object's own copy when it is collected. */
  [Symbol.dispose](): void {
    this.#bytes.fill(0);
    this.#secret = undefined;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  #live(): KeyObject {
    if (this.#secret === undefined) throw new TypeError("the data key was disposed of");
    return this.#secret;
  }
}
