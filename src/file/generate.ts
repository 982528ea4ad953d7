/** New secrets. Every text of a recipe is equally likely: bytes that would favour some characters are thrown away. */

export type AlphabetName = "letters and digits" | "with symbols" | "lower case and digits" | "no look-alikes" | "digits" | "hex";

export type Recipe =
  | { readonly kind: "alphabet"; readonly alphabet: AlphabetName; readonly length: number }
  | { readonly kind: "hex" | "base64" | "base64url"; readonly bytes: number }
  | { readonly kind: "uuid" }
  | { readonly kind: "passphrase"; readonly words: number };

export interface NamedRecipe {
  readonly title: string;
  readonly recipe: Recipe;
}

/** Gives new bytes at every call; the caller of `generate` brings it. */
export type RandomBytes = (length: number) => Uint8Array;

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const DIGITS = "0123456789";

const ALPHABETS: Readonly<Record<AlphabetName, string>> = {
  "letters and digits": UPPER + LOWER + DIGITS,
  // Without what shells, dotenv files, compose files and URLs give a meaning in the middle of a value: $ ` \ " ' # % & / ? @ : ; ! * ^ and blanks.
  "with symbols": `${UPPER}${LOWER}${DIGITS}+,-.=_~`,
  "lower case and digits": LOWER + DIGITS,
  "no look-alikes": "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789",
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
};

/** In the order in which the editor goes through them. */
export const RECIPES: readonly NamedRecipe[] = [
  { title: "letters and digits", recipe: { kind: "alphabet", alphabet: "letters and digits", length: 32 } },
  { title: "with symbols", recipe: { kind: "alphabet", alphabet: "with symbols", length: 32 } },
  { title: "no look-alikes", recipe: { kind: "alphabet", alphabet: "no look-alikes", length: 24 } },
  { title: "lower case and digits", recipe: { kind: "alphabet", alphabet: "lower case and digits", length: 32 } },
  { title: "passphrase", recipe: { kind: "passphrase", words: 8 } },
  { title: "hex", recipe: { kind: "hex", bytes: 32 } },
  { title: "base64", recipe: { kind: "base64", bytes: 32 } },
  { title: "base64url", recipe: { kind: "base64url", bytes: 32 } },
  { title: "uuid", recipe: { kind: "uuid" } },
  { title: "digits", recipe: { kind: "alphabet", alphabet: "digits", length: 6 } },
];

const MOST_SIZE = 4096;

/**
 * @throws RangeError for a size that is no whole number from 1 to 4096
 */
export function generate(recipe: Recipe, randomBytes: RandomBytes): string {
  checkSize(recipe);
  switch (recipe.kind) {
    case "alphabet":
      return drawCharacters(ALPHABETS[recipe.alphabet], recipe.length, randomBytes);
    case "hex":
    case "base64":
    case "base64url":
      return withBytes(recipe.bytes, randomBytes, (bytes) =>
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(recipe.kind),
      );
    case "uuid":
      return withBytes(16, randomBytes, toUuid);
    case "passphrase":
      return withBytes(recipe.words * 2, randomBytes, toProquints);
  }
}

/** Bits of chance in a text of the recipe, rounded down. */
export function bitsOf(recipe: Recipe): number {
  switch (recipe.kind) {
    case "alphabet":
      return Math.floor(recipe.length * Math.log2(ALPHABETS[recipe.alphabet].length));
    case "hex":
    case "base64":
    case "base64url":
      return recipe.bytes * 8;
    case "uuid":
      return 122;
    case "passphrase":
      return recipe.words * 16;
  }
}

/** The number that a user may change, with its unit; undefined for a UUID, which has one size. */
export function sizeOf(recipe: Recipe): { readonly size: number; readonly unit: "characters" | "bytes" | "words" } | undefined {
  switch (recipe.kind) {
    case "alphabet":
      return { size: recipe.length, unit: "characters" };
    case "hex":
    case "base64":
    case "base64url":
      return { size: recipe.bytes, unit: "bytes" };
    case "uuid":
      return undefined;
    case "passphrase":
      return { size: recipe.words, unit: "words" };
  }
}

/** The recipe in another size, kept between 1 and 4096. */
export function withSize(recipe: Recipe, size: number): Recipe {
  const kept = Math.min(MOST_SIZE, Math.max(1, Math.trunc(size)));
  switch (recipe.kind) {
    case "alphabet":
      return { ...recipe, length: kept };
    case "hex":
    case "base64":
    case "base64url":
      return { ...recipe, bytes: kept };
    case "uuid":
      return recipe;
    case "passphrase":
      return { ...recipe, words: kept };
  }
}

function checkSize(recipe: Recipe): void {
  const size = sizeOf(recipe)?.size ?? 1;
  if (!Number.isInteger(size) || size < 1 || size > MOST_SIZE) throw new RangeError("the size must be a whole number from 1 to 4096");
}

/** The bytes are wiped behind the use. */
function withBytes(length: number, randomBytes: RandomBytes, use: (bytes: Uint8Array) => string): string {
  const bytes = randomBytes(length);
  if (bytes.length !== length) throw new RangeError("the source of chance gave another number of bytes than asked for");
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** Asks for as many bytes as characters are missing. A byte beyond the last whole multiple of the alphabet is thrown away. */
function drawCharacters(alphabet: string, length: number, randomBytes: RandomBytes): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    text += withBytes(length - text.length, randomBytes, (bytes) => {
      const drawn: string[] = [];
      for (const byte of bytes) if (byte < limit) drawn.push(alphabet.charAt(byte % alphabet.length));
      return drawn.join("");
    });
  }
  return text;
}

/** RFC 9562, version 4. */
function toUuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";

/** Words that can be spoken, 16 bits each, without a list of words (proquints, arXiv 0901.4016). */
function toProquints(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    const bits = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const consonant = (shift: number): string => CONSONANTS.charAt((bits >> shift) & 15);
    const vowel = (shift: number): string => VOWELS.charAt((bits >> shift) & 3);
    words.push(consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0));
  }
  return words.join("-");
}
