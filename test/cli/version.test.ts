import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SOTTO_VERSION } from "../../src/model/version.ts";

test("the version in the sources is the version of the package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  expect(SOTTO_VERSION).toBe(manifest.version);
});
