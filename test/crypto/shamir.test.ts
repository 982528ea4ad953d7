import { describe, expect, it, vi } from "vitest";
import { primitives } from "#primitives";
import { combineShares, splitSecret } from "../../src/crypto/shamir.ts";

const invalid = (message: string): unknown => expect.objectContaining({ code: "SHAMIR_INVALID", message });
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

describe("shares that sops wrote (sops: §11.2)", () => {
  const shares = [
    hex("08a7107c89e60811721fcd0206e1f1bb53cfdde14ed5ab3462f76df3e43c304f01"),
    hex("3c9f77de3762cf0330b8ec9b403a06debb44b35bb97a9aba0471bd80a0ee9dfb02"),
    hex("d97ea3495d1e7b0d0e2cf3ec8b73a2fde33d60c41d1f7cc026fa04589ca00f9703"),
  ] as const;
  const [a, b, c] = shares;
  it.each([[[a, b]], [[b, c]], [[c, a]], [[...shares]]])("combine", (chosen) => {
    const secret = Buffer.from(combineShares(chosen)).toString("hex");
    expect(secret).toBe("ed46c4ebe39abc1f4c8bd275cda855980bb60e7eeab04d4e407cd42bd872a223");
  });
});

describe("splitting", () => {
  it("numbers the shares from 1, and leaves the secret alone", () => {
    const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
    const shares = splitSecret(secret, 255, 255);
    expect(shares.map((share) => share.at(-1))).toEqual(Array.from({ length: 255 }, (_, index) => index + 1));
    expect(shares.every((share) => share.length === 33)).toBe(true);
    expect(secret[31]).toBe(31);
    expect(Array.from(combineShares(shares))).toEqual(Array.from(secret));
  });

  it("draws no more randomness than it needs, and wipes it", () => {
    const drawn = vi.spyOn(primitives, "fillRandom");
    splitSecret(Uint8Array.of(1, 2, 3), 5, 4);
    const coefficients = drawn.mock.results.map((result) => result.value as Uint8Array);
    drawn.mockRestore();
    expect(coefficients.map((bytes) => Array.from(bytes))).toEqual([Array.from({ length: 9 }, () => 0)]);
  });

  it("hides each byte behind its own", () => {
    const secret = new Uint8Array(64);
    const [first = secret, second = secret] = splitSecret(secret, 3, 3);
    // Of 64 random bytes some differ; were one coefficient used for all, none would.
    for (const share of [first, second]) expect(new Set(share.subarray(0, 64)).size).toBeGreaterThan(20);
  });

  it("gives other shares each time", () => {
    const secret = new Uint8Array(32);
    expect(splitSecret(secret, 2, 2)[0]).not.toEqual(splitSecret(secret, 2, 2)[0]);
  });

  it.each([
    [1, 3, 1, "the shamir threshold must be at least 2"],
    [1, 3, 2.5, "the shamir threshold must be at least 2"],
    [1, 2, 3, "the shamir threshold is greater than the number of key groups"],
    [1, 256, 2, "there can be at most 255 shares"],
    [0, 2, 2, "cannot split an empty secret"],
  ])("of %i bytes into %d shares with threshold %d is refused", (length, parts, threshold, message) => {
    expect(() => splitSecret(new Uint8Array(length), parts, threshold)).toThrow(invalid(message));
  });
});

it.each([
  [[hex("0101")], "less than two shares cannot be used to reconstruct the secret"],
  [[], "less than two shares cannot be used to reconstruct the secret"],
  [[hex("01"), hex("02")], "a share must have at least two bytes"],
  [[hex("0101"), hex("010102")], "all shares must have the same length"],
  [[hex("0101"), hex("0201")], "two shares have the same number"],
  [[hex("0101"), hex("0200")], "a share has the number zero"],
])("combining is refused %#", (shares, message) => {
  expect(() => combineShares(shares)).toThrow(invalid(message));
});
