/**
 * How a scalar is spelled: which styles a text allows, which one sops's emitter takes, and the text of each style.
 * Knows nothing of collections, comments or files; columns come from the caller.
 */
import { decodeText, encodeText, hasRawBytes } from "../../src/model/text.ts";
import { parseFloatText, shortestDigits } from "../../src/model/number.ts";
import { SottoError } from "../../src/model/error.ts";
import type { Scalar } from "../../src/model/tree.ts";
import { resolvePlain } from "./resolve.ts";
import type { ScalarStyle } from "./slots.ts";

/** Where a scalar is going to stand. */
export interface ScalarContext {
  /** True inside a flow collection: no block scalars, and fewer texts may be plain. */
  readonly flow?: boolean;
  /** True for a key in front of its `:` on one line. */
  readonly key?: boolean;
  /** Column of the keys or dashes of the collection that holds the scalar, from 0. */
  readonly indent: number;
  /** True for an item of a sequence: block text is then indented by 2, else to the next multiple of `step`. */
  readonly inSequence?: boolean;
  /** Indentation step of the file, 4 when absent. */
  readonly step?: number;
}

/** A scalar before it is laid out: what is written, in which style, behind which tag. */
export interface Spelling {
  readonly tag: "" | "!!binary" | "!!merge";
  readonly style: Exclude<ScalarStyle, "folded">;
  readonly text: string;
}

const BREAK = /[\n\r\u0085\u2028\u2029]/;
/** All that go-yaml does not print as it is, TAB and LF aside. Characters above U+FFFF count, as halves of a pair. */
const UNPRINTABLE = /[^\t\n -~\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/;
const EDGE = /^[ \n\r\u0085\u2028\u2029]|[ \n\r\u0085\u2028\u2029]$/;
const SPACE_BEFORE_BREAK = / [\n\r\u0085\u2028\u2029]/;
const SPACE_AFTER_BREAK = /[\n\r\u0085\u2028\u2029] /;
/** Empty, a TAB in front, a space at the end, U+2028 or U+2029 anywhere. */
const NO_LITERAL = /^$|^\t|[\u2028\u2029]| $/;
/** Starts that mean something in a block collection, `: ` and ` #` further on. */
const BLOCK_INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|[ \t]#/;
const FLOW_INDICATOR = /^(?:---|\.\.\.|[#&*!|>'"%@`]|-(?:[ \t]|$))|[,?[\]{}:]|[ \t]#/;
/** Words that are booleans in YAML 1.1 only; sops quotes them for other readers' sake. */
const OLD_BOOLEAN = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
/** Base-60 numbers of YAML 1.1, quoted for the same reason. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** The common case, decided with one test: a word that starts like no other type, or an `ENC[…]` token. */
const PLAIN_WORD =
  /^(?:[A-EG-MP-SU-XZa-eg-mp-su-xz][A-Za-z0-9_./+=-]*|ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]*,tag:[A-Za-z0-9+/=]*,type:[a-z]+\])$/;

/** True if the text, written plain, would be read as another type than string, or as null (sops: §4.1.1). */
export function wouldResolveToNonString(text: string): boolean {
  const resolved = resolvePlain(text);
  return !("type" in resolved) || resolved.type !== "str";
}

/** True if the text can be written plain, is then read as the same string, and is what sops's emitter would leave unquoted. */
export function isPlainSafe(text: string, flow: boolean): boolean {
  if (text === "" || text === "<<") return false;
  if (!flow && PLAIN_WORD.test(text)) return true;
  return allowsPlain(text, flow) && !needsQuotes(text);
}

/** Single quotes, or undefined when the text does not allow them (control characters, TAB, spaces around line breaks). */
export function spellSingle(text: string): string | undefined {
  if (BREAK.test(text) || !allowsSingle(text)) return undefined;
  return `'${text.replaceAll("'", "''")}'`;
}

/** Double quotes with the shortest escapes, always on one line. */
export function spellDouble(text: string): string {
  // go-yaml: a text that starts with U+FEFF is escaped as a whole.
  const special = text.startsWith("\uFEFF") ? /[\s\S]/gu : ESCAPED;
  return `"${text.replace(special, escape)}"`;
}

const ESCAPED = /["\\\n\t\u2028\u2029]|[^\t\n -~\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001B": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u00A0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escape(char: string): string {
  const short = ESCAPES[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${hex.padStart(4, "0")}`;
  return `\\U${hex.padStart(8, "0")}`;
}

/** True for a text that is several lines to go-yaml; as a key it needs the `? ` form. */
export function isMultiline(text: string): boolean {
  return BREAK.test(text);
}

/**
 * Chooses tag, style and text as sops's emitter does outside flow collections (sops: §4.1.5).
 * @throws SottoError `EMIT_FAILED` for a number that is none
 */
export function chooseSpelling(scalar: Scalar): Spelling {
  if (scalar.type !== "str") return { tag: "", style: "plain", text: plainText(scalar) };
  const text = wellFormed(scalar.canonical);
  if (text === undefined) return spellBytes(scalar.canonical);
  if (text === "<<") return { tag: "!!merge", style: "plain", text };
  return { tag: "", style: chooseStyle(text), text };
}

function chooseStyle(text: string): Spelling["style"] {
  if (text === "") return "double";
  if (PLAIN_WORD.test(text)) return "plain";
  if (text.includes("\n")) return allowsLiteral(text) ? "literal" : "double";
  if (needsQuotes(text)) return "double";
  if (allowsPlain(text, false)) return "plain";
  return allowsSingle(text) ? "single" : "double";
}

/** What sops's emitter prints for this scalar at this place. The caller adds the line end. */
export function spellDefault(scalar: Scalar, context: ScalarContext): string {
  const spelling = chooseSpelling(scalar);
  return layOut(scalar.type === "str" ? narrow(spelling, context) : spelling, context);
}

/**
 * Prints a scalar in a given style.
 * @returns undefined when the style cannot hold the value at this place, or would change its type. `folded` is never possible.
 */
export function spellScalar(scalar: Scalar, style: ScalarStyle | undefined, context: ScalarContext): string | undefined {
  if (style === undefined) return spellDefault(scalar, context);
  if (style === "folded") return undefined;
  const fallback = chooseSpelling(scalar);
  if (scalar.type !== "str") return style === "plain" ? fallback.text : undefined;
  if (fallback.tag !== "") return undefined;
  const { text } = fallback;
  if (style === "plain") return isPlainSafe(text, context.flow ?? false) ? text : undefined;
  if (style === "single") return spellSingle(text);
  if (style === "double") return spellDouble(text);
  if (context.flow || context.key || !allowsLiteral(text)) return undefined;
  return layOut({ tag: "", style, text }, context);
}

/** Column of the lines of a block scalar (sops: §4.1.5). */
export function blockColumn(context: ScalarContext): number {
  if (context.inSequence) return context.indent + 2;
  const step = context.step ?? 4;
  return step * Math.floor((context.indent + step) / step);
}

/**
 * The header of a literal: indentation digit where the text needs one, and chomping.
 * @param distance how far the lines are indented from the parent
 * @param step the configured indentation. sops always takes it as the digit, which is wrong in sequences (sops: §9, 21) unless all lines
 * are empty.
 */
export function literalHeader(text: string, distance: number, step: number): string {
  const digit = /[^\n]/.test(text) ? distance : step;
  const hint = /^[ \n]/.test(text) ? String(digit) : "";
  if (!text.endsWith("\n")) return `|${hint}-`;
  return text === "\n" || text.endsWith("\n\n") ? `|${hint}+` : `|${hint}`;
}

/** The lines of a literal, indented, without the last line end. */
export function literalBody(text: string, column: number): string {
  const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
  return lines.replace(/^(?=[^\n])/gm, " ".repeat(column));
}

/** Single-quoted text; after U+2028 and U+2029 go-yaml goes on in a new line, indented by `column`. */
export function quoteSingle(text: string, column: number): string {
  const quoted = text.replaceAll("'", "''");
  return `'${quoted.replace(/([\u2028\u2029])(?=[^\u2028\u2029])/g, `$1${" ".repeat(column)}`)}'`;
}

function layOut(spelling: Spelling, context: ScalarContext): string {
  const { tag, style, text } = spelling;
  const prefix = tag === "" ? "" : `${tag} `;
  if (style === "plain") return prefix + text;
  if (style === "double") return prefix + spellDouble(text);
  const column = blockColumn(context);
  if (style === "single") return prefix + quoteSingle(text, column);
  return `${prefix}${literalHeader(text, column - context.indent, context.step ?? 4)}\n${literalBody(text, column)}`;
}

/** Falls back to quotes where the place allows less than a block collection does. */
function narrow(spelling: Spelling, context: ScalarContext): Spelling {
  const { style, tag, text } = spelling;
  if (!context.flow && !context.key) return spelling;
  if (style === "literal") return { tag, style: "double", text };
  if (style === "single" && isMultiline(text)) return { tag, style: "double", text };
  if (style === "plain" && context.flow && tag === "" && !allowsPlain(text, true)) {
    return { tag, style: allowsSingle(text) ? "single" : "double", text };
  }
  return spelling;
}

function needsQuotes(text: string): boolean {
  return OLD_BOOLEAN.test(text) || BASE_60.test(text) || wouldResolveToNonString(text);
}

function allowsPlain(text: string, flow: boolean): boolean {
  return (
    !(flow ? FLOW_INDICATOR : BLOCK_INDICATOR).test(text) && !EDGE.test(text) && !/[\t\n\u2028\u2029]/.test(text) && !UNPRINTABLE.test(text)
  );
}

function allowsSingle(text: string): boolean {
  return !text.includes("\t") && !SPACE_AFTER_BREAK.test(text) && !SPACE_BEFORE_BREAK.test(text) && !UNPRINTABLE.test(text);
}

/**
 * sops also writes literals that start with a TAB, which go-yaml takes for bad indentation (and sops then prints `null`), and literals with
 * U+2028 and U+2029, which are line breaks to go-yaml alone.
 */
function allowsLiteral(text: string): boolean {
  return !NO_LITERAL.test(text) && !SPACE_BEFORE_BREAK.test(text) && !UNPRINTABLE.test(text);
}

/** The text without lone halves of surrogate pairs, or undefined if it holds bytes that are not UTF-8. */
function wellFormed(text: string): string | undefined {
  if (text.isWellFormed()) return text;
  if (!hasRawBytes(text)) return text.toWellFormed();
  const decoded = decodeText(encodeText(text));
  return decoded.isWellFormed() ? decoded : undefined;
}

/** Base64, in lines of 70 characters that all end in LF when it does not fit on one (go-yaml). */
function spellBytes(text: string): Spelling {
  const bytes = encodeText(text);
  const chars: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x2000) chars.push(String.fromCharCode(...bytes.subarray(at, at + 0x2000)));
  const base64 = btoa(chars.join(""));
  if (base64.length < 70) return { tag: "!!binary", style: "plain", text: base64 };
  return { tag: "!!binary", style: "literal", text: base64.replace(/.{1,70}/g, "$&\n") };
}

function plainText(scalar: Scalar): string {
  if (scalar.type === "bool") return scalar.canonical.toLowerCase();
  return scalar.type === "float" ? floatText(scalar.canonical) : scalar.canonical;
}

/** Shortest digits; an exponent below −4 and from 6 on (go strconv `'g', -1`; sops: §4.1.2). */
function floatText(canonical: string): string {
  const value = parseFloatText(canonical);
  if (value === undefined) throw new SottoError("EMIT_FAILED", "a float holds something else than a number");
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  // sops prints -0, which comes back as the integer 0 and breaks the MAC.
  if (Object.is(value, -0)) return "-0.0";
  const { sign, digits, exponent } = shortestDigits(value);
  if (exponent < -4 || exponent >= 6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${power}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
