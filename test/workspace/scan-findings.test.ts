/** What a look over the files of a project finds, and how old data keys are. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { dataKeySince } from "../../src/git/data-key-age.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import { listEnvironments } from "../../src/policy/environments.ts";
import { Project } from "../../src/workspace/project.ts";
import { type ScanOptions, scanFiles, type ValueFacts } from "../../src/workspace/scan-findings.ts";
import { Repository } from "../git/repository.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

const CONFIG = `creation_rules:
  - path_regex: ^secrets/
    age: ${vectorRecipient("ana")}
sotto:
  environments:
    dev: {files: secrets/dev.yaml}
    prod: {files: secrets/prod.yaml, isolated: true}
`;
const FILES = ["secrets/dev.yaml", "secrets/prod.yaml"];
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  for (const file of FILES) {
    repository.write(file, "a: one\nb: two\n");
    await sotto("encrypt", "-i", file);
  }
});
afterEach(() => repository[Symbol.dispose]());

async function sotto(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(errors);
}

const open = (env: Readonly<Record<string, string>> = {}): Promise<Project> =>
  Project.open(createNodeHost({ cwd: repository.path, env: { ...repository.env, ...env } }));

async function scan(options: Partial<ScanOptions> = {}): Promise<readonly string[]> {
  const project = await open();
  const groups = await scanFiles(project, { files: FILES, environments: listEnvironments(project.config, FILES), ...options });
  return groups.flatMap(({ kind, findings }) =>
    findings.map(
      ({ file, key, message, fix }) => `${kind}: ${file} ${key?.join(".") ?? "-"}: ${message}${fix === undefined ? "" : ` [${fix}]`}`,
    ),
  );
}

function commit(date: string, message: string): void {
  repository.git("add", "-A");
  repository.git("commit", "-qm", message, "--no-verify", `--date=${date}`);
}

test("nothing, where all is well", async () => {
  expect(await scan()).toEqual([]);
  expect(await scan({ values: async () => [{ key: ["a"], fingerprint: undefined, weak: undefined }] })).toEqual([]);
});

test("plaintext that a rule encrypts, files that cannot be read, and files that differ from their rules", async () => {
  repository.write("secrets/new.yaml", "a: 1\n");
  repository.write("other.yaml", "a: 1\n");
  repository.write("secrets/broken.yaml", `${repository.read("secrets/dev.yaml")}<<<<<<< x\n`);
  await sotto("rotate", "-i", "--add-age", vectorRecipient("ben"), "secrets/prod.yaml");
  const ben = vectorRecipient("ben");
  expect(await scan({ files: [...FILES, "secrets/new.yaml", "other.yaml", "secrets/broken.yaml"] })).toEqual([
    "plaintext: secrets/new.yaml -: it is not encrypted, and the creation rule in line 2 encrypts it [encrypt]",
    expect.stringMatching(/^broken: secrets\/broken\.yaml -: it cannot be read \([A-Z_]+\)$/),
    `drift: secrets/prod.yaml -: the file has ${ben.slice(0, 12)}…${ben.slice(-6)}, the rule does not [sync]`,
  ]);
});

test("weak values, wrong checksums, and a value of an isolated environment that another has, too", async () => {
  const facts: Readonly<Record<string, readonly ValueFacts[] | ErrorCode>> = {
    "secrets/dev.yaml": [
      { key: ["a"], fingerprint: "1", weak: "placeholder text" },
      { key: ["b"], fingerprint: "2", weak: undefined },
    ],
    "secrets/prod.yaml": [
      { key: ["x", 0], fingerprint: "1", weak: undefined },
      { key: ["y"], fingerprint: "3", weak: undefined },
      { key: ["z"], fingerprint: "3", weak: undefined },
    ],
  };
  expect(await scan({ values: async (path) => facts[path] ?? [] })).toEqual([
    "duplicate: secrets/prod.yaml x.0: prod is kept apart, and this is the value of a @ dev",
    "weak: secrets/dev.yaml a: placeholder text",
  ]);
  expect(await scan({ files: ["secrets/dev.yaml"], values: async () => "MAC_MISMATCH" })).toEqual([
    "mac: secrets/dev.yaml -: it was changed outside of sotto: compare it with its history before you trust it",
  ]);
  expect(await scan({ values: async () => "DATA_KEY_UNAVAILABLE" })).toEqual([]);
});

test("old data keys, by the history of the file", async () => {
  commit("2020-01-01T00:00:00Z", "one");
  await sotto("set", "secrets/dev.yaml", "a", '"other"');
  commit("2021-01-01T00:00:00Z", "two");
  await sotto("rotate", "-i", "secrets/prod.yaml");
  commit("2022-01-01T00:00:00Z", "three");
  const project = await open();
  const since = async (path: string): Promise<string> => new Date((await dataKeySince(project, path)) ?? 0).toISOString().slice(0, 4);
  expect([await since("secrets/dev.yaml"), await since("secrets/prod.yaml")]).toEqual(["2020", "2022"]);
  await sotto("rotate", "-i", "secrets/dev.yaml");
  expect(await dataKeySince(project, "secrets/dev.yaml")).toBeUndefined();
  expect(await dataKeySince(await open(identitiesOf({ keys: ["keys/ben.txt"] })), "secrets/prod.yaml")).toBeUndefined();
  expect(await scan({ dataKeySince: (path) => dataKeySince(project, path) })).toEqual([
    expect.stringMatching(/^age: secrets\/prod\.yaml -: its data key has not been renewed for \d{4} days \[rotate\]$/),
  ]);
});
