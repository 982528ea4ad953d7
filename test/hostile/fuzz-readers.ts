/** Everything that reads what somebody else wrote, with texts to begin from and the errors that each may throw. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { decryptFile } from "../../keys/age/file.ts";
import { parseIdentities } from "../../keys/age/identities.ts";
import { MalformedMessage, MessageReader } from "../../keys/age/plugin-wire.ts";
import { SourceError } from "../../keys/age/problems.ts";
import { parsePrivateKey } from "../../keys/age/ssh-key.ts";
import { SshKeyError } from "../../keys/age/ssh-public.ts";
import { providers } from "../../keys/index.ts";
import { parseToken } from "../../src/crypto/envelope.ts";
import { parsePath } from "../../src/file/path.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import { valueFromJson } from "../../src/file/value.ts";
import { parseUri } from "../../src/keyservice/address.ts";
import { decodeRequest, encodeRequest, WireError } from "../../src/keyservice/messages.ts";
import { chooseSides, readConflicts } from "../../src/merge/markers.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { loadConfig } from "../../src/policy/config.ts";
import { parseMasterKeys } from "../../src/policy/flag-keys.ts";
import { compilePattern } from "../../src/policy/re2.ts";
import { parseTrust } from "../../src/policy/trust.ts";
import { fakeContext, identityOf, keyOf, VECTORS } from "../keys/context.ts";
import { accessFor, ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

const CORPUS: string = join(import.meta.dirname, "corpus");

type ErrorClass = new (...args: never[]) => Error;

export interface Reader {
  readonly name: string;
  readonly read: (text: string) => unknown;
  readonly seeds: readonly string[];
  /** Beside SottoError. */
  readonly errors?: readonly ErrorClass[];
  /** In which part of the runs it takes part; one that costs a lot has less. */
  readonly share?: number;
}

function seedsOf(pattern: RegExp): readonly string[] {
  const folder = join(VECTORS, "3.13.3");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => pattern.test(name));
  const vectors = names.slice(0, 25).map((name) => decodeText(readFileSync(join(folder, name))));
  const kept = readdirSync(CORPUS).filter((name) => pattern.test(name));
  return [...vectors, ...kept.map((name) => decodeText(readFileSync(join(CORPUS, name))))];
}

const keyFile = (name: string): string => readFileSync(join(VECTORS, "keys", name), "utf8");

const formatReader = (id: FormatId, pattern: RegExp): Reader => ({
  name: id,
  read: async (text) => {
    const format = await loadFormat(id);
    const document = format.parse(text);
    format.emit(document.roots, { lossy: true });
  },
  seeds: seedsOf(pattern),
});

/** The metadata with the values in front of them, up to the point where they are decrypted. */
const fileReader = (name: string): Reader => ({
  name: `an encrypted file ${name}`,
  read: async (text) => {
    const file = await EncryptedFile.parse(encodeText(text), formatOfPath(name));
    using open = await file.unlock(accessFor(ANA));
    await open.print();
  },
  seeds: seedsOf(new RegExp(`app\\.default${name.slice(name.indexOf("."))}$`)),
  share: 0.5,
});

const context = fakeContext({ env: {}, files: {} });

function ageReaders(): readonly Reader[] {
  const stanzas = seedsOf(/\.yaml$/).flatMap((text) => text.match(/-----BEGIN AGE[\s\S]*?END AGE ENCRYPTED FILE-----/g) ?? []);
  return [
    {
      name: "a wrapped key of age",
      read: (text) => decryptFile(text, [identityOf("ana.txt")]),
      seeds: stanzas.map((text) => text.replaceAll(/^ +/gm, "")),
    },
    {
      name: "identities",
      read: (text) => parseIdentities(encodeText(text), { source: "keys.txt", words: text.length % 2 === 0, context }),
      seeds: [keyFile("ana.txt"), keyFile("pq.txt"), "# a\nAGE-PLUGIN-YUBIKEY-1QQQQ\n"],
      errors: [SourceError],
    },
    {
      name: "a private SSH key",
      read: (text) => parsePrivateKey(encodeText(text)),
      seeds: [keyFile("ssh_ed25519")],
      errors: [SshKeyError],
    },
    {
      name: "what a plugin says",
      read: async (text) => {
        const parts = text.split("~").map(encodeText);
        const reader = new MessageReader(() => Promise.resolve(parts.shift()));
        while ((await reader.next()) !== undefined);
      },
      seeds: ["-> recipient-stanza 0 X25519 aaaa\nYWJj\n-> done\n\n", "-> msg\naGVsbG8\n~-> ok\n\n"],
      errors: [MalformedMessage],
    },
  ];
}

function keyReaders(): readonly Reader[] {
  const forms = [
    vectorRecipient("ana"),
    vectorRecipient("ssh"),
    "arn:aws:kms:eu-west-1:111122223333:key/k+arn:aws:iam::111122223333:role/r",
    "projects/p/locations/global/keyRings/r/cryptoKeys/k",
    "https://acme.vault.azure.net/keys/sotto/0123456789abcdef0123456789abcdef",
    "https://vault.example:8200/v1/transit/keys/k",
    "eu-west-101:1234abcd-12ab-34cd-56ef-1234567890ab",
    "0123456789ABCDEF0123456789ABCDEF01234567",
  ];
  const request = encodeRequest(keyOf("age", vectorRecipient("ana")), encodeText("wrapped"));
  return [
    {
      name: "keys of a command line",
      read: async (text) => {
        for (const provider of providers) {
          try {
            const keys = parseMasterKeys(provider.id, text, { profile: "", context: undefined });
            for (const key of keys) await provider.check?.(key);
          } catch (error) {
            if (!SottoError.is(error)) throw error;
          }
        }
      },
      seeds: forms,
    },
    {
      name: "a request to a key service",
      read: (text) => decodeRequest(Buffer.from(text, "latin1")),
      seeds: [Buffer.from(request ?? []).toString("latin1")],
      errors: [WireError],
    },
    { name: "an address of a key service", read: parseUri, seeds: ["tcp://127.0.0.1:5000", "unix:///tmp/s", "tcp://[::1]:1"] },
  ];
}

/** @returns a name for each and what it needs */
export function readers(): readonly Reader[] {
  return [
    formatReader("yaml", /\.yaml$/),
    formatReader("json", /\.json$/),
    formatReader("dotenv", /\.env$/),
    formatReader("ini", /\.ini$/),
    fileReader("a.yaml"),
    fileReader("a.json"),
    fileReader("a.env"),
    fileReader("a.ini"),
    { name: ".sops.yaml", read: (text) => loadConfig("/x/.sops.yaml", text), seeds: seedsOf(/config.*\.yaml$/) },
    {
      name: "the user's configuration",
      read: (text) => parseTrust("/x/config.yaml", text),
      seeds: ["trust:\n  plugins: [a]\n  roles: []\ntui: {keys: {}}\n"],
    },
    { name: "a path", read: parsePath, seeds: ['["a"]["b"][0]', "a.b\\.c.0", "[0]['x']"] },
    { name: "a value", read: valueFromJson, seeds: ['{"a": [1, 1e400, "x\\u0000", null, true, {}]}', "9007199254740993"] },
    { name: "an envelope", read: parseToken, seeds: ["ENC[AES256_GCM,data:aaaa,iv:bbbb,tag:cccc,type:str]"] },
    { name: "a pattern", read: compilePattern, seeds: ["^(a|b)$", "(?i:x+)*[^a-z]\\pL{2,5}?", "^(data|stringData)$"] },
    {
      name: "conflicts",
      read: (text) => {
        const found = readConflicts(text);
        if (found !== undefined)
          chooseSides(
            found,
            found.conflicts.map(() => "ours"),
          );
      },
      seeds: ["a: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\nc: 3\n"],
    },
    ...ageReaders(),
    ...keyReaders(),
  ];
}
