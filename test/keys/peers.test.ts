/** Both ways between sotto and the real age and sops, for every kind of recipient. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { age } from "../../keys/age.ts";
import { generateIdentity, recipientOf } from "../../keys/age/generate.ts";
import type { IdentityKind } from "../../keys/age/generate.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { identityOf, VECTORS, keysOf } from "./context.ts";
import { groupsOf, parseGroups, readVector, sandbox, withGroups } from "./real-context.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
const box = sandbox();
afterAll(() => box[Symbol.dispose]());

interface Pair {
  readonly recipient: string;
  /** The file of the private half. */
  readonly path: string;
  /** How sops and sotto are told of it. */
  readonly env: Readonly<Record<string, string>>;
}

async function native(kind: IdentityKind): Promise<Pair> {
  const { identity, recipient } = await generateIdentity(kind);
  const path = join(box.folder, `${kind}-${recipient.slice(-8)}.txt`);
  writeFileSync(path, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return { recipient, path, env: { SOPS_AGE_KEY_FILE: path } };
}

let made = 0;

function ssh(...args: readonly string[]): Pair {
  made += 1;
  const path = join(box.folder, `ssh-${made}`);
  execFileSync(peerPath("ssh-keygen"), ["-q", ...args, "-N", "", "-C", "of a test", "-f", path]);
  return { recipient: readFileSync(`${path}.pub`, "utf8").trim(), path, env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: path } };
}

const KINDS: readonly (readonly [string, () => Promise<Pair>])[] = [
  ["X25519", () => native("x25519")],
  ["hybrid", () => native("pq")],
  ["ssh-ed25519", async () => ssh("-t", "ed25519")],
  ["ssh-rsa", async () => ssh("-t", "rsa", "-b", "2048")],
];

describeWithPeers(["age", "age-keygen", "ssh-keygen"], "age", () => {
  describe.each(KINDS)("with %s", (_, make) => {
    test("decrypts what sotto wraps, and sotto unwraps what it encrypts", async () => {
      const pair = await make();
      const [key] = keysOf(age, pair.recipient);
      if (key === undefined) throw new Error("no key");

      const wrapped = await age.wrap(key, DATA_KEY, box.context());
      const opened = execFileSync(peerPath("age"), ["-d", "-i", pair.path], { input: wrapped.wrapped ?? "" });
      expect(Uint8Array.from(opened)).toEqual(DATA_KEY);

      const theirs = execFileSync(peerPath("age"), ["-a", "-r", pair.recipient], { input: DATA_KEY }).toString();
      expect(await age.unwrap({ ...key, wrapped: theirs }, box.context(pair.env))).toEqual(DATA_KEY);
    });
  });

  test("a stanza of another kind before ours does no harm", async () => {
    const [first, second] = [await native("x25519"), ssh("-t", "ed25519")];
    const theirs = execFileSync(peerPath("age"), ["-a", "-r", first.recipient, "-r", second.recipient], { input: DATA_KEY }).toString();
    const [key] = keysOf(age, second.recipient);
    if (key === undefined) throw new Error("no key");
    expect(await age.unwrap({ ...key, wrapped: theirs }, box.context(second.env))).toEqual(DATA_KEY);
  });

  test.each([
    ["x25519", []],
    ["pq", ["-pq"]],
  ] as const)("age-keygen agrees on the recipient of an identity (%s)", async (kind, flags) => {
    const ours = await generateIdentity(kind);
    const keygen = peerPath("age-keygen");
    expect(
      execFileSync(keygen, ["-y"], { input: `${ours.identity}\n` })
        .toString()
        .trim(),
    ).toBe(ours.recipient);
    const theirs = execFileSync(keygen, [...flags], { stdio: ["ignore", "pipe", "ignore"] }).toString();
    const identity = /^AGE-SECRET-KEY-\S+$/m.exec(theirs)?.[0] ?? "";
    expect(await recipientOf(identity)).toBe(/public key: (\S+)/.exec(theirs)?.[1]);
  });
});

function decrypt(name: string, content: string, env: Readonly<Record<string, string>>): ReturnType<typeof spawnSync> {
  const path = join(box.folder, name);
  writeFileSync(path, content);
  return spawnSync(peerPath("sops"), ["decrypt", path], { env: box.env(env), encoding: "utf8" });
}

/** The data key of the vector that the tests of sops wrap anew. */
async function recover(): Promise<Uint8Array> {
  const context = box.context({ SOPS_AGE_KEY: identityOf("ana.txt") });
  return (await recoverDataKey(groupsOf(readVector("3.13.3/app.default.json")), 0, { context })).dataKey;
}

describeWithPeers(["sops", "ssh-keygen"], "sops", () => {
  const text = readFileSync(join(VECTORS, "3.13.3/app.default.json"), "utf8");
  const plain = readFileSync(join(VECTORS, "3.13.3/app.default.decrypted.json"), "utf8");

  test.each(KINDS)("decrypts a file whose data key sotto wrapped for %s", async (kind, make) => {
    const pair = await make();
    const wrapped = await wrapDataKey(await recover(), parseGroups(pair.recipient), 0, { context: box.context() });
    const result = decrypt(`${kind}.json`, withGroups(text, wrapped.groups, wrapped.threshold), pair.env);
    expect(result).toMatchObject({ status: 0, stdout: plain });
  });

  test("decrypts a file whose data key sotto split, with as many shares as it takes", async () => {
    const pairs = [await native("x25519"), await native("pq"), await native("x25519")];
    const groups = parseGroups(...pairs.map((pair) => pair.recipient));
    const wrapped = await wrapDataKey(await recover(), groups, 2, { context: box.context() });
    expect(wrapped.threshold).toBe(2);
    const content = withGroups(text, wrapped.groups, wrapped.threshold);
    const keys = pairs.map((pair) => readFileSync(pair.path, "utf8").split("\n")[1] ?? "");
    for (const [a, b] of [
      [0, 1],
      [2, 0],
      [1, 2],
    ] as const) {
      const result = decrypt("shamir.json", content, { SOPS_AGE_KEY: `${keys[a] ?? ""}\n${keys[b] ?? ""}` });
      expect(result).toMatchObject({ status: 0, stdout: plain });
    }
    expect(decrypt("shamir.json", content, { SOPS_AGE_KEY: keys[1] ?? "" }).status).toBe(128);
  });
});
