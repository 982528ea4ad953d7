/** Who a file may be for, checked in full before anything else happens. */
import { findProvider } from "../../keys/index.ts";
import { SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { Config } from "../policy/config.ts";
import type { CreationRule } from "../policy/rules.ts";

/**
 * Reads every recipient as its provider will when it wraps. Kinds of keys that sotto cannot use are left to that moment.
 * @throws SottoError `NO_KEYS` for an empty group (sops: §6.2), `RECIPIENT_INVALID`
 */
export async function checkRecipients(groups: readonly KeyGroup[]): Promise<void> {
  if (groups.some((group) => group.length === 0)) {
    throw new SottoError("NO_KEYS", "could not generate data key: [empty key group provided]", {
      hints: ["every key group needs at least one recipient"],
    });
  }
  for (const key of groups.flat()) await findProvider(key.provider)?.check(key);
}

/** The same for the recipients of a rule, with its place in the config. */
export async function checkRule(config: Config, rule: CreationRule): Promise<void> {
  try {
    await checkRecipients(rule.groups);
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const { code, message, hints } = error;
    throw new SottoError(code, message, { hints, file: config.path, position: rule.position, cause: error });
  }
}
