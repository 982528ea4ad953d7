/**
 * Recognises by name what people put where an identity belongs. A hint says where and what, and repeats nothing of the text:
 * half a key is a secret too.
 */

/** How much of a text is looked at, in bytes. */
const HEAD = 80;
/** How far into a key file its first identity is looked for, behind notes. */
const NOTES = 4096;

/**
 * @param text the line, or the word, that is no identity
 * @param line its number in the source, from 1
 */
export function findMistakes(text: Uint8Array, source: string, line: number): string[] {
  const head = Buffer.from(text.subarray(0, HEAD)).toString("latin1");
  const place = source === "SOPS_AGE_KEY" ? source : `line ${line} of ${source}`;
  for (const [pattern, describe] of MISTAKES) if (pattern.test(head)) return [describe(place, source)];
  if (SECRET.test(head)) return describeSecret(text, place);
  if (source === "SOPS_AGE_KEY" && /[/\\]|^~|\.(txt|key|age)$/.test(head)) {
    return ["SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"];
  }
  return [];
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
  [/^-----BEGIN PGP/, (place) => `${place} is a PGP key; import it with gpg, which is asked for it`],
  [/^-----BEGIN .*PRIVATE KEY/, (place) => `${place} is an SSH private key; name its file in SOPS_AGE_SSH_PRIVATE_KEY_FILE`],
  [/^-----BEGIN AGE/, (place) => `${place} begins an age file; a file that is protected by a passphrase has nothing in front of that line`],
  [/^age-secret-key-/, (place) => `${place} is in lower case; identities are written in upper case`],
  [/^export\s|^SOPS_AGE_KEY\s*=/, (place) => `${place} is a shell assignment; the identity stands alone`],
  [/^(?:public key|recipient)\s*:/i, (place) => `${place} is a comment without its # in front`],
];

/** A secret key with something about it that does not belong to it. */
function describeSecret(text: Uint8Array, place: string): string[] {
  const whole = Buffer.from(text.subarray(0, 2 * HEAD)).toString("latin1");
  if (whole.split(/AGE-(?:SECRET-KEY|PLUGIN)-/).length > 2)
    return [`${place} has two identities in one; put a blank or a line break between them`];
  const tail = Buffer.from(text.subarray(-HEAD)).toString("latin1");
  if (/["'`,;]\s*$/.test(tail)) return [`${place} ends with a quote or a comma; identities stand alone`];
  if (/\s$/.test(tail)) return [`${place} ends with a blank; identities stand alone`];
  if (/\s/.test(tail)) return [`${place} has a blank or a note behind the identity; notes stand on lines of their own, behind #`];
  if (/\\[nr]/.test(tail)) return [`${place} holds \\n spelled out; use a real line break`];
  const head = Buffer.from(text.subarray(0, HEAD)).toString("latin1");
  if (!head.startsWith("AGE-")) return [`${place} has something in front of the identity; it begins with AGE-SECRET-KEY-1`];
  return [`${place} is cut, or a character of it was changed: compare its length and copy it again`];
}

/** What else a file may be that is named as a private SSH key. */
export function findSshMistakes(file: Uint8Array, path: string): string[] {
  const head = Buffer.from(file.subarray(0, HEAD)).toString("latin1");
  if (file.length === 0) return [`${path} is empty`];
  if (head.startsWith("ssh-")) return [`${path} is the public half of an SSH key; name the private one`];
  if (Buffer.from(file.subarray(0, NOTES)).includes("AGE-SECRET-KEY-"))
    return [`${path} holds age identities; name it in SOPS_AGE_KEY_FILE`];
  if (head.startsWith("PuTTY-User-Key-File-")) return [`${path} is a key of PuTTY; convert it: puttygen ${path} -O private-openssh -o NEW`];
  if (/^-----BEGIN (?:EC|DSA) PRIVATE KEY/.test(head)) return ["age takes ssh-ed25519 and ssh-rsa keys only"];
  return [];
}

/**
 * What may be wrong with a path that cannot be read.
 * @param code of the system's error
 * @param name of the variable that holds the path, if one does
 */
export function findPathMistakes(path: string, code: string | undefined, name: string | undefined): string[] {
  const value = name ?? path;
  if (code === "EISDIR") return [`${path} is a folder; name the file in it`];
  if (code === "EACCES" || code === "EPERM") return [`check who may read it: ls -l ${path}`];
  if (code !== "ENOENT" || name === undefined) return [];
  if (path === "") return [`${name} is set and empty: unset it, or name a file`];
  if (path.startsWith("~")) return [`${path} is not expanded: only a shell reads ~ as the home folder`];
  if (/^["'`]|["'`]$/.test(path)) return [`${value} has quotes around the path; they belong to a shell's command line only`];
  if (/^\s|\s$/.test(path)) return [`${value} has a blank or a line end before or behind the path`];
  if (/^(?:age1|ssh-(?:ed25519|rsa) )/.test(path)) return [`${value} is a recipient, the public half; it names the file of the identity`];
  return /^(?:[/\\]|[A-Za-z]:)/.test(path) ? [] : ["the path is relative to the folder you are in"];
}
