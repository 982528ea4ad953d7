/** The pipeline with its component, run by gitlab-ci-local on this machine. The token of the job is one that the double of AWS takes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdirSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { type Kms, ROLE, startKms } from "./kms.ts";
import { IDENTITY, type Outcome, PRODUCTION, SECRETS, Shop } from "./shop.ts";

describeWithPeers(["gitlab-ci-local", "moto_server", "rsync"], "the pipeline of GitLab CI", () => {
  let kms: Kms;
  let shop: Shop;
  beforeAll(async () => {
    kms = await startKms();
    shop = await Shop.open(kms);
    shop.take("gitlab-ci/.gitlab-ci.yml", ".gitlab-ci.yml");
    shop.take("gitlab-ci/templates/sotto.yml", "templates/sotto.yml");
    shop.write(".gitignore", ".gitlab-ci-local/\n");
    shop.commit();
    shop.git("remote", "add", "origin", "git@gitlab.example.com:shop/shop.git");
    shop.git("config", "user.name", "ana");
    shop.git("config", "user.email", "ana@shop.example");
  });
  afterAll(async () => {
    shop[Symbol.dispose]();
    await kms[Symbol.asyncDispose]();
  });

  function pipeline(variables: Readonly<Record<string, string>>, ...jobs: readonly string[]): Promise<Outcome> {
    mkdirSync(shop.outside("tmp"), { recursive: true });
    const all = { ...kms.place, TMPDIR: shop.outside("tmp"), DEPLOYED: shop.outside("deployed"), ...variables };
    const flags = Object.entries(all).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    const path = `${shop.env["PATH"] ?? ""}:${dirname(peerPath("rsync"))}`;
    return shop.run(peerPath("gitlab-ci-local"), ["--force-shell-executor", "--no-color", ...flags, ...jobs], { PATH: path });
  }

  test("checks without a key", async () => {
    const { exit, log } = await pipeline({}, "sotto-check");
    expect({ exit, log }).toMatchObject({ exit: 0 });
  });

  test("deploys with a role that it takes over by the token of the job, and its log has no value", async () => {
    const { exit, log } = await pipeline({ AWS_ROLE: ROLE, SOTTO_ID_TOKEN: "token.of.job" });
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(shop.deployed()).toEqual({ values: PRODUCTION, identities: 0 });
    expect([...SECRETS, "token.of.job"].filter((secret) => log.includes(secret))).toEqual([]);
    expect(readdirSync(shop.outside("tmp"))).toEqual([]);
  });

  test("deploys with an identity in a file where there is no role", async () => {
    const { exit, log } = await pipeline({ SOPS_AGE_KEY_FILE: IDENTITY }, "deploy");
    expect({ exit, log }).toMatchObject({ exit: 0 });
  });

  test("starts nothing without either", async () => {
    const { exit, log } = await pipeline({}, "deploy");
    expect(exit).not.toBe(0);
    expect(log).not.toContain("deploying");
  });
});
