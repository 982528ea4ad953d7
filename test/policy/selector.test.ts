import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SelectorKind } from "../../src/model/metadata.ts";
import { compileSelector, decideByComments, decideByKeys } from "../../src/policy/selector.ts";

const select = (kind: SelectorKind, pattern: string): ReturnType<typeof compileSelector> => compileSelector({ kind, pattern });

test("without a setting everything is encrypted but what stands below a key that ends in _unencrypted", async () => {
  const selector = await compileSelector(undefined);
  expect(selector).toMatchObject({
    setting: { kind: "unencrypted_suffix", pattern: "_unencrypted" },
    byComment: false,
    keepsPlain: true,
    valid: true,
  });
  expect(decideByKeys(selector, ["a", "b_unencrypted", "c"])).toBe(false);
  expect(decideByKeys(selector, ["a_unencrypted_", "b"])).toBe(true);
  expect(decideByKeys(selector, [])).toBe(true);
});

test.each([
  ["encrypted_suffix", "_enc", ["a", "x_enc", "b"], true],
  ["encrypted_suffix", "_enc", ["_encx"], false],
  ["encrypted_suffix", ".*", ["anything"], false],
  ["unencrypted_regex", "^pub", ["pub", "a"], false],
  ["unencrypted_regex", "^pub", ["apub", "b"], true],
  ["encrypted_regex", "^sec$", ["sec", "list", "x"], true],
  ["encrypted_regex", "^sec$", ["secret"], false],
  ["encrypted_regex", "^sec$", [], false],
] as const)("%s %s on %j: encrypted is %j", async (kind, pattern, keys, encrypted) => {
  expect(decideByKeys(await select(kind, pattern), keys)).toBe(encrypted);
});

describe("a pattern that is not RE2 hits nothing, as in sops", () => {
  test.each(["(", "(?!x)", "a{2,1}", "[b-a]"])("%s", async (pattern) => {
    const encrypting = await select("encrypted_regex", pattern);
    const keeping = await select("unencrypted_regex", pattern);
    expect([encrypting.valid, keeping.valid]).toEqual([false, false]);
    expect(encrypting.hits("x")).toBe(false);
    expect(decideByKeys(encrypting, ["x"])).toBe(false);
    expect(decideByKeys(keeping, ["x"])).toBe(true);
  });
});

describe("comment selectors", () => {
  test("the trigger of an encrypted_comment_regex stays plain, what follows it does not", async () => {
    const selector = await select("encrypted_comment_regex", "cx");
    expect(selector).toMatchObject({ byComment: true, keepsPlain: false });
    expect(decideByComments(selector, [" top", " cx"], true)).toBe(false);
    expect(decideByComments(selector, [" top", " cx"], false)).toBe(true);
    expect(decideByComments(selector, [" cx", " other"], true)).toBe(true);
    expect(decideByComments(selector, [], false)).toBe(false);
  });

  test("a comment that matches an unencrypted_comment_regex is plain itself, and so is what it governs", async () => {
    const selector = await select("unencrypted_comment_regex", "cx");
    expect(selector).toMatchObject({ byComment: true, keepsPlain: true });
    expect(decideByComments(selector, [" cx"], true)).toBe(false);
    expect(decideByComments(selector, [" cx", " more"], true)).toBe(false);
    expect(decideByComments(selector, [" top"], true)).toBe(true);
    expect(decideByComments(selector, [], false)).toBe(true);
  });
});

test("of a pair of selectors with one pattern, each encrypts exactly what the other leaves plain", async () => {
  const encrypting = await select("encrypted_regex", "^(a|b)$");
  const keeping = await select("unencrypted_regex", "^(a|b)$");
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c", "ab", "")), (keys) => {
      expect(decideByKeys(encrypting, keys)).toBe(!decideByKeys(keeping, keys));
    }),
  );
});
