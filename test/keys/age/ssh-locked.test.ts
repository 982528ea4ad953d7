/** Private SSH keys that ssh-keygen, OpenSSL and node:crypto protected by a passphrase. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { SottoError } from "../../../src/model/error.ts";
import type { MasterKey } from "../../../src/model/keys.ts";
import { describeWithPeers, peerPath } from "../../support/peers.ts";
import { failureOf, fakeContext, fakePrompt, HOME, identityOf, recipientIn, keysOf } from "../context.ts";
import type { FakePrompt } from "../context.ts";
import { sandbox } from "../real-context.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => 255 - at);
const PASSPHRASE = "open Sesam, öffne dich";
const PATH = `${HOME}/.ssh/id_ed25519`;
const box = sandbox();
afterAll(() => box[Symbol.dispose]());

interface Pair {
  readonly privateKey: string;
  readonly publicKey: string;
}

let made = 0;

function keygen(...args: readonly string[]): Pair {
  made += 1;
  const path = join(box.folder, `key-${made}`);
  execFileSync(peerPath("ssh-keygen"), ["-q", ...args, "-N", PASSPHRASE, "-C", "of a test", "-f", path]);
  return { privateKey: readFileSync(path, "utf8"), publicKey: readFileSync(`${path}.pub`, "utf8").trim() };
}

async function wrapFor(recipient: string): Promise<MasterKey> {
  const [key] = keysOf(age, recipient);
  if (key === undefined) throw new Error("no key");
  return age.wrap(key, DATA_KEY, fakeContext());
}

async function unwrap(pair: Pair, key: MasterKey, prompt?: FakePrompt, withPublic = true): Promise<Uint8Array> {
  const files = { [PATH]: pair.privateKey, ...(withPublic ? { [`${PATH}.pub`]: `${pair.publicKey}\n` } : {}) };
  return age.unwrap(key, fakeContext({ files, ...(prompt ? { prompt } : {}) }));
}

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ["Ed25519, as ssh-keygen writes it (aes256-ctr)", ["-t", "ed25519"]],
  ["Ed25519 with one round", ["-t", "ed25519", "-a", "1"]],
  ["Ed25519 with 100 rounds", ["-t", "ed25519", "-a", "100"]],
  ["RSA", ["-t", "rsa", "-b", "2048"]],
  ...["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes192-ctr", "aes128-ctr", "aes256-cbc", "aes192-cbc", "aes128-cbc"].map(
    (cipher): readonly [string, readonly string[]] => [`Ed25519 under ${cipher}`, ["-t", "ed25519", "-Z", cipher, "-a", "2"]],
  ),
  ["RSA under aes256-gcm", ["-t", "rsa", "-b", "3072", "-Z", "aes256-gcm@openssh.com", "-a", "2"]],
  ["RSA in PEM, legacy encryption", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
  ["RSA in encrypted PKCS #8", ["-t", "rsa", "-b", "2048", "-m", "PKCS8"]],
];

describeWithPeers(["ssh-keygen"], "a locked SSH key", () => {
  test.each(KINDS)("opens with its passphrase, asked for once: %s", async (_, args) => {
    const pair = keygen(...args);
    const prompt = fakePrompt(PASSPHRASE);
    const context = fakeContext({ files: { [PATH]: pair.privateKey, [`${PATH}.pub`]: pair.publicKey }, prompt });
    const key = await wrapFor(pair.publicKey);
    expect(await age.unwrap(key, context)).toEqual(DATA_KEY);
    expect(await age.unwrap(await wrapFor(pair.publicKey), context)).toEqual(DATA_KEY);
    expect(prompt.asked).toEqual([`Enter passphrase for "${PATH}":`]);
  });

  test.each([1, 4, 8, 12, 13].flatMap((at) => KINDS.slice(at, at + 1)))("does not open with another passphrase: %s", async (_, args) => {
    const pair = keygen(...args);
    const key = await wrapFor(pair.publicKey);
    for (const wrong of ["", "open sesame", `${PASSPHRASE} `, "x".repeat(2000)]) {
      const error = await failureOf(unwrap(pair, key, fakePrompt(wrong)));
      expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
      expect(error.message).toContain(`: incorrect passphrase for the SSH key "${PATH}". Did not find keys`);
    }
  });

  test("is not asked about while its stanza is not there, or another identity fits", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1");
    const prompt = fakePrompt();
    const files = { [PATH]: pair.privateKey };
    const context = fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") }, files, prompt });
    expect(await age.unwrap(await wrapFor(recipientIn("ana.txt")), context)).toEqual(DATA_KEY);
    expect((await failureOf(age.unwrap(await wrapFor(recipientIn("ben.txt")), context))).message).toContain("no identity matched");
    expect(prompt.asked).toEqual([]);
  });

  test("says which file needs a passphrase where nobody can be asked", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1");
    const error = await failureOf(unwrap(pair, await wrapFor(pair.publicKey)));
    expect(error.message).toContain(`: the SSH key "${PATH}" is protected by a passphrase. Did not find keys`);
    expect(SottoError.is(error) && error.hints).toEqual([
      `the SSH key "${PATH}": there is no terminal to ask for its passphrase: run the command in one, or name an identity that has none`,
    ]);
  });

  test("ends everything when the person breaks off", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1");
    const broken = fakePrompt(new SottoError("INTERRUPTED", "interrupted"));
    expect(await failureOf(unwrap(pair, await wrapFor(pair.publicKey), broken))).toMatchObject({ code: "INTERRUPTED" });
  });

  test("in PEM has its public half beside it, and it has to be the right one", async () => {
    const [pair, other] = [keygen(...(KINDS[12]?.[1] ?? [])), keygen("-t", "rsa", "-b", "2048")];
    const alone = await failureOf(unwrap(pair, await wrapFor(pair.publicKey), fakePrompt(PASSPHRASE), false));
    expect(alone.message).toContain(`failed to obtain public "${PATH}.pub" key for "${PATH}" SSH key: open ${PATH}.pub: no such file`);
    const mixed = { privateKey: pair.privateKey, publicKey: other.publicKey };
    const error = await failureOf(unwrap(mixed, await wrapFor(other.publicKey), fakePrompt(PASSPHRASE)));
    expect(error.message).toContain(`the SSH key "${PATH}" is not the private half of the public key beside it`);
    expect(SottoError.is(error) && error.hints).toEqual([`write the public half anew: ssh-keygen -y -f ${PATH} > ${PATH}.pub`]);
  });

  test("with a cipher that is not known, or with too many rounds, is refused with a reason", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1", "-Z", "chacha20-poly1305@openssh.com");
    const error = await failureOf(unwrap(pair, await wrapFor(pair.publicKey), fakePrompt(PASSPHRASE)));
    expect(error.message).toContain('unsupported cipher "chacha20-poly1305@openssh.com"; ssh-keygen -p -Z aes256-ctr changes it');
    const many = keygen("-t", "ed25519", "-a", "1");
    const bytes = Buffer.from(many.privateKey.split("\n").slice(1, -2).join(""), "base64");
    // The rounds are the last four bytes before the number of keys.
    const place = bytes.indexOf("bcrypt") + "bcrypt".length + 4 + 4 + 16;
    expect(bytes.readUInt32BE(place)).toBe(1);
    bytes.writeUInt32BE(0xffffffff, place);
    const privateKey = `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
    const slow = await failureOf(unwrap({ ...many, privateKey }, await wrapFor(many.publicKey), fakePrompt(PASSPHRASE)));
    expect(slow.message).toContain("the options of the key derivation are out of bounds");
  });

  test("with any byte of its private part changed does not open", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1", "-Z", "aes256-gcm@openssh.com");
    const key = await wrapFor(pair.publicKey);
    const lines = pair.privateKey.split("\n");
    const bytes = Buffer.from(lines.slice(1, -2).join(""), "base64");
    for (const from of [1, 17, 40, 100]) {
      const changed = Buffer.from(bytes);
      changed[changed.length - from] = (changed[changed.length - from] ?? 0) ^ 1;
      const privateKey = `${lines[0]}\n${changed.toString("base64")}\n${lines.at(-2)}\n`;
      const error = await failureOf(unwrap({ ...pair, privateKey }, key, fakePrompt(PASSPHRASE)));
      expect(error.message).toContain("incorrect passphrase");
    }
  });
});

describe("a key of node:crypto in encrypted PKCS #8", () => {
  test.each(["aes-256-cbc", "aes-128-cbc", "des-ede3-cbc"])("under %s", async (cipher) => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const pem = String(privateKey.export({ type: "pkcs8", format: "pem", cipher, passphrase: PASSPHRASE }));
    const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const blob = Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), point]);
    const pair = { privateKey: pem, publicKey: `ssh-ed25519 ${blob.toString("base64")}` };
    expect(await unwrap(pair, await wrapFor(pair.publicKey), fakePrompt(PASSPHRASE))).toEqual(DATA_KEY);
  });
});

describeWithPeers(["age", "ssh-keygen"], "age", () => {
  test("agrees with sotto on the public half of an unlocked key, and reads what sotto wraps for it", async () => {
    const pair = keygen("-t", "ed25519", "-a", "1");
    const path = join(box.folder, "bare");
    writeFileSync(path, pair.privateKey);
    chmodSync(path, 0o600);
    execFileSync(peerPath("ssh-keygen"), ["-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", path]);
    const { wrapped = "" } = await wrapFor(pair.publicKey);
    expect(Uint8Array.from(execFileSync(peerPath("age"), ["-d", "-i", path], { input: wrapped }))).toEqual(DATA_KEY);
    rmSync(path);
  });
});
