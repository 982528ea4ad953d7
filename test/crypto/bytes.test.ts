import { expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { drawName, equalBytes, joinBytes } from "../../src/crypto/bytes.ts";
import { DataKey } from "../../src/crypto/data-key.ts";
import { drawIv, openBytes, sealText } from "../../src/crypto/gcm.ts";
import { canonicalText } from "../../src/crypto/plaintext.ts";
import { nanosecondPrecision, secondPrecision } from "../../src/crypto/timestamp.ts";

it("names have 32 digits, and no two are the same", () => {
  const names = Array.from({ length: 200 }, () => drawName());
  expect(names.filter((name) => !/^[\da-f]{32}$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(200);
});

it("bytes are joined in order, and compared as a whole", () => {
  expect(joinBytes(Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});

it("Base64 may hold carriage returns anywhere, as in Go, and nothing else that is foreign", () => {
  expect(decodeBase64("A\rQ\rI\rD\r")).toEqual(Buffer.from([1, 2, 3]));
  expect(["A", "AQI", "AQ=I", "AQID\n", "AQ-_", "=AQI"].map((text) => decodeBase64(text))).toEqual(Array.from({ length: 6 }));
  expect(encodeBase64(Uint8Array.of(1))).toBe("AQ==");
});

it("IVs are drawn in bulk, and each is handed out once", () => {
  const seen = new Set(Array.from({ length: 2000 }, () => Buffer.from(drawIv()).toString("hex")));
  expect(seen.size).toBe(2000);
  expect([...seen].filter((text) => text.length !== 64 || /^0+$/.test(text))).toEqual([]);
});

it("a tag that is short or long opens nothing, before the cipher is asked", () => {
  using key = DataKey.generate();
  const iv = Uint8Array.from(drawIv());
  const { ciphertext, tag } = sealText(key, "x", "a:", iv);
  const tags = [tag, tag.subarray(0, 12), tag.subarray(0, 4), new Uint8Array(), joinBytes(tag, Uint8Array.of(0))];
  expect(tags.map((one) => openBytes(key, ciphertext, "a:", iv, one) !== undefined)).toEqual([true, false, false, false, false]);
  expect(openBytes(key, ciphertext, "a:", new Uint8Array(), tag)).toBeUndefined();
});

it.each([
  ["2024-04-31T00:00:00Z", undefined],
  ["2024-06-31T00:00:00Z", undefined],
  ["2024-09-31T00:00:00Z", undefined],
  ["2024-11-31T00:00:00Z", undefined],
  ["2024-12-31T00:00:00Z", "2024-12-31T00:00:00Z"],
  ["2024-01-01T1:02:03Z", "2024-01-01T01:02:03Z"],
  ["2024-01-01T00:00:00+01:61", undefined],
  ["2024-01-01T00:00:00+01:60", "2024-01-01T00:00:00+02:00"],
  ["2024-01-01T00:00:00-00:05", "2024-01-01T00:00:00-00:05"],
  ["2024-01-01T00:00:00+23:60", "2024-01-01T00:00:00+24:00"],
])("a MAC knows the time %s as %s", (text, expected) => {
  expect(secondPrecision(text)).toBe(expected);
});

it.each([
  ["2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00Z"],
  ["2024-01-01T00:00:00.1234567899Z", "2024-01-01T00:00:00.123456789Z"],
  ["2024-01-01T00:00:00+24:00", undefined],
  ["2024-01-01T00:00:00+23:59", "2024-01-01T00:00:00+23:59"],
])("a value keeps the time %s as %s", (text, expected) => {
  expect(nanosecondPrecision(text)).toBe(expected);
});

it.each([
  ["int", "-0", "0"],
  ["int", "999999999999999", "999999999999999"],
  ["int", "0000000000000000000000000000007", "7"],
  ["int", "-0000000000000000000000000000000", "0"],
  ["int", "9223372036854775807", "9223372036854775807"],
  ["int", "1".repeat(20), undefined],
] as const)("an %s %s is %s", (type, text, expected) => {
  expect(canonicalText(type, text)).toBe(expected);
});

it.each([
  ["nan", Number.NaN],
  ["+nan", undefined],
  ["-NaN", undefined],
  ["0x1p1024", undefined],
  ["0x.8p1024", 2 ** 1023],
  ["0x1p-1074", 5e-324],
  ["0x1p-1075", 0],
  ["0x1.8p-1075", 5e-324],
  ["-0x0p5", -0],
  ["0x10000000000000000000000000001p0", 2 ** 112],
  ["0x1000000000000080000000000000001p0", 0x1000000000000100 * 2 ** 60],
])("a float %s is %s", (text, expected) => {
  const canonical = canonicalText("float", text);
  expect(canonical === undefined ? undefined : Number(canonical)).toBe(expected);
});
