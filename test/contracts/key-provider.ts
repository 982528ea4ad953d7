/** What every key provider has to do; each one's test calls this with its own recipients and contexts. */
import { describe, expect, test } from "vitest";
import { findProvider } from "../../keys/index.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import type { KeyProvider } from "../../src/model/provider.ts";
import { keysOf } from "../keys/context.ts";

export interface KeyProviderFixture {
  /** What is tested, for the title. */
  readonly title: string;
  /** A recipient that `owner` can unwrap for. */
  readonly recipient: string;
  /** Another one. */
  readonly other: string;
  /** False where sops does not trim the parts of a list. */
  readonly trims?: boolean;
  /** Texts that are no recipient. */
  readonly invalid: readonly string[];
  /** A context that holds the identity of `recipient`; a new one with every call. */
  owner(): KeyContext;
  /** A context that holds no identity of `recipient`. */
  stranger(): KeyContext;
}

/** 32 bytes as a data key, 33 as a share of one. */
const PAYLOADS = [32, 33] as const;

function payload(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + length) % 256);
}

export function describeKeyProvider(provider: KeyProvider, fixture: KeyProviderFixture): void {
  const only = (text: string): MasterKey => {
    const [key] = keysOf(provider, text);
    if (key === undefined) throw new Error("no key was parsed");
    return key;
  };

  describe(`key provider ${provider.id}: ${fixture.title}`, () => {
    test("it is in the table", () => {
      expect(findProvider(provider.id)).toBe(provider);
    });

    test("a list is split at commas, trimmed, and keeps its order and its duplicates", () => {
      const blank = fixture.trims === false ? "" : " ";
      const keys = keysOf(provider, `${fixture.recipient},${blank}${fixture.other}${blank},${fixture.recipient}`);
      expect(keys.map((key) => key.label)).toEqual([fixture.recipient, fixture.other, fixture.recipient]);
      expect(new Set(keys.map((key) => key.provider))).toEqual(new Set([provider.id]));
      expect(keys.every((key) => key.wrapped === undefined)).toBe(true);
    });

    test("an empty text is an empty list, an empty part is an error", async () => {
      expect(keysOf(provider, "")).toEqual([]);
      const check = async (): Promise<unknown> => Promise.all(keysOf(provider, `${fixture.recipient},`).map((key) => provider.check(key)));
      await expect(check()).rejects.toThrow(expect.objectContaining({ code: "RECIPIENT_INVALID" }));
    });

    test.each(fixture.invalid.map((text) => [text.slice(0, 40), text]))("refuses %j…", async (_, text) => {
      const check = async (): Promise<unknown> => Promise.all(keysOf(provider, text).map((key) => provider.check(key)));
      await expect(check()).rejects.toThrow(expect.objectContaining({ code: "RECIPIENT_INVALID" }));
    });

    test.each(PAYLOADS)("what it wraps of %i bytes, it unwraps", async (length) => {
      const key = await provider.wrap(only(fixture.recipient), payload(length), fixture.owner());
      expect(key.label).toBe(fixture.recipient);
      expect(key.wrapped).toMatch(/./);
      expect(key.stored["enc"]).toBe(key.wrapped);
      expect(await provider.unwrap(key, fixture.owner())).toEqual(payload(length));
    });

    test("wrapping changes neither the key nor the data key, and never gives the same text twice", async () => {
      const key = only(fixture.recipient);
      const before = structuredClone(key);
      const dataKey = payload(32);
      const [first, second] = [await provider.wrap(key, dataKey, fixture.owner()), await provider.wrap(key, dataKey, fixture.owner())];
      expect(key).toEqual(before);
      expect(dataKey).toEqual(payload(32));
      expect(first.wrapped).not.toBe(second.wrapped);
    });

    test("keeps fields of the entry that it does not know", async () => {
      const key = only(fixture.recipient);
      const wrapped = await provider.wrap({ ...key, stored: { ...key.stored, future: "kept" } }, payload(32), fixture.owner());
      expect(wrapped.stored).toMatchObject({ ...key.stored, future: "kept" });
    });

    test("who holds no identity of it gets an error with a code and without the data key", async () => {
      const key = await provider.wrap(only(fixture.recipient), payload(32), fixture.owner());
      const error: unknown = await provider.unwrap(key, fixture.stranger()).catch((one: unknown) => one);
      expect(SottoError.is(error) && ["DATA_KEY_UNAVAILABLE", "IDENTITY_INVALID"].includes(error.code)).toBe(true);
      expect(String(error)).not.toContain(Buffer.from(payload(32)).toString("base64").slice(0, 12));
    });

    test("a wrapped key that was changed, cut or emptied is refused", async () => {
      const key = await provider.wrap(only(fixture.recipient), payload(32), fixture.owner());
      const text = key.wrapped ?? "";
      const middle = Math.floor(text.length / 2);
      const changed = text.slice(0, middle) + (text[middle] === "A" ? "B" : "A") + text.slice(middle + 1);
      for (const wrapped of [changed, text.slice(0, middle), ""]) {
        await expect(provider.unwrap({ ...key, wrapped }, fixture.owner())).rejects.toThrow(SottoError);
      }
    });
  });
}
