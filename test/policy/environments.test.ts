import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/policy/config.ts";
import { findEnvironment, listEnvironments } from "../../src/policy/environments.ts";
import type { Environment } from "../../src/policy/environments.ts";
import { guessName } from "../../src/policy/guess.ts";
import { thrownBy } from "./thrown.ts";

async function list(environments: string): Promise<readonly Environment[]> {
  return listEnvironments(await loadConfig("/p/.sops.yaml", `sotto:\n  environments:\n${environments}`), []);
}

describe("from the config", () => {
  test("files come as named, those of what is extended first", async () => {
    const environments = await list(`
    base: {files: [base.yaml], abstract: true}
    dev: {extends: base, files: [dev.yaml, dev.env]}
    prod: {extends: [base, extra], files: prod.yaml, isolated: true}
    extra: {extends: base, files: [extra.yaml]}
`);
    expect(environments).toEqual([
      { name: "base", files: ["base.yaml"], inherited: [], abstract: true, isolated: false, guessed: false },
      { name: "dev", files: ["dev.yaml", "dev.env"], inherited: ["base.yaml"], abstract: false, isolated: false, guessed: false },
      { name: "prod", files: ["prod.yaml"], inherited: ["base.yaml", "extra.yaml"], abstract: false, isolated: true, guessed: false },
      { name: "extra", files: ["extra.yaml"], inherited: ["base.yaml"], abstract: false, isolated: false, guessed: false },
    ]);
  });

  test("what is extended on two ways counts once, before both", async () => {
    const [, , , bottom] = await list(
      "    top: {files: [t]}\n    left: {extends: top, files: [l]}\n    right: {extends: top, files: [r]}\n    bottom: {extends: [left, right], files: [b]}\n",
    );
    expect(bottom?.inherited).toEqual(["t", "l", "r"]);
  });

  test("a circle is named", async () => {
    const config = await loadConfig(
      "/p/.sops.yaml",
      "sotto:\n  environments:\n    x: {extends: a}\n    a: {extends: b}\n    b: {extends: a}\n",
    );
    expect(thrownBy(() => listEnvironments(config, []))).toMatchObject({
      code: "CONFIG_INVALID",
      message: "environments extend each other in a circle: a → b → a",
      position: { line: 5, column: 18 },
    });
    const self = await loadConfig("/p/.sops.yaml", "sotto: {environments: {a: {extends: a}}}");
    expect(thrownBy(() => listEnvironments(self, [])).message).toContain("circle: a → a");
  });

  test("extending what does not exist is an error with a suggestion", async () => {
    const config = await loadConfig("/p/.sops.yaml", "sotto: {environments: {base: {}, dev: {extends: bas}}}");
    expect(thrownBy(() => listEnvironments(config, []))).toMatchObject({
      code: "CONFIG_INVALID",
      message: 'environment "dev" extends "bas", which does not exist',
      hints: ["did you mean base?"],
    });
  });

  test("a chain of thousands is no problem", async () => {
    const chain = Array.from(
      { length: 3000 },
      (_, index) => `    e${index}: {files: [f${index}]${index === 0 ? "" : `, extends: e${index - 1}`}}\n`,
    );
    const environments = await list(chain.join(""));
    expect(environments.at(-1)?.inherited).toHaveLength(2999);
  });

  test("files on disk play no role", async () => {
    const config = await loadConfig("/p/.sops.yaml", "sotto: {environments: {}}");
    expect(listEnvironments(config, ["dev.yaml"])).toEqual([]);
  });
});

test("an unknown environment has a code, a suggestion and the list", () => {
  const environments = listEnvironments(undefined, ["dev.yaml", "prod.yaml"]);
  expect(findEnvironment(environments, "prod").files).toEqual(["prod.yaml"]);
  expect(thrownBy(() => findEnvironment(environments, "prd"))).toMatchObject({
    code: "ENVIRONMENT_UNKNOWN",
    hints: ["did you mean prod?", "environments: dev, prod"],
  });
  expect(thrownBy(() => findEnvironment([], "prod")).hints).toEqual(["name them under sotto.environments in .sops.yaml"]);
});

describe("guessed from file names", () => {
  test.each([
    ["dev.yaml", "dev"],
    ["prod.enc.json", "prod"],
    ["secrets/prod2.yaml", "prod2"],
    ["secrets.staging.yaml", "staging"],
    [".env.prod", "prod"],
    [".env.production.local", "production"],
    [".env.blue", "blue"],
    [".env.enc", undefined],
    [".env.example", undefined],
    ["prod.example.yaml", undefined],
    [".env", undefined],
    ["staging/.env", "staging"],
    ["prod.env", "prod"],
    ["secrets/staging/db.yaml", "staging"],
    ["secrets/staging/test-users.yaml", "staging"],
    ["envs/prod-eu/db.yaml", "prod-eu"],
    ["environments/blue/a/b.yaml", "blue"],
    ["api-prod.yaml", "prod"],
    ["api_staging.enc.yaml", "staging"],
    ["base.yaml", "base"],
    ["product.yaml", undefined],
    ["secrets.yaml", undefined],
    ["devices/x.yaml", undefined],
  ])("%s: %s", (file, name) => {
    expect(guessName(file)).toBe(name);
  });

  test("files of one name make one environment, in the order of the stages, marked as guesses", () => {
    const files = ["secrets/prod.yaml", "secrets/dev.yaml", ".env.dev", "secrets/base.yaml", "other/qa.yaml", "README.yaml", ".env.blue"];
    const common = { isolated: false, guessed: true };
    expect(listEnvironments(undefined, files)).toEqual([
      { name: "base", files: ["secrets/base.yaml"], inherited: [], abstract: true, ...common },
      { name: "dev", files: [".env.dev", "secrets/dev.yaml"], inherited: ["secrets/base.yaml"], abstract: false, ...common },
      { name: "qa", files: ["other/qa.yaml"], inherited: [], abstract: false, ...common },
      { name: "prod", files: ["secrets/prod.yaml"], inherited: ["secrets/base.yaml"], abstract: false, ...common },
      { name: "blue", files: [".env.blue"], inherited: [], abstract: false, ...common },
    ]);
  });

  test("a section without environments does not end the guessing", async () => {
    const config = await loadConfig("/p/.sops.yaml", "sotto: {people: {}}");
    expect(listEnvironments(config, ["dev.yaml"])).toMatchObject([{ name: "dev", guessed: true }]);
  });
});
