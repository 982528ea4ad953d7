/** `sotto/core` stays small: what a page loads first, what a format and age add, and all of it. */
import { expect, it } from "vitest";
import { measureSizes } from "./size.ts";

/** In bytes, a tenth above what it was when they were set. `node test/core/size.ts` prints what it is. */
const BUDGETS: readonly (readonly [name: string, minified: number, gzipped: number])[] = [
  ["core", 138_000, 52_000],
  ["formats/yaml.ts", 95_000, 32_000],
  ["formats/ini.ts", 24_000, 9_100],
  ["formats/dotenv.ts", 7_600, 3_500],
  ["keys/age/portable.ts", 167_000, 63_500],
  ["all", 580_000, 205_000],
];

const sizes = await measureSizes();

it.each(BUDGETS)("%s: %i bytes minified, %i with gzip", (name, minified, gzipped) => {
  const size = sizes.find((one) => one.name === name) ?? { minified: Infinity, gzipped: Infinity };
  expect(size.minified).toBeLessThanOrEqual(minified);
  expect(size.gzipped).toBeLessThanOrEqual(gzipped);
  expect(size.minified).toBeGreaterThan(minified / 2);
});

it("loads the engine of patterns, age and the formats only when they are needed", () => {
  const names = sizes.map((size) => size.name);
  expect(names).toEqual(expect.arrayContaining(["node_modules/re2js/build/index.js", "keys/age/portable.ts", "formats/yaml.ts"]));
});
