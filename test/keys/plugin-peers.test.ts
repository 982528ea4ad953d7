/** age's own plugins, both ways, and the user's word that they may be started. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import { afterAll, describe, expect, test } from "vitest";
import { age } from "../../keys/age.ts";
import { encodeBech32 } from "../../keys/age/bech32.ts";
import { encryptFile } from "../../keys/age/file.ts";
import { pluginRecipient } from "../../keys/age/plugin.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { createKeyAccess } from "../../src/workspace/key-access.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { failureOf, identityOf, recipientIn, keysOf } from "./context.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 3);
const folder = mkdtempSync(join(tmpdir(), "sotto-plugins-"));
afterAll(() => rmSync(folder, { recursive: true }));

function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const path = [dirname(peerPath("age-plugin-pq")), process.env["PATH"] ?? ""].join(delimiter);
  return { PATH: path, HOME: folder, SOPS_DISABLE_VERSION_CHECK: "true", ...extra };
}

/** What a command would give its providers, with plugins that the environment trusts. */
function accessFor(extra: Readonly<Record<string, string>>): KeyContext {
  return createKeyAccess(createNodeHost({ env: environment(extra), cwd: folder }));
}

async function wrapFor(recipient: string): Promise<MasterKey> {
  const [key] = keysOf(age, recipient);
  if (key === undefined) throw new Error("no key");
  return age.wrap(key, DATA_KEY, accessFor({}));
}

const TRUST = { SOTTO_TRUST_PLUGINS: "pq,batchpass,tag,tagpq" };

/** `age-plugin-pq -identity` turns a hybrid identity into one of the plugin. */
function pqPluginIdentity(): string {
  const path = join(folder, "pq.txt");
  writeFileSync(path, `${identityOf("pq.txt")}\n`);
  return /^AGE-PLUGIN-PQ-\S+$/m.exec(execFileSync(peerPath("age-plugin-pq"), ["-identity", path]).toString())?.[0] ?? "";
}

describeWithPeers(["age", "age-plugin-pq"], "age-plugin-pq", () => {
  test("unwraps with its identity what sotto wraps for the hybrid recipient", async () => {
    const identity = pqPluginIdentity();
    expect(identity).toMatch(/^AGE-PLUGIN-PQ-1/);
    const key = await wrapFor(recipientIn("pq.txt"));
    expect(await age.unwrap(key, accessFor({ ...TRUST, SOPS_AGE_KEY: identity }))).toEqual(DATA_KEY);
  });

  test("wraps for a recipient what age and sotto unwrap without it", async () => {
    const recipient = recipientIn("pq.txt");
    const wrapped = await encryptFile(DATA_KEY, pluginRecipient("pq", recipient, accessFor(TRUST)));
    const opened = execFileSync(peerPath("age"), ["-d", "-i", join(folder, "pq.txt")], { input: wrapped });
    expect(Uint8Array.from(opened)).toEqual(DATA_KEY);
    const key = { provider: "age", label: recipient, wrapped, stored: {} };
    expect(await age.unwrap(key, accessFor({ SOPS_AGE_KEY: identityOf("pq.txt") }))).toEqual(DATA_KEY);
  });

  test("is not started unless the user says so, and the hint says how", async () => {
    const env = { SOPS_AGE_KEY: pqPluginIdentity() };
    const key = await wrapFor(recipientIn("pq.txt"));
    const error = await failureOf(age.unwrap(key, accessFor(env)));
    expect(error.message).toContain(": age-plugin-pq is not started: you have not said that you trust it. Did not find keys");
    const file = join(folder, ".config", "sotto", "config.yaml");
    expect(SottoError.is(error) && error.hints).toEqual([
      `if you trust it, write into ${file}: trust: {plugins: [pq]} (or set SOTTO_TRUST_PLUGINS=pq)`,
    ]);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "trust: {plugins: [other, pq]}\n");
    expect(await age.unwrap(key, accessFor(env))).toEqual(DATA_KEY);
    writeFileSync(file, "trust: {plugins: [other]}\n");
    const other = await failureOf(age.unwrap(key, accessFor(env)));
    expect(SottoError.is(other) && other.hints[0]).toContain("trust: {plugins: [other, pq]}");
    writeFileSync(file, "trust: {plugin: [pq]}\n");
    const flawed = await failureOf(age.unwrap(key, accessFor(env)));
    expect(flawed.message).toContain(`: age-plugin-pq is not started: ${file}:1:9: unknown key "plugin" in trust. Did not find keys`);
    expect(SottoError.is(flawed) && flawed.hints).toEqual(["did you mean plugins?"]);
    rmSync(file);
  });
});

describeWithPeers(["age", "age-plugin-batchpass", "age-plugin-pq"], "age-plugin-batchpass", () => {
  test("unwraps with an identity that holds nothing what age wraps with it", async () => {
    const secret = { AGE_PASSPHRASE: "open sesame", AGE_PASSPHRASE_WORK_FACTOR: "10" };
    const wrapped = execFileSync(peerPath("age"), ["-e", "-a", "-j", "batchpass"], {
      input: DATA_KEY,
      env: environment(secret),
    }).toString();
    const identity = encodeBech32("age-plugin-batchpass-", new Uint8Array(0)).toUpperCase();
    const key = { provider: "age", label: recipientIn("ana.txt"), wrapped, stored: {} };
    expect(await age.unwrap(key, accessFor({ ...TRUST, ...secret, SOPS_AGE_KEY: identity }))).toEqual(DATA_KEY);
    const error = await failureOf(age.unwrap(key, accessFor({ ...TRUST, AGE_PASSPHRASE: "wrong", SOPS_AGE_KEY: identity })));
    expect(error.message).toMatch(/: age-plugin-batchpass: .*incorrect passphrase/);
  });
});

/** The header of an armored file, and what binary follows. */
const header = (wrapped = ""): string => Buffer.from(wrapped.split("\n").slice(1, -2).join(""), "base64").toString("latin1");

describeWithPeers(["age", "age-plugin-tag", "age-plugin-tagpq", "age-plugin-pq"], "recipients of keys in hardware", () => {
  const point = p256.getPublicKey(p256.utils.randomSecretKey(), true);
  const recipient = encodeBech32("age1tag", point);
  test("sotto wraps for them without a plugin, in the form that the plugin gives", async () => {
    const own = header((await wrapFor(recipient)).wrapped);
    const theirs = header(await encryptFile(DATA_KEY, pluginRecipient("tag", recipient, accessFor(TRUST))));
    const form = /^age-encryption\.org\/v1\n-> p256tag \S{6} \S{87}\n\S{43}\n--- /;
    expect(own).toMatch(form);
    expect(theirs).toMatch(form);
  });

  test("the plugin's own refusal is the reason", async () => {
    const wrong = encodeBech32("age1tag", new Uint8Array(33));
    const error = await failureOf(encryptFile(DATA_KEY, pluginRecipient("tag", wrong, accessFor(TRUST))));
    expect(error.message).toMatch(/^age-plugin-tag: \S/);
  });

  test("the hybrid ones too", async () => {
    const made = execFileSync(peerPath("age-keygen"), ["-pq"], { stdio: ["ignore", "pipe", "ignore"] }).toString();
    const hybrid = /public key: (\S+)/.exec(made)?.[1] ?? "";
    expect(hybrid).toMatch(/^age1pq1/);
    const { decodeBech32 } = await import("../../keys/age/bech32.ts");
    const decoded = decodeBech32(new TextEncoder().encode(hybrid));
    if (!decoded.ok) throw new Error(decoded.reason);
    // ML-KEM-768 comes first in both, the other curve behind it.
    const uncompressed = p256.Point.fromBytes(point).toBytes(false);
    const text = encodeBech32("age1tagpq", Uint8Array.from([...decoded.bytes.subarray(0, 1184), ...uncompressed]));
    const own = header((await wrapFor(text)).wrapped);
    const theirs = header(await encryptFile(DATA_KEY, pluginRecipient("tagpq", text, accessFor(TRUST))));
    for (const one of [own, theirs]) expect(one).toMatch(/^age-encryption\.org\/v1\n-> mlkem768p256tag \S{6} \S+\n\S{43}\n--- /);
    expect(own.length).toBe(theirs.length);
  });
});

describeWithPeers(["sops", "age", "age-plugin-pq", "age-plugin-tag"], "sops", () => {
  test("decrypts with a plugin what sotto wraps, as sotto does what sops wraps", async () => {
    const identity = pqPluginIdentity();
    const plain = join(folder, "plain.json");
    writeFileSync(plain, '{"a": "b"}\n');
    const args = ["encrypt", "--age", recipientIn("pq.txt"), plain];
    const encrypted = execFileSync(peerPath("sops"), args, { env: environment() }).toString();
    const stored = (JSON.parse(encrypted) as { sops: { age: { recipient: string; enc: string }[] } }).sops.age[0];
    const key = { provider: "age", label: stored?.recipient ?? "", wrapped: stored?.enc ?? "", stored: {} };
    const dataKey = await age.unwrap(key, accessFor({ ...TRUST, SOPS_AGE_KEY: identity }));
    const { wrapped = "" } = await age.wrap({ ...key, wrapped: "" }, dataKey, accessFor({}));
    const path = join(folder, "again.json");
    writeFileSync(path, encrypted.replace(JSON.stringify(stored?.enc), JSON.stringify(wrapped)));
    const result = spawnSync(peerPath("sops"), ["decrypt", path], { env: environment({ SOPS_AGE_KEY: identity }), encoding: "utf8" });
    expect(result).toMatchObject({ status: 0, stdout: readFileSync(plain, "utf8").replace('{"a": "b"}', '{\n\t"a": "b"\n}') });
  });
});

describe("a plugin that is not there", () => {
  test("keeps nobody from wrapping for others, and is named", async () => {
    const recipient = encodeBech32("age1nosuch", new Uint8Array(4));
    const [key] = keysOf(age, recipient);
    if (key === undefined) throw new Error("no key");
    const access = createKeyAccess(createNodeHost({ env: { PATH: folder, HOME: folder, SOTTO_TRUST_PLUGINS: "nosuch" }, cwd: folder }));
    expect(await failureOf(age.wrap(key, DATA_KEY, access))).toMatchObject({
      code: "WRAP_FAILED",
      message: "failed to encrypt sops data key with age: age-plugin-nosuch is not installed: it is not on the PATH",
      hints: ["install age-plugin-nosuch in a folder of your PATH"],
    });
  });
});
