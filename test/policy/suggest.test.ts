import * as fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, suggest } from "../../src/policy/suggest.ts";

test.each([
  ["", "", 0],
  ["age", "age", 0],
  ["age", "", 3],
  ["agee", "age", 1],
  ["gae", "age", 1],
  ["kitten", "sitting", 3],
  ["path_regx", "path_regex", 1],
  ["ab", "bca", 3],
])("from %j to %j it is %i", (left, right, distance) => {
  expect(editDistance(left, right)).toBe(distance);
  expect(editDistance(right, left)).toBe(distance);
});

test("a distance is at least the difference of the lengths, at most the longer length, and one for one change", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(8), (left, right, at) => {
      const distance = editDistance(left, right);
      expect(distance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
      expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(distance === 0).toBe(left === right);
      const changed = `${left.slice(0, at)}x${left.slice(at)}`;
      expect(editDistance(left, changed)).toBe(1);
    }),
  );
});

test("the nearest name is suggested, short names with one error only", () => {
  expect(suggest("pth_regex", ["path_regex", "age"])).toBe("path_regex");
  expect(suggest("kmss", ["age", "kms", "pgp"])).toBe("kms");
  expect(suggest("ms", ["age", "kms", "pgp"])).toBe("kms");
  expect(suggest("xyz", ["age", "kms", "pgp"])).toBeUndefined();
  expect(suggest("description", ["path_regex", "age"])).toBeUndefined();
  expect(suggest("toString", ["age"])).toBeUndefined();
});
