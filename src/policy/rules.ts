/** Creation rules (sops: §6.2): what a rule of the config means, and what sops would object to once it matches. */
import { SottoError } from "../model/error.ts";
import type { Position } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { SelectorKind, SelectorSetting } from "../model/metadata.ts";
import { UnfitKey } from "../model/provider.ts";
import type { Span } from "../model/tree.ts";
import { readBool, readFields, readInt, readList, readText } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import { FLAT_KEYS, makeGroup, readFlatKeys, readGroup } from "./key-groups.ts";
import type { Attempt, CheckNames } from "./key-groups.ts";
import { withoutDuplicates } from "./recipients.ts";
import type { ConfigSource } from "./source.ts";

export interface CreationRule {
  /** Place in the list, from 0. */
  readonly index: number;
  readonly position: Position;
  /** Empty: matches every path. */
  readonly pathRegex: string;
  /** One group for the flat fields, be it empty; else `key_groups`. */
  readonly groups: readonly KeyGroup[];
  /** 0 when there is none. */
  readonly threshold: number;
  readonly selector: SelectorSetting | undefined;
  readonly macOnlyEncrypted: boolean;
  /** Why the rule cannot be used; sops says so only when a file matches it. */
  readonly fault: SottoError | undefined;
}

const SELECTORS: readonly SelectorKind[] = [
  "unencrypted_suffix",
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
  "unencrypted_comment_regex",
  "encrypted_comment_regex",
];

export const RULE_FIELDS: readonly string[] = [
  "path_regex",
  ...FLAT_KEYS,
  "aws_profile",
  "key_groups",
  "shamir_threshold",
  ...SELECTORS,
  "mac_only_encrypted",
];

const TWO_SELECTORS =
  "error loading config: cannot use more than one of encrypted_suffix, unencrypted_suffix, encrypted_regex, unencrypted_regex, encrypted_comment_regex, or unencrypted_comment_regex for the same rule";

/** @throws SottoError `CONFIG_INVALID` when a value does not fit its field: sops then reads no file at all */
export function readRule(source: ConfigSource, value: Located, index: number, checkNames: CheckNames): CreationRule {
  const list = readFields(source, value, "creation_rules", "config.creationRule");
  checkNames(list, RULE_FIELDS, "creation rule");
  const fields = new Map(list.map((field) => [field.key, field]));
  const read = <T>(name: string, reader: (source: ConfigSource, value: Located, name: string) => T, absent: T): T => {
    const field = fields.get(name);
    return field === undefined ? absent : reader(source, field, name);
  };
  const settings = SELECTORS.flatMap((kind) => {
    const pattern = read(kind, readText, "");
    return pattern === "" ? [] : [{ kind, pattern }];
  });
  const faults: SottoError[] = [];
  if (settings.length > 1) faults.push(source.error(fields.get(settings[1]?.kind ?? "")?.keySpan ?? value.span, TWO_SELECTORS));
  const groups = readGroups(source, fields, checkNames, collectFaults(source, faults));
  return {
    index,
    position: source.positionOf(value.span.start),
    pathRegex: read("path_regex", readText, ""),
    groups,
    threshold: read("shamir_threshold", readInt, 0),
    selector: settings[0],
    macOnlyEncrypted: read("mac_only_encrypted", readBool, false),
    fault: faults[0],
  };
}

function readGroups(
  source: ConfigSource,
  fields: ReadonlyMap<string, Field>,
  checkNames: CheckNames,
  attempt: Attempt,
): readonly KeyGroup[] {
  // both forms are read: a misfit in either breaks the config, even in the one that does not count
  const flat = readFlatKeys(source, fields);
  const field = fields.get("key_groups");
  const groups = field === undefined ? [] : readList(source, field, "key_groups", "[]config.keyGroup");
  const read = groups.map((group) => readGroup(source, group, checkNames));
  if (read.length === 0) return [flat.flatMap((make) => make(attempt))];
  return read.map((group) => withoutDuplicates(makeGroup(group, attempt)));
}

function collectFaults(source: ConfigSource, faults: SottoError[]): Attempt {
  return <T>(span: Span, make: () => readonly T[]): readonly T[] => {
    try {
      return make();
    } catch (error) {
      if (error instanceof UnfitKey) faults.push(source.error(span, error.message));
      else if (SottoError.is(error)) faults.push(error);
      else throw error;
      return [];
    }
  };
}
