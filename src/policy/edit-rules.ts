/**
 * Changes who may read what in `.sops.yaml`. Comments, anchors and layout stay; the new text is read again, and it is refused unless
 * it means the old one with that change and nothing else.
 */

import { SottoError } from "../model/error.ts";
import { type Config, loadConfig } from "./config.ts";
import { insertRecipient, type NewRecipient } from "./edit-rules-add.ts";
import { pruneRecipient } from "./edit-rules-remove.ts";
import { byHand, isSameKey, RulesText } from "./edit-rules-text.ts";
import type { CreationRule } from "./rules.ts";

export type { NewRecipient } from "./edit-rules-add.ts";
export { isSameKey } from "./edit-rules-text.ts";

export interface EditedRules {
  readonly text: string;
  readonly config: Config;
}

/**
 * Takes a recipient out of all rules, of `keys:` and of `sotto.people`.
 * @throws SottoError `REFUSED` where nobody would be left, or for a form that cannot be changed from here
 */
export async function removeFromRules(config: Config, label: string): Promise<EditedRules> {
  const rules = await RulesText.read(config.source.text);
  const edited = await reread(config, rules.apply(pruneRecipient(rules, label)));
  const before = allRules(config);
  for (const [index, rule] of allRules(edited.config).entries()) {
    const old = before[index];
    if (old === undefined) throw byHand();
    const wanted = old.groups.map((group) => group.filter((key) => !isSameKey(key.label, label)));
    if (wanted.some((group, at) => group.length === 0 && (old.groups[at]?.length ?? 0) > 0)) throw nobodyLeft(config, old);
    if (outline(rule) !== outline({ ...old, groups: wanted })) throw byHand(old.position.line);
  }
  return edited;
}

/**
 * Adds a recipient to rules, and its owner to `keys:` and `sotto.people` where they are used.
 * @throws SottoError `RECIPIENT_INVALID`, `REFUSED` for a form that cannot be changed from here
 */
export async function addToRules(config: Config, added: NewRecipient): Promise<EditedRules> {
  const rules = await RulesText.read(config.source.text);
  const wanting = added.rules.filter(
    (index) => !config.rules?.[index]?.groups.some((group) => group.some((key) => isSameKey(key.label, added.recipient))),
  );
  const edited = await reread(config, rules.apply(insertRecipient(rules, { ...added, rules: wanting })));
  const before = allRules(config);
  for (const [index, rule] of allRules(edited.config).entries()) {
    const old = before[index];
    if (old === undefined) throw byHand();
    const isWanting = index < (config.rules?.length ?? 0) && wanting.includes(index);
    const without = isWanting ? rule.groups.map((group) => group.filter((key) => !isSameKey(key.label, added.recipient))) : rule.groups;
    const has = rule.groups.flat().filter((key) => isSameKey(key.label, added.recipient)).length;
    if (outline({ ...rule, groups: without }) !== outline(old) || (isWanting && has !== 1)) throw byHand(old.position.line);
  }
  return edited;
}

async function reread(config: Config, text: string): Promise<EditedRules> {
  try {
    const next = await loadConfig(config.path, text);
    if (allRules(next).length !== allRules(config).length) throw byHand();
    if (next.warnings.length > config.warnings.length) throw byHand(next.warnings.at(-1)?.position.line);
    return { text, config: next };
  } catch (error) {
    if (SottoError.is(error) && error.code === "CONFIG_INVALID") throw byHand(error.position?.line);
    throw error;
  }
}

function allRules({ rules = [], destinationRules }: Config): readonly CreationRule[] {
  return [...rules, ...destinationRules.map(({ recreation }) => recreation)];
}

/** What a rule means. Where it stands does not count, nor in which order keys are named. */
function outline({ pathRegex, groups, threshold, selector, macOnlyEncrypted }: CreationRule): string {
  const sorted = groups.map((group) => group.map((key) => JSON.stringify([key.provider, key.label])).toSorted());
  return JSON.stringify({ pathRegex, sorted, threshold, selector, macOnlyEncrypted });
}

function nobodyLeft(config: Config, rule: CreationRule): SottoError {
  return new SottoError("REFUSED", `nobody would be left who can read the files of the rule in line ${rule.position.line}`, {
    file: config.path,
    position: rule.position,
    hints: ["add somebody to that rule first; nothing was changed"],
  });
}
