/** Who can read what, told without any key. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { listEnvironments } from "../../src/policy/environments.ts";
import { type AccessMatrix, describeAccess } from "../../src/workspace/access-matrix.ts";
import { Project } from "../../src/workspace/project.ts";
import { Repository } from "../git/repository.ts";
import { vectorRecipient } from "../support/vectors.ts";

const [ana, ben, cara] = [vectorRecipient("ana"), vectorRecipient("ben"), vectorRecipient("cara")];
const FILES = ["base.yaml", "dev.yaml", "prod.yaml", "lone.yaml"];
const rules = (dev: string, prod: string): string => `creation_rules:
  - path_regex: ^(base|dev|lone)
    age: [${dev}]
  - path_regex: ^prod
    age: [${prod}]
sotto:
  people:
    ana: {keys: [${ana}]}
    runner: {keys: [${cara}], machine: true}
  environments:
    base: {files: base.yaml, abstract: true}
    dev: {files: dev.yaml, extends: base}
    prod: {files: prod.yaml, isolated: true}
`;
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", rules(`${ana}, ${ben}`, `${ana}, ${ben}`));
  for (const file of FILES) {
    repository.write(file, "a: one\n");
    await encrypt(file);
  }
});
afterEach(() => repository[Symbol.dispose]());

async function encrypt(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(["encrypt", "-i", ...argv]);
  if (exit !== 0) throw new Error(errors);
}

async function describeAll(env: Readonly<Record<string, string>> = {}): Promise<AccessMatrix> {
  const project = await Project.open(createNodeHost({ cwd: repository.path, env: { HOME: repository.path, ...env } }));
  return describeAccess(
    project,
    FILES.map((path) => ({ path })),
    listEnvironments(project.config, FILES),
  );
}

const cells = ({ rows }: AccessMatrix): Record<string, string> =>
  Object.fromEntries(rows.map((row) => [{ [ana]: "ana", [ben]: "ben", [cara]: "cara" }[row.label] ?? row.label, row.cells.join("|")]));

test("a column for each environment, and for each file outside of them", async () => {
  const matrix = await describeAll();
  expect(matrix.columns.map(({ name, files, isolated }) => [name, files.join(" "), isolated])).toEqual([
    ["dev", "base.yaml dev.yaml", false],
    ["prod", "prod.yaml", true],
    ["lone.yaml", "lone.yaml", false],
  ]);
  expect(cells(matrix)).toEqual({ ana: "reads|reads|reads", ben: "reads|reads|reads" });
  expect(matrix).toMatchObject({ rules: 2, inLine: ["dev", "prod", "lone.yaml"], differing: [], problems: [] });
});

test("tells where files and rules differ, with names and without", async () => {
  repository.write(".sops.yaml", rules(`${ana}, ${ben}`, `${ana}, ${cara}`));
  const matrix = await describeAll();
  expect(cells(matrix)).toEqual({ ana: "reads|reads|reads", ben: "reads|file only|reads", cara: "no|rule only|no" });
  expect(matrix.inLine).toEqual(["dev", "lone.yaml"]);
  expect(matrix.differing).toEqual([
    { column: "prod", message: `the file has ${ben.slice(0, 12)}…${ben.slice(-6)}, the rule does not` },
    { column: "prod", message: "the rule has runner, the file does not" },
  ]);
  expect(matrix.columns[1]?.drift).toEqual(["prod.yaml"]);
  expect(matrix.rows.map(({ name, machine, provider, title }) => [name, machine, provider, title])).toEqual([
    ["ana", false, "age", "age"],
    [undefined, false, "age", "age"],
    ["runner", true, "age", "age"],
  ]);
});

test("tells of files in one environment with other readers, and of those that no rule governs", async () => {
  repository.write(".sops.yaml", rules(`${ana}, ${ben}`, ana).replace("base|dev|lone", "base|dev"));
  repository.write("base.yaml", "a: one\n");
  await encrypt("--age", ana, "base.yaml");
  repository.write(".sops.yaml", rules(`${ana}, ${ben}`, ana).replace("base|dev|lone", "dev"));
  const matrix = await describeAll();
  expect(cells(matrix)).toEqual({ ana: "reads|reads|reads", ben: "mixed|file only|reads" });
  expect(matrix.inLine).toEqual([]);
});

test("tells how many key groups are needed, and which files cannot be read", async () => {
  repository.write(
    ".sops.yaml",
    `creation_rules:\n  - shamir_threshold: 2\n    key_groups: [{age: [${ana}]}, {age: [${ben}]}, {age: [${cara}]}]\n`,
  );
  repository.write("prod.yaml", "a: one\n");
  await encrypt("prod.yaml");
  repository.write("lone.yaml", "a: [\n");
  const matrix = await describeAll();
  expect(matrix.columns.find(({ name }) => name === "prod")?.threshold).toBe("2 of 3");
  expect(matrix.problems).toEqual([{ path: "lone.yaml", code: "YAML_INVALID" }]);
});
