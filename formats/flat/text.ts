/** Values as text in the formats that know strings only (dotenv, INI), as Go prints them. */
import { SottoError } from "../../src/model/error.ts";
import { parseFloatText, shortestDigits } from "../../src/model/number.ts";
import type { Entry, Item, Scalar } from "../../src/model/tree.ts";

/** One scalar, before the format's own escapes (sops: §4.3). */
export function printFlat(value: Scalar): string {
  if (value.type === "bool") return value.canonical === "True" ? "true" : "false";
  if (value.type === "float") return printFlatFloat(value.canonical);
  if (value.type === "time") return value.canonical.replace(/\.\d+/, "");
  return value.canonical;
}

/** go strconv `'G', -1`, with one decimal where it could be taken for an integer. */
function printFlatFloat(canonical: string): string {
  const value = parseFloatText(canonical);
  if (value === undefined || !Number.isFinite(value)) return canonical;
  const text = printGeneral(value).toUpperCase();
  return /[.E]/.test(text) ? text : `${text}.0`;
}

/** go strconv `'g', -1`: the shortest form has an exponent below -4 and from 6 on. */
function printGeneral(value: number): string {
  const { sign, digits, exponent } = shortestDigits(value);
  if (value !== 0 && (exponent < -4 || exponent >= 6)) return scientific(sign, digits, exponent);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}

function scientific(sign: string, digits: string, exponent: number): string {
  const power = String(Math.abs(exponent)).padStart(2, "0");
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${power}`;
}

const MAX_DEPTH = 1000;

/**
 * Go's `%v` of what sops keeps in memory: how sops prints lists and mappings inside an INI section.
 * @throws SottoError `EMIT_FAILED` when nested deeper than 1,000 levels
 */
export function printDebug(node: Item, depth = 0): string {
  if (depth > MAX_DEPTH) throw new SottoError("EMIT_FAILED", `nested deeper than ${MAX_DEPTH} levels`);
  if (node.kind === "null") return "<nil>";
  if (node.kind === "comment") return `{${node.text} ${node.inline}}`;
  if (node.kind === "sequence") return `[${node.items.map((item) => printDebug(item, depth + 1)).join(" ")}]`;
  if (node.kind === "branch") return `[${node.entries.map((entry) => printDebugEntry(entry, depth + 1)).join(" ")}]`;
  if (node.type === "time") return printDebugTime(node.canonical);
  if (node.type !== "float") return printFlat(node);
  const value = parseFloatText(node.canonical);
  return value === undefined || !Number.isFinite(value) ? node.canonical : printGeneral(value);
}

function printDebugEntry(entry: Entry, depth: number): string {
  return entry.kind === "pair" ? `{${entry.key} ${printDebug(entry.value, depth)}}` : `{${printDebug(entry)} <nil>}`;
}

function printDebugTime(canonical: string): string {
  const [, date = "", clock = "", zone = ""] = /^(.*)T(.*?)(Z|[+-]\d\d:\d\d)$/.exec(canonical) ?? [];
  const offset = zone.replace(":", "");
  return zone === "Z" ? `${date} ${clock} +0000 UTC` : `${date} ${clock} ${offset} ${offset}`;
}
