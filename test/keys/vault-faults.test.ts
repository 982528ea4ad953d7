/** Vault without Vault: the contract over a fake that checks what it is sent, and what happens when it fails. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { vaultTransit } from "../../keys/vault-transit.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf, fakeContext, keyOf } from "./context.ts";
import { FakeVault, TOKEN } from "./fake-vault.ts";
import { type Fault, type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => 255 - at);
let vault: FakeVault;
let server: FaultyServer;

beforeAll(async () => {
  vault = new FakeVault("one", "two");
  server = await startFaultyServer({ behind: vault.handle });
});
afterAll(() => server[Symbol.asyncDispose]());

const contextFor = (env: Readonly<Record<string, string>> = {}): KeyContext =>
  fakeContext({ env: { VAULT_ADDR: server.url, VAULT_TOKEN: TOKEN, ...env } });
const keyNamed = (name: string): MasterKey => keyOf("hc_vault", `${server.url}/v1/transit/keys/${name}`);

describeKeyProvider(vaultTransit, {
  title: "a fake that checks what it is sent",
  get recipient() {
    return `${server.url}/v1/transit/keys/one`;
  },
  get other() {
    return `${server.url}/v1/transit/keys/two`;
  },
  trims: false,
  invalid: ["https://v/v1/transit/keys", "https://user:password@v/v1/transit/keys/k"],
  owner: () => contextFor(),
  stranger: () => contextFor({ VAULT_TOKEN: "another" }),
});

describe("a request", () => {
  test("carries the token and the namespace, and the data key in Base64 only", async () => {
    vault.namespace = "team/a";
    const context = contextFor({ VAULT_NAMESPACE: "team/a" });
    const wrapped = await vaultTransit.wrap(keyNamed("one"), DATA_KEY, context);
    vault.namespace = undefined;
    expect(wrapped.wrapped).toMatch(/^vault:v1:/);
    const { method, path, headers, body } = server.requests.at(-1) ?? { method: "", path: "", headers: {}, body: "" };
    expect([method, path, headers["x-vault-token"], headers["x-vault-request"]]).toEqual(["PUT", "/v1/transit/encrypt/one", TOKEN, "true"]);
    expect(JSON.parse(body)).toEqual({ plaintext: Buffer.from(DATA_KEY).toString("base64") });
  });

  test("does not follow a redirect with its token", async () => {
    const other = await startFaultyServer({ behind: vault.handle });
    server.meet({ status: 307, headers: { location: `${other.url}/v1/transit/encrypt/one` } });
    await expect(vaultTransit.wrap(keyNamed("one"), DATA_KEY, contextFor())).rejects.toThrow("answered 307");
    expect(other.requests).toEqual([]);
    await other[Symbol.asyncDispose]();
  });
});

describe("a Vault that fails", () => {
  let wrapped: MasterKey;
  beforeEach(async () => {
    wrapped = await vaultTransit.wrap(keyNamed("one"), DATA_KEY, contextFor());
  });

  test.each<readonly [string, Fault, string]>([
    ["is asked too often", { status: 429, body: '{"errors":["rate limit"]}' }, "answered 429: rate limit"],
    ["has a fault", { status: 500, body: "<html>" }, "answered 500"],
    ["is sealed", { status: 503, body: '{"errors":["Vault is sealed"]}' }, "answered 503: Vault is sealed"],
    ["resets the connection", "reset", "the connection was reset"],
    ["breaks off", "cut", "did not answer"],
  ])("and %s may answer at the next try", async (_, fault, says) => {
    server.meet(fault);
    const failure = await failureOf(vaultTransit.unwrap(wrapped, contextFor()));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(says);
    const context = contextFor();
    const { groups } = await wrapDataKey(DATA_KEY, [[keyNamed("two")]], 0, { context });
    server.meet(fault, fault);
    expect((await recoverDataKey(groups, 0, { context })).dataKey).toEqual(DATA_KEY);
  });

  test.each<readonly [string, Fault, string]>([
    ["refuses the token", { status: 403, body: '{"errors":["permission denied"]}' }, "answered 403: permission denied"],
    ["says nothing that could be a data key", { status: 200, body: '{"data":{"plaintext":"%%"}}' }, "holds no data key"],
    ["answers without one", { status: 200, body: "{}" }, "0 bytes"],
    [
      "answers with one of another length",
      { status: 200, body: `{"data":{"plaintext":"${Buffer.alloc(31).toString("base64")}"}}` },
      "31 bytes",
    ],
  ])("and %s is not asked again", async (_, fault, says) => {
    server.meet(fault);
    const before = server.requests.length;
    const failure = await failureOf(vaultTransit.unwrap(wrapped, contextFor()));
    expect(failure).not.toBeInstanceOf(TransientError);
    expect(failure.message).toContain(says);
    expect(server.requests.length).toBe(before + 1);
  });

  test.each<Fault>(["silence", "drip"])("and goes on with %j is given up with the signal", async (fault) => {
    server.meet(fault);
    const start = performance.now();
    const failure = await failureOf(vaultTransit.unwrap(wrapped, contextFor(), AbortSignal.timeout(300)));
    expect(failure.message).toContain("did not answer");
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("and has a certificate of nobody, or one that is over, is not talked to", async () => {
    for (const [certificate, says] of [
      [makeCertificate(), "signed by itself"],
      [makeCertificate({ expired: true }), "certificate"],
    ] as const) {
      const secure = await startFaultyServer({ behind: vault.handle, certificate });
      const key = keyOf("hc_vault", `${secure.url}/v1/transit/keys/one`);
      const failure = await failureOf(vaultTransit.wrap(key, DATA_KEY, contextFor({ VAULT_ADDR: secure.url })));
      expect(failure.message).toContain(says);
      expect(secure.requests).toEqual([]);
      await secure[Symbol.asyncDispose]();
    }
  });
});
