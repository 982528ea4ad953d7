/** Names of keys in Google Cloud, read part by part, so that a mistake has a place (sops: §5.7). */
import { type Fault, invalidRecipient } from "../network/fault.ts";

interface Part {
  readonly expected: string;
  /** Where it is one word. */
  readonly word?: string;
  /** What it may begin with. */
  readonly start: RegExp;
}

const word = (text: string): Part => ({ expected: JSON.stringify(text), word: text, start: /^/ });
const named = (expected: string, start: RegExp): Part => ({ expected, start });

const NAME = /^[\w-]*/;
const PARTS: readonly Part[] = [
  word("projects"),
  named("the project, such as acme-prod", /^[a-z0-9.:-]*/),
  word("locations"),
  named("the location, such as global or europe-west3", /^[a-z0-9-]*/),
  word("keyRings"),
  named("the name of the key ring", NAME),
  word("cryptoKeys"),
  named("the name of the key", NAME),
];

/** @returns where a text stops being the name of a key, undefined when it is one */
export function findResourceFault(id: string): Fault | undefined {
  let start = 0;
  for (const [index, part] of PARTS.entries()) {
    const slash = id.indexOf("/", start);
    const found = id.slice(start, slash === -1 ? id.length : slash);
    const fitting = countFitting(part, found);
    if (found === "" || fitting < found.length || (part.word !== undefined && found !== part.word))
      return { at: start + fitting + 1, expected: part.expected };
    const next = PARTS[index + 1];
    if (next === undefined) return slash === -1 ? undefined : { at: slash + 1, expected: "the end: a key is named without its version" };
    if (slash === -1) return { at: id.length + 1, expected: `"/" and then ${next.expected}` };
    start = slash + 1;
  }
  return undefined;
}

function countFitting({ word: wanted, start }: Part, found: string): number {
  if (wanted === undefined) return start.exec(found)?.[0].length ?? 0;
  let count = 0;
  while (count < found.length && found[count] === wanted[count]) count += 1;
  return count;
}

/** @throws SottoError `RECIPIENT_INVALID` with the place of the first character that does not fit */
export function checkResourceId(id: string, form: string): void {
  const fault = findResourceFault(id);
  if (fault !== undefined) throw invalidRecipient("Google Cloud KMS key", id, fault, [form]);
}
