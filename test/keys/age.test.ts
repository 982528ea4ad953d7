import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { age } from "../../keys/age.ts";
import { encodeBech32 } from "../../keys/age/bech32.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { fakeContext, HOME, identityOf, recipientIn, vectorKey, keysOf } from "./context.ts";

const ana = recipientIn("ana.txt");
const invalid = [
  "age1",
  "age1qqqq",
  `${ana}x`,
  ana.toUpperCase(),
  "AGE-SECRET-KEY-1QQQQ",
  "ssh-ed25519",
  "ssh-ed25519 AAAA",
  "ssh-dss AAAAB3NzaC1kc3MAAAAA",
  "ecdsa-sha2-nistp256 AAAA",
  "ana@example.org",
];
const stranger = () => fakeContext({ env: { SOPS_AGE_KEY: identityOf("ben.txt") } });

describeKeyProvider(age, {
  title: "X25519",
  recipient: ana,
  other: recipientIn("ben.txt"),
  invalid,
  owner: () => fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") } }),
  stranger,
});

describeKeyProvider(age, {
  title: "hybrid",
  recipient: recipientIn("pq.txt"),
  other: ana,
  invalid: [recipientIn("pq.txt").slice(0, -1), "age1pq1qqqqqqqqqq"],
  owner: () => fakeContext({ env: { SOPS_AGE_KEY: identityOf("pq.txt") } }),
  stranger,
});

describeKeyProvider(age, {
  title: "ssh-ed25519",
  recipient: vectorKey("ssh_ed25519.pub").trim(),
  other: ana,
  invalid: [
    vectorKey("ssh_ed25519.pub").replace("AAAAC3", "AAAAD3").trim(),
    "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHJaKuvCe9xkQ5XRfvV72V/u24pVnLPcUFKUzt57XKCd",
  ],
  owner: () => fakeContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/k" }, files: { "/k": vectorKey("ssh_ed25519") } }),
  stranger,
});

const rsa = makeRsaKey(2048);
describeKeyProvider(age, {
  title: "ssh-rsa",
  recipient: rsa.line,
  other: ana,
  invalid: [makeRsaKey(1024).line],
  owner: () => fakeContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/k" }, files: { "/k": rsa.pkcs1 } }),
  stranger,
});

/** A field with its length in front. */
function field(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
}

/** An RSA key as PKCS #1 and as a line of `authorized_keys`. */
function makeRsaKey(bits: number): { readonly pkcs1: string; readonly line: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const blob = Buffer.concat([
    field(Buffer.from("ssh-rsa")),
    field(Buffer.from(e, "base64url")),
    field(Buffer.concat([Buffer.from([0]), Buffer.from(n, "base64url")])),
  ]);
  return { pkcs1: String(privateKey.export({ type: "pkcs1", format: "pem" })), line: `ssh-rsa ${blob.toString("base64")} made for a test` };
}

describe("what age wraps", () => {
  test("is an armored file of 64 columns with one stanza, as sops writes it", async () => {
    const [key] = keysOf(age, ana);
    const wrapped = (key && (await age.wrap(key, new Uint8Array(32), fakeContext())).wrapped) ?? "";
    const lines = wrapped.split("\n");
    expect(lines[0]).toBe("-----BEGIN AGE ENCRYPTED FILE-----");
    expect(lines.at(-2)).toBe("-----END AGE ENCRYPTED FILE-----");
    expect(lines.at(-1)).toBe("");
    expect(lines.slice(1, -3).every((line) => line.length === 64)).toBe(true);
    const header = Buffer.from(lines.slice(1, -2).join(""), "base64").toString("latin1").split("\n---")[0] ?? "";
    expect(header.match(/^-> /gm)).toHaveLength(1);
  });

  test("is not for a payload that is neither a data key nor a share", async () => {
    const [key] = keysOf(age, ana);
    if (key === undefined) throw new Error("no key");
    const wrapped = await age.wrap(key, new Uint8Array(31), fakeContext());
    await expect(age.unwrap(wrapped, fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") } }))).rejects.toThrow("has 31 bytes");
  });
});

describe("recipients", () => {
  test("of plugins are accepted in a list, and refused where no plugin may be started", async () => {
    const [key] = keysOf(age, encodeBech32("age1yubikey", new Uint8Array(20)));
    if (key === undefined) throw new Error("no key");
    await expect(age.wrap(key, new Uint8Array(32), fakeContext())).rejects.toThrow(
      expect.objectContaining({
        code: "WRAP_FAILED",
        message: "failed to encrypt sops data key with age: age-plugin-yubikey cannot be started here",
      }),
    );
  });

  test("that are secret keys are refused without being repeated", () => {
    const identity = identityOf("ana.txt");
    for (const text of [identity, identity.toLowerCase(), `age1${identity}`, "-----BEGIN OPENSSH PRIVATE KEY-----"]) {
      expect(() => keysOf(age, text)).toThrow(/^failed to parse input, this is a secret key where a recipient belongs$/);
    }
  });

  test("keep the comment of an SSH key in their label", () => {
    const line = vectorKey("ssh_ed25519.pub").trim();
    expect(keysOf(age, `  ${line}\t`).map((key) => key.label)).toEqual([line]);
  });
});

/** Wraps for a public key and unwraps with a private one. */
async function passOn(payload: Uint8Array, line: string, file: string): Promise<Uint8Array> {
  const [key] = keysOf(age, line);
  if (key === undefined) throw new Error("no key");
  const wrapped = await age.wrap(key, payload, fakeContext());
  const context = fakeContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/k" }, files: { "/k": file } });
  return age.unwrap(wrapped, context);
}

const PAYLOAD = new Uint8Array(32).fill(9);

describe("SSH private keys", () => {
  test("in PKCS #8, Ed25519 and RSA", async () => {
    const ed = generateKeyPairSync("ed25519");
    const x = Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const blob = Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), x]).toString("base64");
    expect(await passOn(PAYLOAD, `ssh-ed25519 ${blob}`, String(ed.privateKey.export({ type: "pkcs8", format: "pem" })))).toEqual(PAYLOAD);
    expect(await passOn(PAYLOAD, rsa.line, rsa.pkcs1)).toEqual(PAYLOAD);
  });
});

describeWithPeers(["ssh-keygen"], "SSH private keys", () => {
  test.each([
    ["ed25519", "OPENSSH", []],
    ["rsa", "OPENSSH", ["-b", "2048"]],
    ["rsa", "PEM", ["-b", "2048", "-m", "PEM"]],
    ["rsa", "PKCS8", ["-b", "3072", "-m", "PKCS8"]],
  ])("of type %s in the form %s", async (type, _form, extra) => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-ssh-"));
    try {
      const path = join(folder, "key");
      execFileSync(peerPath("ssh-keygen"), ["-q", "-t", type, ...extra, "-N", "", "-C", "a comment", "-f", path]);
      expect(await passOn(PAYLOAD, readFileSync(`${path}.pub`, "utf8").trim(), readFileSync(path, "utf8"))).toEqual(PAYLOAD);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["ed25519", "OPENSSH", []],
    ["rsa", "OPENSSH", ["-b", "2048"]],
    ["rsa", "PEM", ["-b", "2048", "-m", "PEM"]],
  ])("with a passphrase are in the way of no other identity, and named when they fit: %s, %s", async (type, _form, extra) => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-ssh-"));
    try {
      const path = join(folder, "key");
      execFileSync(peerPath("ssh-keygen"), ["-q", "-t", type, ...extra, "-N", "open sesame", "-f", path]);
      const files = {
        [`${HOME}/.ssh/id_rsa`]: readFileSync(path, "utf8"),
        [`${HOME}/.ssh/id_rsa.pub`]: readFileSync(`${path}.pub`, "utf8"),
      };
      const context = fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") }, files });
      const [native, locked] = keysOf(age, `${ana},${readFileSync(`${path}.pub`, "utf8").trim()}`);
      if (native === undefined || locked === undefined) throw new Error("no key");
      expect(await age.unwrap(await age.wrap(native, PAYLOAD, context), context)).toEqual(PAYLOAD);
      await expect(age.unwrap(await age.wrap(locked, PAYLOAD, context), context)).rejects.toThrow(
        `: the SSH key "${HOME}/.ssh/id_rsa" is protected by a passphrase. Did not find keys`,
      );
      const command = fakeContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: "op" }, run: () => readFileSync(path, "utf8") });
      await expect(age.unwrap(await age.wrap(native, PAYLOAD, context), command)).rejects.toThrow(
        "SOPS_AGE_SSH_PRIVATE_KEY_CMD is password protected",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("in PEM with a passphrase and without their public half are an error of their own", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const file = String(privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" }));
    const context = fakeContext({ files: { [`${HOME}/.ssh/id_rsa`]: file } });
    await expect(age.unwrap({ provider: "age", label: ana, wrapped: "", stored: {} }, context)).rejects.toThrow(
      `failed to obtain public "${HOME}/.ssh/id_rsa.pub" key for "${HOME}/.ssh/id_rsa" SSH key: open ${HOME}/.ssh/id_rsa.pub: no such file`,
    );
  });
});
