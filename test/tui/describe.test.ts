import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyTable, withKeyTable } from "../../src/tui/actions/describe.ts";
import { createKeymap } from "../../src/tui/actions/keymap.ts";
import { ROOT } from "../support/sources.ts";
import { KEYMAP } from "./states.ts";

test("the table of keys in the README is that of the program (node test/tui/write-keys.ts writes it)", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  expect(withKeyTable(readme, keyTable(KEYMAP))).toBe(readme);
});

test("the table has every action of the screens that has a key, once, and no cell ends early", () => {
  const rows = keyTable(KEYMAP).trimEnd().split("\n").slice(2);
  const ids = rows.map((row) => /`([^`]+)` \|$/.exec(row)?.[1]);
  const overlays = ["palette", "help", "messages", "choose", "prompt", "locked", "text"];
  const expected = KEYMAP.actions.filter(({ keys, scopes }) => keys.length > 0 && scopes.some((scope) => !overlays.includes(scope)));
  expect(new Set(ids)).toEqual(new Set(expected.map((action) => action.id)));
  expect(ids.length).toBe(expected.length);
  expect(rows.filter((row) => row.split(/(?<!\\)\|/).length !== 6)).toEqual([]);
});

test("keys that somebody chose are shown in their place", () => {
  const keymap = createKeymap(
    KEYMAP.actions,
    new Map([
      ["edit.undo", ["C-z", "|"]],
      ["quit", []],
    ]),
  );
  expect(keyTable(keymap)).toContain("| `^Z` `\\|` | Takes back the last unsaved change");
  expect(keyTable(keymap)).not.toContain("`quit`");
});

test("a document without markers is refused", () => {
  expect(() => withKeyTable("# nothing", "")).toThrow(RangeError);
});
