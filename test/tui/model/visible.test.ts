import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_EDITS } from "../../../src/tui/model/edits.ts";
import { pathAt, treeOf } from "../../../src/tui/model/tree.ts";
import { parseFilter, shownRows } from "../../../src/tui/model/visible.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { fileOf, plain } from "../states.ts";

const FILE = fileOf("a.yaml", {
  database: { host: plain("h"), password: "x", Port: plain("") },
  deep: { deeper: { password: "y", other: null } },
  last: "z",
});
const TREE = treeOf(FILE, NO_EDITS);
const shown = (filter: string, folded: readonly number[] = []): readonly string[] => {
  const rows = shownRows(FILE, TREE, new Set(folded), parseFilter(filter));
  return Array.from({ length: rows.length }, (_, line) => pathAt(TREE, rows.row(line)).join("."));
};

describe("filters", () => {
  test.each([
    ["password", ["database", "database.password", "deep", "deep.deeper", "deep.deeper.password"]],
    ["deeper.pass", ["deep", "deep.deeper", "deep.deeper.password"]],
    ["port", ["database", "database.Port"]],
    ["Port", ["database", "database.Port"]],
    ["Password", []],
    ["~plain", ["database", "database.host", "database.Port"]],
    ["~emp", ["database", "database.Port", "deep", "deep.deeper", "deep.deeper.other"]],
    ["~edited", []],
    ["~zzz", []],
    ["   ", TREE.rows.map((_, index) => pathAt(TREE, index).join("."))],
  ])("%j leaves what hits and what holds it", (filter, expected) => {
    expect(shown(filter)).toEqual(expected);
  });
});

test("folds hide what stands below them, and filters look below folds", () => {
  expect(shown("", [0, 4])).toEqual(["database", "deep", "last"]);
  expect(shown("password", [0])).toContain("database.password");
});

test("a line and its row lead to each other, and a hidden row to what is shown above it", () => {
  assertAlwaysNow(fc.tuple(fc.uniqueArray(fc.nat(8)), fc.constantFrom("", "password", "last", "~plain")), 100, ([folded, filter]) => {
    const rows = shownRows(FILE, TREE, new Set(folded), parseFilter(filter));
    for (let line = 0; line < rows.length; line += 1) expect(rows.line(rows.row(line))).toBe(line);
    for (const row of TREE.rows.keys()) {
      const line = rows.line(row);
      expect(line).toBeGreaterThanOrEqual(0);
      expect(rows.length === 0 || line === 0 || rows.row(line) <= row).toBe(true);
    }
  });
});
