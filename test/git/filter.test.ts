/** Plaintext in the working tree, ciphertext in the repository. */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../faults/bundle.ts";
import { ANA } from "../support/sotto.ts";
import { CONFIG, Repository } from "./repository.ts";

let program = "";
let repository: Repository;

beforeAll(async () => {
  program = await bundle("src/cli/main.ts");
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write("secrets/app.yaml", "a: one\nb: two\n");
  await repository.sotto(["encrypt", "-i", "secrets/app.yaml"]);
  const { exit, errors } = await repository.sotto([
    "git",
    "install",
    "--filter",
    "--no-hook",
    "--program",
    `"${process.execPath}" "${program}"`,
  ]);
  if (exit !== 0) throw new Error(errors);
  repository.commit("base");
  repository.remove("secrets/app.yaml");
  repository.git("checkout", "-q", "--", "secrets/app.yaml");
}, 60_000);
afterAll(() => {
  repository[Symbol.dispose]();
  rmSync(dirname(program), { recursive: true });
});

const stored = (revision = "HEAD"): string => repository.git("show", `${revision}:secrets/app.yaml`);

test("the working tree is plain, the repository is not, and nothing has changed", () => {
  expect(repository.read("secrets/app.yaml")).toBe("a: one\nb: two\n");
  expect(stored()).toMatch(/^a: ENC\[/);
  repository.git("update-index", "--refresh", "-q");
  expect(repository.git("status", "--porcelain")).toBe("");
});

test("one changed value is one changed line in the repository", () => {
  repository.write("secrets/app.yaml", "a: one\nb: three\n");
  repository.commit("three");
  const changed = repository.git("diff", "--no-textconv", "--no-ext-diff", "-U0", "HEAD~1", "HEAD", "--", "secrets/app.yaml");
  const names = changed.match(/^\+(?!\+)\s*\w+/gm)?.map((line) => line.slice(1).trim());
  // Two commits within a second have the same time.
  expect(names?.filter((name) => name !== "lastmodified")).toEqual(["b", "mac"]);
});

test("a new file is encrypted by its rule, and refused without one", () => {
  repository.write("secrets/new.yaml", "n: 1\n");
  repository.git("add", "secrets/new.yaml");
  expect(repository.git("show", ":secrets/new.yaml")).toMatch(/^n: ENC\[/);
  repository.write(".gitattributes", "*.yaml filter=sotto\n");
  repository.write("elsewhere.yaml", "n: 1\n");
  expect(repository.tryGit("add", "elsewhere.yaml").status).not.toBe(0);
});

test("without a key the working tree gets what the repository has", async () => {
  const nobody = Object.fromEntries(Object.keys(ANA).map((name) => [name, undefined]));
  const { exit, output, errors } = await repository.sotto(["git", "smudge", "secrets/app.yaml"], { env: nobody, input: stored() });
  expect([exit, output]).toEqual([0, stored()]);
  expect(errors).toContain("stays encrypted");
});
