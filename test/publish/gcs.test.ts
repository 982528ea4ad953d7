import { execFile } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { type FakeGcs, startFakeGcs } from "./fake-gcs.ts";

let fake: FakeGcs;
const scratch = new Scratch(identitiesOf({ keys: ["keys/ana.txt"] }));

beforeAll(async () => {
  scratch.write(
    ".sops.yaml",
    `creation_rules: [{age: ${vectorRecipient("ana")}}]
destination_rules:
  - {path_regex: ^missing, gcs_bucket: no-such-bucket}
  - {gcs_bucket: secrets, gcs_prefix: team a/}
`,
  );
  for (const name of ["app.yaml", "missing.yaml"]) {
    scratch.write(name, "password: hunter2\n");
    await scratch.sotto(["encrypt", "-i", name]);
  }
});
beforeEach(async () => {
  fake = await startFakeGcs(["secrets"]);
  vi.stubEnv("STORAGE_EMULATOR_HOST", fake.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fake[Symbol.asyncDispose]();
});
afterAll(() => scratch[Symbol.dispose]());

const publish = (name: string) => scratch.sotto(["publish", "-y", name]);
const arrived = (): string | undefined => fake.objects.get("secrets/team a/app.yaml")?.toString("utf8");

test("a file arrives as it is, under prefix and name", async () => {
  expect(await publish("app.yaml")).toEqual({
    exit: 0,
    output: "",
    errors: "app.yaml: published to gcs://secrets/team a/app.yaml\n",
  });
  expect(arrived()).toBe(scratch.read("app.yaml"));
  expect(fake.requests).toEqual(["POST /upload/storage/v1/b/secrets/o"]);
});

test("what arrives damaged is refused by the server, and nothing is deleted", async () => {
  await publish("app.yaml");
  fake.damage();
  const { exit, errors } = await publish("app.yaml");
  expect(exit).toBe(1);
  expect(errors).toContain("Provided MD5 hash does not match calculated MD5 hash.");
  expect(arrived()).toBe(scratch.read("app.yaml"));
  expect(fake.requests.every((line) => line.startsWith("POST "))).toBe(true);
});

test("a bucket that is not there is an error with advice", async () => {
  const { exit, output, errors } = await publish("missing.yaml");
  expect({ exit, output }).toEqual({ exit: 1, output: "" });
  expect(errors).toMatch(/^error: missing\.yaml: The specified bucket does not exist\.\nhint: look at your credentials/);
});

test("a server that cannot be reached is an error", async () => {
  await fake[Symbol.asyncDispose]();
  const { exit, errors } = await publish("app.yaml");
  expect(exit).toBe(1);
  expect(errors).toContain("ECONNREFUSED");
});

describeWithPeers(["sops"], "Google Cloud Storage", () => {
  test("sops stores the same object, and does not notice when it cannot", async () => {
    expect(await sops("app.yaml")).toEqual({ exit: 0, output: "", errors: "" });
    expect(arrived()).toBe(scratch.read("app.yaml"));
    expect(await sops("missing.yaml")).toEqual({ exit: 0, output: "", errors: "" });
    expect([...fake.objects.keys()]).toEqual(["secrets/team a/app.yaml"]);
  });
});

/** Beside this process, which has to answer it. */
function sops(name: string): Promise<{ readonly exit: number; readonly output: string; readonly errors: string }> {
  const env = { ...scratch.env, PATH: process.env["PATH"], STORAGE_EMULATOR_HOST: fake.url.replace("http://", "") };
  return new Promise((resolve) => {
    execFile(peerPath("sops"), ["publish", "-y", name], { cwd: scratch.path, env }, (error, output, errors) => {
      resolve({ exit: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}
