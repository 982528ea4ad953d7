import { expect, test } from "vitest";
import { loadPackage } from "../../src/publish/package.ts";
import { rejectionOf } from "../policy/thrown.ts";
import { loadedWith, readSources } from "../support/sources.ts";

test("a package that is not installed is an error that says how to install it", async () => {
  const missing = "@nobody/has-this";
  expect(await rejectionOf(loadPackage(missing, "publishing there", () => import(missing)))).toMatchObject({
    code: "PACKAGE_MISSING",
    message: "publishing there needs the package @nobody/has-this, which is not installed",
    hints: ["npm install -g @nobody/has-this, or install sotto without --omit=optional"],
  });
});

test("the libraries of the clouds are loaded by an upload to them alone", () => {
  const sources = readSources("src", "formats", "keys");
  const users = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, kind }) => kind !== "type" && /^@(?:aws-sdk|google-cloud)\//.test(target))
      .map(({ kind }) => `${path} ${kind}`),
  );
  expect(users.toSorted()).toEqual(["src/publish/gcs.ts dynamic", "src/publish/s3.ts dynamic"]);
  expect([...loadedWith("src/cli/commands/publish.ts", sources)].filter((name) => name.startsWith("@"))).toEqual([]);
});
