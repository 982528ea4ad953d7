/** Shamir's scheme once more: tables of logarithms, one byte at a time, interpolation as in the textbook. */

const EXPONENTS: number[] = [];
const LOGARITHMS = new Map<number, number>();

// 3 generates the multiplicative group; times 3 is times x plus times 1.
for (let power = 0, value = 1; power < 255; power += 1) {
  EXPONENTS.push(value);
  LOGARITHMS.set(value, power);
  const doubled = value < 128 ? value * 2 : (value * 2 - 256) ^ 0x1b;
  value ^= doubled;
}

export function referenceMultiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return EXPONENTS[((LOGARITHMS.get(a) ?? 0) + (LOGARITHMS.get(b) ?? 0)) % 255] ?? 0;
}

function divide(a: number, b: number): number {
  if (b === 0) throw new RangeError("division by zero");
  if (a === 0) return 0;
  return EXPONENTS[((LOGARITHMS.get(a) ?? 0) - (LOGARITHMS.get(b) ?? 0) + 255) % 255] ?? 0;
}

/** @param coefficients one polynomial per secret byte, lowest degree first, without the secret itself */
export function referenceShare(secret: Uint8Array, coefficients: readonly (readonly number[])[], x: number): number[] {
  const share: number[] = [];
  for (const [at, byte] of secret.entries()) {
    let sum = byte;
    let power = 1;
    for (const coefficient of coefficients[at] ?? []) {
      power = referenceMultiply(power, x);
      sum ^= referenceMultiply(coefficient, power);
    }
    share.push(sum);
  }
  return [...share, x];
}

export function referenceCombine(shares: readonly Uint8Array[]): number[] {
  const length = (shares[0]?.length ?? 1) - 1;
  const secret: number[] = [];
  for (let at = 0; at < length; at += 1) {
    let sum = 0;
    for (const mine of shares) {
      let term = mine[at] ?? 0;
      for (const other of shares) {
        if (other === mine) continue;
        term = referenceMultiply(term, divide(other[length] ?? 0, (other[length] ?? 0) ^ (mine[length] ?? 0)));
      }
      sum ^= term;
    }
    secret.push(sum);
  }
  return secret;
}
