/** The run steps of the CircleCI configuration, run as its default shell runs them, job by job as the workflow has them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { EXAMPLES, IDENTITY, PRODUCTION, SECRETS, Shop } from "./shop.ts";

type Step = string | { readonly run: { readonly name: string; readonly command: string } };

interface Config {
  readonly version: number;
  readonly executors: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  readonly jobs: Readonly<Record<string, { readonly executor: string; readonly steps: readonly Step[] }>>;
  readonly workflows: { readonly deploy: { readonly jobs: readonly (string | Readonly<Record<string, Requires>>)[] } };
}

interface Requires {
  readonly requires: readonly string[];
  readonly context: string;
}

const config: Config = parse(readFileSync(join(EXAMPLES, "circleci", "config.yml"), "utf8")) as Config;

/** The commands of a job, with those of our own command in their place. */
function commandsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step === "checkout") return [];
    return typeof step === "string" ? commandsOf(config.commands[step]?.steps ?? []) : [step.run.command];
  });
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  shop.take("circleci/config.yml", ".circleci/config.yml");
  shop.commit();
});
afterAll(() => shop[Symbol.dispose]());

async function runJob(name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  let all = "";
  for (const command of commandsOf(config.jobs[name]?.steps ?? [])) {
    const { exit, log } = await shop.run("/bin/bash", ["-eo", "pipefail", "-c", command], env);
    all += log;
    if (exit !== 0) throw new Error(`${command} ended with ${exit}\n${log}`);
  }
  return all;
}

describe("the CircleCI configuration", () => {
  test("names only what it defines, and deploys after the check", () => {
    expect(config.version).toBe(2.1);
    const jobs = config.workflows.deploy.jobs.flatMap((job) => (typeof job === "string" ? [job] : Object.keys(job)));
    expect(jobs).toEqual(Object.keys(config.jobs));
    const own = Object.values(config.jobs).flatMap(({ steps }) => steps.filter((step) => typeof step === "string"));
    expect(new Set(own)).toEqual(new Set(["checkout", ...Object.keys(config.commands)]));
    expect(new Set(Object.values(config.jobs).map(({ executor }) => executor))).toEqual(new Set(Object.keys(config.executors)));
    const deploy = config.workflows.deploy.jobs.flatMap((job) => (typeof job === "string" ? [] : [job["deploy"]]));
    expect(deploy).toMatchObject([{ requires: ["check"], context: "production" }]);
  });

  test("checks without a key", async () => {
    await expect(runJob("check")).resolves.toContain("sotto");
  });

  test("deploys with the identity of the context, and its log has no value", async () => {
    const identity = readFileSync(IDENTITY, "utf8");
    const log = await runJob("deploy", { SOPS_AGE_KEY: identity });
    expect(shop.deployed()).toEqual({ values: PRODUCTION, identities: 0 });
    expect([...SECRETS, "AGE-SECRET-KEY"].filter((secret) => log.includes(secret))).toEqual([]);
  });

  test("starts nothing without the context", async () => {
    await expect(runJob("deploy")).rejects.toThrow(/sotto verify/);
  });
});
