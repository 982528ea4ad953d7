/** Master keys from the spellings of a config or a command line (sops: §5.4–5.10, §6.2). Whether they can be used shows when they wrap. */
import type { MasterKey } from "../model/keys.ts";
import type { KeyProvider, KeySettings } from "../model/provider.ts";
import { makeKey, UnfitKey } from "../model/provider.ts";

/** What a person may have pasted in place of a recipient; it must not be repeated. @throws UnfitKey */
export function refuseSecret(text: string): void {
  if (!/AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY-----/i.test(text)) return;
  throw new UnfitKey("failed to parse input, this is a secret key where a recipient belongs", [
    "a recipient is the public half, age1… or ssh-…: `age-keygen -y FILE` prints it",
    "if the secret key was written to a file or a log, replace it",
  ]);
}

/** @throws UnfitKey */
export function keyFromText(provider: KeyProvider, text: string, settings: KeySettings): MasterKey {
  refuseSecret(text);
  return makeKey(provider, provider.fromText(text, settings));
}

/** One of each kind and label, the first stays (sops: §6.2, key groups only). */
export function withoutDuplicates(keys: readonly MasterKey[]): readonly MasterKey[] {
  const seen = new Set<string>();
  return keys.filter(({ provider, label }) => {
    const identity = `${provider}/${label}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}
