/** The short way through an age file against `age-encryption`: what it opens, the package opens to the same bytes. */
import { createHash } from "node:crypto";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Encrypter, armor } from "age-encryption";
import { constantFrom, nat, oneof, tuple, uint8Array } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openChaCha, sealChaCha } from "../../../keys/age/chacha.ts";
import { decryptFile, encryptFile } from "../../../keys/age/file.ts";
import { parseIdentities, type HeldIdentity } from "../../../keys/age/identities.ts";
import { openQuickly, sealQuickly } from "../../../keys/age/quick.ts";
import { parseRecipient } from "../../../keys/age/recipients.ts";
import { x25519Recipient } from "../../../keys/age/x25519.ts";
import { age } from "../../../keys/age.ts";
import { assertAlways } from "../../support/property.ts";
import { fakeContext, identityOf, recipientIn, keysOf } from "../context.ts";

const own = held("ana.txt");
const stranger = held("ben.txt");
const hybrid = held("pq.txt");
const recipient = x25519Recipient(pointOf(recipientIn("ana.txt")));

function held(file: string): readonly HeldIdentity[] {
  return parseIdentities(new TextEncoder().encode(identityOf(file)), { source: file, words: false, context: fakeContext() });
}

function pointOf(text: string): Uint8Array {
  const parsed = parseRecipient(text);
  if (parsed.kind !== "x25519") throw new Error("not an X25519 recipient");
  return parsed.point;
}

const opens = async (text: string, identities: readonly HeldIdentity[]): Promise<Uint8Array | undefined> => {
  const outcome = await decryptFile(
    text,
    identities.map(({ use }) => use),
  );
  return outcome.state === "opened" ? outcome.payload : undefined;
};
const payload = uint8Array({ minLength: 0, maxLength: 64 });

describe("the short way through an age file", () => {
  test("reads what the package writes, and writes what the package reads", async () => {
    await assertAlways(payload, 60, async (bytes) => {
      expect(await openQuickly(await encryptFile(bytes, recipient), own)).toEqual(Uint8Array.from(bytes));
      const text = await sealQuickly(bytes, recipient);
      expect(text?.split("\n").every((line) => line.length <= 64)).toBe(true);
      expect(await opens(text ?? "", own)).toEqual(Uint8Array.from(bytes));
      expect(armor.encode(armor.decode(text ?? ""))).toBe(text);
    });
  });

  test("leaves alone what is not for it", async () => {
    const bytes = new Uint8Array(32).fill(7);
    const text = await encryptFile(bytes, recipient);
    expect(await openQuickly(text, [...stranger, ...hybrid])).toBeUndefined();
    expect(await openQuickly(text, [...stranger, ...own])).toEqual(bytes);
    expect(await openQuickly(await encryptFile(bytes, recipientIn("pq.txt")), [...hybrid, ...own])).toBeUndefined();
    expect(await openQuickly(await encryptFile(new Uint8Array(65), recipient), own)).toBeUndefined();
    expect(await sealQuickly(new Uint8Array(65), recipient)).toBeUndefined();
    const two = { wrapFileKey: async (key: Uint8Array) => [...(await recipient.wrapFileKey(key)), ...(await recipient.wrapFileKey(key))] };
    expect(await sealQuickly(bytes, two)).toBeUndefined();
    const encrypter = new Encrypter();
    encrypter.addRecipient(two);
    expect(await openQuickly(armor.encode(await encrypter.encrypt(bytes)), own)).toBeUndefined();
  });

  test("opens nothing that the package does not open, whatever is changed", async () => {
    const bytes = new Uint8Array(32).fill(9);
    const text = await encryptFile(bytes, recipient);
    const piece = oneof(
      constantFrom("", "\n", "=", " ", "\r\n", "A", "/", "-> X25519 "),
      constantFrom("B", "C", "Z", "a", "b", "z", "0", "1", "9", "+"),
    );
    let opened = 0;
    await assertAlways(tuple(nat(text.length), nat(2), piece), 1500, async ([at, gone, added]) => {
      const changed = text.slice(0, at) + added + text.slice(at + gone);
      const quick = await openQuickly(changed, own);
      if (quick === undefined) return;
      opened += 1;
      expect(quick).toEqual(await opens(changed, own));
    });
    expect(opened).toBeGreaterThan(0);
  });

  test("checks every byte of the file", async () => {
    const file = armor.decode(await encryptFile(new Uint8Array(33), recipient));
    expect(file.length).toBeGreaterThan(200);
    for (const at of file.keys()) {
      const changed = Uint8Array.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect({ at, payload: await openQuickly(armor.encode(changed), own) }).toEqual({ at, payload: undefined });
    }
  });

  test("is the way that the provider goes, both ways", async () => {
    const key = keysOf(age, recipientIn("ana.txt"))[0];
    if (key === undefined) throw new Error("no key");
    const context = fakeContext({ env: { SOPS_AGE_KEY: identityOf("ana.txt") } });
    const wrapped = await age.wrap(key, new Uint8Array(32).fill(3), context);
    expect(await openQuickly(wrapped.wrapped ?? "", own)).toEqual(new Uint8Array(32).fill(3));
    expect(await age.unwrap(wrapped, context)).toEqual(new Uint8Array(32).fill(3));
  });
});

describe("ChaCha20-Poly1305", () => {
  let key: Uint8Array;
  beforeAll(() => {
    key = Uint8Array.from(createHash("sha256").update("key").digest());
  });

  test("is the same in node:crypto and in noble", async () => {
    await assertAlways(tuple(payload, uint8Array({ minLength: 12, maxLength: 12 })), 100, async ([bytes, nonce]) => {
      const sealed = await sealChaCha(key, nonce, bytes);
      expect(Uint8Array.from(sealed)).toEqual(chacha20poly1305(key, nonce).encrypt(bytes));
      expect(await openChaCha(key, nonce, sealed)).toEqual(Uint8Array.from(bytes));
      const broken = Uint8Array.from(sealed);
      broken[0] = (broken[0] ?? 0) ^ 128;
      expect(await openChaCha(key, nonce, broken)).toBeUndefined();
      expect(await openChaCha(key, nonce, sealed.subarray(0, 15))).toBeUndefined();
    });
  });
});
