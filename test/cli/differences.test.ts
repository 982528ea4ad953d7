import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/sources.ts";
import { listTranscripts } from "../transcripts/transcript.ts";
import { DIFFERENCES, renderDifferences, withDifferences } from "./differences.ts";

test("README.md shows every difference", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  expect(readme).toBe(withDifferences(readme));
  for (const { what } of DIFFERENCES) expect(readme).toContain(what);
});

test("every difference has a test, and a transcript of a difference is for a row", () => {
  expect(DIFFERENCES.filter(({ test: path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  const shown = new Set(DIFFERENCES.map(({ test: path }) => path));
  const differing = listTranscripts().filter(({ name }) => name.startsWith("differs-"));
  expect(differing.length).toBeGreaterThan(20);
  expect(differing.map(({ name }) => `test/transcripts/${name}`).filter((path) => !shown.has(path))).toEqual([]);
});

test("where sops is called in a transcript, a row of the list says why", () => {
  expect(listTranscripts().filter((one) => one.callsSops && !one.name.startsWith("differs-"))).toEqual([]);
});

test("ids are unique, and the table has a row for each", () => {
  expect(new Set(DIFFERENCES.map(({ id }) => id)).size).toBe(DIFFERENCES.length);
  expect(renderDifferences().split("\n").length).toBe(DIFFERENCES.length + 2);
});
