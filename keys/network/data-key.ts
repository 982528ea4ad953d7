/** What every service gives back is checked before it counts as a data key. */
import { SottoError } from "../../src/model/error.ts";

/** Of a data key, and of a Shamir share of one. In bytes. */
const LENGTHS: readonly number[] = [32, 33];

/** @throws SottoError `DATA_KEY_UNAVAILABLE` when it is none; what came is wiped then */
export function checkDataKey(bytes: Uint8Array): Uint8Array {
  if (LENGTHS.includes(bytes.length)) return bytes;
  const { length } = bytes;
  bytes.fill(0);
  throw new SottoError(
    "DATA_KEY_UNAVAILABLE",
    `the service answered with ${length} bytes, expected ${LENGTHS.join(" (a data key) or ")} (a share)`,
  );
}

/** @returns undefined for a text that is no Base64 of the standard alphabet, padded */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const shared = Buffer.from(text, "base64");
  const bytes = Uint8Array.from(shared);
  shared.fill(0);
  return bytes;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** When a key came to a file: to the second, in UTC (sops: §4.6.1). */
export function creationTime(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
