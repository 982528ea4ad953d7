/** Addresses of keys in Azure Key Vault, read part by part, so that a mistake has a place (sops: §5.8). */
import type { Fault } from "../network/fault.ts";

interface Part {
  readonly expected: string;
  /** Where it is one word. */
  readonly word?: string;
  readonly whole: RegExp;
  /** How far what is wrong can be meant. */
  readonly start: RegExp;
}

const word = (text: string): Part => ({ expected: JSON.stringify(text), word: text, whole: new RegExp(text, "y"), start: /(?:)/y });

const PARTS: readonly Part[] = [
  word("https://"),
  {
    expected: "the host of the vault, such as acme.vault.azure.net",
    whole: /[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?=\/|$)/y,
    start: /[A-Za-z0-9.-]*/y,
  },
  word("/keys/"),
  { expected: "the name of the key: letters, digits and -", whole: /[A-Za-z0-9-]{1,127}(?=\/|$)/y, start: /[A-Za-z0-9-]{0,127}/y },
  {
    expected: "nothing more than a version, which has 32 hexadecimal digits",
    whole: /(?:\/(?:[0-9A-Fa-f]{32})?)?$/y,
    start: /\/?[0-9A-Fa-f]{0,32}/y,
  },
];

/** @returns where a text stops being the address of a key, undefined when it is one */
export function findUrlFault(url: string): Fault | undefined {
  let at = 0;
  for (const part of PARTS) {
    const found = lengthAt(part.whole, url, at);
    if (found === undefined) return { at: at + countFitting(part, url, at) + 1, expected: part.expected };
    at += found;
  }
  return undefined;
}

function countFitting({ word: wanted, start }: Part, url: string, at: number): number {
  if (wanted === undefined) return lengthAt(start, url, at) ?? 0;
  let count = 0;
  while (at + count < url.length && url[at + count] === wanted[count]) count += 1;
  return count;
}

function lengthAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length;
}
