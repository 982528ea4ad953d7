/** The keys of a rule in both forms, flat fields and `key_groups` (sops: §6.2), read first and made into master keys later. */
import { providersByRule } from "../../keys/index.ts";
import type { SottoError } from "../model/error.ts";
import type { MasterKey } from "../model/keys.ts";
import type { FlatForm, GroupForm, KeyProvider } from "../model/provider.ts";
import { makeKey } from "../model/provider.ts";
import type { Span } from "../model/tree.ts";
import { goTypeOf, readFields, readList, readText, readTexts, scalarText } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import { keyFromText, refuseSecret, withoutDuplicates } from "./recipients.ts";
import type { ConfigSource } from "./source.ts";

/** Called with the fields of each mapping and the names that it may have. */
export type CheckNames = (fields: readonly Field[], known: readonly string[], where: string) => void;

/** Runs something that may find a key unfit; what it throws becomes a fault of the rule. */
export type Attempt = <T>(span: Span, make: () => readonly T[]) => readonly T[];

type Maker = (attempt: Attempt) => readonly MasterKey[];

/** The fields of a rule that name keys. */
export const FLAT_KEYS: readonly string[] = providersByRule.map(({ flat }) => flat.key);

export function readFlatKeys(source: ConfigSource, fields: ReadonlyMap<string, Field>): readonly Maker[] {
  const profileField = fields.get("aws_profile");
  const profile = profileField === undefined ? "" : readText(source, profileField, "aws_profile");
  return providersByRule.flatMap((provider): readonly Maker[] => {
    const { flat } = provider;
    const field = fields.get(flat.key);
    if (field === undefined) return [];
    const { span } = field;
    // go-yaml itself holds some fields to a list of texts
    const texts = flat.listOnly === true ? readTexts(source, field, flat.key) : undefined;
    return [
      (attempt) => {
        const joined = (texts ?? attempt(span, () => readSpellings(source, field, flat))).join(",");
        if (joined === "") return [];
        const parts = joined.split(",").filter((part) => flat.skipsEmpty !== true || part.trim() !== "");
        return parts.flatMap((part) => attempt(span, () => [keyFromText(provider, part, { profile, context: undefined })]));
      },
    ];
  });
}

/** A comma-separated text, whose parts are trimmed and dropped when empty, or a list of texts, taken as they are. */
function readSpellings(source: ConfigSource, { node, span }: Located, { spoken }: FlatForm): readonly string[] {
  const [outer, inner] = spoken;
  const wrong = (found: string): SottoError =>
    source.error(span, `invalid ${outer} key configuration: invalid ${inner} key configuration: expected ${found}`);
  if (node.kind === "null") return [];
  if (node.kind === "scalar" && node.type === "str") {
    return scalarText(source, node)
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (node.kind !== "sequence") throw wrong(`string, []string, or nil, got ${goTypeOf(node)}`);
  return node.items.flatMap((item) => {
    if (item.kind === "comment") return [];
    if (item.kind !== "scalar" || item.type !== "str") throw wrong(`string in list, got ${goTypeOf(item)}`);
    return [item.canonical];
  });
}

/** A key group as written: a value that does not fit breaks the config, a key that does not fit only the rule. */
export interface GroupFields {
  readonly merge: readonly GroupFields[];
  /** In the order in which their keys enter the group. */
  readonly makers: readonly Maker[];
}

export const GROUP_FIELDS: readonly string[] = ["merge", ...providersByRule.map(({ group }) => group.key)];

/** Groups merged into groups deeper than this are no config. */
const MAX_MERGES = 100;

export function readGroup(source: ConfigSource, value: Located, checkNames: CheckNames, depth = 0): GroupFields {
  if (depth > MAX_MERGES) throw source.error(value.span, "error loading config: key groups are merged too deeply");
  const fields = readFields(source, value, "key_groups", "config.keyGroup");
  checkNames(fields, GROUP_FIELDS, "key group");
  const items = (name: string, type: string): readonly Located[] => {
    const field = fields.find((one) => one.key === name);
    return field === undefined ? [] : readList(source, field, name, type);
  };
  return {
    merge: items("merge", "[]config.keyGroup").map((item) => readGroup(source, item, checkNames, depth + 1)),
    makers: providersByRule.flatMap((provider) => {
      const { key, struct } = provider.group;
      if (struct === undefined) return items(key, "[]string").map((item) => readGroupText(source, item, provider));
      return items(key, `[]config.${struct.type}`).map((item) => {
        const members = readFields(source, item, key, `config.${struct.type}`);
        checkNames(members, Object.keys(struct.fields), `key of "${key}"`);
        return readGroupStruct(source, { ...item, members }, provider, struct);
      });
    }),
  };
}

function readGroupText(source: ConfigSource, item: Located, provider: KeyProvider): Maker {
  const { key, texts } = provider.group;
  const spelling = readText(source, item, key);
  const parts = texts?.commas === true ? spelling.split(",") : [spelling];
  return (attempt) => {
    if (texts?.skipsEmpty === true && spelling === "") return [];
    return attempt(item.span, () => parts.map((part) => keyFromText(provider, part, { profile: "", context: undefined })));
  };
}

function readGroupStruct(
  source: ConfigSource,
  item: Located & { readonly members: readonly Field[] },
  provider: KeyProvider,
  { fields }: NonNullable<GroupForm["struct"]>,
): Maker {
  const stored = Object.fromEntries(
    Object.entries(fields).map(([name, becomes]) => {
      const member = item.members.find((one) => one.key === name);
      const mapping = provider.stored.some((field) => field.name === becomes && field.mapping === true);
      return [becomes, mapping ? readContext(source, member) : member === undefined ? "" : readText(source, member, name)];
    }),
  );
  return (attempt) =>
    attempt(item.span, () => {
      for (const value of Object.values(stored)) if (typeof value === "string") refuseSecret(value);
      return [makeKey(provider, provider.fromStruct?.(stored) ?? stored)];
    });
}

function readContext(source: ConfigSource, field: Field | undefined): Readonly<Record<string, string>> | undefined {
  if (field === undefined || field.node.kind === "null") return undefined;
  const pairs = readFields(source, field, field.key, "map[string]*string").filter((pair) => pair.node.kind !== "null");
  return Object.fromEntries(pairs.map((pair) => [pair.key, readText(source, pair, pair.key)]));
}

/** Merged groups come first, each without its own duplicates. */
export function makeGroup(group: GroupFields, attempt: Attempt): readonly MasterKey[] {
  const merged = group.merge.flatMap((inner) => withoutDuplicates(makeGroup(inner, attempt)));
  return [...merged, ...group.makers.flatMap((make) => make(attempt))];
}
