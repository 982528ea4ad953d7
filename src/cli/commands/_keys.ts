/** Who a new file is for: key flags, else the creation rule of the config. */
import {
  checkRecipients,
  checkRule,
  type CreationRule,
  type KeyGroup,
  type MasterKey,
  parseMasterKeys,
  type Project,
  providersByFlag,
  type SelectorKind,
  type SelectorSetting,
  SottoError,
} from "../../index.ts";

/** The master keys that key flags name, in sops's order; a flag may hold a list. @throws SottoError `RECIPIENT_INVALID` */
export function keysFromFlags(flags: object, prefix = ""): readonly MasterKey[] {
  const values = flags as Readonly<Record<string, string | readonly string[] | undefined>>;
  const textOf = (name: string): string | undefined => {
    const value = values[name];
    if (value === undefined || typeof value === "string") return value;
    return value.length === 0 ? undefined : value.join(",");
  };
  const settings = { profile: textOf("aws-profile") ?? "", context: parseContext(textOf("encryption-context")) };
  return providersByFlag.flatMap(({ id, flag }) => {
    const text = textOf(prefix + flag.name);
    return text === undefined ? [] : parseMasterKeys(id, text, settings);
  });
}

function parseContext(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined || text === "") return undefined;
  const pairs = text.split(",").map((pair) => pair.split(":"));
  if (pairs.some((pair) => pair.length !== 2)) {
    throw new SottoError("BAD_CONTEXT", "invalid KMS encryption context format", { hints: ["write key:value,key:value"] });
  }
  return Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, value]));
}

export interface Recipients {
  readonly groups: readonly KeyGroup[];
  readonly threshold: number;
  readonly rule: CreationRule | undefined;
}

/**
 * Every recipient is checked before anything else happens. Key flags replace the keys of the rule, which must match all the same (sops: §6.2).
 * @param path the file that is encrypted, or the name given for it
 * @throws SottoError `CONFIG_MISSING`, `NO_MATCHING_RULE`, `RECIPIENT_INVALID`, `NO_KEYS`
 */
export async function findRecipients(project: Project, path: string, flags: object, threshold: number | undefined): Promise<Recipients> {
  const rule = await project.rule(path);
  const keys = keysFromFlags(flags);
  if (keys.length > 0) {
    await checkRecipients([keys]);
    return { groups: [keys], threshold: threshold ?? 0, rule };
  }
  if (rule === undefined) {
    throw new SottoError(
      "CONFIG_MISSING",
      "config file not found, or has no creation rules, and no keys provided through command line options",
      {
        hints: ["sotto init writes a .sops.yaml", "or name a recipient: --age age1…"],
      },
    );
  }
  if (project.config !== undefined) await checkRule(project.config, rule);
  return { groups: rule.groups, threshold: threshold !== undefined && threshold !== 0 ? threshold : rule.threshold, rule };
}

type SelectorFlags = { readonly [K in SelectorKind as string]?: string | undefined };

const KINDS: readonly SelectorKind[] = [
  "unencrypted_suffix",
  "encrypted_suffix",
  "unencrypted_regex",
  "encrypted_regex",
  "unencrypted_comment_regex",
  "encrypted_comment_regex",
];

/**
 * Each flag replaces its own field of the rule; then at most one may be set (sops: §6.2).
 * @throws SottoError `SELECTOR_CONFLICT`
 */
export function findSelector(flags: object, rule: CreationRule | undefined): SelectorSetting | undefined {
  const given = flags as SelectorFlags;
  const settings = KINDS.flatMap((kind): SelectorSetting[] => {
    const pattern = given[kind.replaceAll("_", "-")] ?? (rule?.selector?.kind === kind ? rule.selector.pattern : "");
    return pattern === "" ? [] : [{ kind, pattern }];
  });
  if (settings.length > 1) {
    throw new SottoError(
      "SELECTOR_CONFLICT",
      `cannot use more than one of ${settings.map(({ kind }) => kind).join(", ")} in the same file`,
      {
        hints: ["leave one of them, on the command line or in the creation rule"],
      },
    );
  }
  return settings[0];
}

/** Recipients for `--json`, group by group. */
export function describeGroups(groups: readonly KeyGroup[]): readonly (readonly { provider: string; label: string }[])[] {
  return groups.map((group) => group.map(({ provider, label }) => ({ provider, label })));
}
