/** The creation rules: which there are, and what is weak about them. */
import type { Config } from "../../policy/config.ts";
import type { CreationRule } from "../../policy/rules.ts";
import type { Finding } from "./finding.ts";
import { shorten } from "./identities.ts";

export function examinePolicy(config: Config | undefined, nameOf: (label: string) => string | undefined): readonly Finding[] {
  if (config === undefined) {
    return [{ area: "policy", state: "weak", message: "there is no .sops.yaml: nothing says who can read what", mend: "sotto init" }];
  }
  const { path: file, rules = [] } = config;
  if (rules.length === 0) {
    return [{ area: "policy", state: "weak", message: `${file} has no creation rules`, file, mend: "add creation_rules to it" }];
  }
  return rules.flatMap((rule): readonly Finding[] => {
    const place = { area: "policy", file, position: rule.position } as const;
    const what = describeRule(rule);
    if (rule.fault !== undefined) {
      const [mend = "mend the rule"] = rule.fault.hints;
      return [{ ...place, state: "wrong", message: `${what}: ${rule.fault.message}`, mend }];
    }
    const keys = rule.groups.flat();
    if (keys.length === 0) return [{ ...place, state: "wrong", message: `${what} names nobody`, mend: "add a recipient to it" }];
    const names = keys.map(({ label }) => nameOf(label) ?? shorten(label)).join(", ");
    const described: Finding = { ...place, state: "fine", message: `${what} is for ${names}${describeThreshold(rule)}` };
    if (!hangsOnOne(rule)) return [described];
    const message = `${what} has no backup recipient: whoever loses that one key loses the files`;
    return [
      described,
      { ...place, state: "weak", message, mend: "sotto keys generate --output backup.txt, add its recipient, sotto updatekeys ." },
    ];
  });
}

function describeRule({ index, pathRegex }: CreationRule): string {
  return `rule ${index + 1} (${pathRegex === "" ? "every file" : pathRegex})`;
}

function describeThreshold({ groups, threshold }: CreationRule): string {
  if (groups.length < 2) return "";
  return `, ${threshold === 0 ? groups.length : threshold} of ${groups.length} groups needed`;
}

/** Whether there is a key without which nothing opens. A key service of a cloud counts as one key. */
function hangsOnOne({ groups, threshold }: CreationRule): boolean {
  const needed = groups.length === 1 || threshold === 0 ? groups.length : threshold;
  return needed === groups.length && groups.some((group) => new Set(group.map(({ label }) => label)).size === 1);
}
