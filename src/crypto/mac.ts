/** The MAC over a file's values, and the timestamp that it is bound to (sops: §2). */
import { primitives } from "#primitives";
import { SottoError } from "../model/error.ts";
import { encodeText } from "../model/text.ts";
import { equalBytes } from "./bytes.ts";
import type { DataKey } from "./data-key.ts";
import { openValue, sealValue } from "./envelope.ts";
import type { Sha512 } from "./primitives.ts";
import { secondPrecision } from "./timestamp.ts";

/** SHA-256 of `sops`: keeps the MACs of the two modes apart (sops: §2.1). */
const ONLY_ENCRYPTED_PREFIX = Uint8Array.from([
  0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b, 0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72,
  0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
]);

/** Values are hashed in runs of about this many UTF-16 units: a call per value costs more than the hashing. */
const RUN_LENGTH = 1 << 15;

/** Takes the canonical texts of all leaves that count, in document order. */
export class MacHasher {
  readonly #hash: Sha512 = primitives.createSha512();
  #run: string[] = [];
  #length = 0;

  /** @param onlyEncrypted the file's `mac_only_encrypted`; the caller still chooses the leaves */
  constructor(onlyEncrypted: boolean) {
    if (onlyEncrypted) this.#hash.update(ONLY_ENCRYPTED_PREFIX);
  }

  add(canonical: string): void {
    if (!canonical.isWellFormed()) {
      // Halves of a surrogate pair that meet at a seam would become another character.
      this.#flush();
      this.#hash.update(canonical);
      return;
    }
    this.#run.push(canonical);
    this.#length += canonical.length;
    if (this.#length >= RUN_LENGTH) this.#flush();
  }

  /** 128 upper-case hexadecimal digits. The hasher is used up afterwards. */
  digest(): string {
    this.#flush();
    return this.#hash.digest().toUpperCase();
  }

  #flush(): void {
    if (this.#run.length === 0) return;
    this.#hash.update(this.#run.join(""));
    this.#run = [];
    this.#length = 0;
  }
}

/**
 * Encrypts the MAC.
 * @param lastModified RFC 3339; the AAD is its normalised form
 * @throws SottoError `METADATA_INVALID` if it is no timestamp
 */
export function sealMac(key: DataKey, mac: string, lastModified: string): string {
  return sealValue(key, "str", mac, normaliseTimestamp(lastModified));
}

/**
 * Decrypts the MAC of a file.
 * @param token the `mac` field; empty when the file has none
 * @returns the stored MAC, empty when the file has none
 * @throws SottoError `MAC_MISMATCH` if it does not decrypt, `METADATA_INVALID` if `lastModified` is no timestamp
 */
export function openMac(key: DataKey, token: string, lastModified: string): string {
  const aad = normaliseTimestamp(lastModified);
  if (token === "") return "";
  let value: ReturnType<typeof openValue>;
  try {
    value = openValue(key, token, aad);
  } catch (cause) {
    if (!SottoError.is(cause)) throw cause;
    const reason = cause.message.replace(/^.*?: /, "");
    throw new SottoError("MAC_MISMATCH", `cannot decrypt the MAC: ${reason}`, { cause });
  }
  if (value.type !== "str") throw new SottoError("MAC_MISMATCH", "the MAC of the file is not a text");
  return value.canonical;
}

/** `2026-01-02T03:04:05Z`: UTC, whole seconds. */
export function formatTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/**
 * A timestamp as sops prints it again after reading: second precision, `Z` for a zero offset (sops: §2.3).
 * @throws SottoError `METADATA_INVALID`
 */
export function normaliseTimestamp(text: string): string {
  const normal = secondPrecision(text);
  if (normal === undefined) throw new SottoError("METADATA_INVALID", "lastmodified is not an RFC 3339 timestamp");
  return normal;
}

/** Compares two MACs in time that depends on their length only. */
export function equalMac(a: string, b: string): boolean {
  return equalBytes(encodeText(a), encodeText(b));
}
