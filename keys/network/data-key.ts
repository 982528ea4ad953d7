/** What every service gives back is checked before it counts as a data key. */
import { SottoError } from "../../src/model/error.ts";

/** Of a data key, and of a Shamir share of one. In bytes. */
const LENGTHS: readonly number[] = [32, 33];

/**
 * @param bytes are wiped
 * @returns a copy
 * @throws SottoError `DATA_KEY_UNAVAILABLE` when it is none
 */
export function checkDataKey(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const dataKey = Uint8Array.from(bytes);
  bytes.fill(0);
  if (LENGTHS.includes(length)) return dataKey;
  dataKey.fill(0);
  throw new SottoError(
    "DATA_KEY_UNAVAILABLE",
    `the service answered with ${length} bytes, expected ${LENGTHS.join(" (a data key) or ")} (a share)`,
  );
}

/** When a key came to a file: to the second, in UTC (sops: §4.6.1). */
export function creationTime(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
