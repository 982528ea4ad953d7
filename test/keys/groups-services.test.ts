/** A file that two of three can open, age, AWS KMS and Vault, with each of them away in turn: for sotto and for the real sops. */
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers } from "../support/peers.ts";
import { BAO_TOKEN, motoEnvironment, type Server, startBao, startMoto } from "../support/servers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:1";
const PLAIN = "password: hunter2\n";

type Kind = "age" | "AWS" | "Vault";

describeWithPeers(["sops", "moto_server", "bao"], "two of age, AWS KMS and Vault", () => {
  let moto: Server;
  let bao: Server;
  let scratch: Scratch;

  beforeAll(async () => {
    [moto, bao] = await Promise.all([startMoto(), startBao()]);
    // The last two keep sops from trying for long.
    const vault = { VAULT_TOKEN: BAO_TOKEN, SOPS_HC_VAULT_ALLOWLIST: "all", VAULT_MAX_RETRIES: "0", AWS_MAX_ATTEMPTS: "1" };
    const env = { ...motoEnvironment(moto), ...vault };
    vi.stubEnv("AWS_ENDPOINT_URL", moto.url);
    scratch = new Scratch({ ...identitiesOf({ keys: ["keys/ana.txt"] }), ...env });
    const client = new KMSClient({
      endpoint: moto.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const made = await client.send(new CreateKeyCommand({}));
    client.destroy();
    const headers = { "X-Vault-Token": BAO_TOKEN };
    await fetch(`${bao.url}/v1/sys/mounts/transit`, { method: "POST", headers, body: '{"type":"transit"}' });
    await fetch(`${bao.url}/v1/transit/keys/app`, { method: "POST", headers, body: "{}" });
    const groups = [
      { age: [vectorRecipient("ana")] },
      { kms: [{ arn: made.KeyMetadata?.Arn }] },
      { hc_vault: [`${bao.url}/v1/transit/keys/app`] },
    ];
    scratch.write(".sops.yaml", JSON.stringify({ creation_rules: [{ shamir_threshold: 2, key_groups: groups }] }));
    scratch.write("ours.yaml", PLAIN);
    scratch.write("theirs.yaml", PLAIN);
    await scratch.sotto(["encrypt", "-i", "ours.yaml"]);
    scratch.sops(["encrypt", "-i", "theirs.yaml"]);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    scratch[Symbol.dispose]();
    await Promise.all([moto[Symbol.asyncDispose](), bao[Symbol.asyncDispose]()]);
  });

  /** What each program says to the file when some cannot be reached. */
  async function openWithout(away: readonly Kind[], name: string): Promise<{ readonly sotto: string; readonly sops: string }> {
    const endpoint = away.includes("AWS") ? NOWHERE : moto.url;
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
    const text = scratch.read(name);
    scratch.write("file.yaml", away.includes("Vault") ? text.replace(bao.url, NOWHERE) : text);
    const env = { AWS_ENDPOINT_URL: endpoint, ...(away.includes("age") ? { SOPS_AGE_KEY_FILE: undefined, SOPS_AGE_KEY: undefined } : {}) };
    const ours = await scratch.sotto(["decrypt", "file.yaml"], { env });
    const theirs = scratch.sops(["decrypt", "file.yaml"], { env });
    return { sotto: `${ours.exit} ${ours.output}`, sops: `${theirs.exit} ${theirs.output}` };
  }

  test("both programs make such files", () => {
    for (const name of ["ours.yaml", "theirs.yaml"])
      expect(scratch.read(name)).toMatch(/ENC\[[^]*arn:aws:kms[^]*vault:v1:[^]*shamir_threshold: 2/);
  });

  test.each<{ away: readonly Kind[] }>([{ away: [] }, { away: ["age"] }, { away: ["AWS"] }, { away: ["Vault"] }])(
    "without $away it opens",
    async ({ away }) => {
      for (const name of ["ours.yaml", "theirs.yaml"])
        expect(await openWithout(away, name)).toEqual({ sotto: `0 ${PLAIN}`, sops: `0 ${PLAIN}` });
    },
    30_000,
  );

  test("with one alone it does not", async () => {
    expect(await openWithout(["age", "AWS"], "ours.yaml")).toEqual({ sotto: "128 ", sops: "128 " });
    expect(await openWithout(["AWS", "Vault"], "theirs.yaml")).toEqual({ sotto: "128 ", sops: "128 " });
  }, 30_000);
});
