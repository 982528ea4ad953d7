/** What Azure Key Vault and Microsoft Entra answer when they fail: tried again, or told, with what to do. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { azureKv } from "../../keys/azure-kv.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { azureContext, azureKey, DATA_KEY, NO_CLIENT } from "./azure-context.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf } from "./context.ts";
import { FakeAzure } from "./fake-azure.ts";
import { type Answer, type Fault, type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const azure: FakeAzure = new FakeAzure();
const certificate = makeCertificate();
const version = azure.addVersion("prod");
/** Of the vault, and of Entra. */
let server: FaultyServer;
let login: FaultyServer;
let wrapped: MasterKey;

beforeAll(async () => {
  [server, login] = await Promise.all([
    startFaultyServer({ behind: azure.handle, certificate }),
    startFaultyServer({ behind: azure.handle, certificate }),
  ]);
  wrapped = await azureKv.wrap(azureKey(`${server.url}/keys/prod/${version}`), DATA_KEY, context());
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server, login].map((one) => one[Symbol.asyncDispose]()));
});

const context = (env: Readonly<Record<string, string | undefined>> = {}): KeyContext =>
  azureContext({ ca: certificate.cert, authority: login.url, env });

/** One whose token is there, so that what comes next is the answer of the vault. */
async function loggedIn(): Promise<KeyContext> {
  const made = context();
  await azureKv.unwrap(wrapped, made);
  return made;
}

function answer(status: number, code: string, inner = ""): Answer {
  const innererror = inner === "" ? {} : { innererror: { code: inner } };
  return { status, body: JSON.stringify({ error: { code, message: "said so", ...innererror } }) };
}

const PAGE = "<html>S3CRET</html>";

describe("another try may help", () => {
  test.each<{ readonly fault: Fault; readonly says: string }>([
    { fault: answer(429, "Throttled"), says: "answered 429: said so" },
    { fault: answer(500, "InternalServerError"), says: "answered 500: said so" },
    { fault: { status: 503, body: "" }, says: "answered 503" },
    { fault: { status: 502, headers: { "content-type": "text/html" }, body: PAGE }, says: "answered 502" },
    { fault: { status: 200, body: PAGE }, says: "answered 200, which cannot be read" },
    { fault: "reset", says: "did not answer: the connection was reset" },
    { fault: "cut", says: "gave an answer that cannot be read" },
  ])("with $fault", async ({ fault, says }) => {
    const owner = await loggedIn();
    server.meet(fault);
    const failure = await failureOf(azureKv.unwrap(wrapped, owner));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(`Azure Key Vault at ${server.url} ${says}`);
    expect(failure.message).not.toContain("S3CRET");
    expect(failure.cause).toBeUndefined();
  });

  test.each<{ readonly fault: Fault; readonly says: string }>([
    { fault: { status: 503, body: "" }, says: "did not answer" },
    { fault: { status: 429, body: "{}" }, says: "" },
    { fault: "reset", says: "did not answer" },
  ])("when Entra meets $fault", async ({ fault, says }) => {
    login.meetAlways(fault);
    const failure = await failureOf(azureKv.unwrap(wrapped, context()));
    login.meet();
    expect(failure.message).toContain(`Microsoft Entra, asked for a token, ${says}`);
    expect(failure).toBeInstanceOf(TransientError);
    expect(await azureKv.unwrap(wrapped, context())).toEqual(DATA_KEY);
  });

  test("and is made, for each key of a group", async () => {
    const owner = await loggedIn();
    azure.calls.length = 0;
    const key = azureKey(`${server.url}/keys/prod/${version}`);
    server.meet(answer(429, "Throttled"), "reset", answer(500, "InternalServerError"));
    const { groups } = await wrapDataKey(DATA_KEY, [[key]], 0, { context: owner });
    server.meet("reset", { status: 503, body: "" });
    expect((await recoverDataKey(groups, 0, { context: owner })).dataKey).toEqual(DATA_KEY);
    expect(azure.calls.map((call) => call.action)).toEqual(["encrypt", "decrypt"]);
  });

  test.each(["drip", "silence"] as const)("after a while, when it answers by %s", async (fault) => {
    server.meet(fault);
    const signal = AbortSignal.timeout(150);
    const start = Date.now();
    await expect(azureKv.unwrap(wrapped, context(), signal)).rejects.toThrow(/abort|timeout/i);
    expect(Date.now() - start).toBeLessThan(2000);
  });
});

describe("another try does not help", () => {
  test.each([
    [400, "BadParameter", "", "this data key does not open", "changed since"],
    [403, "Forbidden", "ForbiddenByRbac", "these credentials may not use the key, or it is disabled", "Key Vault Crypto User"],
    [403, "Forbidden", "KeyDisabled", "the key, or this version of it, is disabled, expired or not valid yet", "--enabled true"],
    [403, "Forbidden", "ForbiddenByFirewall", "this network may not reach the vault", "network-rule list"],
    [404, "KeyNotFound", "", "there is no such key, or no such version of it", "az keyvault key recover --vault-name 127 --name prod"],
    [409, "Conflict", "ObjectIsDeletedButRecoverable", "there is no such key, or no such version of it", "recover"],
  ])("with %i %s %s", async (status, code, inner, says, hint) => {
    const owner = await loggedIn();
    server.meet(answer(status, code, inner));
    expect(await failureOf(azureKv.unwrap(wrapped, owner))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `Azure Key Vault at ${server.url} says that ${says}: said so`,
      hints: expect.arrayContaining([expect.stringContaining(hint)]) as unknown,
    });
  });

  test("with a token that is not accepted", async () => {
    const owner = await loggedIn();
    server.meet(answer(401, "Unauthorized"));
    const failure = await failureOf(azureKv.unwrap(wrapped, owner));
    expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
    expect(failure.message).toContain("says that the token is not accepted");
  });

  test.each([
    { secret: "wrong", says: "Microsoft Entra does not accept the credentials (AADSTS7000215)" },
    { secret: "old", says: "Microsoft Entra does not accept the credentials: they have expired (AADSTS7000222)" },
    { secret: "late", says: "Microsoft Entra gives no token: the clock of this machine is wrong" },
  ])("with the secret $secret", async ({ secret, says }) => {
    const failure = await failureOf(azureKv.unwrap(wrapped, context({ AZURE_CLIENT_SECRET: secret })));
    expect(failure).toMatchObject({ code: "IDENTITY_INVALID", message: says });
  });

  test("without credentials, and says where it looked", async () => {
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    const failure = await failureOf(azureKv.unwrap(wrapped, context(NO_CLIENT)));
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", undefined);
    expect(failure).toMatchObject({
      code: "IDENTITY_INVALID",
      message: "there are no Azure credentials",
      hints: [expect.stringMatching(/^looked at, in this order: AZURE_TENANT_ID and .*; az login; /), "log in: az login"],
    });
  });

  test.each([16, 31, 34, 1000])("with a data key of %i bytes", async (length) => {
    const owner = await loggedIn();
    server.meet({ status: 200, body: JSON.stringify({ kid: wrapped.label, value: Buffer.alloc(length, 7).toString("base64url") }) });
    await expect(azureKv.unwrap(wrapped, owner)).rejects.toThrow(`the service answered with ${length} bytes`);
  });

  test("with an answer that holds nothing, or comes from something in between", async () => {
    const owner = await loggedIn();
    server.meet({ status: 200, body: "{}" });
    await expect(azureKv.unwrap(wrapped, owner)).rejects.toThrow("the answer of Azure Key Vault holds no data key");
    const key = azureKey(`${server.url}/keys/prod/${version}`);
    server.meet({ status: 200, body: "{}" });
    await expect(azureKv.wrap(key, DATA_KEY, owner)).rejects.toThrow("the answer of Azure Key Vault holds no wrapped key");
    server.meet({ status: 200, body: "{}" });
    await expect(azureKv.wrap(azureKey(`${server.url}/keys/prod`), DATA_KEY, owner)).rejects.toThrow("Azure Key Vault");
    server.meet({ status: 407, headers: { "content-type": "text/html" }, body: PAGE });
    const failure = await failureOf(azureKv.unwrap(wrapped, owner));
    expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
    expect(failure.message).toContain("answered 407");
    expect(failure.message).not.toContain("S3CRET");
  });

  test("with a certificate of nobody who is trusted, or whose time is over", async () => {
    const untrusting = azureContext({ ca: makeCertificate().cert, authority: login.url });
    expect(await failureOf(azureKv.unwrap(wrapped, untrusting))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: expect.stringContaining("did not answer: its certificate is signed by") as unknown,
      hints: ["name the authority that signed it: NODE_EXTRA_CA_CERTS=FILE, or SSL_CERT_FILE=FILE"],
    });
    const old = makeCertificate({ expired: true });
    await using late = await startFaultyServer({ behind: azure.handle, certificate: old });
    const moved = { ...wrapped, stored: { ...wrapped.stored, vault_url: late.url } };
    await expect(azureKv.unwrap(moved, azureContext({ ca: old.cert, authority: late.url }))).rejects.toThrow("its certificate has expired");
    const lost = azureContext({ ca: "", authority: login.url, env: { SSL_CERT_FILE: "/nowhere.pem" } });
    await expect(azureKv.unwrap(wrapped, lost)).rejects.toThrow("SSL_CERT_FILE names /nowhere.pem, which is not there");
  });
});
