/** Vault transit against a real OpenBao. */
import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vaultTransit } from "../../keys/vault-transit.ts";
import { rewrap } from "../../keys/vault-transit/transit.ts";
import { TransientError } from "../../src/model/provider.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { BAO_TOKEN, type Server, startBao } from "../support/servers.ts";
import { fakeContext, HOME, keyOf } from "./context.ts";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at);

describeWithPeers(["bao"], "Vault transit", () => {
  let server: Server;
  const env = (): Record<string, string> => ({ VAULT_ADDR: server.url, VAULT_TOKEN: BAO_TOKEN });
  const keyNamed = (name: string): ReturnType<typeof keyOf> => keyOf("hc_vault", `${server.url}/v1/transit/keys/${name}`);
  const ask = async (path: string, body: unknown = {}, method = "POST"): Promise<unknown> => {
    const answer = await fetch(`${server.url}/v1/${path}`, {
      method,
      headers: { "x-vault-token": BAO_TOKEN },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.status === 204 ? undefined : answer.json();
  };

  beforeAll(async () => {
    server = await startBao();
    await ask("sys/mounts/transit", { type: "transit" });
    await ask("sys/mounts/team/transit", { type: "transit" });
    for (const name of ["one", "two"]) await ask(`transit/keys/${name}`);
    await ask("team/transit/keys/three");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeKeyProvider(vaultTransit, {
    title: "OpenBao",
    get recipient() {
      return `${server.url}/v1/transit/keys/one`;
    },
    get other() {
      return `${server.url}/v1/transit/keys/two`;
    },
    trims: false,
    invalid: ["vault", "https://v", "https://v/v1/transit", "https://v/x/v1/a/keys/b", "ftp://v/v1/transit/keys/k"],
    owner: () => fakeContext({ env: env() }),
    stranger: () => fakeContext({ env: { ...env(), VAULT_TOKEN: "nobody" } }),
  });

  test("an engine may be mounted at several segments, and the token may come from the file", async () => {
    const key = keyOf("hc_vault", `${server.url}/v1/team/transit/keys/three`);
    const context = fakeContext({ env: { VAULT_ADDR: server.url }, files: { [`${HOME}/.vault-token`]: `${BAO_TOKEN}\n` } });
    expect(await vaultTransit.unwrap(await vaultTransit.wrap(key, DATA_KEY, context), context)).toEqual(DATA_KEY);
  });

  test("no token goes to an address that only the file names", async () => {
    const key = { ...keyNamed("one"), wrapped: "vault:v1:AAAA" };
    for (const [extra, sent] of [
      [{}, false],
      [{ VAULT_ADDR: "https://vault.example.com" }, false],
      [{ SOPS_HC_VAULT_ALLOWLIST: "none" }, false],
      [{ SOPS_HC_VAULT_ALLOWLIST: "https://vault.example.com" }, false],
      [{ SOPS_HC_VAULT_ALLOWLIST: `https://vault.example.com, ${server.url}` }, true],
      [{ SOPS_HC_VAULT_ALLOWLIST: "all" }, true],
      [{ BAO_ADDR: `${server.url}/` }, true],
    ] as const) {
      const error: unknown = await vaultTransit
        .unwrap(key, fakeContext({ env: { VAULT_TOKEN: BAO_TOKEN, ...extra } }))
        .catch((one: unknown) => one);
      expect([extra, String(error).includes("no token is sent")]).toEqual([extra, !sent]);
    }
    const approving = {
      ...fakeContext({ env: { VAULT_TOKEN: BAO_TOKEN } }),
      approves: async (kind: string, value: string) => kind === "endpoint" && value === server.url,
    };
    const wrapped = await vaultTransit.wrap(keyNamed("one"), DATA_KEY, approving);
    expect(await vaultTransit.unwrap(wrapped, approving)).toEqual(DATA_KEY);
  });

  test("a machine logs in by approle", async () => {
    await ask("sys/auth/approle", { type: "approle" });
    await ask("sys/policies/acl/one", { policy: 'path "transit/*" { capabilities = ["update"] }' });
    await ask("auth/approle/role/ci", { token_policies: "one" });
    const role = (await ask("auth/approle/role/ci/role-id", undefined, "GET")) as { data: { role_id: string } };
    const secret = (await ask("auth/approle/role/ci/secret-id")) as { data: { secret_id: string } };
    const login = { VAULT_ADDR: server.url, SOTTO_VAULT_AUTH: "approle" };
    const context = fakeContext({ env: { ...login, VAULT_ROLE_ID: role.data.role_id, VAULT_SECRET_ID: secret.data.secret_id } });
    expect(await vaultTransit.unwrap(await vaultTransit.wrap(keyNamed("one"), DATA_KEY, context), context)).toEqual(DATA_KEY);
    const wrong = fakeContext({ env: { ...login, VAULT_ROLE_ID: role.data.role_id, VAULT_SECRET_ID: "wrong" } });
    await expect(vaultTransit.wrap(keyNamed("one"), DATA_KEY, wrong)).rejects.toThrow("answered 400");
  });

  test("a machine logs in by a token of its issuer", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const now = Math.floor(Date.now() / 1000);
    const claims = `${encode({ alg: "ES256", typ: "JWT" })}.${encode({ sub: "job", aud: "bao", nbf: now - 60, iat: now - 60, exp: now + 300 })}`;
    const signature = sign("sha256", Buffer.from(claims), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
    await ask("sys/auth/jwt", { type: "jwt" });
    await ask("auth/jwt/config", { jwt_validation_pubkeys: [publicKey.export({ type: "spki", format: "pem" })] });
    await ask("sys/policies/acl/job", { policy: 'path "transit/*" { capabilities = ["update"] }' });
    await ask("auth/jwt/role/job", { role_type: "jwt", user_claim: "sub", bound_audiences: ["bao"], token_policies: ["job"] });
    const login = { VAULT_ADDR: server.url, SOTTO_VAULT_AUTH: "jwt", VAULT_JWT_FILE: "/token" };
    const context = fakeContext({ env: { ...login, VAULT_ROLE: "job" }, files: { "/token": `${claims}.${signature}\n` } });
    expect(await vaultTransit.unwrap(await vaultTransit.wrap(keyNamed("one"), DATA_KEY, context), context)).toEqual(DATA_KEY);
    const nameless = fakeContext({ env: login, files: { "/token": "t" } });
    await expect(vaultTransit.wrap(keyNamed("one"), DATA_KEY, nameless)).rejects.toThrow(
      "SOTTO_VAULT_AUTH needs VAULT_ROLE, which is not set",
    );
  });

  test("the newest version of a key wraps, without the data key being seen", async () => {
    const context = fakeContext({ env: env() });
    const first = await vaultTransit.wrap(keyNamed("two"), DATA_KEY, context);
    await ask("transit/keys/two/rotate");
    const second = await rewrap(first, context);
    expect([first.wrapped?.slice(0, 9), second.wrapped?.slice(0, 9)]).toEqual(["vault:v1:", "vault:v2:"]);
    expect(await vaultTransit.unwrap(second, context)).toEqual(DATA_KEY);
    await ask("transit/keys/two/config", { min_decryption_version: 2 });
    await expect(vaultTransit.unwrap(first, context)).rejects.toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: expect.stringContaining("400") as string,
    });
  });

  test("a token that does not fit, and a key that is not there, are told apart", async () => {
    const wrong = vaultTransit.wrap(keyNamed("one"), DATA_KEY, fakeContext({ env: { ...env(), VAULT_TOKEN: "nobody" } }));
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining("answered 403") as string });
    await expect(
      vaultTransit.wrap(keyOf("hc_vault", `${server.url}/v1/nowhere/keys/one`), DATA_KEY, fakeContext({ env: env() })),
    ).rejects.toMatchObject({
      message: expect.stringContaining("answered 404") as string,
    });
  });
});

describe("Vault that does not answer", () => {
  test("is a failure that passes", async () => {
    const context = fakeContext({ env: { VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "t" } });
    const call = vaultTransit.wrap(keyOf("hc_vault", "http://127.0.0.1:1/v1/transit/keys/k"), DATA_KEY, context);
    await expect(call).rejects.toBeInstanceOf(TransientError);
  });

  test("without a token says where it was looked for", async () => {
    const context = fakeContext({ env: { VAULT_ADDR: "http://127.0.0.1:1" } });
    await expect(vaultTransit.wrap(keyOf("hc_vault", "http://127.0.0.1:1/v1/transit/keys/k"), DATA_KEY, context)).rejects.toMatchObject({
      code: "IDENTITY_INVALID",
      message: "there is no Vault token: VAULT_TOKEN is not set, and there is no ~/.vault-token",
    });
  });
});
