/** Keys whose names in a rule leave something open that the file says: the version of a key in Azure Key Vault. */
import { findProvider } from "../../keys/index.ts";
import type { KeyGroup, MasterKey } from "../model/keys.ts";

/** The groups of a rule, with each key that leaves something open as the file has it. For comparing, without asking anyone. */
export function readAgainst(file: readonly KeyGroup[], rule: readonly KeyGroup[]): readonly KeyGroup[] {
  const stored = file.flat();
  const meant = (key: MasterKey): MasterKey => {
    const open = findProvider(key.provider)?.open;
    if (open === undefined) return key;
    return stored.find((one) => one.provider === key.provider && open.covers(key.stored, one.stored)) ?? key;
  };
  return rule.map((group) => group.map(meant));
}
