/** Files that begin encrypted, with one key and nothing in it yet. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { createFile } from "../../src/workspace/new-file.ts";
import { Project } from "../../src/workspace/project.ts";
import { CONFIG, Repository } from "../git/repository.ts";
import { describeWithPeers } from "../support/peers.ts";

let repository: Repository;
beforeEach(() => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
});
afterEach(() => repository[Symbol.dispose]());

async function create(path: string, ...key: readonly string[]): Promise<string> {
  await createFile(await Project.open(createNodeHost({ cwd: repository.path, env: repository.env })), path, key);
  return repository.read(path);
}

test.each([
  ["secrets/new/deep.yaml", ["database", "password"], 'database:\n    password: ""\n'],
  ["secrets/new.json", ["a.b"], '{\n\t"a.b": ""\n}\n'],
  ["secrets/new.env", ["TOKEN"], "TOKEN=\n"],
  ["secrets/new.ini", ["database", "password"], "[database]\npassword = \n"],
])("%s holds its first key, and sotto reads it", async (path, key, plain) => {
  await create(path, ...key);
  const { output, errors } = await repository.sotto(["decrypt", path]);
  expect(errors).toBe("");
  expect(output.trim()).toBe(plain.trim());
});

test("what has no keys begins with an example", async () => {
  expect(await create("secrets/new.pem")).toContain("ENC[");
});

test.each([
  ["other/new.yaml", ["a"], "NO_MATCHING_RULE"],
  ["secrets/new.env", ["a", "b"], "PATH_NOT_FOUND"],
  ["secrets/new.ini", ["a"], "PATH_NOT_FOUND"],
  ["secrets/new.yaml", [], "PATH_NOT_FOUND"],
])("%s with %j is refused, and nothing is made", async (path, key, code) => {
  const before = repository.files().size;
  await expect(create(path, ...key)).rejects.toMatchObject({ code });
  expect(repository.files().size).toBe(before);
});

test("a file that is there is left alone", async () => {
  repository.write("secrets/dev.yaml", "a: 1\n");
  await expect(create("secrets/dev.yaml", "a")).rejects.toMatchObject({ code: "REFUSED" });
  expect(repository.read("secrets/dev.yaml")).toBe("a: 1\n");
});

describeWithPeers(["sops"], "the real sops", () => {
  test("reads it, too", async () => {
    await create("secrets/new.yaml", "database", "password");
    expect(repository.sops(["decrypt", "secrets/new.yaml"])).toMatchObject({ exit: 0, output: 'database:\n    password: ""\n' });
  });
});
