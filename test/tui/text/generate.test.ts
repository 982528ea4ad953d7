/** New secrets: their form, and that no character is favoured. */
import { createCipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bitsOf, generate, RECIPES, sizeOf, withSize } from "../../../src/tui/text/generate.ts";
import type { Recipe } from "../../../src/tui/text/generate.ts";

/** The same bytes on every run, as even as chance: the key stream of a cipher. `asked` says how many were taken at a time. */
function createSource(): { readonly randomBytes: (length: number) => Uint8Array; readonly asked: number[]; readonly given: Uint8Array[] } {
  const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16));
  const asked: number[] = [];
  const given: Uint8Array[] = [];
  const randomBytes = (length: number): Uint8Array => {
    const bytes = stream.update(Buffer.alloc(length));
    asked.push(length);
    given.push(bytes);
    return bytes;
  };
  return { randomBytes, asked, given };
}

const fixed = (...bytes: readonly number[]): (() => Uint8Array) => {
  return () => Uint8Array.from(bytes);
};

describe("generate", () => {
  test.each<[string, Recipe, RegExp]>([
    ["letters and digits", { kind: "alphabet", alphabet: "letters and digits", length: 40 }, /^[A-Za-z\d]{40}$/],
    ["symbols", { kind: "alphabet", alphabet: "with symbols", length: 400 }, /^(?=.*[+,.=_~-])[A-Za-z\d+,.=_~-]{400}$/],
    ["digits", { kind: "alphabet", alphabet: "digits", length: 6 }, /^\d{6}$/],
    ["no look-alikes", { kind: "alphabet", alphabet: "no look-alikes", length: 400 }, /^[^0O1lIio]{400}$/],
    ["hex", { kind: "hex", bytes: 16 }, /^[\da-f]{32}$/],
    ["base64", { kind: "base64", bytes: 32 }, /^[A-Za-z\d+/]{43}=$/],
    ["base64url", { kind: "base64url", bytes: 32 }, /^[\w-]{43}$/],
    ["uuid", { kind: "uuid" }, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/],
    ["passphrase", { kind: "passphrase", words: 4 }, /^([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz](-\w{5}){3}$/],
  ])("%s", (_, recipe, shape) => {
    expect(generate(recipe, createSource().randomBytes)).toMatch(shape);
  });

  test("known bytes give known texts", () => {
    expect(generate({ kind: "passphrase", words: 2 }, fixed(127, 0, 0, 1))).toBe("lusab-babad");
    expect(generate({ kind: "hex", bytes: 3 }, fixed(0, 10, 255))).toBe("000aff");
    expect(generate({ kind: "base64url", bytes: 3 }, fixed(255, 254, 253))).toBe("__79");
    expect(generate({ kind: "uuid" }, fixed(...Array.from({ length: 16 }, () => 255)))).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
  });

  test.each<[Recipe, readonly number[]]>([
    [{ kind: "hex", bytes: 20 }, [20]],
    [{ kind: "base64", bytes: 7 }, [7]],
    [{ kind: "uuid" }, [16]],
    [{ kind: "passphrase", words: 3 }, [6]],
    [{ kind: "alphabet", alphabet: "hex", length: 32 }, [32]],
  ])("%j takes exactly the bytes it needs", (recipe, expected) => {
    const { randomBytes, asked } = createSource();
    generate(recipe, randomBytes);
    expect(asked).toEqual(expected);
  });

  test("a byte that would favour some characters is thrown away, and only it is asked for again", () => {
    const batches = [[0, 250, 9], [255], [249]];
    const asked: number[] = [];
    const text = generate({ kind: "alphabet", alphabet: "digits", length: 3 }, (length) => {
      asked.push(length);
      return Uint8Array.from(batches.shift() ?? []);
    });
    expect(text).toBe("099");
    expect(asked).toEqual([3, 1, 1]);
  });

  test("no bytes stay behind", () => {
    const { randomBytes, given } = createSource();
    for (const { recipe } of RECIPES) generate(recipe, randomBytes);
    expect(given.length).toBeGreaterThanOrEqual(RECIPES.length);
    expect(given.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  test("a source that fails is noticed", () => {
    expect(() => generate({ kind: "hex", bytes: 4 }, fixed(1, 2))).toThrow(RangeError);
    expect(() => generate({ kind: "hex", bytes: 0 }, fixed())).toThrow(RangeError);
  });

  test.each(["letters and digits", "with symbols", "lower case and digits", "no look-alikes", "digits", "hex"] as const)(
    "%s: every character comes equally often",
    (alphabet) => {
      const { randomBytes } = createSource();
      const counts = new Map<string, number>();
      for (let round = 0; round < 100; round += 1) {
        for (const char of generate({ kind: "alphabet", alphabet, length: 4096 }, randomBytes))
          counts.set(char, (counts.get(char) ?? 0) + 1);
      }
      const expected = (100 * 4096) / counts.size;
      let square = 0;
      for (const count of counts.values()) square += (count - expected) ** 2 / expected;
      // Five standard deviations over the mean of chi-square; with `byte % 62` it would be in the thousands.
      const freedom = counts.size - 1;
      expect(square).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
      expect(2 ** (bitsOf({ kind: "alphabet", alphabet, length: 4096 }) / 4096)).toBeCloseTo(counts.size, 1);
    },
  );
});

describe("recipes", () => {
  test.each<[Recipe, number]>([
    [{ kind: "alphabet", alphabet: "letters and digits", length: 32 }, 190],
    [{ kind: "alphabet", alphabet: "digits", length: 6 }, 19],
    [{ kind: "hex", bytes: 32 }, 256],
    [{ kind: "uuid" }, 122],
    [{ kind: "passphrase", words: 8 }, 128],
  ])("%j has %i bits", (recipe, bits) => {
    expect(bitsOf(recipe)).toBe(bits);
  });

  test("have titles of their own, and one size to change", () => {
    expect(new Set(RECIPES.map(({ title }) => title)).size).toBe(RECIPES.length);
    for (const { recipe } of RECIPES) {
      const larger = withSize(recipe, 33);
      expect(sizeOf(larger)?.size ?? 33).toBe(33);
      expect(sizeOf(withSize(recipe, 0))?.size ?? 1).toBe(1);
      expect(sizeOf(withSize(recipe, 1e9))?.size ?? 4096).toBe(4096);
      expect(larger.kind).toBe(recipe.kind);
    }
  });
});
