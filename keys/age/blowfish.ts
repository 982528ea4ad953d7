/**
 * Blowfish with the changeable key schedule of bcrypt. Its tables are the binary digits of π, so they are computed here
 * instead of being listed: 1042 words, some 30 ms, and only where a locked SSH key is opened.
 */

const ROUNDS = 16;
/** Words of the P-array, which come first, then those of the four S-boxes. */
const P_WORDS = ROUNDS + 2;
const S_WORDS = 4 * 256;
/** Extra bits that hold the rounding errors of some ten thousand divisions. */
const GUARD_BITS = 64;

let digits: Int32Array | undefined;

/** The fraction of π in words of 32 bits. */
function digitsOfPi(): Int32Array {
  if (digits !== undefined) return digits;
  const words = P_WORDS + S_WORDS;
  const bits = words * 32 + GUARD_BITS;
  // Machin: π = 16·arctan(1/5) − 4·arctan(1/239)
  const pi = 16n * arctanOfInverse(5n, bits) - 4n * arctanOfInverse(239n, bits);
  const fraction = BigInt.asUintN(words * 32, pi >> BigInt(GUARD_BITS));
  const hex = fraction.toString(16).padStart(words * 8, "0");
  digits = Int32Array.from({ length: words }, (_, at) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16));
  return digits;
}

/** arctan(1/x) · 2^bits, by its power series. */
function arctanOfInverse(x: bigint, bits: number): bigint {
  const square = x * x;
  let power = (1n << BigInt(bits)) / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= square;
    sum += (sign * power) / n;
  }
  return sum;
}

/** One cipher state. Words are signed 32-bit numbers. */
export class Blowfish {
  readonly #p: Int32Array;
  readonly #s: Int32Array;
  /** The halves of the block in work. */
  #left = 0;
  #right = 0;

  constructor() {
    const pi = digitsOfPi();
    this.#p = pi.slice(0, P_WORDS);
    this.#s = pi.slice(P_WORDS);
  }

  /**
   * Mixes a key into the tables, and a salt if there is one.
   * @param key words, repeated as often as needed
   */
  expand(key: Int32Array, salt?: Int32Array): void {
    const p = this.#p;
    for (let at = 0; at < P_WORDS; at += 1) p[at] = (p[at] ?? 0) ^ (key[at % key.length] ?? 0);
    this.#left = 0;
    this.#right = 0;
    let next = 0;
    for (const table of [p, this.#s]) {
      for (let at = 0; at < table.length; at += 2) {
        if (salt !== undefined) {
          this.#left ^= salt[next % salt.length] ?? 0;
          this.#right ^= salt[(next + 1) % salt.length] ?? 0;
          next += 2;
        }
        this.#encipher();
        table[at] = this.#left;
        table[at + 1] = this.#right;
      }
    }
  }

  /** Encrypts pairs of words in place. */
  encrypt(words: Int32Array): void {
    for (let at = 0; at < words.length; at += 2) {
      this.#left = words[at] ?? 0;
      this.#right = words[at + 1] ?? 0;
      this.#encipher();
      words[at] = this.#left;
      words[at + 1] = this.#right;
    }
  }

  wipe(): void {
    this.#p.fill(0);
    this.#s.fill(0);
  }

  #encipher(): void {
    const p = this.#p;
    const s = this.#s;
    let left = this.#left;
    let right = this.#right;
    for (let round = 0; round < ROUNDS; round += 2) {
      left ^= p[round] ?? 0;
      right ^= mix(s, left) ^ (p[round + 1] ?? 0);
      left ^= mix(s, right);
    }
    this.#left = right ^ (p[ROUNDS + 1] ?? 0);
    this.#right = left ^ (p[ROUNDS] ?? 0);
  }
}

function mix(s: Int32Array, word: number): number {
  const a = (s[word >>> 24] ?? 0) + (s[256 + ((word >>> 16) & 255)] ?? 0);
  return ((a ^ (s[512 + ((word >>> 8) & 255)] ?? 0)) + (s[768 + (word & 255)] ?? 0)) | 0;
}
