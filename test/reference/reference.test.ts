import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { openValue, parseToken, sealValue } from "../../src/crypto/envelope.ts";
import { MacHasher } from "../../src/crypto/mac.ts";
import { combineShares, splitSecret } from "../../src/crypto/shamir.ts";
import { decodeText } from "../../src/model/text.ts";
import { referenceOpen, referenceParse, referenceSeal } from "./gcm.ts";
import { referenceMac } from "./mac.ts";
import { referenceCombine, referenceShare } from "./shamir.ts";

/** Text with everything that can occur: Unicode, line breaks, bytes that are not UTF-8. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({ minLength: 1 }),
  fc.uint8Array({ minLength: 1 }).map(decodeText),
);
const keyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ivBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

function openedOrNothing(bytes: Uint8Array, text: string, aad: string): string | undefined {
  try {
    return openValue(DataKey.from(bytes), text, aad).canonical;
  } catch {
    return undefined;
  }
}

describe("the fast envelope equals the slow one", () => {
  it("when sealing", () => {
    fc.assert(
      fc.property(keyBytes, ivBytes, anyText, anyText, (bytes, iv, text, aad) => {
        const sealed = sealValue(DataKey.from(bytes), "str", text, aad, iv);
        expect(sealed).toBe(referenceSeal(bytes, "str", text, aad, iv));
      }),
    );
  });

  it("when opening, with an iv of any length that the other library takes", () => {
    const anyIv = fc.uint8Array({ minLength: 8, maxLength: 100 });
    fc.assert(
      fc.property(keyBytes, anyIv, anyText, anyText, (bytes, iv, text, aad) => {
        const opened = openValue(DataKey.from(bytes), `${referenceSeal(bytes, "comment", text, aad, iv)}~p`, aad);
        expect(opened.canonical).toBe(text);
        expect(opened.type).toBe("comment");
        expect(Array.from(opened.iv)).toEqual(Array.from(iv));
        expect(opened.suffix).toBe("~p");
      }),
    );
  });

  it("when one character of a token or of the AAD is changed", () => {
    const one = fc.nat(200);
    fc.assert(
      fc.property(keyBytes, ivBytes, anyText, one, fc.constantFrom("A", "/", "=", "]", ",", "-", "\n"), (bytes, iv, text, at, by) => {
        const sealed = referenceSeal(bytes, "str", text, "a:", iv);
        const changed = sealed.slice(0, at % sealed.length) + by + sealed.slice((at % sealed.length) + 1);
        const token = referenceParse(changed);
        // The slow one takes any Base64 and any type, so that the fast one may refuse more, and never less.
        const expected = token && referenceOpen(bytes, token, "a:");
        expect([undefined, expected]).toContain(openedOrNothing(bytes, changed, "a:"));
        expect(openedOrNothing(bytes, sealed, "a:")).toBe(text);
        expect(openedOrNothing(bytes, sealed, "b:")).toBeUndefined();
      }),
    );
  });

  it("when taking a text apart", () => {
    const piece = fc.constantFrom(",iv:", ",tag:", ",type:", "]", "AA==", "x", "\n", "\r", " ", "ENC[AES256_GCM,data:", "é");
    const text = fc.array(piece, { maxLength: 14 }).map((parts) => `ENC[AES256_GCM,data:${parts.join("")}`);
    const standard = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
    fc.assert(
      fc.property(text, (source) => {
        const slow = referenceParse(source);
        const parts = slow && [slow.data, slow.iv, slow.tag].map((part) => part.replaceAll("\r", ""));
        const valid = parts?.every((part) => standard.test(part)) === true;
        const fast = parseToken(source);
        const actual = fast && { ...slow, ...fast, suffix: source.slice(fast.end) };
        expect(actual).toEqual(slow && valid ? { ...slow, end: source.length - slow.suffix.length } : undefined);
      }),
      { numRuns: 3000 },
    );
  });
});

it("the fast MAC equals the slow one, also across the seams of its runs", () => {
  const long = fc.tuple(anyText, fc.nat(40_000)).map(([text, length]) => text.padEnd(length, "abc"));
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, fc.constant(""), long), { maxLength: 30 }), fc.boolean(), (values, only) => {
      const hasher = new MacHasher(only);
      for (const value of values) hasher.add(value);
      const prefix = only ? Buffer.from("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69", "hex") : undefined;
      expect(hasher.digest()).toBe(referenceMac(values, prefix));
    }),
  );
});

describe("the fast Shamir equals the slow one", () => {
  const secret = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const parts = fc.integer({ min: 2, max: 12 });

  it("shares of the fast one combine in the slow one and in itself, from any subset that is large enough", () => {
    fc.assert(
      fc.property(secret, parts, fc.nat(), fc.nat(), (bytes, count, t, shift) => {
        const threshold = 2 + (t % (count - 1));
        const shares = splitSecret(bytes, count, threshold);
        const rotated = shares.map((_, index) => shares[(index + shift) % count] ?? new Uint8Array());
        const chosen = rotated.slice(0, threshold + (shift % (count - threshold + 1)));
        expect(Array.from(combineShares(chosen))).toEqual(Array.from(bytes));
        expect(referenceCombine(chosen)).toEqual(Array.from(bytes));
      }),
    );
  });

  it("shares of the slow one combine in the fast one", () => {
    const coefficients = fc.array(fc.array(fc.nat(255), { minLength: 2, maxLength: 2 }), { minLength: 40, maxLength: 40 });
    const places = fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(secret, coefficients, places, (bytes, polynomials, xs) => {
        const shares = xs.map((x) => Uint8Array.from(referenceShare(bytes, polynomials, x)));
        expect(Array.from(combineShares(shares))).toEqual(Array.from(bytes));
        expect(Array.from(combineShares(shares))).toEqual(referenceCombine(shares));
      }),
    );
  });

  it("all products of the field agree, seen through shares of one byte", () => {
    const wrong: number[] = [];
    for (let a = 0; a < 256; a += 1) {
      for (let x = 1; x < 256; x += 1) {
        // A line through the secret and a: the share at x is secret + a·x.
        const line = [3, x === 3 ? 4 : x].map((place) => Uint8Array.from(referenceShare(Uint8Array.of(x), [[a]], place)));
        if (combineShares(line)[0] !== x) wrong.push(x);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("one share less than the threshold says nothing about the secret", () => {
    const shares = splitSecret(Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7), 5, 3);
    expect(Array.from(combineShares(shares.slice(0, 2)))).not.toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
  });
});
