import { expect, test } from "vitest";
import { leaksInSplits, expectSameAsSlow } from "../deploy/redact-laws.ts";

test("a million streams in random pieces leak nothing", () => {
  expect(leaksInSplits(1_000_000)).toBe(0);
});

test("redaction is what the slow way gives, fifty thousand times", () => {
  expectSameAsSlow(50_000);
});
