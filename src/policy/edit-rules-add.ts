/** Puts a recipient into rules of a config, in the form in which they are written, with a name for its owner. */
import type { Scalar, YAMLMap, YAMLSeq } from "yaml";
import { findProvider } from "../../keys/index.ts";
import { SottoError } from "../model/error.ts";
import type { KeyProvider } from "../model/provider.ts";
import type { Splice } from "../model/tree.ts";
import { innerSpan } from "./edit-rules-remove.ts";
import { byHand, insert, isSameKey, quote, type RulesText } from "./edit-rules-text.ts";

export interface NewRecipient {
  /** sops's type identifier, such as `age`. */
  readonly provider: string;
  /** As rules spell it. */
  readonly recipient: string;
  /** Whose it is. */
  readonly name?: string;
  /** Places of the rules in the list, from 0. */
  readonly rules: readonly number[];
  /** Of a rule with key groups, which of them, from 0. */
  readonly group?: number;
}

/** @throws SottoError `REFUSED` for a form that cannot be changed without changing more */
export function insertRecipient(rules: RulesText, added: NewRecipient): readonly Splice[] {
  const provider = findProvider(added.provider);
  if (provider === undefined) throw new SottoError("RECIPIENT_INVALID", `${added.provider} is no kind of key`);
  const { root } = rules;
  const list = rules.asSeq(rules.find(root, "creation_rules")?.value);
  if (root === undefined || list === undefined) throw byHand();
  const declared = declare(rules, root, added, list);
  const splices = [...declared.splices];
  for (const index of new Set(added.rules)) {
    const rule = rules.asMap(rules.follow(list.items[index]));
    if (rule === undefined) throw byHand();
    splices.push(putInRule(rules, rule, provider, added, declared.reference));
  }
  if (added.name !== undefined) splices.push(...putPerson(rules, root, added.name, declared.reference));
  return splices;
}

/** How rules refer to the recipient: by an anchor under `keys:` where there is one, or where a name is given. */
function declare(rules: RulesText, root: YAMLMap, added: NewRecipient, list: YAMLSeq): { reference: string; splices: readonly Splice[] } {
  const keys = rules.asSeq(rules.find(root, "keys")?.value);
  const before = (keys?.range?.[0] ?? 0) < (list.range?.[0] ?? 0);
  const known = keys?.items.find((item) => {
    const scalar = rules.asScalar(item);
    return scalar?.anchor !== undefined && typeof scalar.value === "string" && isSameKey(scalar.value, added.recipient);
  });
  const anchor = rules.asScalar(known)?.anchor;
  if (anchor !== undefined && before) return { reference: `*${anchor}`, splices: [] };
  const text = quote(added.recipient);
  if (added.name === undefined || known !== undefined) return { reference: text, splices: [] };
  const name = freeAnchor(rules, added.name);
  const item = `&${name} ${text}`;
  if (keys !== undefined) {
    return { reference: before ? `*${name}` : text, splices: [rules.putIn(keys, item, [item])] };
  }
  if (rules.find(root, "keys") !== undefined || root.flow === true || root.items.length === 0) return { reference: text, splices: [] };
  return { reference: `*${name}`, splices: [insert(rules.startOf(root, 0), `keys:\n  - ${item}\n`)] };
}

function freeAnchor(rules: RulesText, name: string): string {
  const safe = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-") || "key";
  const taken = new Set(Array.from(rules.text.matchAll(/&([^\s,[\]{}]+)/g), ([, one]) => one));
  let free = safe;
  for (let count = 2; taken.has(free); count += 1) free = `${safe}-${count}`;
  return free;
}

function putInRule(rules: RulesText, rule: YAMLMap, provider: KeyProvider, added: NewRecipient, reference: string): Splice {
  const groups = rules.asSeq(rules.follow(rules.find(rule, "key_groups")?.value));
  if (groups === undefined || groups.items.length === 0) {
    return putInField(rules, rule, provider.flat.key, { reference, text: added.recipient, list: provider.flat.listOnly === true });
  }
  const group = rules.asMap(rules.follow(groups.items[added.group ?? 0]));
  if (group === undefined) throw byHand();
  const { key, struct } = provider.group;
  if (struct === undefined) return putInField(rules, group, key, { reference, text: added.recipient, list: true });
  const [field = ""] = Object.keys(struct.fields);
  const plain = !/[+|]/.test(added.recipient) && field !== "vaultUrl";
  if (!plain) throw byHand(rules.text.slice(0, group.range?.[0] ?? 0).split("\n").length);
  const item = `{${field}: ${reference}}`;
  return putInField(rules, group, key, { reference: item, text: item, list: true });
}

interface Written {
  /** An alias, or the recipient as YAML. */
  readonly reference: string;
  readonly text: string;
  /** Only a list will do. */
  readonly list: boolean;
}

function putInField(rules: RulesText, map: YAMLMap, name: string, { reference, text, list }: Written): Splice {
  const pair = rules.find(map, name);
  const only = list ? `[${reference}]` : reference;
  if (pair === undefined) return rules.putIn(map, `${name}: ${only}`, [`${name}: ${only}`]);
  const seq = rules.asSeq(pair.value);
  if (seq !== undefined) return rules.putIn(seq, reference, [reference]);
  const index = map.items.indexOf(pair);
  const scalar = rules.asScalar(pair.value);
  if (scalar === undefined) {
    const alias = rules.asAlias(pair.value);
    if (alias?.range == null) throw byHand();
    const [start, end] = alias.range;
    const target = rules.asSeq(rules.resolve(alias));
    const others = target === undefined ? [rules.text.slice(start, end)] : listTexts(rules, target);
    return { start, end, text: `[${[...others, reference].join(", ")}]` };
  }
  if (scalar.value === null || scalar.value === "") {
    const end = rules.endOf(map, index);
    const start = scalar.value === null ? end : (scalar.range?.[0] ?? end);
    return scalar.value === null ? insert(end, `${rules.text[end - 1] === ":" ? " " : ""}${only}`) : { start, end, text: only };
  }
  return extendScalar(rules, scalar, reference, text);
}

function extendScalar(rules: RulesText, scalar: Scalar, reference: string, text: string): Splice {
  if (scalar.range == null) throw byHand();
  const [start, end] = innerSpan(scalar, rules.text, scalar.range);
  const isWord = scalar.type === "PLAIN" && !String(scalar.value).includes(",");
  if (scalar.anchor !== undefined || (reference.startsWith("*") && isWord)) {
    const from = scalar.anchor === undefined ? start : rules.text.lastIndexOf(`&${scalar.anchor}`, start);
    return { start: from, end, text: `[${rules.text.slice(from, end)}, ${reference}]` };
  }
  const body = rules.text.slice(start, end).trimEnd();
  return insert(start + body.length, `,${text}`);
}

function listTexts(rules: RulesText, list: YAMLSeq): readonly string[] {
  return list.items.map((item) => {
    const alias = rules.asAlias(item);
    const scalar = rules.asScalar(item);
    if (alias !== undefined) return `*${alias.source}`;
    if (scalar?.anchor !== undefined) return `*${scalar.anchor}`;
    if (typeof scalar?.value === "string") return quote(scalar.value);
    throw byHand();
  });
}

/** Names stand in our section where there is one; else the anchor says who it is. */
function putPerson(rules: RulesText, root: YAMLMap, name: string, reference: string): readonly Splice[] {
  const section = rules.asMap(rules.find(root, "sotto")?.value);
  if (section === undefined) return [];
  const people = rules.asMap(rules.find(section, "people")?.value);
  const key = quote(name);
  const flow = `${key}: {keys: [${reference}]}`;
  const block = [`${key}:`, "  keys:", `    - ${reference}`];
  if (people === undefined) {
    if (section.items.length === 0 && section.flow !== true) throw byHand();
    return [rules.putIn(section, `people: {${flow}}`, ["people:", ...block.map((line) => `  ${line}`)])];
  }
  const person = rules.asMap(rules.find(people, name)?.value);
  if (person !== undefined) return [putInField(rules, person, "keys", { reference, text: reference, list: true })];
  return [rules.putIn(people, flow, block)];
}
