import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeLines } from "../../src/merge/lines.ts";
import { assertAlwaysNow } from "../support/property.ts";

const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

const sorted = (one: string): string => one.split("\n").toSorted().join("\n");

describe("lines that two sides changed", () => {
  const base = text("a", "b", "c", "d");
  test.each([
    ["nothing", base, base, base],
    ["one side", text("a", "B", "c", "d"), base, text("a", "B", "c", "d")],
    ["neighbours", text("a", "B", "c", "d"), text("a", "b", "C", "d"), text("a", "B", "C", "d")],
    ["the same", text("a", "x", "c", "d"), text("a", "x", "c", "d"), text("a", "x", "c", "d")],
    ["a removal and a change", text("b", "c", "d"), text("a", "b", "c", "D"), text("b", "c", "D")],
    ["two insertions at one place", text("a", "b", "c", "d", "m"), text("a", "b", "c", "d", "n"), text("a", "b", "c", "d", "m", "n")],
    ["an insertion before a change", text("a", "b", "x", "c", "d"), text("a", "b", "C", "d"), text("a", "b", "x", "C", "d")],
    ["blocks", text("A", "B", "c", "d"), text("a", "b", "C", "D"), text("A", "B", "C", "D")],
  ])("%s", (_, ours, theirs, merged) => {
    expect(mergeLines(base, ours, theirs)).toEqual({ ours: merged, theirs: merged });
  });

  test.each([
    ["one line", text("a", "x", "c", "d"), text("a", "y", "c", "d"), text("a", "x", "c", "d"), text("a", "y", "c", "d")],
    ["a removal of what changed", text("a", "c", "d"), text("a", "y", "c", "d"), text("a", "c", "d"), text("a", "y", "c", "d")],
    [
      "a conflict beside changes that go together",
      text("A", "x", "c", "d"),
      text("a", "y", "C", "d"),
      text("A", "x", "C", "d"),
      text("A", "y", "C", "d"),
    ],
  ])("in different ways: %s", (_, ours, theirs, mine, other) => {
    expect(mergeLines(base, ours, theirs)).toEqual({ ours: mine, theirs: other });
  });

  const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 12 }).map((all) => text(...all));

  test("one side alone gives that side", () => {
    assertAlwaysNow(fc.tuple(lines, lines), 300, ([old, changed]) => {
      expect(mergeLines(old, changed, old)).toEqual({ ours: changed, theirs: changed });
      expect(mergeLines(old, old, changed)).toEqual({ ours: changed, theirs: changed });
      expect(mergeLines(old, changed, changed)).toEqual({ ours: changed, theirs: changed });
    });
  });

  test("the other way round, conflicts change places", () => {
    assertAlwaysNow(fc.tuple(lines, lines, lines), 300, ([old, left, right]) => {
      const [one, two] = [mergeLines(old, left, right), mergeLines(old, right, left)];
      expect([sorted(one.ours), sorted(one.theirs)]).toEqual([sorted(two.theirs), sorted(two.ours)]);
    });
  });
});
