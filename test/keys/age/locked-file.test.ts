/** Identity files that are age files themselves. */
import { execFileSync } from "node:child_process";
import { armor, Encrypter } from "age-encryption";
import { beforeAll, describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { listIdentities } from "../../../keys/age/generate.ts";
import { SottoError } from "../../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../../src/model/keys.ts";
import { describeWithPeers, peerPath } from "../../support/peers.ts";
import { DEFAULT_FILE, failureOf, fakeContext, fakePrompt, identityOf, recipientIn, vectorKey, keysOf } from "../context.ts";
import type { FakePrompt } from "../context.ts";

const DATA_KEY = new Uint8Array(32).fill(9);
const PASSPHRASE = "correct horse ☂ battery";
const QUESTION = `Enter passphrase for identity '${DEFAULT_FILE}':`;

let forAna: MasterKey;
let forBen: MasterKey;
let forPq: MasterKey;

async function wrapFor(recipient: string): Promise<MasterKey> {
  const [key] = keysOf(age, recipient);
  if (key === undefined) throw new Error("no key");
  return age.wrap(key, DATA_KEY, fakeContext());
}

beforeAll(async () => {
  [forAna, forBen, forPq] = (await Promise.all(["ana.txt", "ben.txt", "pq.txt"].map((name) => wrapFor(recipientIn(name))))) as [
    MasterKey,
    MasterKey,
    MasterKey,
  ];
});

async function lock(content: string, passphrase = PASSPHRASE, workFactor = 10): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return encrypter.encrypt(content);
}

/** A context with one default file, of bytes. */
function contextWith(file: Uint8Array, prompt?: FakePrompt, env: Record<string, string> = {}): KeyContext {
  return {
    ...fakeContext({ env, ...(prompt ? { prompt } : {}) }),
    readFile: async (path) => (path === DEFAULT_FILE ? Uint8Array.from(file) : undefined),
  };
}

describe("a locked identity file", () => {
  test.each([
    ["plain", (file: Uint8Array): Uint8Array => file],
    ["armored", (file: Uint8Array): Uint8Array => new TextEncoder().encode(armor.encode(file))],
    ["armored, with CRLF", (file: Uint8Array): Uint8Array => new TextEncoder().encode(armor.encode(file).replaceAll("\n", "\r\n"))],
  ])("%s, is opened once for all keys, with the passphrase as bytes", async (_, form) => {
    const prompt = fakePrompt(PASSPHRASE);
    const content = `# note\n${identityOf("ana.txt")}\n\n${identityOf("ben.txt")}\r\n${identityOf("pq.txt")}`;
    const context = contextWith(form(await lock(content)), prompt);
    for (const key of [forAna, forBen, forPq, forAna]) expect(await age.unwrap(key, context)).toEqual(DATA_KEY);
    expect(prompt.asked).toEqual([QUESTION]);
  });

  test("in a variable counts as well, and is named by the variable and the path", async () => {
    const prompt = fakePrompt("wrong", PASSPHRASE);
    const text = armor.encode(await lock(vectorKey("ana.txt")));
    expect(await age.unwrap(forAna, fakeContext({ env: { SOPS_AGE_KEY: text }, prompt: fakePrompt(PASSPHRASE) }))).toEqual(DATA_KEY);
    const error = await failureOf(age.unwrap(forAna, fakeContext({ env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": text }, prompt })));
    expect(error.message).toContain(": incorrect passphrase for the identity file 'SOPS_AGE_KEY_FILE' (/k). Did not find keys");
    expect(prompt.asked).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY_FILE':"]);
  });

  test("is left alone when another identity fits, even one that a command prints", async () => {
    const file = await lock(vectorKey("ana.txt"));
    const prompt = fakePrompt();
    expect(await age.unwrap(forBen, contextWith(file, prompt, { SOPS_AGE_KEY: identityOf("ben.txt") }))).toEqual(DATA_KEY);
    const context = {
      ...contextWith(file, prompt, { SOPS_AGE_KEY_CMD: "op" }),
      run: async () => new TextEncoder().encode(identityOf("ben.txt")),
    };
    expect(await age.unwrap(forBen, context)).toEqual(DATA_KEY);
    expect(prompt.asked).toEqual([]);
  });

  test("that fits nobody of the file says so as any identity does", async () => {
    const context = contextWith(await lock(vectorKey("ben.txt")), fakePrompt(PASSPHRASE));
    expect((await failureOf(age.unwrap(forAna, context))).message).toContain(
      ": identity did not match any of the recipients: incorrect identity",
    );
  });

  test("with a wrong passphrase does not stand in the way of a second one", async () => {
    const [first, second] = [await lock(vectorKey("ben.txt")), armor.encode(await lock(vectorKey("ana.txt"), "second"))];
    const prompt = fakePrompt("second", "wrong");
    expect(await age.unwrap(forAna, contextWith(first, prompt, { SOPS_AGE_KEY: second }))).toEqual(DATA_KEY);
    expect(prompt.asked).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY':"]);
    const other = fakePrompt("wrong", PASSPHRASE);
    expect(await age.unwrap(forBen, contextWith(first, other, { SOPS_AGE_KEY: second }))).toEqual(DATA_KEY);
    expect(other.asked).toEqual(["Enter passphrase for identity 'SOPS_AGE_KEY':", QUESTION]);
  });

  test("needs a terminal, and says which file it is", async () => {
    const error = await failureOf(age.unwrap(forAna, contextWith(await lock(vectorKey("ana.txt")))));
    expect(error.message).toContain(`: the identity file '${DEFAULT_FILE}' is protected by a passphrase. Did not find keys`);
    expect(SottoError.is(error) && error.hints).toEqual([
      `the identity file '${DEFAULT_FILE}': there is no terminal to ask for its passphrase: run the command in one, or name an identity that has none`,
    ]);
  });

  test("ends everything when the person breaks off", async () => {
    const prompt = fakePrompt(new SottoError("INTERRUPTED", "interrupted"));
    const error = await failureOf(age.unwrap(forAna, contextWith(await lock(vectorKey("ana.txt")), prompt)));
    expect(error).toMatchObject({ code: "INTERRUPTED" });
  });

  test("is listed without being opened", async () => {
    const prompt = fakePrompt();
    const { identities, problems } = await listIdentities(contextWith(await lock(vectorKey("ana.txt")), prompt));
    expect(identities).toEqual([{ kind: "locked", source: DEFAULT_FILE, recipient: undefined }]);
    expect([problems, prompt.asked]).toEqual([[], []]);
  });

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ["for a recipient", async () => encryptFor(recipientIn("ana.txt")), `incorrect passphrase for the identity file '${DEFAULT_FILE}'`],
    ["cut", async () => (await lock("x")).subarray(0, 60), `failed to decrypt identity file '${DEFAULT_FILE}': failed to read header`],
    ["changed", async () => changeLast(await lock("x")), "failed to decrypt and authenticate payload chunk"],
    ["with an absurd work factor", async () => raise(await lock("x")), "scrypt work factor too large: 23"],
    ["of nonsense", () => lock("nonsense"), `failed to parse '${DEFAULT_FILE}' age identities: unknown identity type`],
    ["in a locked file", async () => lock(armor.encode(await lock(vectorKey("ana.txt")))), "age identities: unknown identity type"],
  ])("%s is refused", async (_, make, message) => {
    const error = await failureOf(age.unwrap(forAna, contextWith(await make(), fakePrompt(PASSPHRASE))));
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
  });
});

async function encryptFor(recipient: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt("x");
}

function changeLast(file: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(file);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}

/** Asks for 2^23 rounds: that is refused before anything is computed. */
function raise(file: Uint8Array): Uint8Array {
  return Uint8Array.from(
    Buffer.from(
      Buffer.from(file)
        .toString("latin1")
        .replace(/^(-> scrypt \S+) 10$/m, "$1 23"),
      "latin1",
    ),
  );
}

describeWithPeers(["age"], "age", () => {
  test.each([
    ["plain", []],
    ["armored", ["-a"]],
  ] as const)("protects an identity file that sotto opens, with its own work factor: %s", async (_, flags) => {
    const file = execFileSync(peerPath("age"), ["-e", "-j", "batchpass", ...flags], {
      input: vectorKey("ana.txt"),
      env: { PATH: `${peerPath("age").replace(/\/age$/, "")}:${process.env["PATH"] ?? ""}`, AGE_PASSPHRASE: PASSPHRASE },
    });
    expect(await age.unwrap(forAna, contextWith(Uint8Array.from(file), fakePrompt(PASSPHRASE)))).toEqual(DATA_KEY);
  });
});
