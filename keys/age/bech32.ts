/**
 * Bech32 (BIP 173) without its limit of 90 characters, as age spells keys. Reads bytes, so that a secret key need not
 * become a string. Reasons name the fault only, never a character of the text.
 */

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_LENGTH = 6;
const SEPARATOR = 0x31;
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

/** Value of each ASCII byte as a digit, 255 where it is none; both cases. */
const DIGITS: Uint8Array = (() => {
  const table = new Uint8Array(128).fill(255);
  for (let value = 0; value < ALPHABET.length; value += 1) {
    table[ALPHABET.charCodeAt(value)] = value;
    table[ALPHABET.toUpperCase().charCodeAt(value)] = value;
  }
  return table;
})();

export type Bech32 =
  | { readonly ok: true; readonly prefix: string; readonly bytes: Uint8Array }
  /** `reason` is age's wording. */
  | { readonly ok: false; readonly reason: string };

const failed = (reason: string): Bech32 => ({ ok: false, reason });

/** Decodes a text in one case; the prefix keeps that case. The caller wipes `bytes` if they are secret. */
export function decodeBech32(text: Uint8Array): Bech32 {
  if (isMixedCase(text)) return failed("mixed case");
  const separator = text.lastIndexOf(SEPARATOR);
  if (separator < 1 || separator + CHECKSUM_LENGTH + 1 > text.length) {
    return failed(`separator '1' at invalid position: pos=${separator}, len=${text.length}`);
  }
  const prefix = text.subarray(0, separator);
  if (prefix.some((byte) => byte < 33 || byte > 126)) return failed("invalid character human-readable part");
  const digits = new Uint8Array(text.length - separator - 1);
  try {
    for (let at = 0; at < digits.length; at += 1) {
      const digit = DIGITS[text[separator + 1 + at] ?? 255] ?? 255;
      if (digit === 255) return failed("invalid character data part");
      digits[at] = digit;
    }
    const name = new TextDecoder().decode(prefix);
    if (polymod(expandPrefix(name), digits) !== 1) return failed("invalid checksum");
    const bytes = toBytes(digits.subarray(0, digits.length - CHECKSUM_LENGTH));
    return typeof bytes === "string" ? failed(bytes) : { ok: true, prefix: name, bytes };
  } finally {
    digits.fill(0);
  }
}

/** Encodes bytes in lower case. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const digits = toDigits(bytes);
  const sum = polymod(expandPrefix(prefix), digits, new Uint8Array(CHECKSUM_LENGTH)) ^ 1;
  const parts = [prefix, "1"];
  for (const digit of digits) parts.push(ALPHABET.charAt(digit));
  for (let at = 0; at < CHECKSUM_LENGTH; at += 1) parts.push(ALPHABET.charAt((sum >>> (5 * (5 - at))) & 31));
  return parts.join("");
}

function isMixedCase(text: Uint8Array): boolean {
  let lower = false;
  let upper = false;
  for (const byte of text) {
    lower ||= byte >= 0x61 && byte <= 0x7a;
    upper ||= byte >= 0x41 && byte <= 0x5a;
  }
  return lower && upper;
}

/** The checksum covers the lower-case prefix: high bits, a zero, low bits. */
function expandPrefix(prefix: string): Uint8Array {
  const lower = prefix.toLowerCase();
  const out = new Uint8Array(lower.length * 2 + 1);
  for (let at = 0; at < lower.length; at += 1) {
    out[at] = lower.charCodeAt(at) >> 5;
    out[lower.length + 1 + at] = lower.charCodeAt(at) & 31;
  }
  return out;
}

function polymod(...runs: readonly Uint8Array[]): number {
  let sum = 1;
  for (const run of runs) {
    for (const digit of run) {
      const top = sum >>> 25;
      sum = ((sum & 0x1ffffff) << 5) ^ digit;
      for (const [bit, term] of GENERATOR.entries()) if (((top >>> bit) & 1) === 1) sum ^= term;
    }
  }
  return sum >>> 0;
}

/** Regroups 5-bit digits into bytes; the rest must be fewer than five zero bits. */
function toBytes(digits: Uint8Array): Uint8Array | string {
  const out = new Uint8Array((digits.length * 5) >> 3);
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const digit of digits) {
    held = ((held << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out[length] = (held >> bits) & 255;
    length += 1;
  }
  if (bits >= 5) return "illegal zero padding";
  if ((held & ((1 << bits) - 1)) !== 0) return "non-zero padding";
  return out;
}

function toDigits(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((bytes.length * 8) / 5));
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out[length] = (held >> bits) & 31;
      length += 1;
    }
  }
  if (bits > 0) out[length] = (held << (5 - bits)) & 31;
  return out;
}
