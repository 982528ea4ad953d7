import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { sealValue } from "../../src/crypto/envelope.ts";
import { MacHasher, equalMac, formatTimestamp, normaliseTimestamp, openMac, sealMac } from "../../src/crypto/mac.ts";

function macOf(onlyEncrypted: boolean, values: readonly string[]): string {
  const hasher = new MacHasher(onlyEncrypted);
  for (const value of values) hasher.add(value);
  return hasher.digest();
}

describe("the hash (sops: §2.2)", () => {
  it("is the one of the worked example", () => {
    expect(macOf(false, ["x", "1", "two", "True", "1.5", "", "keep", "2024-01-02T03:04:05Z"])).toBe(
      "FF3819941D50AD80E2CD56CC404EA637DB25EB48DF877D96657F802D33A666286EBB9EDFCDC4B31AA90214E69E4268C3C3496AB3DCA29F147E8927BBDE486580",
    );
  });

  it("starts with a prefix when only encrypted values count", () => {
    expect(macOf(true, ["y"])).toMatch(/^8B133A41.*8DC9F5$/);
  });

  it("of nothing is SHA-512 of nothing", () => {
    expect(macOf(false, [])).toMatch(/^CF83E135.*F927DA3E$/);
  });

  it("knows no seams between values", () => {
    expect(macOf(false, ["ab", "c"])).toBe(macOf(false, ["a", "bc"]));
  });

  it("does not join the halves of two values to one character", () => {
    expect(macOf(false, ["\ud83d", "\ude00"])).not.toBe(macOf(false, ["\ud83d\ude00"]));
    const halves = ["before", "\ud83d", "\ude00", "after"];
    const hash = createHash("sha512");
    for (const half of halves) hash.update(half, "utf8");
    expect(macOf(false, halves)).toBe(hash.digest("hex").toUpperCase());
  });

  it("takes long values in their order, among short ones", () => {
    const values = ["a", "b".repeat(40_000), "c", "d".repeat(32_768), "e".repeat(32_767), "f", "g"];
    const hash = createHash("sha512").update(values.join(""));
    expect(macOf(false, values)).toBe(hash.digest("hex").toUpperCase());
  });
});

describe("the stored MAC", () => {
  const key = DataKey.generate();
  const mac = macOf(false, ["x"]);

  it("is bound to the timestamp, however that is spelled", () => {
    const token = sealMac(key, mac, "2026-01-01T00:00:00Z");
    expect(token).toMatch(/,type:str\]$/);
    expect(openMac(key, token, "2026-01-01T00:00:00+00:00")).toBe(mac);
    expect(openMac(key, token, "2026-01-01T00:00:00.5Z")).toBe(mac);
    expect(() => openMac(key, token, "2026-01-01T00:00:01Z")).toThrow(
      expect.objectContaining({ code: "MAC_MISMATCH", message: "cannot decrypt the MAC: message authentication failed" }),
    );
  });

  it("may be missing", () => {
    expect(openMac(key, "", "2026-01-01T00:00:00Z")).toBe("");
  });

  it("must be a token of a text", () => {
    const comment = sealValue(key, "comment", mac, "2026-01-01T00:00:00Z");
    const rows = [
      ["plain", "cannot decrypt the MAC: it does not match the format of sops"],
      [comment, "the MAC of the file is not a text"],
    ] as const;
    for (const [token, message] of rows) {
      expect(() => openMac(key, token, "2026-01-01T00:00:00Z")).toThrow(expect.objectContaining({ code: "MAC_MISMATCH", message }));
    }
  });

  it("of another program's fault is no error of ours", () => {
    const gone = DataKey.generate();
    const token = sealMac(gone, mac, "2026-01-01T00:00:00Z");
    gone.dispose();
    expect(() => openMac(gone, token, "2026-01-01T00:00:00Z")).toThrow(TypeError);
  });

  it("needs a timestamp", () => {
    const invalid = expect.objectContaining({ code: "METADATA_INVALID", message: "lastmodified is not an RFC 3339 timestamp" });
    expect(() => openMac(key, "x", "yesterday")).toThrow(invalid);
    expect(() => sealMac(key, mac, "")).toThrow(invalid);
    expect(() => normaliseTimestamp("2024-01-02")).toThrow(invalid);
  });
});

it("timestamps are written in UTC with whole seconds", () => {
  expect(formatTimestamp(new Date("2026-01-02T03:04:05.987Z"))).toBe("2026-01-02T03:04:05Z");
  expect(normaliseTimestamp("2026-01-02T03:04:05.9+02:00")).toBe("2026-01-02T03:04:05+02:00");
});

it("MACs are compared exactly", () => {
  expect(equalMac("AB", "AB")).toBe(true);
  expect(equalMac("AB", "ab")).toBe(false);
  expect(equalMac("AB", "ABC")).toBe(false);
  expect(equalMac("", "")).toBe(true);
});
