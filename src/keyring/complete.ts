/** Keys whose names leave something open, with what their service says. */
import { findProvider } from "../../keys/index.ts";
import type { KeyContext, KeyGroup, MasterKey } from "../model/keys.ts";
import { callNetwork } from "./network.ts";

/**
 * As sops does when it reads the rules (sops: §5.8). Nobody is asked where nothing is open.
 * @throws SottoError `WRAP_FAILED` and what else the provider throws
 */
export async function completeKeys(groups: readonly KeyGroup[], context: KeyContext): Promise<readonly KeyGroup[]> {
  return Promise.all(groups.map((group) => Promise.all(group.map((key) => completeKey(key, context)))));
}

async function completeKey(key: MasterKey, context: KeyContext): Promise<MasterKey> {
  const open = findProvider(key.provider)?.open;
  return open === undefined ? key : callNetwork(context, "WRAP_FAILED", (signal) => open.complete(key, context, signal));
}
