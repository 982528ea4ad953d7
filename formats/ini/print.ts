/** Prints sections as sops does: keys padded to the longest of the section, a blank line between sections (sops: §4.4). */
import { SottoError } from "../../src/model/error.ts";
import { encodeText } from "../../src/model/text.ts";
import type { Branch, Node, Pair } from "../../src/model/tree.ts";
import { printDebug, printFlat } from "../flat/text.ts";
import { printComment } from "./comment.ts";
import { DEFAULT_SECTION, METADATA_SECTION, readKeyLine } from "./scan.ts";
import { findForm, sopsForm } from "./value.ts";

/** A key as it is printed; `comment` is what stands in the lines above it. */
export interface KeyLine {
  readonly key: string;
  readonly value: string;
  comment: string;
}

/** @param lossy print what does not read back too, as sops does */
export function printIni(roots: readonly Branch[], lossy: boolean): string {
  const sections = roots.flatMap((root) => root.entries.filter((entry) => entry.kind === "pair"));
  const lines: string[] = [];
  for (const [index, section] of sections.entries()) {
    const { comment, keys } = sectionLines(section, lossy);
    if (comment !== "") lines.push(printComment(comment, "; ", "section").join("\n"));
    if (index === 0 && section.key === DEFAULT_SECTION) {
      if (keys.length === 0) continue;
    } else lines.push(printHeader(section.key, lossy));
    for (const line of printKeys(keys)) lines.push(line);
    if (index < sections.length - 1) lines.push("");
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** @throws SottoError `EMIT_FAILED` for a name that no header can hold */
export function printHeader(name: string, lossy: boolean): string {
  if (name === "" || (!lossy && name.includes("\n")))
    throw new SottoError("EMIT_FAILED", "INI cannot hold a section name that is empty or has line feeds");
  return `[${name}]`;
}

/** The keys of a section with their comments: the first comment is the section's, any other belongs to the key before it. */
export function sectionLines(section: Pair, lossy: boolean): { readonly comment: string; readonly keys: KeyLine[] } {
  if (section.value.kind !== "branch") {
    throw new SottoError("EMIT_FAILED", `section values should always be mappings; offending key ${section.key}`);
  }
  const escape = section.key === METADATA_SECTION;
  const keys = new Map<string, KeyLine>();
  let comment = "";
  let dashes = 0;
  let last: KeyLine | undefined;
  for (const [index, entry] of section.value.entries.entries()) {
    if (entry.kind === "comment") {
      if (entry.unseen) continue;
      if (index === 0) comment = entry.text;
      else if (last) last.comment = entry.text;
      continue;
    }
    if (!lossy && keys.has(entry.key)) throw new SottoError("EMIT_FAILED", `INI cannot hold a key twice; offending key ${entry.key}`);
    // Keys that are written "-" are read as "#1", "#2", …; sops prints the latter, which reads back as a comment.
    const dash = entry.key === `#${dashes + 1}`;
    if (dash) dashes += 1;
    const name = dash ? "-" : printKey(entry.key, lossy);
    last = { key: name, value: printValue(entry.key, entry.value, { lossy, escape }), comment: keys.get(entry.key)?.comment ?? "" };
    keys.set(entry.key, last);
  }
  return { comment, keys: [...keys.values()] };
}

export function printKeys(keys: readonly KeyLine[]): string[] {
  const widths = keys.map((line) => encodeText(line.key).length);
  const longest = widths.reduce((one, other) => Math.max(one, other), 0);
  return keys.flatMap((line, index) => [
    ...(line.comment === "" ? [] : printComment(line.comment, "; ", "key")),
    `${line.key}${" ".repeat(longest - (widths[index] ?? 0))} = ${line.value}`,
  ]);
}

/** Keys that are written as they are; most are. */
const SAFE_KEY = /^[\w.][\w.-]*$/;

/** As sops quotes it if that reads back, else in any other way. @throws SottoError `EMIT_FAILED` if nothing does */
export function printKey(key: string, lossy: boolean): string {
  if (SAFE_KEY.test(key)) return key;
  const quoted = `\`${key}\``;
  const triple = `"""${key}"""`;
  const sops = /["=:]/.test(key) ? quoted : key.includes("`") ? triple : key;
  const form = [sops, quoted, triple, `"${key}"`].find((one) => readKeyLine(one) === key);
  if (form === undefined && !lossy) throw new SottoError("EMIT_FAILED", "INI cannot hold a key with such white space or quotes");
  return form ?? sops;
}

/** @throws SottoError `EMIT_FAILED` for what is no string, number, bool or timestamp, and for what does not read back */
export function printValue(key: string, node: Node, options: { readonly lossy: boolean; readonly escape?: boolean }): string {
  if (node.kind !== "scalar") {
    if (options.lossy) return sopsForm(printDebug(node));
    throw new SottoError(
      "EMIT_FAILED",
      `INI cannot hold ${node.kind === "null" ? "null" : "a list or a mapping"} here; offending key ${key}`,
    );
  }
  const text = printFlat(node);
  const value = options.escape ? text.replaceAll("\n", "\\n") : text;
  const form = findForm(value, "plain");
  if (form === undefined && !options.lossy) throw new SottoError("EMIT_FAILED", `INI cannot hold this value; offending key ${key}`);
  return form ?? sopsForm(value);
}
