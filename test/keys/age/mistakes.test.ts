/** The usual mistakes: each is called by its name, and no secret is repeated. */
import { describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { findMistakes, findPathMistakes, findSshMistakes } from "../../../keys/age/mistakes.ts";
import { SottoError } from "../../../src/model/error.ts";
import { thrownBy } from "../../policy/thrown.ts";
import { DEFAULT_FILE, failureOf, fakeContext, HOME, identityOf, recipientIn, systemError, vectorKey, keysOf } from "../context.ts";
import type { FakeOptions } from "../context.ts";

const ana = identityOf("ana.txt");
const recipient = recipientIn("ana.txt");
const SECRETS: readonly string[] = [ana, identityOf("pq.txt"), ...vectorKey("ssh_ed25519").split("\n").slice(1, -2)];

async function hintsFor(options: FakeOptions): Promise<{ readonly hints: readonly string[]; readonly message: string }> {
  const key = { provider: "age", label: recipientIn("ben.txt"), wrapped: "", stored: {} };
  const error = await failureOf(age.unwrap(key, fakeContext(options)));
  if (!SottoError.is(error)) throw error;
  const all = JSON.stringify(error) + error.message + String(error.stack);
  for (const secret of SECRETS) expect(all.toUpperCase()).not.toContain(secret.slice(12, 30).toUpperCase());
  return error;
}

const inVariable = (text: string): FakeOptions => ({ env: { SOPS_AGE_KEY: text } });
const inFile = (text: string | Error): FakeOptions => ({ env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": text } });
const asPath = (path: string): FakeOptions => ({ env: { SOPS_AGE_KEY_FILE: path } });
const asSsh = (text: string): FakeOptions => ({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s" }, files: { "/s": text } });

describe("where an identity belongs", () => {
  test.each<[string, FakeOptions, string]>([
    ["a path", inVariable(`${HOME}/keys.txt`), "SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"],
    ["a relative path", inVariable("keys.txt"), "SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"],
    ["a path of Windows", inVariable("C:\\keys"), "SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"],
    [
      "a recipient",
      inVariable(recipient),
      "SOPS_AGE_KEY is a recipient (age1…), the public half; the identity begins with AGE-SECRET-KEY-1",
    ],
    [
      "a recipient, in a file",
      inFile(`# note\n${recipient}\n`),
      "line 2 of SOPS_AGE_KEY_FILE is a recipient (age1…), the public half; the identity begins with AGE-SECRET-KEY-1",
    ],
    [
      "an SSH public key",
      inFile(vectorKey("ssh_ed25519.pub")),
      "line 1 of SOPS_AGE_KEY_FILE is an SSH public key; name the private key's file in SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    ],
    [
      "an SSH private key",
      inFile(vectorKey("ssh_ed25519")),
      "line 1 of SOPS_AGE_KEY_FILE is an SSH private key; name its file in SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    ],
    [
      "a PGP key",
      inFile("-----BEGIN PGP PRIVATE KEY BLOCK-----\n"),
      "line 1 of SOPS_AGE_KEY_FILE is a PGP key; import it with gpg, which is asked for it",
    ],
    ["quotes around it", inVariable(`'${ana}'`), "SOPS_AGE_KEY begins with a quote; identities stand alone, without quotes"],
    ["a quote behind it", inFile(`${ana}"\n`), "line 1 of SOPS_AGE_KEY_FILE ends with a quote or a comma; identities stand alone"],
    ["a comma behind it", inVariable(`${ana},${ana}`), "SOPS_AGE_KEY has two identities in one; put a blank or a line break between them"],
    ["a blank before it", inFile(` ${ana}\n`), "line 1 of SOPS_AGE_KEY_FILE begins with a blank; identities start in the first column"],
    ["a blank behind it", inFile(`${ana} \n`), "line 1 of SOPS_AGE_KEY_FILE ends with a blank; identities stand alone"],
    [
      "a note behind it",
      inFile(`${ana} # mine\n`),
      "line 1 of SOPS_AGE_KEY_FILE has a blank or a note behind the identity; notes stand on lines of their own, behind #",
    ],
    ["two carriage returns", inFile(`${ana}\r\r\n`), "line 1 of SOPS_AGE_KEY_FILE ends with a blank; identities stand alone"],
    ["a line break spelled out", inVariable(`${ana}\\n`), "SOPS_AGE_KEY holds \\n spelled out; use a real line break"],
    [
      "an assignment",
      inFile(`export SOPS_AGE_KEY=${ana}\n`),
      "line 1 of SOPS_AGE_KEY_FILE is a shell assignment; the identity stands alone",
    ],
    [
      "a name before it",
      inFile(`key:${ana}\n`),
      "line 1 of SOPS_AGE_KEY_FILE has something in front of the identity; it begins with AGE-SECRET-KEY-1",
    ],
    [
      "a comment without its mark",
      inFile(`public key: ${recipient}\n${ana}\n`),
      "line 1 of SOPS_AGE_KEY_FILE is a comment without its # in front",
    ],
    ["lower case", inVariable(ana.toLowerCase()), "SOPS_AGE_KEY is in lower case; identities are written in upper case"],
    [
      "a key that is cut",
      inVariable(ana.slice(0, -3)),
      "SOPS_AGE_KEY is cut, or a character of it was changed: compare its length and copy it again",
    ],
    ["a byte order mark", inFile(`\uFEFF${ana}\n`), "SOPS_AGE_KEY_FILE begins with a byte order mark; save it as plain UTF-8"],
    [
      "a locked file with a note on top",
      inFile("# mine\n-----BEGIN AGE ENCRYPTED FILE-----\n"),
      "line 2 of SOPS_AGE_KEY_FILE begins an age file; a file that is protected by a passphrase has nothing in front of that line",
    ],
    ["nothing", inVariable(""), "SOPS_AGE_KEY holds no identity: that is a line that begins with AGE-SECRET-KEY-1"],
    ["an empty file", inFile(""), "SOPS_AGE_KEY_FILE (/k) holds no identity: that is a line that begins with AGE-SECRET-KEY-1"],
    [
      "a file of notes",
      { files: { [DEFAULT_FILE]: "# none\n\n" } },
      `${DEFAULT_FILE} holds no identity: that is a line that begins with AGE-SECRET-KEY-1`,
    ],
  ])("%s", async (_, options, hint) => {
    expect((await hintsFor(options)).hints).toContain(hint);
  });

  test("CRLF and a missing line end are no mistake", async () => {
    const context = fakeContext(inFile(`# note\r\n${ana}\r\n\r\n`));
    const [key] = keysOf(age, recipient);
    if (key === undefined) throw new Error("no key");
    const dataKey = new Uint8Array(32).fill(1);
    expect(await age.unwrap(await age.wrap(key, dataKey, context), context)).toEqual(dataKey);
  });

  test("what is like nothing gets no hint", () => {
    for (const text of ["", "nonsense", "1234", "ENC[AES256_GCM"])
      expect(findMistakes(new TextEncoder().encode(text), "/k", 1)).toEqual([]);
  });
});

describe("where the path of an identity belongs", () => {
  test.each<[string, FakeOptions, string]>([
    ["the identity itself", asPath(ana), "put the identity itself in SOPS_AGE_KEY"],
    ["a recipient", asPath(recipient), "SOPS_AGE_KEY_FILE is a recipient, the public half; it names the file of the identity"],
    ["nothing", asPath(""), "SOPS_AGE_KEY_FILE is set and empty: unset it, or name a file"],
    ["a home that no shell expands", asPath("~/keys.txt"), "~/keys.txt is not expanded: only a shell reads ~ as the home folder"],
    ["quotes", asPath('"/k"'), "SOPS_AGE_KEY_FILE has quotes around the path; they belong to a shell's command line only"],
    ["a line end", asPath("/k\r"), "SOPS_AGE_KEY_FILE has a blank or a line end before or behind the path"],
    ["a relative path", asPath("keys.txt"), "the path is relative to the folder you are in"],
    ["a folder", inFile(systemError("EISDIR")), "/k is a folder; name the file in it"],
    [
      "a folder, as the program's host says it",
      inFile(new SottoError("FILE_IS_DIRECTORY", "/k is a directory")),
      "/k is a folder; name the file in it",
    ],
    ["a file of somebody else", inFile(systemError("EACCES")), "check who may read it: ls -l /k"],
  ])("%s", async (_, options, hint) => {
    expect((await hintsFor(options)).hints).toContain(hint);
  });

  test("a folder is named in sops's words", async () => {
    const { message } = await hintsFor(inFile(new SottoError("FILE_IS_DIRECTORY", "/k is a directory")));
    expect(message).toContain("failed to open SOPS_AGE_KEY_FILE file: open /k: is a directory");
  });

  test("an absolute path that is simply not there gets no hint", () => {
    expect(findPathMistakes("/k", "ENOENT", "SOPS_AGE_KEY_FILE")).toEqual([]);
    expect(findPathMistakes("C:\\k", "ENOENT", "SOPS_AGE_KEY_FILE")).toEqual([]);
    expect(findPathMistakes("k", "EIO", "SOPS_AGE_KEY_FILE")).toEqual([]);
  });
});

describe("where an SSH private key belongs", () => {
  test.each<[string, FakeOptions, string]>([
    ["its public half", asSsh(vectorKey("ssh_ed25519.pub")), "/s is the public half of an SSH key; name the private one"],
    ["nothing", asSsh(""), "/s is empty"],
    ["an age identity", asSsh(`${ana}\n`), "/s holds age identities; name it in SOPS_AGE_KEY_FILE"],
    ["a file of age-keygen", asSsh(vectorKey("ana.txt")), "/s holds age identities; name it in SOPS_AGE_KEY_FILE"],
    [
      "a key of PuTTY",
      asSsh("PuTTY-User-Key-File-3: ssh-ed25519\n"),
      "/s is a key of PuTTY; convert it: puttygen /s -O private-openssh -o NEW",
    ],
    [
      "the text of a key as its path",
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: vectorKey("ssh_ed25519") } },
      "name the file of the key in SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    ],
  ])("%s", async (_, options, hint) => {
    expect((await hintsFor(options)).hints).toContain(hint);
  });

  test("a key of another kind, or no key at all", () => {
    const ec = new TextEncoder().encode("-----BEGIN EC PRIVATE KEY-----\n");
    expect(findSshMistakes(ec, "/s")).toEqual(["age takes ssh-ed25519 and ssh-rsa keys only"]);
    expect(findSshMistakes(new TextEncoder().encode("hello"), "/s")).toEqual([]);
  });
});

describe("where a recipient belongs", () => {
  const secretHints = [
    "a recipient is the public half, age1… or ssh-…: `age-keygen -y FILE` prints it",
    "if the secret key was written to a file or a log, replace it",
  ];

  test.each([
    ["an identity", ana],
    ["an identity in lower case", ana.toLowerCase()],
    ["an identity in quotes", `"${ana}"`],
    ["a hybrid identity", identityOf("pq.txt")],
    ["a plugin's identity", "AGE-PLUGIN-YUBIKEY-1QQQSYQCYQ5RQWZQF"],
    ["an SSH private key", vectorKey("ssh_ed25519").replaceAll("\n", " ")],
  ])("%s is refused and not repeated", (_, text) => {
    const error = thrownBy(() => keysOf(age, text));
    expect(error).toMatchObject({
      code: "RECIPIENT_INVALID",
      message: "failed to parse input, this is a secret key where a recipient belongs",
      hints: secretHints,
    });
    expect(JSON.stringify(error)).not.toContain(text.slice(20, 40));
  });

  test.each([
    ["quotes", `'${recipient}'`, "recipients stand alone, without quotes"],
    ["upper case", recipient.toUpperCase(), "recipients are written in lower case: age1…"],
    ["a comment", `# public key: ${recipient}`, "name the recipient alone, without the words before it"],
    ["an AWS key", "arn:aws:kms:eu-west-1:1:key/k", "an AWS KMS key is named with --kms, or under kms in a creation rule"],
    ["a fingerprint", "85D77543B3D624B63CEA9E6DBC17301B491B3F21", "a PGP fingerprint is named with --pgp, or under pgp in a creation rule"],
    [
      "an address",
      "https://vault.example/v1/transit/keys/k",
      "the address of a key service is named with its own flag, such as --azure-kv or --hc-vault-transit",
    ],
    ["a path", "~/.ssh/id_ed25519.pub", "name the recipient itself, not its file: it is the line with age1… or ssh-… in it"],
    ["a file", "keys.txt", "name the recipient itself, not its file: it is the line with age1… or ssh-… in it"],
    ["a comma too many", `${recipient},`, "a part of the list is empty: look for a comma too many"],
    ["an elliptic curve key of SSH", "ecdsa-sha2-nistp256 AAAA", "age takes ssh-ed25519 and ssh-rsa keys only"],
    ["a name and a recipient", `ana ${recipient}`, "several recipients stand apart by commas"],
    ["a recipient that is cut", recipient.slice(0, -2), "an age1… recipient has 62 characters, this one has 60: copy it again"],
    ["two recipients with a blank between", `${recipient} ${recipient}`, "several recipients stand apart by commas"],
  ])("%s", async (_, text, hint) => {
    const check = async (): Promise<unknown> => Promise.all(keysOf(age, text).map((key) => age.check(key)));
    await expect(check()).rejects.toMatchObject({ code: "RECIPIENT_INVALID", hints: [hint] });
  });

  test("blanks and line ends around it are no mistake", () => {
    expect(keysOf(age, ` ${recipient}\r\n,\t${recipient} `).map((key) => key.label)).toEqual([recipient, recipient]);
  });
});
