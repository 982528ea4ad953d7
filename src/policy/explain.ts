/** Why a file is encrypted for whom, and why a leaf is encrypted or not: data for `explain` and for the screens. */
import type { SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { Metadata, SelectorSetting } from "../model/metadata.ts";
import type { Config } from "./config.ts";
import { searchRules } from "./match.ts";
import type { RuleVerdict } from "./match.ts";
import { nameOfRecipient } from "./people.ts";
import { DEFAULT_SELECTOR, compileSelector } from "./selector.ts";
import type { Selector } from "./selector.ts";

export interface ExplainedKey {
  readonly provider: string;
  readonly label: string;
  /** Whose key it is, if that is known. */
  readonly name: string | undefined;
}

export interface ExplainedSelector extends SelectorSetting {
  /** The file counts once it is encrypted; a rule only before (sops: §3.5). */
  readonly from: "file" | "rule" | "default";
  readonly valid: boolean;
}

export interface FileExplanation {
  /** Path of the config, undefined if there is none. */
  readonly config: string | undefined;
  /** What `path_regex` was held against; undefined without a config. */
  readonly path: string | undefined;
  readonly rules: readonly (RuleVerdict & { readonly because: string })[];
  /** Index of the rule that matches. */
  readonly matched: number | undefined;
  /** Why the rule cannot be used, or that none matches. */
  readonly problem: SottoError | undefined;
  /** Keys of the rule; of the file where there is no rule. */
  readonly groups: readonly (readonly ExplainedKey[])[];
  readonly groupsFrom: "rule" | "file" | "nowhere";
  readonly threshold: number;
  /** In force for the file. */
  readonly selector: ExplainedSelector;
  /** What the rule would choose, where the file was encrypted under another selector. */
  readonly ruleSelector: SelectorSetting | undefined;
}

/**
 * @param file absolute path
 * @param metadata of the file, undefined while it is plain or does not exist
 */
export async function explainFile(config: Config | undefined, file: string, metadata: Metadata | undefined): Promise<FileExplanation> {
  const search = config === undefined ? undefined : await searchRules(config, file);
  const rule = search?.rule;
  const groups = rule?.groups ?? metadata?.groups ?? [];
  const wanted = rule?.selector ?? DEFAULT_SELECTOR;
  const [setting, from] = chooseSelector(rule?.selector, metadata);
  const { valid } = await compileSelector(setting);
  const differs = rule !== undefined && metadata !== undefined && (wanted.kind !== setting.kind || wanted.pattern !== setting.pattern);
  return {
    config: config?.path,
    path: search?.path,
    rules: search?.verdicts.map((verdict) => ({ ...verdict, because: sayWhy(verdict, search.path) })) ?? [],
    matched: rule?.index,
    problem: search?.error,
    groups: groups.map((group: KeyGroup) =>
      group.map(({ provider, label }) => ({ provider, label, name: nameOfRecipient(config, label) })),
    ),
    groupsFrom: rule === undefined ? (metadata === undefined ? "nowhere" : "file") : "rule",
    threshold: rule?.threshold ?? metadata?.threshold ?? 0,
    selector: { ...setting, from, valid },
    ruleSelector: differs ? wanted : undefined,
  };
}

function chooseSelector(
  fromRule: SelectorSetting | undefined,
  metadata: Metadata | undefined,
): readonly [SelectorSetting, ExplainedSelector["from"]] {
  if (metadata !== undefined) return metadata.selector === undefined ? [DEFAULT_SELECTOR, "default"] : [metadata.selector, "file"];
  return fromRule === undefined ? [DEFAULT_SELECTOR, "default"] : [fromRule, "rule"];
}

function sayWhy({ rule, outcome }: RuleVerdict, path: string): string {
  if (outcome === "not reached") return "an earlier rule decided";
  if (outcome === "not RE2") return `path_regex ${rule.pathRegex} is not valid RE2`;
  if (outcome === "no match") return `path_regex ${rule.pathRegex} does not match "${path}"`;
  return rule.pathRegex === "" ? "a rule without path_regex matches every file" : `path_regex ${rule.pathRegex} matches "${path}"`;
}

export interface LeafExplanation {
  readonly encrypted: boolean;
  /** Names keys and the selector, never a comment's text: that may be a secret. */
  readonly because: string;
}

/**
 * Why one leaf is encrypted or not (sops: §3.2, §3.3).
 * @param keys mapping keys from the root; for a comment those of the collection that holds it
 * @param governing texts of the active comments, outermost first; when the leaf is a comment, its text is the last
 */
export function explainLeaf(
  selector: Selector,
  keys: readonly string[],
  governing: readonly string[] = [],
  leafIsComment = false,
): LeafExplanation {
  const { kind, pattern } = selector.setting;
  const named = `${kind} ${pattern}`;
  if (!selector.valid) return { encrypted: selector.keepsPlain, because: `${named} is not valid RE2 and hits nothing` };
  if (!selector.byComment) {
    const key = keys.find((one) => selector.hits(one));
    return key === undefined
      ? { encrypted: selector.keepsPlain, because: `no key on its path is hit by ${named}` }
      : { encrypted: !selector.keepsPlain, because: `the key "${key}" is hit by ${named}` };
  }
  const own = leafIsComment ? governing.length - 1 : -1;
  const at = governing.findIndex((text, index) => (selector.keepsPlain || index !== own) && selector.hits(text));
  if (at !== -1) {
    const which = at === own ? "the comment itself" : "a comment above it";
    return { encrypted: !selector.keepsPlain, because: `${which} is hit by ${named}` };
  }
  if (own !== -1 && !selector.keepsPlain && selector.hits(governing[own] ?? "")) {
    return { encrypted: false, because: `it is the comment that ${named} waits for, and stays readable` };
  }
  return { encrypted: selector.keepsPlain, because: `no comment above it is hit by ${named}` };
}
