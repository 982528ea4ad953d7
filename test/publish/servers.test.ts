/** `publish` and the real sops, one after the other, on the same servers. */
import { writeFileSync } from "node:fs";
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Run, type RunOptions, Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers } from "../support/peers.ts";
import { BAO_TOKEN, motoEnvironment, type Server, startBao, startMoto } from "../support/servers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

const PLAIN = `# note
a: secret
b: 2
c: [1.5, true, null]
d: {e: "", f: 2024-01-02T00:00:00Z}
`;
const VALUES = { a: "secret", b: 2, c: [1.5, true, null], d: { e: "", f: "2024-01-02T00:00:00Z" } };
/** Whole numbers that JavaScript cannot hold, mappings in lists, and an empty list. */
const AWKWARD = "n: 1234567890123456789\nlist:\n    - x: 1\n    - y\nempty: []\n";

const SOPS_YAML = `creation_rules: [{age: $ANA}]
destination_rules:
  - {path_regex: ^buckets/, s3_bucket: secrets, s3_prefix: pre/, recreation_rule: {age: $BEN, encrypted_regex: ^a$}}
  - {path_regex: ^plain, s3_bucket: secrets}
  - {path_regex: ^nowhere, s3_bucket: no-such-bucket}
  - {path_regex: ^v1, vault_path: app, vault_kv_mount_name: kv1, vault_kv_version: 1}
  - {path_regex: ^v2, vault_path: app/, omit_extensions: true}
  - {path_regex: ^gone, vault_path: app, vault_address: "http://127.0.0.1:1"}
  - {path_regex: ^two, vault_path: app, s3_bucket: secrets}
  - {path_regex: ^none, omit_extensions: true}
  - {path_regex: "^(?=look)", s3_bucket: secrets}
`;

async function withBucket<T>(use: (client: S3Client) => Promise<T>): Promise<T> {
  const client = new S3Client({});
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** What lies there, undefined for nothing. */
async function object(name: string): Promise<string | undefined> {
  try {
    return await withBucket(async (client) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "secrets", Key: name }));
      return Body?.transformToString();
    });
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

describeWithPeers(["sops", "moto_server", "bao"], "publish", () => {
  let moto: Server;
  let bao: Server;
  let scratch: Scratch;

  beforeAll(async () => {
    [moto, bao] = await Promise.all([startMoto(), startBao()]);
    const env = { ...motoEnvironment(moto), VAULT_ADDR: bao.url, VAULT_TOKEN: BAO_TOKEN };
    // The client of AWS looks at the process alone.
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    scratch = new Scratch({ ...identitiesOf({ keys: ["keys/ana.txt"] }), ...env });
    scratch.write(".sops.yaml", SOPS_YAML.replaceAll("$ANA", vectorRecipient("ana")).replaceAll("$BEN", vectorRecipient("ben")));
    const names = "buckets/one.yaml buckets/below/two.yaml plain.yaml nowhere.yaml v1.yaml v2.yaml gone.yaml two.yaml none.yaml other.yaml";
    for (const name of names.split(" ")) await seal(name, PLAIN);
    scratch.write("v1-plaintext.yaml", PLAIN);
    scratch.write("v1-torn.json", "{");
    scratch.write("v1-changed.yaml", scratch.read("v1.yaml").replace(/^b: .*$/m, "b: ENC[AES256_GCM,data:aaaa,iv:aaaa,tag:aaaa,type:int]"));
    await withBucket((client) => client.send(new CreateBucketCommand({ Bucket: "secrets" })));
    await vault("/v1/sys/mounts/kv1", { method: "POST", body: '{"type":"kv","options":{"version":"1"}}' });
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    scratch[Symbol.dispose]();
    await Promise.all([moto[Symbol.asyncDispose](), bao[Symbol.asyncDispose]()]);
  });
  beforeEach(async () => {
    for (const name of ["pre/one.yaml", "pre/below/two.yaml", "plain.yaml"])
      await withBucket((client) => client.send(new DeleteObjectCommand({ Bucket: "secrets", Key: name })));
    await vault("/v1/secret/metadata/app/v2", { method: "DELETE" });
    await vault("/v1/kv1/app/v1.yaml", { method: "DELETE" });
  });

  async function seal(name: string, text: string): Promise<void> {
    scratch.write(name, text);
    await scratch.sotto(["encrypt", "-i", name]);
  }
  const vault = (path: string, init: RequestInit = {}): Promise<string> =>
    fetch(bao.url + path, { ...init, headers: { "X-Vault-Token": BAO_TOKEN } }).then((response) => response.text());
  const secret = async (path: string): Promise<unknown> => (JSON.parse(await vault(path)) as { readonly data: unknown }).data;
  const publish = (args: readonly string[], options: RunOptions = {}): Promise<Run> => scratch.sotto(["publish", ...args], options);
  const LINES: readonly { readonly line: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> }[] = [
    { line: "-y plain.yaml" },
    { line: "-y ./plain.yaml" },
    { line: "--yes --omit-extensions plain.yaml" },
    { line: "-y buckets/one.yaml" },
    { line: "-y buckets" },
    { line: "-y --recursive buckets" },
    { line: "--recursive buckets", input: "maybe\nn\ny\n" },
    { line: "plain.yaml", input: "n\n" },
    { line: "plain.yaml", input: "y\n" },
    { line: "plain.yaml", input: "" },
    { line: "-y nowhere.yaml" },
    { line: "-y v1.yaml" },
    { line: "v1.yaml", input: "y\n" },
    { line: "-y v2.yaml" },
    { line: "v2.yaml", input: "n\n" },
    { line: "-y v2.yaml", env: { VAULT_TOKEN: "wrong" } },
    { line: "-y v2.yaml --verbose" },
    { line: "-y two.yaml" },
    { line: "-y none.yaml" },
    { line: "-y other.yaml" },
    { line: "-y missing.yaml" },
    { line: "-y v1-plaintext.yaml" },
    { line: "-y v1-torn.json" },
    { line: "-y v1-changed.yaml" },
    { line: "-y v1.yaml surplus.yaml" },
    { line: "-y v1.yaml", env: { SOPS_AGE_KEY_FILE: "/nonexistent" } },
    { line: "-y buckets/one.yaml", env: { SOPS_AGE_KEY_FILE: "/nonexistent" } },
    { line: "-y plain.yaml", env: { SOPS_AGE_KEY_FILE: "/nonexistent" } },
    { line: "-y" },
  ];
  test.each(LINES)("prints and ends as sops does: $line $input", async ({ line, input = "", env = {} }) => {
    const ours = await publish(line.split(" "), { input, env });
    const theirs = scratch.sops(["publish", ...line.split(" ")], { input, env });
    expect([ours.exit, ours.output]).toEqual([theirs.exit, theirs.output]);
  });

  test("the encrypted file itself goes to a bucket without a recreation rule", async () => {
    await publish(["-y", "plain.yaml"]);
    expect(await object("plain.yaml")).toBe(scratch.read("plain.yaml"));
  });

  test("with one it is encrypted anew: for its recipients alone, and with its selector", async () => {
    const { errors } = await publish(["-y", "--recursive", "buckets"]);
    expect(errors).toBe(
      "buckets/below/two.yaml: published to s3://secrets/pre/below/two.yaml\nbuckets/one.yaml: published to s3://secrets/pre/one.yaml\n",
    );
    const text = (await object("pre/below/two.yaml")) ?? "";
    expect(text).toContain(vectorRecipient("ben"));
    expect(text).not.toContain(vectorRecipient("ana"));
    expect(text).toMatch(/^a: ENC\[/m);
    expect(text).toMatch(/^b: 2$/m);
    scratch.write("from-bucket.yaml", text);
    const env = identitiesOf({ keys: ["keys/ben.txt"] });
    expect((await scratch.sotto(["decrypt", "from-bucket.yaml"], { env })).output).toBe(PLAIN);
    expect(scratch.sops(["decrypt", "--output-type", "json", "--extract", '["a"]', "from-bucket.yaml"], { env }).output).toBe("secret");
    expect((await scratch.sotto(["decrypt", "from-bucket.yaml"])).exit).toBe(128);
  });

  test("sops drops the regex of a recreation rule, and the name of a file that it takes for a folder", async () => {
    scratch.sops(["publish", "-y", "buckets/one.yaml"]);
    expect(await object("pre/one.yaml")).toMatch(/^b: ENC\[/m);
    const args = ["publish", "--recursive", "plain.yaml"];
    expect(scratch.sops(args, { input: "n\n" }).output).toContain(" to s3://secrets/. ? (y/n): ");
    expect((await scratch.sotto(args, { input: "n\n" })).output).toContain(" to s3://secrets/plain.yaml ? (y/n): ");
  });

  test("values arrive in Vault, in both versions, as from sops", async () => {
    for (const run of [publish, (args: readonly string[]) => scratch.sops(["publish", ...args])]) {
      expect((await run(["-y", "v1.yaml"])).exit).toBe(0);
      expect((await run(["-y", "v2.yaml"])).exit).toBe(0);
      expect(await secret("/v1/kv1/app/v1.yaml")).toEqual(VALUES);
      expect(await secret("/v1/secret/data/app/v2")).toMatchObject({ data: VALUES });
    }
  });

  test("what Vault has already is not written again, which sops does", async () => {
    await publish(["-y", "v2.yaml"]);
    const { errors } = await publish(["-y", "v2.yaml"]);
    expect(errors).toBe(`v2.yaml: the same already at ${bao.url}/v1/secret/data/app/v2\n`);
    expect(await secret("/v1/secret/data/app/v2")).toMatchObject({ metadata: { version: 1 } });
    scratch.sops(["publish", "-y", "v2.yaml"]);
    expect(await secret("/v1/secret/data/app/v2")).toMatchObject({ metadata: { version: 2 } });
    expect((await publish(["-y", "v1.yaml"])).errors).toContain("published to");
    expect((await publish(["-y", "v1.yaml"])).errors).toContain("the same already");
  });

  test("a deleted secret, and an engine that insists on check-and-set, take a new version", async () => {
    await publish(["-y", "v2.yaml"]);
    await vault("/v1/secret/data/app/v2", { method: "DELETE" });
    await vault("/v1/secret/config", { method: "POST", body: '{"cas_required":true}' });
    expect(scratch.sops(["publish", "-y", "v2.yaml"]).exit).toBe(1);
    expect((await publish(["-y", "v2.yaml"])).exit).toBe(0);
    await vault("/v1/secret/config", { method: "POST", body: '{"cas_required":false}' });
    expect(await secret("/v1/secret/data/app/v2")).toMatchObject({ data: VALUES, metadata: { version: 2 } });
  });

  test("lists of mappings, empty lists and large numbers arrive as they are", async () => {
    await seal("v1.yaml", AWKWARD);
    await publish(["-y", "v1.yaml"]);
    const text = await vault("/v1/kv1/app/v1.yaml");
    expect(text).toContain('"n":1234567890123456789');
    expect(text).toContain('"list":[{"x":1},"y"]');
    expect(text).toContain('"empty":[]');
    scratch.sops(["publish", "-y", "v1.yaml"]);
    const theirs = await vault("/v1/kv1/app/v1.yaml");
    expect(theirs).toContain('"list":[[{"Key":"x","Value":1}],"y"]');
    expect(theirs).toContain('"empty":null');
    await seal("v1.yaml", PLAIN);
  });

  test("a token that may write and not read writes, with a warning", async () => {
    await vault("/v1/sys/policies/acl/writer", {
      method: "PUT",
      body: JSON.stringify({ policy: 'path "secret/data/app/*" { capabilities = ["create", "update"] }' }),
    });
    const made = JSON.parse(await vault("/v1/auth/token/create", { method: "POST", body: '{"policies":["writer"]}' })) as {
      readonly auth: { readonly client_token: string };
    };
    const { exit, errors } = await publish(["-y", "v2.yaml"], { env: { VAULT_TOKEN: made.auth.client_token } });
    expect(exit).toBe(0);
    expect(errors).toContain("warning: cannot check whether secret/data/app/v2 exists already");
    expect(await secret("/v1/secret/data/app/v2")).toMatchObject({ data: VALUES });
  });

  test("the token of vault login is found in the home folder", async () => {
    const home = scratch.env["HOME"] ?? "";
    const env = { VAULT_TOKEN: undefined };
    const without = await publish(["-y", "v2.yaml"], { env });
    expect(without.exit).toBe(1);
    expect(without.errors).toContain("there is no Vault token");
    writeFileSync(`${home}/.vault-token`, `${BAO_TOKEN}\n`);
    expect((await publish(["-y", "v2.yaml"], { env })).exit).toBe(0);
  });

  test("failures name what failed, and hold no value", async () => {
    const runs = [
      await publish(["-y", "nowhere.yaml"]),
      await publish(["-y", "gone.yaml"]),
      await publish(["-y", "v2.yaml"], { env: { VAULT_TOKEN: "wrong" } }),
    ];
    expect(runs.map((run) => run.errors.split("\n")[0])).toEqual([
      "error: nowhere.yaml: NoSuchBucket: The specified bucket does not exist",
      "error: gone.yaml: connect ECONNREFUSED 127.0.0.1:1",
      "warning: cannot check whether secret/data/app/v2 exists already; a new version is written even if nothing has changed",
    ]);
    expect(runs[2]?.errors).toContain(`v2.yaml: ${bao.url}/v1/secret/data/app/v2 answered 403: permission denied\nhint: check the token`);
    expect(runs.map((run) => run.errors).join("")).not.toMatch(/secret"|wrong|2024-01-02/);
  });

  test("a mistake in the last file of a folder keeps all at home, where sops has uploaded the first", async () => {
    scratch.write("buckets/zz-clear.yaml", PLAIN);
    expect(await publish(["-y", "--recursive", "buckets"])).toMatchObject({ exit: 1, output: "" });
    expect(await object("pre/one.yaml")).toBeUndefined();
    expect(scratch.sops(["publish", "-y", "--recursive", "buckets"]).exit).toBe(1);
    expect(await object("pre/one.yaml")).toBeDefined();
    scratch.remove("buckets/zz-clear.yaml");
  });
});
