import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/sources.ts";
import { CONFIG, Repository } from "./repository.ts";

let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write("secrets/app.yaml", "a: one\n");
  await repository.sotto(["encrypt", "-i", "secrets/app.yaml"]);
});
afterEach(() => repository[Symbol.dispose]());

const install = async (...args: readonly string[]): Promise<{ readonly exit: number; readonly output: string; readonly errors: string }> =>
  repository.sotto(["git", "install", ...args]);
const settings = (): string => repository.tryGit("config", "--local", "--get-regexp", "sotto").output;

describe("git's own hooks", () => {
  test("come once, are found, and go", async () => {
    expect((await install("--check")).exit).toBe(206);
    expect((await install()).exit).toBe(0);
    const after = [repository.read(".gitattributes"), repository.read(".git/hooks/pre-commit"), settings()];
    expect(after[0]).toContain("/secrets/*.yaml diff=sotto merge=sotto\n");
    expect(statSync(repository.place(".git/hooks/pre-commit")).mode & 0o111).toBe(0o111);
    const again = await install();
    expect(again.output).not.toContain("added");
    expect([repository.read(".gitattributes"), repository.read(".git/hooks/pre-commit"), settings()]).toEqual(after);
    expect((await install("--check")).exit).toBe(0);
    expect((await install("--uninstall")).exit).toBe(0);
    expect(settings()).toBe("");
    expect((await install("--check")).exit).toBe(206);
  });

  test("of others stay, and ours comes before them", async () => {
    const own = "#!/bin/bash\necho mine\n";
    repository.write(".git/hooks/pre-commit", own);
    chmodSync(repository.place(".git/hooks/pre-commit"), 0o755);
    await install("--program", "/opt/sotto");
    expect(repository.read(".git/hooks/pre-commit")).toBe("#!/bin/bash\n/opt/sotto git check || exit 1 # sotto git check\necho mine\n");
    await install("--program", "sotto");
    expect(repository.read(".git/hooks/pre-commit")).toBe("#!/bin/bash\nsotto git check || exit 1 # sotto git check\necho mine\n");
    await install("--uninstall");
    expect(repository.read(".git/hooks/pre-commit")).toBe(own);
  });

  test("in another language are not touched", async () => {
    const own = "#!/usr/bin/env python3\nprint(1)\n";
    repository.write(".git/hooks/pre-commit", own);
    const { exit, errors } = await install();
    expect(exit).toBe(204);
    expect(errors).toContain("no shell script");
    expect(repository.read(".git/hooks/pre-commit")).toBe(own);
    expect((await install("--no-hook")).exit).toBe(0);
  });
});

test("husky", async () => {
  repository.write(".husky/pre-commit", "npm test\n");
  await install();
  expect(repository.read(".husky/pre-commit")).toBe("sotto git check || exit 1 # sotto git check\nnpm test\n");
  await install("--uninstall");
  expect(repository.read(".husky/pre-commit")).toBe("npm test\n");
});

test("lefthook", async () => {
  repository.write("lefthook.yml", "# ours\npre-commit:\n  commands:\n    test:\n      run: npm test # all\n");
  await install();
  const text = repository.read("lefthook.yml");
  expect(text).toContain("# ours\n");
  expect(parse(text)).toEqual({
    "pre-commit": { commands: { test: { run: "npm test" }, sotto: { run: "sotto git check # sotto git check" } } },
  });
  expect((await install()).output).not.toContain("added");
  await install("--uninstall");
  expect(parse(repository.read("lefthook.yml"))).toEqual({ "pre-commit": { commands: { test: { run: "npm test" } } } });
});

test("the pre-commit framework: other hooks of the same entry stay", async () => {
  repository.write(
    ".pre-commit-config.yaml",
    "repos:\n  - repo: local\n    hooks:\n      - {id: lint, name: lint, entry: lint, language: system}\n",
  );
  await install();
  const hooks = (): unknown =>
    (parse(repository.read(".pre-commit-config.yaml")) as { repos: { hooks: { id: string }[] }[] }).repos.flatMap((repo) =>
      repo.hooks.map(({ id }) => id),
    );
  expect(hooks()).toEqual(["lint", "sotto"]);
  await install("--uninstall");
  expect(hooks()).toEqual(["lint"]);
});

test("what is offered to the pre-commit framework calls the check", () => {
  expect(parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8"))).toEqual([
    expect.objectContaining({ id: "sotto", entry: "sotto git check", pass_filenames: false }),
  ]);
});

test("outside of a repository it says so", async () => {
  repository.remove(".git");
  const { exit, errors } = await install();
  expect([exit, errors.startsWith("error: this is no working tree of a git repository")]).toEqual([1, true]);
});
