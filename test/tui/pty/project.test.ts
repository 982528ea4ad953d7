import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { createProject } from "./project.ts";
import { ENVIRONMENTS } from "./values.ts";

test("the project has five environments that the program itself reads, with the canaries in them and in no file as they are", async () => {
  using project = await createProject({ apps: true, history: 2 });
  expect(JSON.parse(await project.sotto(["--json", "env", "list"]))).toMatchObject({
    result: { environments: ENVIRONMENTS.map((name) => ({ name, isolated: name === "prod" || name === "ci" })) },
  });
  for (const environment of ENVIRONMENTS) {
    const plain = await project.sotto(["decrypt", project.file(environment)]);
    const own = project.canaries.filter((canary) => canary.environments.includes(environment));
    const wanted = own.filter(({ path }) => !(environment === "dev" && path === "session_signing_key"));
    expect(wanted.filter(({ value }) => !plain.includes(value))).toEqual([]);
    expect(project.read(project.file(environment))).not.toContain("kanarie");
    expect(project.read(project.file(environment))).toContain("acme.example");
  }
  expect(project.git(["log", "--format=%an %ad", "--date=short"])).toBe("ana 2026-01-20\nben 2026-01-11\nana 2026-01-02\n");
  expect(project.git(["status", "--short"])).toBe("");
  expect(project.read("infra/plain.yaml")).toContain("not encrypted");
});

test("who has no access has none", async () => {
  using project = await createProject();
  expect(await project.sotto(["get", project.file("dev"), "sentry_dsn"], "ben")).toContain(project.canary("sentry_dsn", "dev"));
  await expect(project.sotto(["get", project.file("prod"), "sentry_dsn"], "ben")).rejects.toThrow("ended with");
});

test("gaps are there, or not; formats and the number of keys are what was asked for", async () => {
  using gaps = await createProject();
  expect(() => gaps.canary("stripe.secret_key", "ci")).toThrow("no canary");
  expect(gaps.canary("database.password", "dev")).toBe(gaps.canary("database.password", "ci"));
  expect(gaps.canary("database.password", "dev")).not.toBe(gaps.canary("database.password", "prod"));
  using full = await createProject({ gaps: false, more: 25, formats: { staging: "json", ci: "env", preview: "ini" } });
  expect(full.canary("stripe.secret_key", "ci")).toContain("kanarie");
  expect(await full.sotto(["get", "secrets/staging.json", "service_2.key_4"])).toContain(full.canary("service_2.key_4", "staging"));
  expect(await full.sotto(["get", "secrets/ci.env", "STRIPE_SECRET_KEY"])).toContain(full.canary("stripe.secret_key", "ci"));
  expect(await full.sotto(["get", "secrets/preview.ini", "general.sentry_dsn"])).toContain(full.canary("sentry_dsn", "preview"));
});

test("nothing of it stays", async () => {
  const project = await createProject();
  project[Symbol.dispose]();
  expect([project.path, project.home.path].filter((path) => existsSync(path))).toEqual([]);
});
