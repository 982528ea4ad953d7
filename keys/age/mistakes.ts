/**
 * Recognises by name what people put where an identity belongs. A hint says where and what, and repeats nothing of the text:
 * half a key is a secret too.
 */

/** How much of a text is looked at, in bytes. */
const HEAD = 80;

/**
 * @param text the line, or the word, that is no identity
 * @param line its number in the source, from 1
 */
export function findMistakes(text: Uint8Array, source: string, line: number): string[] {
  const head = Buffer.from(text.subarray(0, HEAD)).toString("latin1");
  const place = source === "SOPS_AGE_KEY" ? source : `line ${line} of ${source}`;
  for (const [pattern, describe] of MISTAKES) if (pattern.test(head)) return [describe(place, source)];
  if (source === "SOPS_AGE_KEY" && /[/\\]|^~|\.(txt|key|age)$/.test(head)) {
    return ["SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"];
  }
  return SECRET.test(head) ? describeSecret(text, place) : [];
}

const SECRET = /AGE-(?:SECRET-KEY|PLUGIN)-/;

type Mistake = readonly [pattern: RegExp, describe: (place: string, source: string) => string];

/** The first that fits counts. */
const MISTAKES: readonly Mistake[] = [
  [/^\u00EF\u00BB\u00BF|^\u00FF\u00FE|^\u00FE\u00FF/, (_, source) => `${source} begins with a byte order mark; save it as plain UTF-8`],
  [/^["'`]/, (place) => `${place} begins with a quote; identities stand alone, without quotes`],
  [/^\s/, (place) => `${place} begins with a blank; identities start in the first column`],
  [/^age1/i, (place) => `${place} is a recipient (age1…), the public half; the identity begins with AGE-SECRET-KEY-1`],
  [/^ssh-/, (place) => `${place} is an SSH public key; name the private key's file in SOPS_AGE_SSH_PRIVATE_KEY_FILE`],
  [/^-----BEGIN .*PRIVATE KEY/, (place) => `${place} is an SSH private key; name its file in SOPS_AGE_SSH_PRIVATE_KEY_FILE`],
  [/^-----BEGIN AGE/, (place) => `${place} begins an age file; a file that is protected by a passphrase has nothing in front of that line`],
  [/^-----BEGIN PGP/, (place) => `${place} is a PGP key; import it with gpg, which is asked for it`],
  [/^age-secret-key-/, (place) => `${place} is in lower case; identities are written in upper case`],
  [/^export\s|^SOPS_AGE_KEY\s*=/, (place) => `${place} is a shell assignment; the identity stands alone`],
  [/^(?:public key|recipient)\s*:/i, (place) => `${place} is a comment without its # in front`],
];

/** A secret key with something about it that does not belong to it. */
function describeSecret(text: Uint8Array, place: string): string[] {
  const tail = Buffer.from(text.subarray(-HEAD)).toString("latin1");
  if (/["'`,;]\s*$/.test(tail)) return [`${place} ends with a quote or a comma; identities stand alone`];
  if (/\s$/.test(tail)) return [`${place} ends with a blank; identities stand alone`];
  if (/\s/.test(tail)) return [`${place} has a blank or a note behind the identity; notes stand on lines of their own, behind #`];
  if (/\\[nr]/.test(tail)) return [`${place} holds \\n spelled out; use a real line break`];
  const head = Buffer.from(text.subarray(0, HEAD)).toString("latin1");
  if (!head.startsWith("AGE-")) return [`${place} has something in front of the identity; it begins with AGE-SECRET-KEY-1`];
  return [`${place} is cut, or a character of it was changed: compare its length and copy it again`];
}
