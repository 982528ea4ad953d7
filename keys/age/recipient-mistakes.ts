/** What people put where an age recipient belongs. Light: it is loaded with the table of providers. */

/** Recognises what people put in place of a recipient; the first that fits counts. */
export function findMistakes(text: string): readonly string[] {
  return MISTAKES.filter(([pattern]) => pattern.test(text))
    .map(([, hint]) => hint)
    .slice(0, 1);
}

const MISTAKES: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^$/, "a part of the list is empty: look for a comma too many"],
  [/^["'`]|["'`]$/, "recipients stand alone, without quotes"],
  [/^AGE1/, "recipients are written in lower case: age1…"],
  [/^#|^public key\s*:/i, "name the recipient alone, without the words before it"],
  [/^ecdsa-|^sk-/, "age takes ssh-ed25519 and ssh-rsa keys only"],
  [/^arn:aws/, "an AWS KMS key is named with --kms, or under kms in a creation rule"],
  [/^(?:0x)?[0-9A-Fa-f]{40}$/, "a PGP fingerprint is named with --pgp, or under pgp in a creation rule"],
  [/^https?:/, "the address of a key service is named with its own flag, such as --azure-kv or --hc-vault-transit"],
  [/^[~./\\]|^[A-Za-z]:\\|\.(?:pub|txt)$/, "name the recipient itself, not its file: it is the line with age1… or ssh-… in it"],
  [/\s(?:age1|ssh-)/, "several recipients stand apart by commas"],
];
