/**
 * From the decrypted text of a value to its canonical text, with the parsers that sops uses for each type (sops: §1.3).
 * Foreign writers spell numbers and booleans in ways that sops reads but never writes.
 */
import { formatFloat, parseFloatText } from "../model/number.ts";
import type { ScalarType } from "../model/tree.ts";
import { nanosecondPrecision } from "./timestamp.ts";

/** Types of the `type:` field that are written. */
export type ValueType = ScalarType | "comment";

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);
const INT_LIMIT = 1n << 63n;

/** @returns the canonical text, or undefined if sops could not parse the text as that type */
export function canonicalText(type: ValueType, text: string): string | undefined {
  switch (type) {
    case "str":
    case "comment":
      return text;
    case "bool":
      return canonicalBool(text);
    case "int":
      return canonicalInt(text);
    case "float":
      return canonicalFloat(text);
    case "time":
      return nanosecondPrecision(text);
    default:
      return undefined;
  }
}

/** go `strconv.ParseBool`. */
function canonicalBool(text: string): string | undefined {
  if (TRUE.has(text)) return "True";
  return FALSE.has(text) ? "False" : undefined;
}

/** go `strconv.Atoi`: decimal, optional sign, leading zeros, 64 bits. */
function canonicalInt(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  // The usual case needs no bigint; and a long run of digits must not become one, its cost grows with the square.
  if (text.length <= 15) return String(Number(text) + 0);
  const digits = text.replace(/^[+-]?0*/, "");
  if (digits.length > 19) return undefined;
  const value = text.startsWith("-") ? -BigInt(digits || "0") : BigInt(digits || "0");
  return value >= -INT_LIMIT && value < INT_LIMIT ? String(value) : undefined;
}

/** go `strconv.ParseFloat`, where a value out of range is an error; underscores may stand between digits. */
function canonicalFloat(source: string): string | undefined {
  if (/^[+-]nan$/i.test(source)) return undefined;
  const hex = /^[+-]?0x/i.test(source);
  if ((hex ? /(?<![\da-fx])_|_(?![\da-f])/i : /(?<!\d)_|_(?!\d)/).test(source)) return undefined;
  const text = source.replaceAll("_", "");
  const value = hex ? parseHexFloat(text) : parseFloatText(text);
  if (value === undefined) return undefined;
  if (!Number.isFinite(value) && !/inf|nan/i.test(text)) return undefined;
  return formatFloat(value);
}

const HEX_FLOAT = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?\d+)$/i;

/** Hexadecimal notation with a binary exponent, rounded to nearest even. */
function parseHexFloat(text: string): number | undefined {
  const match = HEX_FLOAT.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return whole + fraction === "" ? undefined : Number(`${sign}0`);
  // Of what follows the first 80 bits only one thing matters: whether it is zero.
  const rest = digits.slice(20);
  const sticky = /[1-9a-f]/i.test(rest) ? 1n : 0n;
  const mantissa = (BigInt(`0x${digits.slice(0, 20)}`) << 1n) | sticky;
  const value = scale(mantissa, Number(power) + 4 * (rest.length - fraction.length) - 1);
  return sign === "-" ? -value : value;
}

/** `mantissa × 2^exponent`, correctly rounded, also where the result is subnormal. */
function scale(mantissa: bigint, exponent: number): number {
  const bits = mantissa.toString(2).length;
  if (bits + exponent > 1025) return Infinity;
  if (bits + exponent < -1080) return 0;
  // A float64 has 53 significant bits, and none below 2^-1074.
  const drop = Math.max(bits - 53, -1074 - exponent);
  if (drop <= 0) return Number(mantissa) * 2 ** exponent;
  const shift = BigInt(drop);
  let kept = mantissa >> shift;
  const lost = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  if (lost > half || (lost === half && (kept & 1n) === 1n)) kept += 1n;
  return Number(kept) * 2 ** (exponent + drop);
}
