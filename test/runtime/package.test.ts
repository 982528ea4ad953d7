/** The entries of the package, by their names, as a program has them that has installed it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";
import { exampleProject, runNode } from "./example.ts";
import { PASSWORD } from "./project.ts";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly sideEffects: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

it("have code and types", () => {
  const files = Object.values(manifest.exports).flatMap((entry) => (typeof entry === "string" ? [entry] : [entry.types, entry.default]));
  expect(Object.keys(manifest.exports)).toEqual(expect.arrayContaining([".", "./core", "./register", "./vite"]));
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it("register is not dropped by a build that drops what nobody uses", () => {
  const { register } = Object.fromEntries(Object.entries(manifest.exports).map(([name, entry]) => [name.slice(2), entry]));
  expect(manifest.sideEffects).toContain(typeof register === "object" ? register.default : undefined);
});

it("work: register before a program, loadSecrets in it", async () => {
  using project = await exampleProject("next", []);
  const early = { path: project.path, env: { ...project.env, SOTTO_ENVIRONMENT: "prod" } };
  const registered = runNode(early, ["--import", "sotto/register", "-p", "process.env.DATABASE_PASSWORD"]);
  expect(registered).toEqual({ exit: 0, text: `${PASSWORD}\n` });
  project.write("app.mjs", 'import "sotto/register";\nconsole.log(process.env.DATABASE_PASSWORD, process.env.SOPS_AGE_KEY_FILE);\n');
  expect(runNode(early, ["app.mjs"])).toEqual({ exit: 0, text: `${PASSWORD} undefined\n` });
  project.write(
    "load.mjs",
    'import { loadSecrets } from "sotto";\nconst all = await loadSecrets();\nconsole.log(all, all.database.password);\n',
  );
  const loaded = runNode(early, ["load.mjs"]);
  expect(loaded.text).toContain("password: '***'");
  expect(loaded.text.match(new RegExp(PASSWORD, "g"))).toHaveLength(1);
});
