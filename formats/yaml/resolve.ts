/**
 * What a scalar's text means: type and canonical text, as go-yaml v3 decides it (sops: §4.1.1). YAML 1.2 with leftovers of 1.1:
 * `017` is octal, `08` a float, `_` is ignored in numbers, `yes` and `12:30` are strings.
 */
import { formatFloat } from "../../src/model/number.ts";
import { decodeText } from "../../src/model/text.ts";
import type { ScalarType } from "../../src/model/tree.ts";
import { readTimestamp } from "./timestamp.ts";

export interface Resolved {
  readonly type: ScalarType | "null";
  readonly canonical: string;
}

/**
 * Why a text has no value. `uint64`: an integer in 2^63…2^64-1, and `zone`: an offset of 24 hours and more; sops reads both and then
 * cannot encrypt them (sops: §1.3). `tag`: the text is not what its tag says. `base64`: a `!!binary` that is none.
 */
export type ResolveProblem = "uint64" | "zone" | "tag" | "base64";

export type Resolution = Resolved | { readonly error: ResolveProblem };

const NULL: Resolved = { type: "null", canonical: "" };
const TRUE: Resolved = { type: "bool", canonical: "True" };
const FALSE: Resolved = { type: "bool", canonical: "False" };
const INFINITE: Resolved = { type: "float", canonical: "+Inf" };
const NEGATIVE: Resolved = { type: "float", canonical: "-Inf" };
const NO_NUMBER: Resolved = { type: "float", canonical: "NaN" };

const WORDS: ReadonlyMap<string, Resolved> = new Map([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, NULL] as const),
  ...["true", "True", "TRUE"].map((word) => [word, TRUE] as const),
  ...["false", "False", "FALSE"].map((word) => [word, FALSE] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, INFINITE] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, NEGATIVE] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NO_NUMBER] as const),
]);

const CORE = "tag:yaml.org,2002:";
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** After a leading dot go-yaml asks strconv.ParseFloat alone, which allows `_` between digits only. */
const DOT_FLOAT = /^\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** Type and canonical text of a plain scalar without a tag. */
export function resolvePlain(text: string): Resolution {
  return resolveText(text, true);
}

/**
 * The short form of a tag (`!!int` for `tag:yaml.org,2002:int`); empty for no tag and for the tag `!`, which changes nothing.
 * @param tag the tag with its handle expanded
 */
export function shortenTag(tag: string): string {
  if (tag === "!") return "";
  return tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag;
}

/**
 * Type and canonical text of any scalar.
 * @param tag short form, see {@link shortenTag}
 * @param plain false for quoted and block scalars, which are strings unless a tag says otherwise
 */
export function resolveScalar(tag: string, text: string, plain: boolean): Resolution {
  switch (tag) {
    case "":
      return plain ? resolveText(text, true) : { type: "str", canonical: text };
    case "!!int":
    case "!!bool":
    case "!!null":
    case "!!float":
    case "!!timestamp":
      return resolveTagged(tag, text);
    case "!!binary":
      return decodeBase64(text);
    default:
      return { type: "str", canonical: text };
  }
}

function resolveTagged(tag: string, text: string): Resolution {
  const found = resolveText(text, tag === "!!timestamp");
  if ("error" in found) return tag === "!!int" || found.error === "zone" ? found : { error: "tag" };
  if (tag === "!!float" && found.type === "int") return { type: "float", canonical: formatFloat(Number(found.canonical)) };
  const type = tag === "!!timestamp" ? "time" : tag.slice(2);
  return found.type === type ? found : { error: "tag" };
}

function resolveText(text: string, dates: boolean): Resolution {
  const first = text.charCodeAt(0);
  // Only these can begin anything but a string: digits, signs, a dot, `~` and the first letters of null, true and false.
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45;
  if (!numeric && first !== 46) {
    if (text.length < 6 && (text === "" || first === 126 || "nNtTfF".includes(text.charAt(0)))) {
      return WORDS.get(text) ?? { type: "str", canonical: text };
    }
    return { type: "str", canonical: text };
  }
  return WORDS.get(text) ?? (numeric ? resolveNumber(text, dates) : resolveDot(text)) ?? { type: "str", canonical: text };
}

function resolveDot(text: string): Resolved | undefined {
  return DOT_FLOAT.test(text) ? finite(Number(text.replaceAll("_", ""))) : undefined;
}

/** A float beyond the range of float64 stays a string (go strconv.ErrRange). */
function finite(value: number): Resolved | undefined {
  return Number.isFinite(value) ? { type: "float", canonical: formatFloat(value) } : undefined;
}

function resolveNumber(text: string, dates: boolean): Resolution | undefined {
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(text)) return { type: "int", canonical: text };
  if (dates && text.charAt(4) === "-") {
    const time = readTimestamp(text);
    if (time !== undefined) return /[+-](?!0|1|2[0-3])\d\d:\d\d$/.test(time) ? { error: "zone" } : { type: "time", canonical: time };
  }
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const integer = readInteger(plain);
  if (integer !== undefined) return integer;
  const float = FLOAT.test(plain) ? finite(Number(plain)) : undefined;
  return float ?? readSignBehindPrefix(plain);
}

/** Integers as go strconv reads them with base 0: signs, `0x`, `0b`, `0o` in either case, and octal behind a leading zero. */
function readInteger(text: string): Resolution | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (!match) return undefined;
  const [, sign = "", hex, binary, octal, decimal] = match;
  if (hex !== undefined) return boundInteger(sign, "0x", hex);
  if (binary !== undefined) return boundInteger(sign, "0b", binary);
  if (octal !== undefined) return boundInteger(sign, "0o", octal);
  return boundInteger(sign, "", decimal ?? "");
}

function boundInteger(sign: string, prefix: string, digits: string): Resolution | undefined {
  const significant = digits.replace(/^0+(?=.)/, "");
  if (significant.length > 64) return undefined;
  const size = BigInt(prefix + significant);
  const value = sign === "-" ? -size : size;
  if (value === BigInt.asIntN(64, value)) return { type: "int", canonical: value.toString() };
  // Only an unsigned spelling reaches go's ParseUint; with a sign, and beyond 64 bits, a decimal goes on as a float.
  return sign === "" && value === BigInt.asUintN(64, value) ? { error: "uint64" } : undefined;
}

/** go-yaml hands what follows `0b` and `0o` to strconv once more, which then accepts a sign: `0b-101` is -5. */
function readSignBehindPrefix(text: string): Resolution | undefined {
  const match = /^0(?:b([-+])([01]+)|o([-+])([0-7]+))$/.exec(text);
  if (!match) return undefined;
  const [, binarySign, binary = "", octalSign = "", octal = ""] = match;
  return binarySign === undefined ? boundInteger(octalSign, "0o", octal) : boundInteger(binarySign, "0b", binary);
}

/** Line breaks are ignored, blanks are not (go base64.StdEncoding). The bytes become text as `text.ts` says. */
function decodeBase64(text: string): Resolution {
  const packed = text.replace(/[\r\n]+/g, "");
  const body = packed.replace(/={1,2}$/, "");
  if (packed.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(body)) return { error: "base64" };
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  return { type: "str", canonical: decodeText(bytes) };
}
