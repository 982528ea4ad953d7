/** `REGION:ID` of a key (sops: §5.10). */

export interface KeyId {
  readonly region: string;
  readonly id: string;
}

export function splitKeyId(text: string): KeyId {
  const colon = text.indexOf(":");
  return { region: text.slice(0, colon).trim(), id: text.slice(colon + 1).trim() };
}

/** A region becomes part of a host's name. */
const REGION = /^[a-z]{2}-[a-z]+-[0-9]{1,3}$/;
const REGION_START = /^[a-z]{0,2}(?:(?<=^[a-z]{2})-)?(?:(?<=-)[a-z]+)?(?:(?<=[a-z])-)?(?:(?<=-)[0-9]{1,3})?/;
const ID_PARTS: readonly number[] = [8, 4, 4, 4, 12];

export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** @returns what was expected, and where */
export function findFault(text: string): string | undefined {
  const colon = text.indexOf(":");
  const region = colon === -1 ? text : text.slice(0, colon);
  if (!isRegion(region)) {
    const at = REGION_START.exec(region)?.[0].length ?? 0;
    return `expected the region, such as eu-west-101, at character ${at + 1}`;
  }
  if (colon === -1) return `expected ":" and then the ID of the key at character ${text.length + 1}`;
  let at = colon + 1;
  for (const [index, length] of ID_PARTS.entries()) {
    const digits = /^[0-9a-f]*/i.exec(text.slice(at, at + length))?.[0].length ?? 0;
    if (digits < length) return `expected a hexadecimal digit at character ${at + digits + 1}`;
    at += length;
    const isLast = index === ID_PARTS.length - 1;
    if (!isLast && text[at] !== "-") return `expected "-" at character ${at + 1}`;
    if (!isLast) at += 1;
  }
  return at === text.length ? undefined : `expected the end at character ${at + 1}`;
}
