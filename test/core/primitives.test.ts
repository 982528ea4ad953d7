/** The two implementations of the primitives give the same bytes, and each reads what the other wrote. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { primitives as node } from "../../src/crypto/primitives-node.ts";
import { primitives as portable } from "../../src/crypto/primitives-portable.ts";
import type { Primitives } from "../../src/crypto/primitives.ts";
import { decodeText } from "../../src/model/text.ts";

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString("hex");
/** Also with bytes that are not UTF-8, and with halves of surrogate pairs. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.uint8Array().map(decodeText),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
);
const bytesOf = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const anyKey = fc.constantFrom(16, 24, 32).chain(bytesOf);
const anyIv = fc.uint8Array({ minLength: 8, maxLength: 128 });
const PAIRS: readonly (readonly [string, Primitives, Primitives])[] = [
  ["node's is opened by the portable one", node, portable],
  ["the portable one's is opened by node", portable, node],
];

describe("AES-GCM", () => {
  it("gives the same ciphertext and tag for keys of all three lengths and any iv from 8 bytes", () => {
    fc.assert(
      fc.property(anyKey, anyIv, anyText, anyText, (key, iv, text, aad) => {
        const [one, two] = [node, portable].map((each) => each.createAesGcm(key).seal(text, aad, iv));
        expect([hex(two?.ciphertext), hex(two?.tag)]).toEqual([hex(one?.ciphertext), hex(one?.tag)]);
        expect(one?.tag.length).toBe(16);
      }),
    );
  });

  it.each(PAIRS)("%s, and refused by both when one bit of it is changed", (_title, from, to) => {
    fc.assert(
      fc.property(anyKey, anyIv, anyText, anyText, fc.nat(), (key, iv, text, aad, at) => {
        const { ciphertext, tag } = from.createAesGcm(key).seal(text, aad, iv);
        expect(decodeText(to.createAesGcm(key).open(ciphertext, aad, iv, tag) ?? new Uint8Array())).toBe(decodeText(utf8(text)));
        const parts = [Uint8Array.from(ciphertext), Uint8Array.from(tag), Uint8Array.from(iv)] as const;
        const part = parts[at % 3] ?? tag;
        const changed = part.length === 0 ? parts[1] : part;
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << (at % 8));
        for (const each of [node, portable]) expect(each.createAesGcm(key).open(parts[0], aad, parts[2], parts[1])).toBeUndefined();
        for (const each of [node, portable]) expect(each.createAesGcm(key).open(ciphertext, `${aad}:`, iv, tag)).toBeUndefined();
      }),
    );
  });

  it("without Node opens nothing under an iv of less than 8 bytes, which no release of sops writes", () => {
    const key = new Uint8Array(32);
    const sealed = node.createAesGcm(key).seal("x", "", new Uint8Array(7));
    expect(node.createAesGcm(key).open(sealed.ciphertext, "", new Uint8Array(7), sealed.tag)).toBeDefined();
    expect(portable.createAesGcm(key).open(sealed.ciphertext, "", new Uint8Array(7), sealed.tag)).toBeUndefined();
  });

  it("agrees on a value of a megabyte", () => {
    const [one, two] = [node, portable].map((each) =>
      each.createAesGcm(new Uint8Array(32)).seal("0123456789abcdef".repeat(1 << 16), "a:", new Uint8Array(32)),
    );
    expect(hex(two?.tag)).toBe(hex(one?.tag));
    expect(Buffer.compare(one?.ciphertext ?? Buffer.alloc(0), two?.ciphertext ?? Buffer.alloc(1))).toBe(0);
  });
});

/** What both implementations encrypt for a text: halves of surrogate pairs outside of U+DC80–DCFF become U+FFFD. */
function utf8(text: string): Uint8Array {
  const opened = node.createAesGcm(new Uint8Array(16)).seal(text, "", new Uint8Array(32));
  return node.createAesGcm(new Uint8Array(16)).open(opened.ciphertext, "", new Uint8Array(32), opened.tag) ?? new Uint8Array();
}

it("SHA-512 is the same, however the text is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, fc.uint8Array({ maxLength: 300 }))), (pieces) => {
      const digests = [node, portable].map((each) => {
        const hash = each.createSha512();
        for (const piece of pieces) hash.update(piece);
        return hash.digest();
      });
      expect(digests[1]).toBe(digests[0]);
      expect(digests[0]).toMatch(/^[\da-f]{128}$/);
    }),
  );
});

describe("Base64", () => {
  it("is written in the same way, and read back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const text = portable.encodeBase64(bytes);
        expect(text).toBe(node.encodeBase64(bytes));
        expect(hex(portable.decodeBase64(text))).toBe(hex(bytes));
      }),
    );
  });

  it("of views that begin in the middle of a buffer", () => {
    const view = Uint8Array.from({ length: 90 }, (_, index) => index).subarray(7, 61);
    expect(portable.encodeBase64(view)).toBe(node.encodeBase64(view));
  });

  it("that is wrong is told from right by its length, as on Node", () => {
    const digit = fc.constantFrom("A", "Z", "a", "z", "0", "9", "+", "/", "=", "=", "=");
    const group = fc.tuple(digit, digit, digit, digit).map((digits) => digits.join(""));
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (groups) => {
        const text = groups.join("");
        const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
        const expected = (text.length / 4) * 3 - padding;
        const [one, two] = [node, portable].map((each) => each.decodeBase64(text));
        expect(two?.length === expected).toBe(one?.length === expected);
        expect(one?.length === expected ? hex(two) : "").toBe(one?.length === expected ? hex(one) : "");
      }),
      { numRuns: 2000 },
    );
  });
});

it("bytes are compared alike", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.nat(), (a, b, at) => {
      const changed = Uint8Array.from(a);
      if (a.length > 0) changed[at % a.length] = (a[at % a.length] ?? 0) ^ 128;
      for (const other of [b, changed, Uint8Array.from(a)]) expect(portable.equalBytes(a, other)).toBe(node.equalBytes(a, other));
    }),
  );
});

it.each([
  ["node", node],
  ["portable", portable],
] as const)("%s fills all of a long array with random bytes", (_name, each) => {
  const bytes = new Uint8Array(200_000);
  expect(each.fillRandom(bytes)).toBe(bytes);
  const counts = [0, 65_536, 131_072, 196_608].map((start) => new Set(bytes.subarray(start, start + 3392)).size);
  expect(counts.every((count) => count > 250)).toBe(true);
});
