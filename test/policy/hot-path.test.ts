import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Packages that a module brings in by static imports, types left out. */
function packagesOf(entries: readonly string[]): ReadonlySet<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const open = entries.map((entry) => new URL(entry, import.meta.url).href);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const statements = readFileSync(new URL(file), "utf8").matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)"/gm);
    for (const [, name = ""] of statements) {
      if (name.startsWith(".")) open.push(new URL(name, file).href);
      else packages.add(name);
    }
  }
  expect(seen.size).toBeGreaterThan(entries.length);
  return packages;
}

test("config, rules and selectors load no package before one is needed", () => {
  const entries = ["config", "match", "selector", "discover", "people", "environments", "explain"].map(
    (name) => `../../src/policy/${name}.ts`,
  );
  expect([...packagesOf(entries)].filter((name) => !name.startsWith("node:"))).toEqual([]);
});

test("the engine is one of those that are loaded when needed", () => {
  expect(readFileSync(new URL("../../src/policy/re2.ts", import.meta.url), "utf8")).toContain('await import("re2js")');
});
