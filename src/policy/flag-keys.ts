/** Master keys from a command line: comma-separated lists, one flag a provider (sops: §5.4–5.10, §7.1). */
import { findProvider } from "../../keys/index.ts";
import { SottoError } from "../model/error.ts";
import type { MasterKey } from "../model/keys.ts";
import type { KeySettings } from "../model/provider.ts";
import { UnfitKey } from "../model/provider.ts";
import { keyFromText } from "./recipients.ts";

/**
 * @param id sops's type identifier, such as `age`
 * @throws SottoError `RECIPIENT_INVALID` for a spelling that is no key of this provider
 */
export function parseMasterKeys(id: string, text: string, settings: KeySettings): readonly MasterKey[] {
  if (text === "") return [];
  const provider = findProvider(id);
  if (provider === undefined) throw new SottoError("RECIPIENT_INVALID", `${id} is no kind of key`);
  try {
    return text.split(",").map((part) => keyFromText(provider, part, settings));
  } catch (error) {
    if (!(error instanceof UnfitKey)) throw error;
    throw new SottoError("RECIPIENT_INVALID", error.message, { hints: error.hints.length > 0 ? error.hints : [provider.form] });
  }
}
