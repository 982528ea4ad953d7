/** Under which rule a file is encrypted, for sotto and for sops. */
import { constantFrom, oneof, record } from "fast-check";
import type { Arbitrary } from "fast-check";
import type { KeyGroup } from "../../src/model/keys.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { selectors } from "../support/documents.ts";
import { ANA, ageGroup } from "../support/sotto.ts";
import type { SealSettings } from "../support/sotto.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

export interface Setup {
  readonly selector: SelectorSetting | undefined;
  readonly macOnlyEncrypted: boolean;
  /** One recipient, two of which the second one reads, or a threshold of two among three groups. */
  readonly keys: "one" | "two" | "shamir";
}

export const setups: Arbitrary<Setup> = record({
  selector: selectors,
  macOnlyEncrypted: constantFrom(false, false, false, true),
  keys: oneof(
    { weight: 8, arbitrary: constantFrom("one" as const) },
    { weight: 1, arbitrary: constantFrom("two" as const, "shamir" as const) },
  ),
});

const [ana, ben, cara] = (["ana", "ben", "cara"] as const).map((name) => vectorRecipient(name)) as [string, string, string];

const GROUPS: Readonly<Record<Setup["keys"], readonly (readonly string[])[]>> = {
  one: [[ana]],
  two: [[ana, ben]],
  shamir: [[ana], [ben], [cara]],
};

const IDENTITIES: Readonly<Record<Setup["keys"], Readonly<Record<string, string>>>> = {
  one: ANA,
  two: identitiesOf({ keys: ["keys/ben.txt"] }),
  shamir: identitiesOf({ identity: "SOPS_AGE_KEY", keys: ["keys/ana.txt", "keys/cara.txt"] }),
};

/** The identities with which the file is read. */
export function identitiesFor(setup: Setup): Readonly<Record<string, string>> {
  return IDENTITIES[setup.keys];
}

/** What sotto is told. Binary files have no selector, for sops neither. */
export function settingsFor(setup: Setup, format: FormatId): SealSettings {
  const groups: readonly KeyGroup[] = GROUPS[setup.keys].map((recipients) => ageGroup(...recipients));
  const rest = { groups, threshold: setup.keys === "shamir" ? 2 : 0, macOnlyEncrypted: setup.macOnlyEncrypted, allowPlaintext: true };
  return format === "binary" ? rest : { ...rest, selector: setup.selector };
}

/** What sops is told, as a creation rule. */
export function ruleFor(setup: Setup, format: FormatId): object {
  const groups = GROUPS[setup.keys];
  const keys =
    setup.keys === "shamir"
      ? { key_groups: groups.map((recipients) => ({ age: recipients })), shamir_threshold: 2 }
      : { age: groups.flat().join(",") };
  if (format === "binary") return keys;
  const selector = setup.selector === undefined ? {} : { [setup.selector.kind]: setup.selector.pattern };
  return { ...keys, ...selector, ...(setup.macOnlyEncrypted ? { mac_only_encrypted: true } : {}) };
}
