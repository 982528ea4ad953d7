import { mkdirSync, symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { CONFIG, Repository } from "./repository.ts";

const NOBODY = Object.fromEntries(Object.keys(ANA).map((name) => [name, undefined]));
let repository: Repository;

beforeEach(() => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
});
afterEach(() => repository[Symbol.dispose]());

const check = async (...args: readonly string[]): Promise<{ readonly exit: number; readonly found: readonly string[] }> => {
  const { exit, output } = await repository.sotto(["git", "check", ...args]);
  return { exit, found: output.split("\n").filter((line) => line !== "" && !line.startsWith("  hint: ")) };
};

async function encrypted(name: string, text = "a: one\nb: two\n"): Promise<string> {
  repository.write(name, text);
  expect((await repository.sotto(["encrypt", "-i", name])).exit).toBe(0);
  return repository.read(name);
}

test("an encrypted file is fine, and so is what no rule is about", async () => {
  await encrypted("secrets/prod.yaml");
  repository.write("README.md", "password: hunter2\n");
  repository.git("add", "-A");
  expect(await check()).toEqual({ exit: 0, found: [] });
});

test("plaintext where a rule encrypts is found in the index, whatever the working tree holds", async () => {
  repository.write("secrets/prod.yaml", "a: one\n");
  repository.git("add", "-A");
  await encrypted("secrets/prod.yaml");
  expect(await check()).toEqual({
    exit: 206,
    found: ["secrets/prod.yaml: plaintext: it is not encrypted, and the creation rule in line 2 encrypts it"],
  });
  repository.git("add", "-A");
  expect(await check()).toEqual({ exit: 0, found: [] });
});

test("the schema is meant to be read, unless it was encrypted before", async () => {
  repository.write("secrets/schema.yaml", "keys: {a: string}\n");
  repository.git("add", "-A");
  expect(await check()).toEqual({ exit: 0, found: [] });
  await encrypted("secrets/schema.yaml");
  repository.commit("one");
  repository.write("secrets/schema.yaml", "keys: {a: string}\n");
  repository.git("add", "-A");
  expect((await check()).exit).toBe(206);
});

test("a file that was encrypted in the last commit must not come back in plaintext, under any rule", async () => {
  repository.write(".sops.yaml", `creation_rules:\n  - age: ${vectorRecipient("ana")}\n`);
  await encrypted("app.yaml");
  repository.write("notes.yaml", "a: 1\n");
  repository.commit("one");
  repository.write("app.yaml", "a: one\n");
  repository.git("add", "-A");
  expect((await check()).found).toEqual(["app.yaml: plaintext: it is not encrypted, and the creation rule in line 2 encrypts it"]);
});

test("a value that was written in plain text into an encrypted file", async () => {
  const text = await encrypted("secrets/prod.yaml");
  repository.write("secrets/prod.yaml", text.replace(/a: ENC.*/, "a: oops"));
  repository.git("add", "-A");
  const { exit, found } = await check();
  expect(exit).toBe(206);
  expect(found[0]).toBe("secrets/prod.yaml:1:4: readable: a is plaintext, and the file says that it is encrypted");
});

test("what a selector leaves plain, and looks like a secret", async () => {
  repository.write("secrets/prod.yaml", `a: one\nplain_unencrypted: glpat-${"x1y2z3w4v5".repeat(2)}\nname_unencrypted: just a name\n`);
  await repository.sotto(["encrypt", "-i", "secrets/prod.yaml"]);
  repository.git("add", "-A");
  expect((await check()).found).toEqual(["secrets/prod.yaml:2:20: secret: plain_unencrypted looks like a GitLab token and is plaintext"]);
});

describe("who a file is for", () => {
  test("a copy for others than the rule says", async () => {
    await encrypted("secrets/prod.yaml");
    repository.write("shared/prod.yaml", repository.read("secrets/prod.yaml"));
    repository.git("add", "-A");
    const { exit, found } = await check();
    expect(exit).toBe(206);
    expect(found).toEqual([expect.stringMatching(/^shared\/prod\.yaml: recipients: age1\S+ is missing$/)]);
  });

  test("a recipient that the rule does not know", async () => {
    const stranger = vectorRecipient("cara");
    repository.write("secrets/prod.yaml", "a: one\n");
    await repository.sotto(["encrypt", "-i", "--age", `${vectorRecipient("ana")},${stranger}`, "secrets/prod.yaml"]);
    repository.git("add", "-A");
    expect((await check()).found).toEqual([expect.stringMatching(/^secrets\/prod\.yaml: recipients: age1\S+ is not in the rule$/)]);
  });

  test("another selector than the rule's", async () => {
    await encrypted("secrets/prod.yaml");
    repository.write(".sops.yaml", CONFIG.replace("ana", "ana").replace("^secrets/\n", "^secrets/\n    encrypted_regex: ^a$\n"));
    repository.git("add", "-A");
    expect((await check("--all")).found[0]).toBe(
      "secrets/prod.yaml: selector: the file says unencrypted_suffix _unencrypted, the rule encrypted_regex ^a$",
    );
  });
});

test("a file that was changed without its data key: seen with a key, not seen without one", async () => {
  const text = await encrypted("secrets/prod.yaml", "a: one\nb_unencrypted: 1\n");
  repository.write("secrets/prod.yaml", text.replace("b_unencrypted: 1", "b_unencrypted: 2"));
  repository.git("add", "-A");
  expect((await check()).found).toEqual(["secrets/prod.yaml: mac: MAC mismatch: the values are not those that the file was sealed with"]);
  const blind = await repository.sotto(["git", "check"], { env: NOBODY });
  expect(blind.exit).toBe(0);
});

test.each([
  [
    "metadata that cannot be read",
    (text: string) => text.replace(/ {4}mac: .*/, "    mac: [1, 2]"),
    /^secrets\/prod\.yaml(?::\d+:\d+)?: broken: /,
  ],
  ["a truncated file", (text: string) => text.slice(0, text.indexOf("sops:") + 20), /^secrets\/prod\.yaml(?::\d+:\d+)?: broken: /],
  ["conflict markers", (text: string) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`, /^secrets\/prod\.yaml: conflict: /],
])("%s", async (_, change, wanted) => {
  repository.write("secrets/prod.yaml", change(await encrypted("secrets/prod.yaml")));
  repository.git("add", "-A");
  const { exit, found } = await check();
  expect(exit).toBe(206);
  expect(found[0]).toMatch(wanted);
});

test.each(["secrets/a b.yaml", "secrets/-rf.yaml", "secrets/line\nfeed.yaml", "secrets/ümläut.yaml", 'secrets/quote".yaml'])(
  "a file with an odd name: %j",
  async (name) => {
    repository.write(name, "a: one\n");
    repository.git("add", "-A");
    const { exit } = await check();
    expect(exit).toBe(206);
    const { output } = await repository.sotto(["--json", "git", "check"]);
    expect((JSON.parse(output) as { result: { findings: { path: string }[] } }).result.findings.map(({ path }) => path)).toEqual([name]);
  },
);

test("links and folders of other repositories are no files", async () => {
  mkdirSync(repository.place("secrets"));
  symlinkSync("/etc/hostname", repository.place("secrets/link.yaml"));
  repository.git("add", "-A");
  expect(await check()).toEqual({ exit: 0, found: [] });
});

test("only what changes is looked at, unless all is asked for", async () => {
  repository.write("secrets/old.yaml", "a: one\n");
  repository.commit("old");
  await encrypted("secrets/new.yaml");
  repository.git("add", "-A");
  expect((await check()).exit).toBe(0);
  expect((await check("--all")).found).toHaveLength(1);
});

test("SARIF and annotations", async () => {
  repository.write("secrets/a,b.yaml", "a: one\n");
  repository.git("add", "-A");
  const sarif = JSON.parse((await repository.sotto(["git", "check", "--format", "sarif"])).output) as {
    runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
  };
  expect(sarif.runs[0]?.results.map(({ ruleId, locations }) => [ruleId, locations[0]?.physicalLocation.artifactLocation.uri])).toEqual([
    ["plaintext", "secrets/a%2Cb.yaml"],
  ]);
  expect((await repository.sotto(["git", "check", "--format", "github"])).output).toMatch(
    /^::error file=secrets\/a%2Cb\.yaml::it is not encrypted/,
  );
  expect((await repository.sotto(["git", "check", "--format", "xml"])).exit).toBe(1);
});

test("outside of a repository it says so", async () => {
  repository.remove(".git");
  const { exit, errors } = await repository.sotto(["git", "check"]);
  expect(exit).toBe(1);
  expect(errors).toContain("not a git repository");
});
