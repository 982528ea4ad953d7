/**
 * The data key of a file. It lives here as bytes and inside a cipher, never as a string, and it never shows up in a log,
 * in JSON or in an inspector.
 */
import { primitives } from "#primitives";
import { SottoError } from "../model/error.ts";
import type { AesGcm } from "./primitives.ts";

const REDACTED = "[data key]";

export class DataKey {
  readonly #bytes: Uint8Array;
  #cipher: AesGcm | undefined;

  static {
    // What `console.log` calls.
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => REDACTED });
  }

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#cipher = primitives.createAesGcm(bytes);
  }

  /** A fresh key of 32 bytes from the system's generator. */
  static generate(): DataKey {
    return new DataKey(primitives.fillRandom(new Uint8Array(32)));
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

  /** In constant time. */
  equals(other: DataKey): boolean {
    return this.use((mine) => other.use((theirs) => primitives.equalBytes(mine, theirs)));
  }

  /** AES under this key, for `src/crypto`. @throws TypeError after disposal */
  get cipher(): AesGcm {
    return this.#live();
  }

  /** Overwrites the bytes; for engines without `using`. Node clears the copy of its key object when that is collected. */
  dispose(): void {
    this.#bytes.fill(0);
    this.#cipher = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  #live(): AesGcm {
    if (this.#cipher === undefined) throw new TypeError("the data key was disposed of");
    return this.#cipher;
  }
}
