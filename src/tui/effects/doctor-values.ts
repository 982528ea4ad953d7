/** Which values are weak, and which say something when two are the same. Advice only; no sentence holds a part of the value. */
import type { Scalar } from "../../model/tree.ts";
import type { Facts } from "../model/facts.ts";
import { checkValue } from "../text/checks.ts";

/** Names of what should be hard to guess. A user's name or a host is short for good reasons. */
const SECRET = /pass|secret|token|credential|private|signing|salt|pwd|api_?key|[-_. ]key$|^key$|(?<=[a-z])Key$/i;
/** Shorter ones are the same by chance. */
const TELLING = 8;

function isSecret(key: readonly string[]): boolean {
  return key.some((part) => SECRET.test(part));
}

export function isTelling({ type, length, strength }: Facts, key: readonly string[]): boolean {
  return type === "str" && length > 0 && (isSecret(key) || (length >= TELLING && strength !== "low"));
}

/** @returns why it is weak */
export function weaknessOf({ type, canonical }: Scalar, key: readonly string[]): string | undefined {
  if (type !== "str" || canonical === "") return undefined;
  const checks = checkValue(canonical, { type: "str", sameIn: [], isolated: false });
  const found = checks.find(({ ok, text }) => !ok && (text.includes("placeholder") || (isSecret(key) && text.startsWith("weak"))));
  return found?.text;
}
