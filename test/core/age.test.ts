/** age without Node against age on Node: each opens what the other wraps. */
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { age } from "../../keys/age.ts";
import * as withoutNode from "../../keys/age/portable.ts";
import * as onNode from "../../keys/age/provider.ts";
import type { MasterKey } from "../../src/model/keys.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import { fakeContext, identityOf, keysOf, recipientIn, vectorKey } from "../keys/context.ts";

const node: KeyProvider = { ...age, ...onNode };
const portable: KeyProvider = { ...age, ...withoutNode };

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const SHARE = Uint8Array.from({ length: 33 }, (_, index) => index);
const names = ["ana", "ben", "pq"] as const;
const identities = fakeContext({ env: { SOPS_AGE_KEY: names.map((name) => identityOf(`${name}.txt`)).join("\n# one a line\n") } });

const firstOf = (provider: KeyProvider, text: string): MasterKey => {
  const [key] = keysOf(provider, text);
  if (key === undefined) throw new Error("no key");
  return key;
};

const wrapFor = (name: string): Promise<MasterKey> => portable.wrap(firstOf(portable, recipientIn(`${name}.txt`)), DATA_KEY, identities);

const isHeld = async (name: string): Promise<unknown> => portable.holds?.(firstOf(portable, recipientIn(`${name}.txt`)), identities);

/** Without what differs each time. */
const shapeOf = (key: MasterKey | undefined): unknown => ({ ...key, wrapped: "", stored: { ...key?.stored, enc: "" } });

describe("wrapping", () => {
  const PAIRS: readonly (readonly [string, KeyProvider, KeyProvider])[] = [
    ["without Node opens on Node", portable, node],
    ["on Node opens without it", node, portable],
  ];
  for (const [title, from, to] of PAIRS) {
    it.each(names)(`${title}: %s`, async (name) => {
      for (const payload of [DATA_KEY, SHARE]) {
        const wrapped = await from.wrap(firstOf(from, recipientIn(`${name}.txt`)), payload, identities);
        expect(Array.from(await to.unwrap(wrapped, identities))).toEqual(Array.from(payload));
      }
    });
  }

  it("for an Ed25519 key of SSH opens on Node", async () => {
    const context = fakeContext({ env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/key" }, files: { "/key": vectorKey("ssh_ed25519") } });
    const wrapped = await portable.wrap(firstOf(portable, vectorKey("ssh_ed25519.pub").trim()), DATA_KEY, context);
    expect(Array.from(await node.unwrap(wrapped, context))).toEqual(Array.from(DATA_KEY));
  });

  it("for an RSA key of SSH opens on Node", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n = "", e = "" } = pair.publicKey.export({ format: "jwk" });
    const fields = [Buffer.from("ssh-rsa"), Buffer.from(e, "base64url"), Buffer.concat([Buffer.of(0), Buffer.from(n, "base64url")])];
    const blob = Buffer.concat(
      fields.flatMap((field) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(field.length);
        return [length, field];
      }),
    );
    const context = fakeContext({
      env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/key" },
      files: { "/key": String(pair.privateKey.export({ type: "pkcs1", format: "pem" })) },
    });
    const wrapped = await portable.wrap(firstOf(portable, `ssh-rsa ${blob.toString("base64")} ana`), DATA_KEY, context);
    expect(Array.from(await node.unwrap(wrapped, context))).toEqual(Array.from(DATA_KEY));
  });

  it("stores what Node stores", async () => {
    const recipient = recipientIn("ana.txt");
    const [one, two] = await Promise.all([node, portable].map((each) => each.wrap(firstOf(each, ` ${recipient} `), DATA_KEY, identities)));
    expect(shapeOf(two)).toEqual(shapeOf(one));
    expect(two?.wrapped).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n[\s\S]+\n-----END AGE ENCRYPTED FILE-----\n$/);
  });

  it("refuses plugins, wrong recipients and secrets in their place", async () => {
    const plugin = "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt";
    await expect(portable.wrap(firstOf(portable, plugin), DATA_KEY, identities)).rejects.toMatchObject({ code: "WRAP_FAILED" });
    for (const wrong of ["age1abc", "ana", "ssh-dss AAAA", identityOf("ana.txt")]) {
      const check = async (): Promise<unknown> => Promise.all(keysOf(portable, wrong).map((key) => portable.check(key)));
      await expect(check()).rejects.toThrow(expect.objectContaining({ code: "RECIPIENT_INVALID" }));
    }
    expect(keysOf(portable, "")).toEqual([]);
  });
});

describe("unwrapping", () => {
  it("says what Node says about an identity that does not fit", async () => {
    const wrapped = await wrapFor("cara");
    const context = fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") } });
    const reason = /^failed to create reader for decrypting sops data key with age: identity did not match any of the recipients/;
    for (const each of [node, portable]) {
      await expect(each.unwrap(wrapped, context)).rejects.toMatchObject({
        code: "DATA_KEY_UNAVAILABLE",
        message: expect.stringMatching(reason) as unknown,
      });
    }
  });

  it.each([
    ["no armor", (text: string) => text.replace("BEGIN AGE", "BEGIN ALE"), /failed to read header: invalid armor/],
    [
      "a changed payload",
      (text: string) => changeAt(text, text.indexOf("\n-----END") - 8),
      /failed to decrypt and authenticate payload chunk/,
    ],
    ["nothing", () => "", /failed to read header/],
  ])("refuses %s", async (_title, change, reason) => {
    const { wrapped = "", ...key } = await wrapFor("ana");
    await expect(portable.unwrap({ ...key, wrapped: change(wrapped) }, identities)).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it("refuses a payload of another length than a data key or a share has", async () => {
    const wrapped = await portable.wrap(firstOf(portable, recipientIn("ana.txt")), new Uint8Array(31), identities);
    await expect(portable.unwrap(wrapped, identities)).rejects.toMatchObject({
      message: "the wrapped data key has 31 bytes, expected 32 (a data key) or 33 (a share)",
    });
  });

  it("knows which keys its identities are for", async () => {
    expect(await Promise.all(["ana", "ben", "pq", "cara"].map(isHeld))).toEqual([true, true, true, false]);
  });

  it.each([
    ["AGE-SECRET-KEY-1", "malformed secret key"],
    ["AGE-PLUGIN-YUBIKEY-1QQQQQQ", "unknown identity type"],
    ["age-secret-key-1qq", "unknown identity type"],
    ["x", "unknown identity type"],
  ])("refuses the identity %s", async (text, reason) => {
    const context = fakeContext({ env: { SOPS_AGE_KEY: `${identityOf("ana.txt")} ${text}` } });
    await expect(portable.unwrap(await wrapFor("ana"), context)).rejects.toMatchObject({
      code: "IDENTITY_INVALID",
      message: expect.stringContaining(reason) as unknown,
    });
  });
});

function changeAt(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
}
