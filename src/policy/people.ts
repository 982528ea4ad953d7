/** Whose key is it: names for recipients, from `sotto.people` or from the anchors under `keys:`. */
import type { Config } from "./config.ts";
import type { Person } from "./sotto-section.ts";

const indexes = new WeakMap<Config, ReadonlyMap<string, string>>();

/** A Key Vault key with its version; whoever owns the key owns all versions. */
const VERSIONED = /^(https:\/\/[^/]+\/keys\/[^/]+)\/[^/]+$/;

/** @returns the name of the person, machine or anchor that owns the key, undefined when nobody is known */
export function nameOfRecipient(config: Config | undefined, label: string): string | undefined {
  if (config === undefined) return undefined;
  let index = indexes.get(config);
  if (index === undefined) indexes.set(config, (index = buildIndex(config)));
  const canonical = canonicalLabel(label);
  return index.get(canonical) ?? index.get(canonical.replace(VERSIONED, "$1"));
}

/** @returns the person or machine of that name */
export function findPerson(config: Config | undefined, name: string): Person | undefined {
  return config?.sotto?.people.find((person) => person.name === name);
}

function buildIndex(config: Config): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  const people = config.sotto?.people.flatMap((person) => person.keys.map((key) => [key, person.name] as const)) ?? [];
  for (const [key, name] of [...people, ...config.anchors]) {
    const label = canonicalLabel(key);
    if (!index.has(label)) index.set(label, name);
  }
  return index;
}

/** What two spellings of one key have in common: no comment behind an SSH key, no role of an ARN, no case of a fingerprint. */
export function canonicalLabel(label: string): string {
  const text = label.trim();
  if (text.startsWith("ssh-")) return text.split(/\s+/, 2).join(" ");
  if (text.startsWith("arn:")) return text.replaceAll(" ", "").split("|", 1).join("").split("+arn:", 1).join("");
  const hex = text.replaceAll(" ", "").replace(/^0x/i, "").replace(/!$/, "");
  if (/^[0-9a-f]{8,64}$/i.test(hex)) return hex.toUpperCase();
  return text.startsWith("https://") && text.endsWith("/") ? text.slice(0, -1) : text;
}
