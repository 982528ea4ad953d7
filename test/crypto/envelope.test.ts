import { createCipheriv, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { looksSealed, openValue, parseToken, sealValue } from "../../src/crypto/envelope.ts";
import type { ValueType } from "../../src/crypto/envelope.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText } from "../../src/model/text.ts";
import { referenceSeal } from "../reference/gcm.ts";

/** The key and IV of the published vectors: 00…1f and ff…e0. */
const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
const iv = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const key = DataKey.from(bytes);

function failureOf(fn: () => unknown): SottoError {
  try {
    fn();
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("published vectors (sops: §11.1)", () => {
  const rows: readonly (readonly [ValueType, string, string, string])[] = [
    ["str", "hello", "a:", "data:MNU+fZ8=,iv://79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=,tag:fzQ0QuHH0w7bjY6LeXkNUA=="],
    ["bool", "True", "c:d:", "data:DMIndA==,iv://79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=,tag:hMZ9WzM/6sSF8w+7McxvHQ=="],
    ["comment", " top", ":", "data:eMQ9YQ==,iv://79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=,tag:Nm0Ne5JMn0ikB2r/RSstuA=="],
  ];
  it.each(rows)("%s %j under %j", (type, canonical, aad, fields) => {
    const token = `ENC[AES256_GCM,${fields},type:${type}]`;
    expect(sealValue(key, type, canonical, aad, iv)).toBe(token);
    expect(openValue(key, token, aad)).toEqual({ type, canonical, iv: Buffer.from(iv), suffix: "" });
  });
});

describe("sealing", () => {
  it("draws a new iv of 32 bytes for each value", () => {
    const ivs = Array.from({ length: 1000 }, () => parseToken(sealValue(key, "str", "x", "a:"))?.iv ?? "");
    expect(new Set(ivs).size).toBe(1000);
    expect(ivs.every((text) => Buffer.from(text, "base64").length === 32)).toBe(true);
  });

  it("refuses an iv of another length and an empty value", () => {
    expect(() => sealValue(key, "str", "x", "a:", iv.subarray(0, 12))).toThrow(new RangeError("the iv must have 32 bytes"));
    expect(() => sealValue(key, "str", "", "a:")).toThrow(new RangeError("an empty value cannot be sealed"));
  });

  it("keeps bytes that are not UTF-8, in values and in keys", () => {
    const text = decodeText(Uint8Array.of(0xff, 0x41, 0xc3, 0x28, 0x80, 0xef, 0xbb, 0xbf));
    const aad = `${decodeText(Uint8Array.of(0xfe))}:`;
    expect(openValue(key, sealValue(key, "str", text, aad), aad).canonical).toBe(text);
  });

  it("keeps a value of five megabytes", () => {
    const text = "0123456789äöü".repeat(400_000);
    expect(openValue(key, sealValue(key, "str", text, "a:"), "a:").canonical).toBe(text);
  });

  it("uses AES-128 and AES-192 for keys of 16 and 24 bytes, as sops does", () => {
    for (const length of [16, 24]) {
      const short = DataKey.from(bytes.subarray(0, length));
      expect(sealValue(short, "str", "x", "a:", iv)).toBe(referenceSeal(bytes.subarray(0, length), "str", "x", "a:", iv));
    }
  });
});

describe("opening", () => {
  const sealed = sealValue(key, "str", "hunter2", "a:", iv);

  it("ignores what follows the bracket and hands it out", () => {
    expect(openValue(key, `${sealed}~p`, "a:").suffix).toBe("~p");
    expect(openValue(key, `${sealed}\n]x`, "a:").suffix).toBe("\n]x");
  });

  it.each([1, 7, 8, 12, 16, 33, 128])("takes an iv of %i bytes", (length) => {
    const other = Uint8Array.from({ length }, (_, index) => index + 1);
    const cipher = createCipheriv("aes-256-gcm", bytes, other, { authTagLength: 16 });
    cipher.setAAD(Buffer.from("a:"));
    const data = cipher.update("x", "utf8", "base64") + cipher.final("base64");
    const [nonce, tag] = [Buffer.from(other), cipher.getAuthTag()].map((part) => part.toString("base64"));
    const opened = openValue(key, `ENC[AES256_GCM,data:${data},iv:${nonce},tag:${tag},type:str]`, "a:");
    expect([opened.canonical, opened.iv.length]).toEqual(["x", length]);
  });

  const parts = { data: "AA==", iv: "A".repeat(44).replace(/A$/, "="), tag: `${"A".repeat(22)}==`, type: "str" };
  const token = (changes: Partial<typeof parts>): string => {
    const { data, iv: nonce, tag, type } = { ...parts, ...changes };
    return `ENC[AES256_GCM,data:${data},iv:${nonce},tag:${tag},type:${type}]`;
  };
  it.each([
    ["a plain text", "hunter2", /does not match the format/],
    ["an empty text", "", /does not match the format/],
    ["a leading blank", ` ${sealed}`, /does not match the format/],
    ["unpadded data", token({ data: "AA" }), /its data is no valid base64/],
    ["url-safe data", token({ data: "A-_=" }), /its data is no valid base64/],
    ["a tag with a sign that is no Base64", token({ tag: "*" }), /its tag is no valid base64/],
    ["an iv of nothing but carriage returns", token({ iv: "\r" }), /its iv is empty/],
    ["a broken iv", token({ iv: "A" }), /its iv is no valid base64/],
    ["an iv of 129 bytes", token({ iv: Buffer.alloc(129, 1).toString("base64") }), /message authentication failed/],
    ["a tag of 12 bytes", token({ tag: Buffer.alloc(12).toString("base64") }), /its tag has 12 bytes/],
    ["a tag of 17 bytes", token({ tag: Buffer.alloc(17).toString("base64") }), /its tag has 17 bytes/],
    ["another ciphertext", token({}), /message authentication failed/],
  ])("refuses %s", (_, text, message) => {
    const error = failureOf(() => openValue(key, text, "a:"));
    expect(error.code).toBe("DECRYPT_FAILED");
    expect(error.message).toMatch(message);
  });

  it("refuses another path and another key", () => {
    expect(failureOf(() => openValue(key, sealed, "b:")).message).toMatch(/authentication failed/);
    expect(failureOf(() => openValue(DataKey.generate(), sealed, "a:")).message).toMatch(/authentication failed/);
  });

  const typed = (type: string, text: string): string => referenceSeal(bytes, type, text, "a:", iv);
  it.each([
    ["bytes", "raw", "str", "raw"],
    ["int", "+007", "int", "7"],
    ["int", "-9223372036854775808", "int", "-9223372036854775808"],
    ["float", "1e3", "float", "1000"],
    ["float", "-infinity", "float", "-Inf"],
    ["bool", "t", "bool", "True"],
    ["bool", "0", "bool", "False"],
    ["time", "2024-01-02T03:04:05.120+02:00", "time", "2024-01-02T03:04:05.12+02:00"],
  ])("reads %s %j as %s %j", (type, text, readType, canonical) => {
    const opened = openValue(key, typed(type, text), "a:");
    expect([opened.type, opened.canonical]).toEqual([readType, canonical]);
  });

  it.each([
    ["int", "9223372036854775808", "its plaintext is no valid int"],
    ["int", "hunter2", "its plaintext is no valid int"],
    ["float", "1e999", "its plaintext is no valid float"],
    ["bool", "yes", "its plaintext is no valid bool"],
    ["time", "2024-01-02", "its plaintext is no valid time"],
    ["null", "x", "unknown datatype null"],
    ["x\u001b[2J", "x", "unknown datatype"],
    ["\u001b[2J", "x", "unknown datatype"],
  ])("refuses %s %j, without showing it", (type, text, reason) => {
    const error = failureOf(() => openValue(key, typed(type, text), "a:"));
    expect(error.message).toBe(`cannot decrypt the value: ${reason}`);
  });
});

it("looksSealed looks at the first bytes only", () => {
  expect(looksSealed("ENC[AES256_GCM,data:")).toBe(true);
  expect(looksSealed(" ENC[AES256_GCM,data:AA")).toBe(false);
  expect(looksSealed("ENC[")).toBe(false);
  expect(looksSealed("ENC[AES256_GCM,data:AA,")).toBe(true);
  expect(looksSealed("x,ENC[AES256_GCM,data:")).toBe(false);
});

it("separators without end take linear time", () => {
  const hostile = `ENC[AES256_GCM,data:${",iv:,tag:,type:".repeat(100_000)}`;
  const started = performance.now();
  expect(parseToken(hostile)).toBeUndefined();
  expect(parseToken(`${hostile}]`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(1000);
});

it("opens what it sealed, whatever random key", () => {
  const other = DataKey.from(randomBytes(32));
  expect(openValue(other, sealValue(other, "int", "5", "a:"), "a:").canonical).toBe("5");
});
