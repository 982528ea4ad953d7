/** Writes into `sotto.ignore` of a config which finding is fine, and why. All other text stays. */
import { type Config, loadConfig } from "./config.ts";
import type { EditedRules } from "./edit-rules.ts";
import { byHand, insert, quote, RulesText } from "./edit-rules-text.ts";
import type { IgnoredFinding } from "./sotto-section.ts";

/**
 * @returns the text as it was, where the finding is ignored already
 * @throws SottoError `REFUSED` for a form that cannot be changed from here
 */
export async function addIgnored(config: Config, added: IgnoredFinding): Promise<EditedRules> {
  const before = config.sotto?.ignore ?? [];
  if (before.some(({ finding }) => finding === added.finding)) return { text: config.source.text, config };
  const rules = await RulesText.read(config.source.text);
  const text = insertIgnored(rules, added);
  const next = await loadConfig(config.path, text);
  const now = next.sotto?.ignore ?? [];
  const isRight = now.length === before.length + 1 && now.some((one) => one.finding === added.finding && one.reason === added.reason);
  if (!isRight || outline(next) !== outline(config)) throw byHand();
  return { text, config: next };
}

function insertIgnored(rules: RulesText, { finding, reason }: IgnoredFinding): string {
  const { root, text } = rules;
  const [found, why] = [`finding: ${quote(finding)}`, `reason: ${quote(reason)}`];
  const item = [found, `  ${why}`];
  const flow = `{ ${found}, ${why} }`;
  const section = rules.find(root, "sotto");
  if (root === undefined || root.flow === true) throw byHand();
  if (section === undefined) {
    const broken = text === "" || text.endsWith("\n") ? "" : "\n";
    const block = ["sotto:", "  ignore:", `    - ${found}`, `      ${why}`];
    return rules.apply([insert(text.length, `${broken}${block.join("\n")}\n`)]);
  }
  const map = rules.asMap(section.value);
  if (map === undefined) throw byHand();
  const list = rules.find(map, "ignore");
  if (list === undefined) return rules.apply([rules.putIn(map, `ignore: [${flow}]`, ["ignore:", `  - ${found}`, `    ${why}`])]);
  const entries = rules.asSeq(list.value);
  if (entries === undefined) throw byHand();
  return rules.apply([rules.putIn(entries, flow, item)]);
}

/** What the config means apart from what is ignored. Where things stand does not count. */
function outline({ rules = [], destinationRules, stores, sotto, anchors, warnings }: Config): string {
  const meant = [...rules, ...destinationRules.map(({ recreation }) => recreation)].map((rule) => [
    rule.pathRegex,
    rule.groups.map((group) => group.map((key) => [key.provider, key.label])),
    rule.threshold,
    rule.selector,
    rule.macOnlyEncrypted,
  ]);
  const environments = sotto?.environments?.map((one) => [
    one.name,
    one.files,
    one.extends.map(({ name }) => name),
    one.abstract,
    one.isolated,
  ]);
  const people = sotto?.people ?? [];
  return JSON.stringify([meant, stores, people, environments, sotto?.schema, [...anchors], warnings.map(({ message }) => message)]);
}
