/**
 * Shamir's scheme over GF(2^8), byte by byte, in the layout of Vault: a share is the evaluations of one random
 * polynomial per byte, followed by its x (sops: §5.3). Arithmetic on secret bytes has no branch and no table.
 */
import { primitives } from "#primitives";
import { SottoError } from "../model/error.ts";

/** x has one byte, and zero is the place of the secret. */
const MAX_PARTS = 255;

/**
 * Splits a secret.
 * @param parts number of shares, threshold to 255; share i has x = i, from 1
 * @param threshold number of shares that are needed, at least 2
 * @returns shares that are one byte longer than the secret
 * @throws SottoError `SHAMIR_INVALID`
 */
export function splitSecret(secret: Uint8Array, parts: number, threshold: number): Uint8Array[] {
  if (secret.length === 0) throw invalid("cannot split an empty secret");
  if (!Number.isInteger(threshold) || threshold < 2) throw invalid("the shamir threshold must be at least 2");
  if (!Number.isInteger(parts) || parts > MAX_PARTS) throw invalid(`there can be at most ${MAX_PARTS} shares`);
  if (parts < threshold) throw invalid("the shamir threshold is greater than the number of key groups");
  const { length } = secret;
  // Row d holds the coefficients of x^(d+1), one for each byte of the secret.
  const coefficients = primitives.fillRandom(new Uint8Array((threshold - 1) * length));
  const shares: Uint8Array[] = [];
  for (let x = 1; x <= parts; x += 1) {
    const share = new Uint8Array(length + 1);
    for (let row = threshold - 2; row >= 0; row -= 1) {
      for (let at = 0; at < length; at += 1) {
        share[at] = multiply((share[at] ?? 0) ^ (coefficients[row * length + at] ?? 0), x);
      }
    }
    for (let at = 0; at < length; at += 1) share[at] = (share[at] ?? 0) ^ (secret[at] ?? 0);
    share[length] = x;
    shares.push(share);
  }
  coefficients.fill(0);
  return shares;
}

/**
 * Puts a secret together from all given shares. Too few shares, or a wrong one, give a wrong secret and no error.
 * @throws SottoError `SHAMIR_INVALID`
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  if (shares.length < 2) throw invalid("less than two shares cannot be used to reconstruct the secret");
  const length = (shares[0]?.length ?? 0) - 1;
  if (length < 1) throw invalid("a share must have at least two bytes");
  if (shares.some((share) => share.length !== length + 1)) throw invalid("all shares must have the same length");
  const places = shares.map((share) => share[length] ?? 0);
  if (new Set(places).size !== places.length) throw invalid("two shares have the same number");
  if (places.includes(0)) throw invalid("a share has the number zero");
  const secret = new Uint8Array(length);
  for (const [index, share] of shares.entries()) {
    const weight = weightAtZero(places, index);
    for (let at = 0; at < length; at += 1) secret[at] = (secret[at] ?? 0) ^ multiply(share[at] ?? 0, weight);
  }
  return secret;
}

/** Lagrange's basis polynomial of one place, at zero. Places are public. */
function weightAtZero(places: readonly number[], index: number): number {
  const own = places[index] ?? 0;
  let numerator = 1;
  let denominator = 1;
  for (const [other, place] of places.entries()) {
    if (other === index) continue;
    numerator = multiply(numerator, place);
    denominator = multiply(denominator, own ^ place);
  }
  return multiply(numerator, invert(denominator));
}

/** Product modulo x^8 + x^4 + x^3 + x + 1, in a fixed number of equal steps. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (-(product >>> 7) & 0x11b);
    product ^= -((b >>> bit) & 1) & a;
  }
  return product;
}

/** a^254, which is 1/a: the multiplicative group has 255 elements. */
function invert(a: number): number {
  let power = a;
  for (let step = 0; step < 6; step += 1) power = multiply(multiply(power, power), a);
  return multiply(power, power);
}

function invalid(message: string): SottoError {
  return new SottoError("SHAMIR_INVALID", message);
}
