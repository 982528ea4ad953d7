/** What speaks for and against a value before it is kept. Advice only; no sentence holds a part of the value. */
import { looksLikePlaceholder } from "../../file/placeholder.ts";
import { hasRawBytes } from "../../model/text.ts";
import { detectKind } from "./kinds.ts";
import type { TypedAs } from "./kinds.ts";
import { isHonest, show } from "./show.ts";
import { strengthOf } from "./strength.ts";

export { strengthOf } from "./strength.ts";
export type { Strength } from "./strength.ts";

export interface CheckContext {
  readonly type: TypedAs;
  /** Names of the other environments that hold the same value; undefined where nobody has looked. */
  readonly sameIn: readonly string[] | undefined;
  /** The file leaves it readable: it need not be hard to guess. */
  readonly readable?: boolean;
  /** The configuration keeps this environment, or one of the others, apart. */
  readonly isolated: boolean;
  /** The value before, if there was one. Length in UTF-16 units, as of the new text. */
  readonly old?: { readonly length: number };
}

export interface Check {
  /** False exactly for warnings. */
  readonly ok: boolean;
  readonly level: "fine" | "warn";
  readonly text: string;
}

/** Warnings first, then what is in order. */
export function checkValue(text: string, context: CheckContext): readonly Check[] {
  const found = [...checkText(text, context), ...checkSame(context), ...checkLength(text, context)];
  return [...found.filter((one) => !one.ok), ...found.filter((one) => one.ok)];
}

function checkText(text: string, { type, readable }: CheckContext): readonly Check[] {
  if (type !== "str") return [];
  if (text === "") return [warn("empty")];
  return [...checkEnds(text), ...checkCharacters(text), ...(readable === true ? [] : checkWorth(text))];
}

function checkEnds(text: string): readonly Check[] {
  const found: Check[] = [];
  if (/^[^\S\n]/.test(text)) found.push(warn("begins with a blank"));
  if (text.startsWith("\n")) found.push(warn("begins with a newline"));
  if (/[^\S\n]$/.test(text)) found.push(warn("ends with a blank"));
  const isPrivateKey = text.includes("PRIVATE KEY-----");
  if (text.endsWith("\n\n")) found.push(warn("ends with empty lines"));
  else if (text.endsWith("\n") && text.indexOf("\n") === text.length - 1) found.push(warn("ends with a newline"));
  else if (isPrivateKey && !text.endsWith("\n")) found.push(warn("no newline at the end: some programs refuse such a key"));
  return found.length > 0 ? found : [fine("no leading or trailing blank")];
}

function checkCharacters(text: string): readonly Check[] {
  if (hasRawBytes(text)) return [warn("holds bytes that are not UTF-8")];
  const found: Check[] = [];
  if (text.includes("\r\n")) found.push(warn("has Windows line ends"));
  // oxlint-disable-next-line no-control-regex
  if (/(?![\t\n]|\r\n)[\u0000-\u001F\u007F-\u009F]/.test(text)) found.push(warn("holds control characters"));
  // oxlint-disable-next-line no-control-regex
  if (!isHonest(text.replace(/[\u0000-\u001F\u007F-\u009F]/g, ""))) found.push(warn("holds characters that cannot be seen"));
  return found;
}

function checkWorth(text: string): readonly Check[] {
  const trimmed = text.trim();
  if (looksLikePlaceholder(text)) return [warn("looks like a placeholder")];
  const kind = detectKind(text)?.kind;
  // These have a form that says nothing about the secret in them.
  if (kind !== undefined && kind !== "uuid") return [];
  switch (strengthOf(text)) {
    case "none":
      return [];
    case "low":
      return [warn(trimmed.length < 12 ? "weak: short" : "weak: easy to guess")];
    case "fair":
    case "high":
      return [];
  }
}

function checkSame({ sameIn, isolated, type }: CheckContext): readonly Check[] {
  if (sameIn === undefined) return [];
  if (sameIn.length === 0) return [fine("not used in another environment")];
  const names = listNames(sameIn);
  if (isolated) return [warn(`same value in ${names}, though they are meant to be isolated: use a value of its own`)];
  // Ports and switches are the same everywhere for good reasons.
  return type === "str" ? [warn(`same value in ${names}`)] : [];
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(show);
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`);
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

function checkLength(text: string, { old, type }: CheckContext): readonly Check[] {
  if (old === undefined || type !== "str" || old.length === 0 || text === "") return [];
  if (text.length * 2 < old.length) return [warn(`much shorter than before (${old.length} → ${text.length} characters)`)];
  return [fine(text.length === old.length ? "as long as before" : "length ok")];
}

function fine(text: string): Check {
  return { ok: true, level: "fine", text };
}

function warn(text: string): Check {
  return { ok: false, level: "warn", text };
}
