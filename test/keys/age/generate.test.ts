import { describe, expect, test } from "vitest";
import { encodeBech32 } from "../../../keys/age/bech32.ts";
import { defaultKeyFile, generateIdentity, listIdentities, recipientOf } from "../../../keys/age/generate.ts";
import { DEFAULT_FILE, failureOf, fakeContext, HOME, identityOf, recipientIn, systemError, vectorKey } from "../context.ts";

describe("a new identity", () => {
  test.each([
    ["x25519", /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/, /^age1[a-z0-9]{58}$/],
    ["pq", /^AGE-SECRET-KEY-PQ-1[A-Z0-9]{58}$/, /^age1pq1[a-z0-9]{1952}$/],
  ] as const)("of the kind %s", async (kind, identity, recipient) => {
    const [one, two] = [await generateIdentity(kind), await generateIdentity(kind)];
    expect(one.identity).toMatch(identity);
    expect(one.recipient).toMatch(recipient);
    expect(one.identity).not.toBe(two.identity);
    expect(await recipientOf(one.identity)).toBe(one.recipient);
  });

  test("its recipient is found from the identity alone", async () => {
    for (const name of ["ana.txt", "pq.txt"]) expect(await recipientOf(` ${identityOf(name)}\n`)).toBe(recipientIn(name));
  });

  test("what is no identity is not repeated", async () => {
    const identity = identityOf("ana.txt").slice(0, -1);
    const error = await failureOf(recipientOf(identity));
    expect(error).toMatchObject({
      code: "IDENTITY_INVALID",
      message: "this is no age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)",
    });
    expect(error.cause).toBeUndefined();
  });
});

test.each([
  ["linux", {}, DEFAULT_FILE],
  ["freebsd", { XDG_CONFIG_HOME: "/x/y/../z/" }, "/x/z/sops/age/keys.txt"],
  ["linux", { XDG_CONFIG_HOME: "" }, DEFAULT_FILE],
  ["darwin", { XDG_CONFIG_HOME: "" }, `${HOME}/Library/Application Support/sops/age/keys.txt`],
  ["win32", { AppData: "C:\\a" }, "C:\\a\\sops\\age\\keys.txt"],
])("the default key file on %s with %j is %s", (platform, env, path) => {
  expect(defaultKeyFile(fakeContext({ platform, env }))).toBe(path);
});

test("without a configuration folder there is no default key file", () => {
  expect(() => defaultKeyFile(fakeContext({ home: "" }))).toThrow(
    "user config directory could not be determined: neither $XDG_CONFIG_HOME nor $HOME are defined",
  );
});

test("the user's own identities are listed with their recipients and places, and so is what is wrong", async () => {
  const context = fakeContext({
    env: { SOPS_AGE_KEY: `${identityOf("ana.txt")} ${identityOf("pq.txt")}`, SOPS_AGE_KEY_FILE: "/k", SOPS_AGE_KEY_CMD: "never" },
    files: { "/k": systemError("EACCES"), [DEFAULT_FILE]: vectorKey("ben.txt"), [`${HOME}/.ssh/id_ed25519`]: vectorKey("ssh_ed25519") },
  });
  expect(await listIdentities(context)).toEqual({
    identities: [
      { kind: "ssh-ed25519", source: `${HOME}/.ssh/id_ed25519`, recipient: vectorKey("ssh_ed25519.pub").replace(" vectors\n", "") },
      { kind: "x25519", source: "SOPS_AGE_KEY", recipient: recipientIn("ana.txt") },
      { kind: "hybrid", source: "SOPS_AGE_KEY", recipient: recipientIn("pq.txt") },
      { kind: "x25519", source: DEFAULT_FILE, recipient: recipientIn("ben.txt") },
    ],
    problems: [{ source: "SOPS_AGE_KEY_FILE", message: "failed to open SOPS_AGE_KEY_FILE file: open /k: permission denied" }],
  });
  expect(context.runs).toEqual([]);
});

test("a plugin's identity is listed by the name of its plugin", async () => {
  const line = encodeBech32("age-plugin-yubikey-", new Uint8Array(4)).toUpperCase();
  const { identities } = await listIdentities(fakeContext({ env: { SOPS_AGE_KEY: line } }));
  expect(identities).toEqual([{ kind: "plugin", source: "SOPS_AGE_KEY", recipient: undefined, plugin: "yubikey" }]);
});
