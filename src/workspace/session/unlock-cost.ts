/** What it takes to open a file, told without asking anyone: a caller may leave services and people alone until that is wanted. */
import { DEFAULT_ORDER, type RecoverOptions } from "../../keyring/recover.ts";
import { findKeyProvider, usesOwnKeys } from "../../keyring/services.ts";
import type { KeyGroup, MasterKey } from "../../model/keys.ts";
import type { Metadata } from "../../model/metadata.ts";

/** `interactive`: an agent or a person may be asked, for a passphrase or a touch. */
export type UnlockCost = "local" | "interactive" | "network";

const RANK: Readonly<Record<UnlockCost, number>> = { local: 0, interactive: 1, network: 2 };

/** The dearest of the groups that would be tried, each by the keys that would be tried in it. */
export async function costOf(metadata: Pick<Metadata, "groups" | "threshold">, access: RecoverOptions): Promise<UnlockCost> {
  if (!usesOwnKeys(access)) return "network";
  const { groups, threshold } = metadata;
  const tried = threshold < 2 ? groups : groups.slice(0, threshold);
  let cost: UnlockCost = "local";
  for (const group of tried) {
    const next = await costOfGroup(group, access);
    if (RANK[next] > RANK[cost]) cost = next;
  }
  return cost;
}

async function costOfGroup(group: KeyGroup, access: RecoverOptions): Promise<UnlockCost> {
  const order = access.order ?? DEFAULT_ORDER;
  const placeOf = ({ provider }: MasterKey): number => (order.includes(provider) ? order.indexOf(provider) : order.length);
  const [held, other] = [[] as MasterKey[], [] as MasterKey[]];
  for (const key of group) {
    const provider = findKeyProvider(key.provider, access);
    if (provider === undefined) continue;
    const isAtHand = provider.cost === "network" || (await provider.holds?.(key, access.context)) === true;
    (isAtHand ? held : other).push(key);
  }
  const [first] = held.toSorted((a, b) => placeOf(a) - placeOf(b));
  const cost = first === undefined ? undefined : findKeyProvider(first.provider, access)?.cost;
  if (cost !== undefined) return cost === "agent" ? "interactive" : cost;
  if ((access.services?.remote ?? []).length > 0) return "network";
  if (access.context.prompt === undefined) return "local";
  for (const id of new Set(other.map((key) => key.provider))) {
    if ((await findKeyProvider(id, access)?.holdsUnknown?.(access.context)) !== false) return "interactive";
  }
  return "local";
}
