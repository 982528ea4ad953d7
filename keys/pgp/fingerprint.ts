/** How a PGP key is named: by its fingerprint, or by the last 16 digits of it, with `!` behind it for that very sub-key (sops: §5.5). */

/** Of a fingerprint of version 4, 5 and 6, of version 3, and of a long key ID. */
const LENGTHS: readonly number[] = [40, 64, 32, 16];
const SHORT = 8;

export interface FingerprintFault {
  readonly message: string;
  readonly hints: readonly string[];
}

/** @returns what keeps a text from being a fingerprint, with its place */
export function findFault(text: string): FingerprintFault | undefined {
  const start = /^0x/i.test(text) ? 2 : 0;
  const end = text.endsWith("!") ? text.length - 1 : text.length;
  const digits = text.slice(start, end);
  const wrong = digits.search(/[^0-9a-fA-F]/);
  if (wrong !== -1) {
    const named = digits.includes("@") ? [`for the fingerprint of that person: gpg --list-keys ${digits}`] : [];
    return { message: `expected a hexadecimal digit at character ${start + wrong + 1}`, hints: named };
  }
  if (LENGTHS.includes(digits.length)) return undefined;
  return {
    message: `expected 40 hexadecimal digits, and there are ${digits.length}, up to character ${end}`,
    hints: digits.length === SHORT ? [`a key with these 8 digits can be made by anybody; for all of them: gpg --list-keys ${digits}`] : [],
  };
}

/** As `--trusted-key` wants it: the last 16 digits, with the `!` (go sops). */
export function shorten(fingerprint: string): string {
  return fingerprint.slice(fingerprint.endsWith("!") ? -17 : -16);
}

/** In upper case, and without what is not a digit of it. */
export function bare(fingerprint: string): string {
  return fingerprint.replace(/^0x/i, "").replace(/!$/, "").toUpperCase();
}
