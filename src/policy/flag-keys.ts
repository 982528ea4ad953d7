/** Master keys from a command line: comma-separated lists, one flag a provider (sops: §5.4–5.10, §7.1). */
import { SottoError } from "../model/error.ts";
import type { MasterKey } from "../model/keys.ts";
import {
  ageKey,
  azureKeyFromUrl,
  gcpKey,
  hckmsKey,
  type KmsSettings,
  kmsKeyFromText,
  pgpKey,
  refuseSecret,
  UnfitKey,
  vaultKey,
  withContext,
} from "./recipients.ts";

/**
 * @param provider sops's type identifier, such as `age`
 * @throws SottoError `RECIPIENT_INVALID` for a spelling that is no key of this provider
 */
export function parseMasterKeys(provider: string, text: string, settings: Omit<KmsSettings, "role">): readonly MasterKey[] {
  if (text === "") return [];
  try {
    refuseSecret(text);
    return text.split(",").map((part) => parseKey(provider, part, settings));
  } catch (error) {
    if (!(error instanceof UnfitKey)) throw error;
    throw new SottoError("RECIPIENT_INVALID", error.message, {
      hints: ["an age recipient looks like age1…, an SSH one like ssh-ed25519 AAAA…"],
    });
  }
}

function parseKey(provider: string, part: string, settings: Omit<KmsSettings, "role">): MasterKey {
  switch (provider) {
    case "age":
      return ageKey(part);
    case "pgp":
      return pgpKey(part);
    case "kms":
      return withContext(kmsKeyFromText(part, settings.profile), settings.context);
    case "gcp_kms":
      return gcpKey(part);
    case "hckms":
      return hckmsKey(part.trim());
    case "azure_kv":
      return azureKeyFromUrl(part);
    case "hc_vault":
      return vaultKey(part);
    default:
      throw new UnfitKey(`${provider} is no kind of key`);
  }
}
