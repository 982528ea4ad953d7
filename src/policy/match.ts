/** Which creation rule a file falls under (sops: §6.2). */
import { SottoError } from "../model/error.ts";
import type { Config } from "./config.ts";
import { compilePattern } from "./re2.ts";
import type { Pattern } from "./re2.ts";
import type { CreationRule } from "./rules.ts";

export type RuleOutcome = "matches" | "no match" | "not reached" | "not RE2";

export interface RuleVerdict {
  readonly rule: CreationRule;
  readonly outcome: RuleOutcome;
}

export interface RuleSearch {
  /** What `path_regex` was held against. */
  readonly path: string;
  /** One per rule of the config, in order. */
  readonly verdicts: readonly RuleVerdict[];
  /** The rule that matches, be it usable or not. */
  readonly rule: CreationRule | undefined;
  /** Why sops would stop; undefined when the rule can be used, or when there are no rules at all. */
  readonly error: SottoError | undefined;
}

/**
 * The first rule that matches.
 * @param file absolute path, not resolved
 * @returns undefined when the config has no `creation_rules`: it then counts as absent
 * @throws SottoError `NO_MATCHING_RULE`; `CONFIG_INVALID` for a pattern that is not RE2 on the way, or a rule that cannot be used
 */
export async function matchRule(config: Config, file: string): Promise<CreationRule | undefined> {
  const { rule, error } = await searchRules(config, file);
  if (error !== undefined) throw error;
  return rule;
}

/** The same search, as data: nothing is thrown. */
export async function searchRules(config: Config, file: string): Promise<RuleSearch> {
  const path = relativeToConfig(config.directory, file);
  const verdicts: RuleVerdict[] = [];
  let found: CreationRule | undefined;
  let error: SottoError | undefined;
  for (const rule of config.rules ?? []) {
    const outcome = found !== undefined || error !== undefined ? "not reached" : await tryRule(rule, path);
    verdicts.push({ rule, outcome });
    if (outcome === "matches") {
      found = rule;
      error = rule.fault;
    } else if (outcome === "not RE2") {
      error = new SottoError("CONFIG_INVALID", `can not compile regexp: \`${rule.pathRegex}\` is not valid RE2`, {
        file: config.path,
        position: rule.position,
      });
    }
  }
  if (config.rules !== undefined && found === undefined) {
    error ??= new SottoError("NO_MATCHING_RULE", "error loading config: no matching creation rules found", {
      file: config.path,
      hints: [`no path_regex matches "${path}"`],
    });
  }
  return { path, verdicts, rule: found, error };
}

/** Only the prefix is cut off; a file elsewhere keeps its absolute path (go sops `TrimPrefix`). */
function relativeToConfig(directory: string, file: string): string {
  const separator = directory.includes("\\") && !directory.includes("/") ? "\\" : "/";
  const prefix = directory + separator;
  return file.startsWith(prefix) ? file.slice(prefix.length) : file;
}

const compiled = new WeakMap<CreationRule, Promise<Pattern | undefined>>();

async function tryRule(rule: CreationRule, path: string): Promise<RuleOutcome> {
  if (rule.pathRegex === "") return "matches";
  let pattern = compiled.get(rule);
  if (pattern === undefined) compiled.set(rule, (pattern = compilePattern(rule.pathRegex)));
  const ready = await pattern;
  if (ready === undefined) return "not RE2";
  return ready.test(path) ? "matches" : "no match";
}
