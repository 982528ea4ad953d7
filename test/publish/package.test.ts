import { expect, test } from "vitest";
import { loadPackage } from "../../src/host/packages.ts";
import { rejectionOf } from "../policy/thrown.ts";
import { loadedWith, readSources } from "../support/sources.ts";

test("a package that is not installed is an error that says how to install it", async () => {
  const missing = "@nobody/has-this";
  expect(await rejectionOf(loadPackage(missing))).toMatchObject({
    code: "PACKAGE_MISSING",
    message: "the package @nobody/has-this is not installed",
    hints: ["npm install -g @nobody/has-this, or install sotto without --omit=optional"],
  });
});

test("publish itself loads no library of a cloud", () => {
  const sources = readSources("src", "formats", "keys");
  expect([...loadedWith("src/cli/commands/publish.ts", sources)].filter((name) => name.startsWith("@"))).toEqual([]);
});
