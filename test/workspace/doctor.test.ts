/** What `doctor` finds that no transcript can show: modes of files, packages, services, programs. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeBech32 } from "../../keys/age/bech32.ts";
import { examine, type Finding } from "../../src/workspace/doctor.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { hasPackage, loadPackage } from "../../src/host/packages.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { GpgHome } from "../keys/gpg-home.ts";
import { FakeHuawei, OWNER, PROJECT } from "../keys/fake-huawei.ts";
import { startFaultyServer } from "../keys/faulty-server.ts";
import { describeWithPeers } from "../support/peers.ts";
import { vectorRecipient } from "../support/vectors.ts";

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch({});
});
afterEach(() => scratch[Symbol.dispose]());

const look = (env: Readonly<Record<string, string>> = {}, online = false): Promise<readonly Finding[]> =>
  examine(createNodeHost({ cwd: scratch.path, env: { ...scratch.env, ...env } }), { online });
const messages = (findings: readonly Finding[], ...states: readonly string[]): readonly string[] =>
  findings.filter(({ state }) => states.includes(state)).map(({ message, mend }) => `${message} → ${mend}`);
const rules = (...lines: readonly string[]): void =>
  scratch.write(".sops.yaml", `creation_rules:\n${lines.map((line) => `  - ${line}\n`).join("")}`);

describe("an identity", () => {
  const KEY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

  test.each([
    [0o600, []],
    [0o640, ["can be read by others (mode 0640)"]],
    [0o604, ["can be read by others (mode 0604)"]],
  ] as const)("in a file with mode %o", async (mode, found) => {
    const path = join(scratch.env["HOME"] ?? "", ".config", "sops", "age", "keys.txt");
    mkdirSync(join(path, ".."), { recursive: true });
    for (const [file, env] of [
      [path, {}],
      [scratch.place("mine.txt"), { SOPS_AGE_KEY_FILE: scratch.place("mine.txt") }],
    ] as const) {
      writeFileSync(file, `${KEY}\n`);
      chmodSync(file, mode);
      const all = await look(env);
      expect(all.some(({ state, message }) => state === "fine" && message.startsWith("age1"))).toBe(true);
      expect(messages(all, "weak").filter((one) => one.startsWith(file))).toEqual(
        found.map((what) => `${file} ${what} → chmod 600 ${file}`),
      );
      chmodSync(file, 0o600);
    }
  });

  test("that cannot be read, and a command that is not run", async () => {
    const all = await look({ SOPS_AGE_KEY: "AGE-SECRET-KEY-1WRONG", SOPS_AGE_KEY_CMD: "touch /nonexistent/x" });
    expect(messages(all, "wrong").join()).toMatch(/^SOPS_AGE_KEY: .* → set SOPS_AGE_KEY to what it should be/);
    expect(messages(all, "wrong").join()).not.toContain("1WRONG");
    expect(messages(all, "note").join()).toContain("SOPS_AGE_KEY_CMD is run when a file is decrypted; it is not run here");
  });

  test("of a plugin that nobody trusts", async () => {
    const identity = encodeBech32("age-plugin-yubikey-", Uint8Array.of(1, 2, 3)).toUpperCase();
    const all = await look({ SOPS_AGE_KEY: identity, SOPS_AGE_SSH_PRIVATE_KEY_FILE: "" });
    const [weak] = all.filter(({ area, state }) => area === "keys" && state === "weak");
    expect(weak?.message).toMatch(/^an identity of age-plugin-yubikey, from SOPS_AGE_KEY: age-plugin-yubikey is not started/);
    expect(weak?.mend).toContain("SOTTO_TRUST_PLUGINS=yubikey");
  });
});

describe("a service", () => {
  test("wraps and unwraps a test key", async () => {
    const cloud = new FakeHuawei();
    const key = cloud.addKey("1234abcd-12ab-34cd-56ef-1234567890ab");
    await using server = await startFaultyServer({ behind: cloud.handle });
    const env = {
      HUAWEICLOUD_SDK_REGION_KMS_EU_WEST_101: server.url,
      HUAWEICLOUD_SDK_AK: OWNER.accessKey,
      HUAWEICLOUD_SDK_SK: OWNER.secretKey,
      HUAWEICLOUD_SDK_PROJECT_ID: PROJECT,
    };
    rules(`{hckms: ["${key}"]}`);
    const asked = `HuaweiCloud KMS ${key}: not asked → sotto doctor --online`;
    expect(messages(await look(env), "note")).toContain(asked);
    expect(server.requests).toEqual([]);
    expect(messages(await look(env, true), "fine")).toContain(`HuaweiCloud KMS ${key}: wraps, and unwraps for you → undefined`);
    expect(server.requests.length).toBe(2);
    cloud.setState(key, "disabled");
    const [wrong] = (await look(env, true)).filter(({ state }) => state === "wrong");
    expect(wrong).toMatchObject({
      area: "keys",
      message: expect.stringContaining("wraps nothing: HuaweiCloud KMS in eu-west-101 answered 400 (KMS.0209)") as string,
      mend: expect.stringContaining("enable the key") as string,
      position: { line: 2, column: 5 },
    });
    expect(JSON.stringify(await look(env, true))).not.toContain(OWNER.secretKey);
  });

  test("that cannot be logged in to says where was looked", async () => {
    rules('{hckms: ["eu-west-101:1234abcd-12ab-34cd-56ef-1234567890ab"]}');
    const found = messages(await look({}, true), "wrong").join("\n");
    expect(found).toContain("wraps nothing: there are no HuaweiCloud credentials → looked at, in this order: HUAWEICLOUD_SDK_AK");
    expect(found).toContain("no identity of yours is at hand");
  });
});

describe("rules", () => {
  const [ana, ben] = [vectorRecipient("ana"), vectorRecipient("ben")];
  const backup = "has no backup recipient";
  test.each([
    [`{age: "${ana}"}`, true],
    [`{age: "${ana},${ana}"}`, true],
    [`{age: "${ana},${ben}"}`, false],
    [`{key_groups: [{age: ["${ana}"]}, {age: ["${ben}"]}]}`, true],
    [`{key_groups: [{age: ["${ana}"]}, {age: ["${ben}"]}], shamir_threshold: 1}`, false],
    [`{key_groups: [{age: ["${ana}", "${ben}"]}, {age: ["${ben}", "${ana}"]}]}`, false],
  ])("%s", async (rule, hangs) => {
    rules(rule);
    expect(messages(await look(), "weak").some((one) => one.includes(backup))).toBe(hangs);
  });
});

test("a package that is there is found without being loaded", async () => {
  expect([hasPackage("yaml"), hasPackage("age-encryption"), hasPackage("@getsops/nowhere")]).toEqual([true, true, false]);
  await expect(loadPackage("@getsops/nowhere")).rejects.toMatchObject({ code: "PACKAGE_MISSING" });
});

test("a program that is not there is wrong where a rule needs it, and else a note", async () => {
  const env = { SOPS_GPG_EXEC: "/nonexistent/gpg" };
  const missing = "PGP: /nonexistent/gpg cannot be started → install /nonexistent/gpg";
  expect(messages(await look(env), "note")).toContain(missing);
  rules("{pgp: 85D77543B3D624B63CEA9E6DBC17301B491B3F21}");
  expect(messages(await look(env), "wrong")).toContain(missing);
});

describeWithPeers(["gpg"], "doctor and PGP", () => {
  test("keys of gpg are told apart", async () => {
    using home = new GpgHome();
    const mine = home.makeKey("mine@example.com");
    const expired = home.makeKey("expired@example.com", { expires: "1d", at: "20200101T000000" });
    rules(`{pgp: "${mine},${expired}"}`);
    expect(messages(await look(home.env), "fine")).toEqual(
      expect.arrayContaining([`PGP ${mine} → undefined`, `PGP ${mine}: yours → undefined`]),
    );
    const online = await look(home.env, true);
    expect(messages(online, "fine")).toContain(`PGP ${mine}: wraps, and unwraps for you → undefined`);
    expect(messages(online, "wrong")).toEqual([
      `PGP ${expired}: wraps nothing: the PGP key ${expired} expired on 2020-01-02 → its owner extends it: gpg --quick-set-expire ${expired} 1y; then import it again`,
    ]);
  });
});
