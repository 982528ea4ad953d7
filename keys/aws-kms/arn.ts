/** The names of keys and roles in AWS, read part by part, so that a mistake has a place (sops: §5.6). */

import type { Fault } from "../network/fault.ts";

interface Part {
  readonly expected: string;
  /** How many characters at the start can be meant. */
  fitting(text: string): number;
  isWhole(text: string): boolean;
}

/** A mistyped word has its place at the letter, another word at its start. */
const word = (text: string): Part => ({
  expected: JSON.stringify(text),
  fitting: (found) => (found.length === text.length ? Array.from(text).findIndex((letter, at) => letter !== found[at]) : 0),
  isWhole: (found) => found === text,
});

const pattern = (expected: string, start: RegExp, whole: RegExp): Part => ({
  expected,
  fitting: (text) => start.exec(text)?.[0].length ?? 0,
  isWhole: (text) => whole.test(text),
});

const PARTITION = pattern("the partition, such as aws", /^a?(?:(?<=a)w)?(?:(?<=aw)s)?(?:(?<=aws)[\w-]+)?/, /^aws[\w-]*$/);
const REGION = pattern("the region, such as eu-central-1", /^[a-z0-9-]*/, /^[a-z0-9]+(?:-[a-z0-9]+)+$/);
const ACCOUNT = pattern("the account, which has 12 digits", /^[0-9]{0,12}/, /^[0-9]{12}$/);
const NOTHING = pattern("nothing, for roles have no region", /^/, /^$/);
const KEY = pattern("key/ID or alias/NAME", /^(?:key\/[\w-]*|alias\/[\w:/-]*|)/, /^(?:key\/[\w-]+|alias\/[\w:/-]+)$/);
const ROLE = pattern("role/NAME", /^(?:role\/[\w+=,.@/-]*|)/, /^role\/[\w+=,.@/-]+$/);

const KEY_PARTS: readonly Part[] = [word("arn"), PARTITION, word("kms"), REGION, ACCOUNT, KEY];
const ROLE_PARTS: readonly Part[] = [word("arn"), PARTITION, word("iam"), NOTHING, ACCOUNT, ROLE];

/** @returns where a text stops being the ARN of a key, undefined when it is one */
export function findKeyFault(arn: string): Fault | undefined {
  return findFault(arn, KEY_PARTS);
}

/** The same for the ARN of a role. */
export function findRoleFault(arn: string): Fault | undefined {
  return findFault(arn, ROLE_PARTS);
}

function findFault(text: string, parts: readonly Part[]): Fault | undefined {
  let start = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const colon = isLast ? -1 : text.indexOf(":", start);
    const found = text.slice(start, colon === -1 ? text.length : colon);
    if (!part.isWhole(found)) return { at: start + part.fitting(found) + 1, expected: part.expected };
    if (!isLast && colon === -1) return { at: text.length + 1, expected: `":" and then ${parts[index + 1]?.expected ?? ""}` };
    start = colon + 1;
  }
  return undefined;
}

/**
 * Nearly as loosely as sops reads it. The region becomes part of a host's name, and the whole part of commands that hints offer.
 * @returns undefined when it is no ARN of a key
 */
export function regionOf(arn: string): string | undefined {
  return /^arn:aws[\w-]*:kms:([A-Za-z0-9-]{1,63}):[0-9]+:(?:key|alias)\/[\w:/-]+$/.exec(arn)?.[1];
}
