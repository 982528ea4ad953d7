/** Google Cloud KMS on the doubles of others: over gRPC, and over HTTP with the real sops on the other side. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gcpKms } from "../../keys/gcp-kms.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { type Server, startCloudfakes, startDrongo } from "../support/servers.ts";
import { failureOf } from "./context.ts";
import { createGcpKeys, DATA_KEY, gcpContext, gcpKey, withGcpClient } from "./gcp-context.ts";

const TOKEN = { GOOGLE_OAUTH_ACCESS_TOKEN: "of-a-test" };

describeWithPeers(["cloudfakes"], "Google Cloud KMS of cloudfakes, over gRPC", () => {
  let server: Server;
  let one: string;
  let two: string;

  const owner = (): KeyContext => gcpContext({ env: { ...TOKEN, SOPS_GCP_KMS_ENDPOINT: server.url } });

  beforeAll(async () => {
    vi.stubEnv("METADATA_SERVER_DETECTION", "none");
    server = await startCloudfakes();
    [one = "", two = ""] = await createGcpKeys(server.url, "gRPC", ["one", "two"]);
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server[Symbol.asyncDispose]();
  });

  describeKeyProvider(gcpKms, {
    title: "cloudfakes",
    get recipient() {
      return one;
    },
    get other() {
      return two;
    },
    invalid: ["projects/acme", "projects/acme/locations/global/keyRings/sotto/cryptoKeys/one/cryptoKeyVersions/1"],
    owner,
    stranger: () => gcpContext({ env: { SOPS_GCP_KMS_ENDPOINT: server.url } }),
  });

  test("what an earlier version wrapped opens, unless that version is disabled", async () => {
    const wrapped = await gcpKms.wrap(gcpKey(one), DATA_KEY, owner());
    await withGcpClient(server.url, "gRPC", async (client) => {
      const [made] = await client.createCryptoKeyVersion({ parent: one });
      await client.updateCryptoKeyPrimaryVersion({ name: one, cryptoKeyVersionId: made.name?.split("/").at(-1) ?? "" });
    });
    const later = await gcpKms.wrap(gcpKey(one), DATA_KEY, owner());
    expect(await gcpKms.unwrap(wrapped, owner())).toEqual(DATA_KEY);
    await withGcpClient(server.url, "gRPC", (client) =>
      client.updateCryptoKeyVersion({
        cryptoKeyVersion: { name: `${one}/cryptoKeyVersions/1`, state: "DISABLED" },
        updateMask: { paths: ["state"] },
      }),
    );
    expect(await gcpKms.unwrap(later, owner())).toEqual(DATA_KEY);
    const failure = await failureOf(gcpKms.unwrap(wrapped, owner()));
    expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", hints: [expect.stringContaining(`versions list --key ${one}`)] });
    expect(failure.message).toContain("that wrapped this data key, is disabled or destroyed");
  });

  test("a key that is not there, and one that another key wrapped", async () => {
    const missing = await failureOf(gcpKms.wrap(gcpKey(`${one}x`), DATA_KEY, owner()));
    expect(missing).toMatchObject({ code: "WRAP_FAILED", hints: [expect.stringContaining(`describe ${one}x`)] });
    expect(missing.message).toContain("says that there is no such key");
    const { wrapped = "" } = await gcpKms.wrap(gcpKey(two), DATA_KEY, owner());
    await expect(gcpKms.unwrap({ ...gcpKey(one), wrapped }, owner())).rejects.toThrow("says that this data key does not open");
  });

  test("TLS is the rule: nothing is sent where there is none, unless the address says http", async () => {
    const context = gcpContext({ env: { ...TOKEN, SOPS_GCP_KMS_ENDPOINT: server.url.replace("http://127.0.0.1", "localhost") } });
    const failure = await failureOf(gcpKms.wrap(gcpKey(two), DATA_KEY, context));
    expect(failure.message).toContain("Google Cloud KMS at localhost did not answer");
  });
});

describeWithPeers(["drongo", "sops"], "Google Cloud KMS of drongo, over HTTP", () => {
  let server: Server;
  let scratch: Scratch;
  let one: string;
  let two: string;

  const environment = (): Readonly<Record<string, string>> => ({
    ...TOKEN,
    SOPS_GCP_KMS_ENDPOINT: server.url,
    SOPS_GCP_KMS_CLIENT_TYPE: "rest",
  });

  beforeAll(async () => {
    vi.stubEnv("METADATA_SERVER_DETECTION", "none");
    server = await startDrongo();
    [one = "", two = ""] = await createGcpKeys(server.url, "rest", ["one", "two"]);
    scratch = new Scratch(environment());
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    scratch[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  const PLAIN = "password: hunter2\nport: 5432\n";

  test.each([
    { name: "a key", flags: (): string[] => ["--gcp-kms", one] },
    { name: "two keys", flags: (): string[] => ["--gcp-kms", `${one}, ${two}`] },
  ])("$name: what sotto encrypts sops decrypts, and the other way round", async ({ flags }) => {
    scratch.write("ours.yaml", PLAIN);
    scratch.write("theirs.yaml", PLAIN);
    expect(await scratch.sotto(["encrypt", ...flags(), "-i", "ours.yaml"])).toEqual({ exit: 0, output: "", errors: "" });
    expect(scratch.sops(["encrypt", ...flags(), "-i", "theirs.yaml"])).toMatchObject({ exit: 0 });
    const shapeOf = (name: string): string => scratch.read(name).replaceAll(/(?:ENC\[|"2\d{3}-|enc: ).*/g, "…");
    expect(shapeOf("ours.yaml")).toBe(shapeOf("theirs.yaml"));
    expect(scratch.sops(["decrypt", "ours.yaml"])).toMatchObject({ exit: 0, output: PLAIN });
    expect(await scratch.sotto(["decrypt", "theirs.yaml"])).toEqual({ exit: 0, output: PLAIN, errors: "" });
  });

  test("a rule, a group, rotate and updatekeys", async () => {
    scratch.write(".sops.yaml", `creation_rules: [{key_groups: [{gcp_kms: [{resource_id: "${one}"}]}]}]\n`);
    scratch.write("keys.yaml", PLAIN);
    const run = async (...argv: readonly string[]): Promise<void> => {
      expect({ argv, ...(await scratch.sotto(argv)) }).toMatchObject({ argv, exit: 0 });
      expect(scratch.sops(["decrypt", "keys.yaml"])).toMatchObject({ exit: 0, output: PLAIN });
    };
    const ids = (): readonly string[] => Array.from(scratch.read("keys.yaml").matchAll(/resource_id: (\S+)/g), ([, id = ""]) => id);
    await run("encrypt", "-i", "keys.yaml");
    await run("rotate", "-i", "--add-gcp-kms", two, "keys.yaml");
    expect(ids()).toEqual([one, two]);
    await run("rotate", "-i", "--rm-gcp-kms", one, "keys.yaml");
    expect(ids()).toEqual([two]);
    await run("updatekeys", "-y", "keys.yaml");
    expect(ids()).toEqual([one]);
    scratch.remove(".sops.yaml");
  });
});
