/** `src/crypto` as Node runs it, against the same files bundled for a browser: equal bytes for equal ivs, and each opens the other's. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/model/text.ts";
import * as node from "./crypto-entry.ts";
import { loadInRealm } from "./realm.ts";

const portable = await loadInRealm<typeof node>("test/core/crypto-entry.ts");

const anyText = fc.oneof(fc.string({ unit: "binary", minLength: 1 }), fc.uint8Array({ minLength: 1 }).map(decodeText));
const keyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const PAIRS = [
  ["from Node to the portable core", node, portable],
  ["from the portable core to Node", portable, node],
] as const;

it("the portable core runs on the portable primitives, and tests on Node's", () => {
  expect(node.encodeBase64(Uint8Array.of(1))).toBe("AQ==");
  expect(node.decodeBase64("AQ==")).toBeInstanceOf(Buffer);
  expect(portable.decodeBase64("AQ==")).not.toBeInstanceOf(Uint8Array);
});

describe("values", () => {
  it("are sealed to the same token under the same iv", () => {
    fc.assert(
      fc.property(keyBytes, keyBytes, anyText, anyText, (key, iv, text, aad) => {
        const sealed = portable.sealValue(portable.DataKey.from(key), "str", text, aad, iv);
        expect(sealed).toBe(node.sealValue(node.DataKey.from(key), "str", text, aad, iv));
        expect({ ...portable.parseToken(sealed) }).toEqual(node.parseToken(sealed));
      }),
    );
  });

  it.each(PAIRS)("are opened %s, and refused when the AAD or a character is another", (_title, from, to) => {
    fc.assert(
      fc.property(keyBytes, anyText, anyText, fc.nat(), (key, text, aad, at) => {
        const token = from.sealValue(from.DataKey.from(key), "comment", text, aad);
        const { type, canonical, suffix } = to.openValue(to.DataKey.from(key), `${token}~p`, aad);
        expect([type, canonical, suffix]).toEqual(["comment", text, "~p"]);
        expect(messageOf(() => to.openValue(to.DataKey.from(key), token, `${aad}x`))).toContain("message authentication failed");
        const place = at % token.length;
        const changed = `${token.slice(0, place)}=${token.slice(place + 1)}`;
        if (changed === token) return;
        expect(messageOf(() => to.openValue(to.DataKey.from(key), changed, aad))).toBe(
          messageOf(() => from.openValue(from.DataKey.from(key), changed, aad)),
        );
      }),
    );
  });

  it("draw another iv each time", () => {
    const key = portable.DataKey.generate();
    const ivs = Array.from({ length: 600 }, () => portable.parseToken(portable.sealValue(key, "str", "x", "a:"))?.iv);
    expect(new Set(ivs).size).toBe(600);
  });
});

describe("the MAC", () => {
  it("is the same over the same values", () => {
    const long = fc.tuple(anyText, fc.nat(40_000)).map(([text, length]) => text.padEnd(length, "abc"));
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, fc.constant(""), long), { maxLength: 12 }), fc.boolean(), (values, only) => {
        const [one, two] = [new node.MacHasher(only), new portable.MacHasher(only)];
        for (const value of values) for (const hasher of [one, two]) hasher.add(value);
        expect(two.digest()).toBe(one.digest());
      }),
      { numRuns: 30 },
    );
  });

  it.each(PAIRS)("is opened %s", (_title, from, to) => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
    const sealed = from.sealMac(from.DataKey.from(bytes), "AB12", "2026-01-02T03:04:05Z");
    expect(to.openMac(to.DataKey.from(bytes), sealed, "2026-01-02T03:04:05Z")).toBe("AB12");
    expect(messageOf(() => to.openMac(to.DataKey.from(bytes), sealed, "2026-01-02T03:04:06Z"))).toContain("cannot decrypt the MAC");
    expect([to.equalMac("AB", "AB"), to.equalMac("AB", "AC"), to.equalMac("AB", "ABA")]).toEqual([true, false, false]);
  });
});

it.each(PAIRS)("a residue is opened %s", (_title, from, to) => {
  fc.assert(
    fc.property(keyBytes, anyText, anyText, (key, source, aad) => {
      const suffix = from.sealResidue(from.DataKey.from(key), source, aad);
      expect({ ...to.openResidue(to.DataKey.from(key), suffix, aad) }).toEqual({ kind: "source", text: source });
      expect({ ...to.openResidue(to.DataKey.from(key), suffix, `${aad}~`) }).toEqual({ kind: "none" });
    }),
  );
});

it.each(PAIRS)("shares are combined %s", (_title, from, to) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 2, max: 9 }), fc.nat(), (secret, parts, pick) => {
      const threshold = 2 + (pick % (parts - 1));
      const shares = from.splitSecret(secret, parts, threshold);
      expect(Array.from(to.combineShares(Array.from(shares).toReversed().slice(0, threshold)))).toEqual(Array.from(secret));
    }),
  );
});

it("Base64 with line breaks is read alike", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("AAAA", "z+/9", "QQ==", "QUI=", "\r", "=", "\n", "-", "é")), (pieces) => {
      const text = pieces.join("");
      const [one, two] = [node.decodeBase64(text), portable.decodeBase64(text)];
      expect(two && Array.from(two)).toEqual(one && Array.from(one));
    }),
    { numRuns: 1000 },
  );
});

describe("small steps", () => {
  it("agree on joined and compared bytes", () => {
    const parts = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];
    expect(Array.from(portable.joinBytes(...parts))).toEqual([1, 2, 3]);
    expect(portable.equalBytes(node.joinBytes(...parts), Uint8Array.of(1, 2, 3))).toBe(true);
  });

  it.each([
    ["Node", node],
    ["the portable core", portable],
  ] as const)("names that nobody can guess: %s", (_name, each) => {
    const names = Array.from({ length: 50 }, () => each.drawName());
    expect(names.every((name) => /^[\da-f]{32}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(50);
  });
});

describe("a data key in a browser", () => {
  it("never shows itself", () => {
    const key = portable.DataKey.from(Uint8Array.from({ length: 32 }, () => 0x41));
    for (const text of [String(key), JSON.stringify({ key })]) {
      expect(text).toContain("[data key]");
      expect(text).not.toMatch(/AAAA|65,65/);
    }
    expect(Object.getOwnPropertyNames(key)).toEqual([]);
  });

  it("is overwritten when it is disposed of, and cannot be used afterwards", () => {
    const key = portable.DataKey.generate();
    const lent = key.use((bytes) => bytes);
    expect(lent.some((byte) => byte !== 0)).toBe(true);
    key.dispose();
    expect(lent.every((byte) => byte === 0)).toBe(true);
    expect(messageOf(() => portable.sealValue(key, "str", "x", "a:"))).toBe("the data key was disposed of");
  });
});

/** Errors of another realm are no `Error` of this one. */
function messageOf(act: () => unknown): string {
  try {
    return `no error: ${JSON.stringify(act())}`;
  } catch (error) {
    return (error as Error).message;
  }
}
