/** `sotto/register`: variables before a program starts, and no identity left. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { type Filled, fillEnvironment } from "../../src/runtime/fill-environment.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { ROOT } from "../support/sources.ts";
import { acme, PASSWORD } from "./project.ts";

let project: Scratch;
beforeAll(async () => {
  project = await acme();
});
afterAll(() => project[Symbol.dispose]());

type Env = Record<string, string | undefined>;

async function fill(more: Env, place: Scratch = project): Promise<Filled & { readonly env: Env }> {
  const env: Env = { ...place.env, ...more };
  const filled = await fillEnvironment(env, createNodeHost({ env, cwd: place.path }));
  return { ...filled, env };
}

describe("the variables", () => {
  it("are those of the environment that SOTTO_ENVIRONMENT names", async () => {
    const { env, set, kept } = await fill({ SOTTO_ENVIRONMENT: "prod" });
    expect(env).toMatchObject({
      DATABASE_PASSWORD: PASSWORD,
      DATABASE_PORT: "5432",
      DATABASE_TLS: "true",
      SESSION_SECRET: "maple-window-85",
    });
    expect(env["hosts"]).toBe('["one.acme.example","two.acme.example"]');
    expect(Object.hasOwn(env, "none")).toBe(false);
    expect(set).toContain("DATABASE_PASSWORD");
    expect(kept).toEqual([]);
  }, 60_000);

  it("take the place of none that is set, also of an empty one, unless SOTTO_OVERRIDE is 1", async () => {
    const before = { SOTTO_ENVIRONMENT: "prod", DATABASE_PASSWORD: "mine", SESSION_SECRET: "" };
    const kept = await fill(before);
    expect(kept.env).toMatchObject({ DATABASE_PASSWORD: "mine", SESSION_SECRET: "", DATABASE_PORT: "5432" });
    expect(kept.kept).toEqual(["DATABASE_PASSWORD", "SESSION_SECRET"]);
    const taken = await fill({ ...before, SOTTO_OVERRIDE: "1" });
    expect(taken.env).toMatchObject({ DATABASE_PASSWORD: PASSWORD, SESSION_SECRET: "maple-window-85" });
  });

  it("stand without the identities that opened the files", async () => {
    const identities = {
      SOPS_AGE_KEY: "AGE-SECRET-KEY-1-none",
      SOPS_AGE_KEY_CMD: "",
      SOPS_AGE_SSH_PRIVATE_KEY_FILE: "",
      SOPS_AGE_RECIPIENTS: "age1",
    };
    const { env } = await fill({ ...identities, SOTTO_ENVIRONMENT: "prod", SOPS_AGE_KEY: project.env["SOPS_AGE_KEY"] });
    expect(Object.keys(env).filter((name) => name.startsWith("SOPS_"))).toEqual(["SOPS_AGE_RECIPIENTS"]);
  });

  it("come once: who is started by a process that has them needs no identity", async () => {
    const { env } = await fill({ SOTTO_ENVIRONMENT: "prod" });
    const child: Env = { ...env, DATABASE_PASSWORD: undefined };
    expect(await fillEnvironment(child, createNodeHost({ env: child, cwd: project.path }))).toEqual({ set: [], kept: [] });
    expect(child["DATABASE_PASSWORD"]).toBeUndefined();
    const other = { ...env, SOTTO_ENVIRONMENT: "dev" };
    await expect(fillEnvironment(other, createNodeHost({ env: other, cwd: project.path }))).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
    });
  });
});

describe("nothing is filled", () => {
  it("when something is wrong, and all of it is told", async () => {
    using odd = await acme({
      "secrets/prod.env": "DATABASE_PASSWORD=again\n",
      "secrets/prod.yaml": '"a b": 1\ndatabase: {password: x}\n"1a": 2\n',
    });
    const env: Env = { ...odd.env, SOTTO_ENVIRONMENT: "prod" };
    const before = { ...env };
    const error: unknown = await fillEnvironment(env, createNodeHost({ env, cwd: odd.path })).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: "ENVIRONMENT_UNFIT" });
    expect(String(error)).toMatch(/"a b"[^]*"1a"[^]*DATABASE_PASSWORD/);
    expect(env).toEqual(before);
    expect(error).toMatchObject({ hints: [expect.stringContaining("SOTTO_ONLY")] });
    const chosen = await fill({ SOTTO_ENVIRONMENT: "prod", SOTTO_ONLY: "name, database.host" }, odd);
    expect(chosen.set).toEqual(["name", "DATABASE_HOST"]);
  });

  it("when a name decides what programs load, unless it is allowed", async () => {
    using odd = await acme({ "secrets/prod.env": "NODE_OPTIONS=--require=./x.js\nLD_PRELOAD=y\n" });
    const attempt = fill({ SOTTO_ENVIRONMENT: "prod" }, odd);
    await expect(attempt).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("NODE_OPTIONS, LD_PRELOAD") as string,
    });
    const { env } = await fill({ SOTTO_ENVIRONMENT: "prod", SOTTO_ALLOW_ENV: "NODE_OPTIONS,LD_PRELOAD" }, odd);
    expect(env["LD_PRELOAD"]).toBe("y");
  });

  it("without a name", async () => {
    await expect(fill({})).rejects.toMatchObject({ code: "USAGE" });
    await expect(fill({ NODE_ENV: "prod" })).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("node --import", () => {
  const register = pathToFileURL(join(ROOT, "src/runtime/register.ts")).href;
  const program =
    'console.log(JSON.stringify([process.env.DATABASE_PASSWORD, process.env.SOPS_AGE_KEY_FILE ?? process.env.SOPS_AGE_KEY ?? "none"]))';

  const start = (env: Env, argv: readonly string[] = ["-e", program]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, ["--import", register, ...argv], { cwd: project.path, env: { ...project.env, ...env }, encoding: "utf8" });

  it("starts a program that finds its variables, and no identity", () => {
    const run = start({ SOTTO_ENVIRONMENT: "prod" });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual([PASSWORD, "none"]);
  });

  it("starts what that starts, too", () => {
    const child = `process.stdout.write(require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(program)}], { env: { ...process.env, NODE_OPTIONS: ${JSON.stringify(`--import=${register}`)} } }))`;
    expect(JSON.parse(start({ SOTTO_ENVIRONMENT: "prod" }, ["-e", child]).stdout)).toEqual([PASSWORD, "none"]);
  });

  it("does not start it when there is nothing to fill it with, and says why", () => {
    const run = start({ SOTTO_ENVIRONMENT: "prd" });
    expect(run.status).not.toBe(0);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain('there is no environment "prd"');
    expect(run.stderr).toContain("did you mean prod?");
  });
});
