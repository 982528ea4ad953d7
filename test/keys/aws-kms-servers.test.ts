/** AWS KMS on the doubles of others, with the real sops on the other side. */
import { CreateKeyCommand, DisableKeyCommand, KMSClient, ReplicateKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { awsKms } from "../../keys/aws-kms.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { motoEnvironment, type Server, startMinistack, startMoto } from "../support/servers.ts";
import { awsContext, awsKey, DATA_KEY, NO_KEYS } from "./aws-context.ts";
import { failureOf } from "./context.ts";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

const owner = (): KeyContext => awsContext({ signer: CREDENTIALS });

async function withClient<T>(server: Server, use: (client: KMSClient) => Promise<T>, region = "us-east-1"): Promise<T> {
  const client = new KMSClient({ endpoint: server.url, region, credentials: CREDENTIALS });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

async function createKey(server: Server, multiRegion = false, region = "us-east-1"): Promise<string> {
  const made = await withClient(server, (client) => client.send(new CreateKeyCommand({ MultiRegion: multiRegion })), region);
  return made.KeyMetadata?.Arn ?? "";
}

describeWithPeers(["moto_server", "sops"], "AWS KMS of moto", () => {
  let moto: Server;
  let scratch: Scratch;
  let one: string;
  let two: string;
  let far: string;

  beforeAll(async () => {
    moto = await startMoto();
    [one, two, far] = await Promise.all([createKey(moto), createKey(moto), createKey(moto, false, "eu-west-1")]);
    const env = motoEnvironment(moto);
    for (const name of ["AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED"]) vi.stubEnv(name, env[name]);
    scratch = new Scratch(env);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    scratch[Symbol.dispose]();
    await moto[Symbol.asyncDispose]();
  });

  describeKeyProvider(awsKms, {
    title: "moto",
    get recipient() {
      return one;
    },
    get other() {
      return two;
    },
    invalid: ["alias/prod", "arn:aws:kms:us-east-1:123456789012"],
    owner,
    stranger: () => awsContext({ env: NO_KEYS }),
  });

  const role = "arn:aws:iam::123456789012:role/deploy";
  const PLAIN = "password: hunter2\nport: 5432\n";

  test.each([
    { name: "a key", flags: (): string[] => ["--kms", one] },
    { name: "a key of another region", flags: (): string[] => ["--kms", far] },
    { name: "two keys", flags: (): string[] => ["--kms", `${one}, ${two}`] },
    { name: "a role", flags: (): string[] => ["--kms", `${one}+${role}`], accept: [`role:${role}`] },
    { name: "a context", flags: (): string[] => ["--kms", one, "--encryption-context", "app:web,stage:prod"] },
    { name: "both", flags: (): string[] => ["--kms", `${one}+${role}`, "--encryption-context", "app:web"], accept: [`role:${role}`] },
  ])("$name: what sotto encrypts sops decrypts, and the other way round", async ({ flags, accept = [] }) => {
    scratch.write("ours.yaml", PLAIN);
    scratch.write("theirs.yaml", PLAIN);
    expect(await scratch.sotto(["encrypt", ...flags(), "-i", "ours.yaml"])).toEqual({ exit: 0, output: "", errors: "" });
    expect(scratch.sops(["encrypt", ...flags(), "-i", "theirs.yaml"])).toMatchObject({ exit: 0 });
    const shapeOf = (name: string): string => scratch.read(name).replaceAll(/(?:ENC\[|"2\d{3}-|enc: ).*/g, "…");
    expect(shapeOf("ours.yaml")).toBe(shapeOf("theirs.yaml"));
    expect(scratch.sops(["decrypt", "ours.yaml"])).toMatchObject({ exit: 0, output: PLAIN });
    const accepted = accept.flatMap((what) => ["--accept", what]);
    expect(await scratch.sotto(["decrypt", ...accepted, "theirs.yaml"])).toEqual({ exit: 0, output: PLAIN, errors: "" });
  });

  test("a role that only the file names is not assumed before somebody says so", async () => {
    scratch.write("by-role.yaml", PLAIN);
    expect(scratch.sops(["encrypt", "--kms", `${one}+${role}`, "-i", "by-role.yaml"])).toMatchObject({ exit: 0 });
    const { exit, output, errors } = await scratch.sotto(["decrypt", "by-role.yaml"]);
    expect([exit, output]).toEqual([128, ""]);
    expect(errors).toContain(`hint: if it is yours: --accept 'role:${role}'`);
  });

  test("a rule with key groups: context and role stand in the file as sops writes them", async () => {
    const key = `{arn: "${one}", role: "${role}", context: {app: web, stage: prod}}`;
    scratch.write(".sops.yaml", `creation_rules: [{key_groups: [{kms: [${key}]}]}]\n`);
    scratch.write("ours.json", '{"a": 1}');
    scratch.write("theirs.json", '{"a": 1}');
    expect((await scratch.sotto(["encrypt", "-i", "ours.json"])).errors).toBe("");
    expect(scratch.sops(["encrypt", "-i", "theirs.json"])).toMatchObject({ exit: 0 });
    const stored = (name: string): unknown => {
      const { sops } = JSON.parse(scratch.read(name)) as { sops: { kms: readonly Record<string, unknown>[] } };
      return sops.kms.map((entry) => ({ ...entry, enc: "", created_at: "" }));
    };
    expect(stored("ours.json")).toEqual(stored("theirs.json"));
    expect(scratch.sops(["decrypt", "ours.json"])).toMatchObject({ exit: 0, output: '{\n\t"a": 1\n}\n' });
    // The rule names the role.
    expect(await scratch.sotto(["decrypt", "theirs.json"])).toEqual({ exit: 0, output: '{\n\t"a": 1\n}\n', errors: "" });
    // A null, at which sops crashes, is left out.
    scratch.write(".sops.yaml", scratch.read(".sops.yaml").replace("stage: prod", "stage: prod, empty: ~"));
    scratch.write("null.json", '{"a": 1}');
    expect((await scratch.sotto(["encrypt", "-i", "null.json"])).errors).toBe("");
    expect(stored("null.json")).toEqual(stored("ours.json"));
    scratch.remove(".sops.yaml");
  });

  test("rotate, updatekeys and groups take keys of AWS in and out, as sops does", async () => {
    const opens = async (name: string): Promise<void> => {
      expect(scratch.sops(["decrypt", name])).toMatchObject({ exit: 0, output: PLAIN });
      expect(await scratch.sotto(["decrypt", name])).toEqual({ exit: 0, output: PLAIN, errors: "" });
    };
    const run = async (...argv: readonly string[]): Promise<void> => {
      expect({ argv, ...(await scratch.sotto(argv)) }).toMatchObject({ argv, exit: 0 });
      await opens("keys.yaml");
    };
    const arns = (): readonly string[] => Array.from(scratch.read("keys.yaml").matchAll(/arn: (\S+)/g), ([, arn = ""]) => arn);
    scratch.write("keys.yaml", PLAIN);
    await run("encrypt", "--kms", one, "-i", "keys.yaml");
    await run("rotate", "-i", "--add-kms", far, "keys.yaml");
    expect(arns()).toEqual([one, far]);
    await run("rotate", "-i", "--rm-kms", one, "keys.yaml");
    expect(arns()).toEqual([far]);
    scratch.write(".sops.yaml", `creation_rules: [{kms: "${two},${far}"}]\n`);
    await run("updatekeys", "-y", "keys.yaml");
    expect(arns().toSorted()).toEqual([two, far].toSorted());
    await run("groups", "add", "-i", "-f", "keys.yaml", "--kms", one, "--shamir-secret-sharing-threshold", "2", "--accept", "groups:2");
    expect(arns()).toContain(one);
    scratch.remove(".sops.yaml");
  });

  test("a key of another account", async () => {
    const key = awsKey(one, { role: "arn:aws:iam::222233334444:role/guest" });
    expect((await failureOf(awsKms.wrap(key, DATA_KEY, owner()))).message).toContain("there is no such key for these credentials");
  });
});

describeWithPeers(["ministack"], "AWS KMS of ministack", () => {
  let server: Server;

  beforeAll(async () => {
    server = await startMinistack();
    vi.stubEnv("AWS_ENDPOINT_URL", server.url);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server[Symbol.asyncDispose]();
  });

  test("a disabled key and one that is about to be deleted are told apart", async () => {
    const [off, doomed] = await Promise.all([createKey(server), createKey(server)]);
    const wrapped = await Promise.all([off, doomed].map((arn) => awsKms.wrap(awsKey(arn), DATA_KEY, owner())));
    await withClient(server, (client) => client.send(new DisableKeyCommand({ KeyId: off })));
    await withClient(server, (client) => client.send(new ScheduleKeyDeletionCommand({ KeyId: doomed, PendingWindowInDays: 7 })));
    const failures = await Promise.all(wrapped.map((key) => failureOf(awsKms.unwrap(key, owner()))));
    expect(failures.map((failure) => failure.message.split(": ")[0])).toEqual([
      "AWS KMS in us-east-1 says that the key is disabled",
      "AWS KMS in us-east-1 says that the key is in a state in which it cannot be used",
    ]);
    expect(failures[0]).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", hints: [`aws kms enable-key --key-id ${off}`] });
  });

  test("a replica opens what the key of another region wrapped", async () => {
    const arn = await createKey(server, true);
    await withClient(server, (client) => client.send(new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion: "eu-west-1" })));
    const wrapped = await awsKms.wrap(awsKey(arn), DATA_KEY, owner());
    const replica = awsKey(arn.replace("us-east-1", "eu-west-1"));
    expect(await awsKms.unwrap({ ...replica, wrapped: wrapped.wrapped ?? "" }, owner())).toEqual(DATA_KEY);
  });
});
