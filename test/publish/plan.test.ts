import { mkdirSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { createNodeHost, planPublications, Project, type PublishOptions } from "../../src/index.ts";
import { decodeText } from "../../src/model/text.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

const scratch = new Scratch(identitiesOf({ keys: ["keys/ana.txt"] }));
afterAll(() => scratch[Symbol.dispose]());

async function plan(path: string, options: PublishOptions = {}) {
  const project = await Project.open(createNodeHost({ env: scratch.env, cwd: scratch.path }));
  return planPublications(project, path, options);
}

async function write(rules: string, files: Readonly<Record<string, string>>): Promise<void> {
  scratch.clear();
  scratch.write(".sops.yaml", `creation_rules: [{age: ${vectorRecipient("ana")}}]\ndestination_rules:\n${rules}\n`);
  for (const [name, text] of Object.entries(files)) {
    scratch.write(name, text);
    expect((await scratch.sotto(["encrypt", "-i", name])).exit).toBe(0);
  }
}

async function names(path: string, options: PublishOptions = {}): Promise<string[]> {
  return (await plan(path, options)).map((one) => one.place).toSorted();
}

test("names are relative to the folder, without what is not ours", async () => {
  await write("  - {s3_bucket: b, s3_prefix: x-}", { "a.yaml": "a: 1\n", "in/b.env": "B=1\n", ".env": "C=1\n" });
  mkdirSync(scratch.place(".git"));
  scratch.write(".git/config", "[core]\n");
  expect(await names(".", { recursive: true })).toEqual(["s3://b/x-.env", "s3://b/x-a.yaml", "s3://b/x-in/b.env"]);
  // sops has an empty name for .env, and "." for a file that is the root itself.
  expect(await names(".", { recursive: true, omitExtensions: true })).toEqual(["s3://b/x-.env", "s3://b/x-a", "s3://b/x-in/b"]);
  expect(await names("in/b.env", { recursive: true })).toEqual(["s3://b/x-b.env"]);
  expect(await names("in/b.env")).toEqual(["s3://b/x-b.env"]);
});

test("two files never get one name", async () => {
  await write("  - {s3_bucket: b, omit_extensions: true}", { "f/a.yaml": "a: 1\n", "f/a.json": '{"a": 1}\n' });
  await expect(plan("f", { recursive: true })).rejects.toMatchObject({
    code: "REFUSED",
    message: "f/a.json and f/a.yaml would both become s3://b/a",
  });
});

test("a recreation rule that would publish everything readable is refused", async () => {
  await write(`  - {s3_bucket: b, recreation_rule: {age: ${vectorRecipient("ben")}, encrypted_regex: ^zzz$}}`, { "a.yaml": "a: 1\n" });
  await expect(plan("a.yaml")).rejects.toMatchObject({ code: "NOTHING_ENCRYPTED" });
});

test("a recipient that is none is pointed at in the config", async () => {
  await write("  - {s3_bucket: b, recreation_rule: {age: age1x}}", { "a.yaml": "a: 1\n" });
  await expect(plan("a.yaml")).rejects.toMatchObject({ code: "RECIPIENT_INVALID", position: { line: 3 } });
});

test.each([
  ["a.yaml", "# hi\na: 1\n---\nb: [x, 2]\n"],
  ["a.json", '{"a": {"b": "x"}}\n'],
  ["a.env", "A=1\n# hi\n"],
  ["a.ini", "[s]\na = 1\n"],
  ["a.bin", "\u0000any bytes\n"],
])("%s keeps its bytes when it is encrypted anew", async (name, text) => {
  await write(`  - {s3_bucket: b, recreation_rule: {age: ${vectorRecipient("ben")}}}`, { [name]: text });
  const [one] = await plan(name);
  expect(one?.groups).toEqual([{ kept: [], added: [vectorRecipient("ben")], removed: [vectorRecipient("ana")] }]);
  scratch.write(name, decodeText(one?.content ?? new Uint8Array()));
  const { output } = await scratch.sotto(["decrypt", name], { env: identitiesOf({ keys: ["keys/ben.txt"] }) });
  expect(output).toBe(text);
});

test("for Vault all documents are one object, and text has to be text", async () => {
  await write("  - {vault_path: p}", { "a.yaml": "a: 1\nb: 1.0\n---\n# hi\na: {c: [x]}\n", "a.bin": "\udcff" });
  const [one] = await plan("a.yaml");
  expect(JSON.parse(decodeText(one?.content ?? new Uint8Array()))).toEqual({ a: { c: ["x"] }, b: 1 });
  await expect(plan("a.bin")).rejects.toMatchObject({ code: "TEXT_NOT_UTF8", file: "a.bin" });
});
