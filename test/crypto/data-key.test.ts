import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { sealValue } from "../../src/crypto/envelope.ts";

describe("a data key", () => {
  it("has 32 random bytes when it is generated", () => {
    const [a, b] = [DataKey.generate(), DataKey.generate()].map((key) => key.use((bytes) => Buffer.from(bytes)));
    expect(a?.length).toBe(32);
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(false);
  });

  it("is a copy: the caller may overwrite its own bytes", () => {
    const bytes = Uint8Array.from({ length: 32 }, () => 9);
    const key = DataKey.from(bytes);
    bytes.fill(0);
    expect(key.use((own) => own.every((byte) => byte === 9))).toBe(true);
  });

  it.each([0, 15, 31, 33])("cannot have %i bytes", (length) => {
    expect(() => DataKey.from(new Uint8Array(length))).toThrow(`the data key has ${length} bytes, it must have 32`);
  });

  it("never shows itself", () => {
    const key = DataKey.from(Uint8Array.from({ length: 32 }, () => 0x41));
    for (const text of [String(key), JSON.stringify({ key }), inspect({ key }, { showHidden: true, depth: 9 })]) {
      expect(text).toContain("[data key]");
      expect(text).not.toMatch(/AAAA|41, ?41|65, ?65|QUFB/);
    }
    expect(Object.keys(key)).toEqual([]);
  });

  it("is overwritten when it is disposed of, and cannot be used afterwards", () => {
    const key = DataKey.generate();
    const lent = key.use((bytes) => bytes);
    {
      using scoped = key;
      expect(sealValue(scoped, "str", "x", "a:")).toContain("ENC[");
    }
    expect(lent.every((byte) => byte === 0)).toBe(true);
    expect(() => key.use((bytes) => bytes)).toThrow("the data key was disposed of");
    expect(() => sealValue(key, "str", "x", "a:")).toThrow("the data key was disposed of");
    key[Symbol.dispose]();
  });
});
