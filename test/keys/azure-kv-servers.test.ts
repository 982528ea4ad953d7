/** Azure Key Vault on a double of the peers, with the real sops on the other side. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { azureKv } from "../../keys/azure-kv.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { type Server, startCloudfakes } from "../support/servers.ts";
import { azureContext, azureKey, DATA_KEY, keyClient, NO_CLIENT } from "./azure-context.ts";
import { failureOf } from "./context.ts";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const PLAIN = "password: hunter2\nport: 5432\n";

function tokenOf(token: string): string {
  return JSON.stringify({ access_token: token, token_type: "Bearer", expires_on: `${Math.floor(Date.now() / 1000) + 3600}` });
}

describeWithPeers(["cloudfakes", "sops"], "Azure Key Vault of cloudfakes", () => {
  let server: Server;
  let machine: FaultyServer;
  let scratch: Scratch;
  let vault: string;
  let ca: string;
  let one: string;
  let two: string;

  const owner = (): KeyContext => azureContext({ ca, authority: vault });

  async function createKey(name: string): Promise<string> {
    return (await keyClient(vault, ca).createRsaKey(name)).id ?? "";
  }

  beforeAll(async () => {
    server = await startCloudfakes();
    vault = `https://127.0.0.1:${server.ports[1] ?? 0}`;
    ca = readFileSync(join(server.folder, "ca.pem"), "utf8");
    [one, two] = await Promise.all([createKey("one"), createKey("two")]);
    // The chain of Azure looks at the process alone, and remembers where the machine gave tokens.
    machine = await startFaultyServer({ behind: () => ({ status: 200, body: tokenOf("any") }) });
    vi.stubEnv("IDENTITY_ENDPOINT", `${machine.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "x");
    scratch = new Scratch({
      IDENTITY_ENDPOINT: `${vault}/msi/token`,
      IDENTITY_HEADER: "x",
      SSL_CERT_FILE: join(server.folder, "ca.pem"),
    });
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    scratch[Symbol.dispose]();
    await Promise.all([server, machine].map((each) => each[Symbol.asyncDispose]()));
  });

  describeKeyProvider(azureKv, {
    title: "cloudfakes",
    get recipient() {
      return one;
    },
    get other() {
      return two;
    },
    invalid: ["https://acme.vault.azure.net/secrets/a", "acme.vault.azure.net/keys/a"],
    owner,
    stranger: () => azureContext({ ca, authority: vault, env: { AZURE_CLIENT_SECRET: "wrong" } }),
  });

  test.each([
    { name: "a key", flags: (): string => one },
    { name: "two keys", flags: (): string => `${one},${two}` },
    { name: "the newest version", flags: (): string => `${vault}/keys/two` },
  ])("$name: what sotto encrypts sops decrypts, and the other way round", async ({ flags }) => {
    scratch.write("ours.yaml", PLAIN);
    scratch.write("theirs.yaml", PLAIN);
    expect(await scratch.sotto(["encrypt", "--azure-kv", flags(), "-i", "ours.yaml"])).toEqual({ exit: 0, output: "", errors: "" });
    expect(scratch.sops(["encrypt", "--azure-kv", flags(), "-i", "theirs.yaml"])).toMatchObject({ exit: 0 });
    const shapeOf = (name: string): string => scratch.read(name).replaceAll(/(?:ENC\[|"2\d{3}-|enc: ).*/g, "…");
    expect(shapeOf("ours.yaml")).toBe(shapeOf("theirs.yaml"));
    expect(scratch.sops(["decrypt", "ours.yaml"])).toMatchObject({ exit: 0, output: PLAIN });
    expect(await scratch.sotto(["decrypt", "--accept", `endpoint:${vault}`, "theirs.yaml"])).toEqual({
      exit: 0,
      output: PLAIN,
      errors: "",
    });
  });

  test("a vault that only the file names is not asked before somebody says so", async () => {
    scratch.write("theirs.yaml", PLAIN);
    expect(scratch.sops(["encrypt", "--azure-kv", one, "-i", "theirs.yaml"])).toMatchObject({ exit: 0 });
    const { exit, output, errors } = await scratch.sotto(["decrypt", "theirs.yaml"]);
    expect([exit, output]).toEqual([128, ""]);
    expect(errors).toContain(`--accept 'endpoint:${vault}'`);
  });

  test("what an earlier version wrapped opens, unless that version is disabled", async () => {
    const name = "turned";
    await createKey(name);
    const newest = azureKey(`${vault}/keys/${name}`);
    const before = await azureKv.wrap(newest, DATA_KEY, owner());
    const client = keyClient(vault, ca);
    await client.rotateKey(name);
    const after = await azureKv.wrap(newest, DATA_KEY, owner());
    expect(after.stored["version"]).not.toBe(before.stored["version"]);
    expect(await azureKv.unwrap(before, owner())).toEqual(DATA_KEY);
    await client.updateKeyProperties(name, String(before.stored["version"]), { enabled: false });
    expect(await azureKv.unwrap(after, owner())).toEqual(DATA_KEY);
    const failure = await failureOf(azureKv.unwrap(before, owner()));
    expect(failure).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      hints: expect.arrayContaining([`az keyvault key set-attributes --id ${before.label} --enabled true`]) as unknown,
    });
    expect(failure.message).toContain("says that these credentials may not use the key, or it is disabled");
  });

  test("a rule without a version: its newest is wanted, by sotto as by sops, and no other is a stranger", async () => {
    const client = keyClient(vault, ca);
    const first = (await createKey("ruled")).split("/").at(-1) ?? "";
    const versionIn = (name: string): string => /version: (\w+)/.exec(scratch.read(name))?.[1] ?? "";
    scratch.write(".sops.yaml", `creation_rules: [{azure_keyvault: "${vault}/keys/ruled"}]\n`);
    scratch.write("ours.yaml", PLAIN);
    scratch.write("theirs.yaml", PLAIN);
    expect(await scratch.sotto(["encrypt", "-i", "ours.yaml"])).toEqual({ exit: 0, output: "", errors: "" });
    expect(scratch.sops(["encrypt", "-i", "theirs.yaml"])).toMatchObject({ exit: 0 });
    expect([versionIn("ours.yaml"), versionIn("theirs.yaml")]).toEqual([first, first]);
    const update = async (): Promise<void> => {
      expect(await scratch.sotto(["updatekeys", "-y", "ours.yaml"])).toMatchObject({ exit: 0 });
      expect(scratch.sops(["updatekeys", "-y", "theirs.yaml"])).toMatchObject({ exit: 0 });
    };
    const before = [scratch.read("ours.yaml"), scratch.read("theirs.yaml")];
    await update();
    expect([scratch.read("ours.yaml"), scratch.read("theirs.yaml")]).toEqual(before);
    const second = (await client.rotateKey("ruled")).properties.version ?? "";
    // The rule does not ask for more than it names.
    expect(await scratch.sotto(["rotate", "-i", "ours.yaml"])).toEqual({ exit: 0, output: "", errors: "" });
    expect(versionIn("ours.yaml")).toBe(first);
    await update();
    expect([versionIn("ours.yaml"), versionIn("theirs.yaml")]).toEqual([second, second]);
    for (const name of ["ours.yaml", "theirs.yaml"]) {
      expect(scratch.sops(["decrypt", name])).toMatchObject({ exit: 0, output: PLAIN });
      expect(await scratch.sotto(["decrypt", name])).toEqual({ exit: 0, output: PLAIN, errors: "" });
    }
    scratch.remove(".sops.yaml");
  });

  test("a key that was deleted, and one that another key wrapped", async () => {
    const gone = await azureKv.wrap(azureKey(await createKey("gone")), DATA_KEY, owner());
    await keyClient(vault, ca).beginDeleteKey("gone");
    const newest = azureKey(`${vault}/keys/gone`);
    const failures = [await failureOf(azureKv.unwrap(gone, owner())), await failureOf(azureKv.wrap(newest, DATA_KEY, owner()))];
    for (const failure of failures) {
      expect(failure.message).toBe(`Azure Key Vault at ${vault} says that there is no such key, or no such version of it: KeyNotFound`);
      expect(failure).toHaveProperty("hints", expect.arrayContaining([expect.stringContaining("az keyvault key recover --vault-name")]));
    }
    const { wrapped = "" } = await azureKv.wrap(azureKey(two), DATA_KEY, owner());
    await expect(azureKv.unwrap({ ...azureKey(one), wrapped }, owner())).rejects.toThrow("says that this data key does not open");
  });

  test("a token that may do nothing", async () => {
    // Tokens are kept as long as the process lives, by the name of what they are for.
    const key = azureKey(one.replace("127.0.0.1", "localhost"));
    machine.meet({ status: 200, body: tokenOf("forbidden") });
    const failure = await failureOf(azureKv.wrap(key, DATA_KEY, azureContext({ ca, authority: vault, env: NO_CLIENT })));
    expect(failure).toMatchObject({ code: "WRAP_FAILED" });
    expect(failure.message).toContain("says that these credentials may not use the key");
  });
});
