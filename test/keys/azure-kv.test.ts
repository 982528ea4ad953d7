/** Azure Key Vault against a double that checks every request. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { azureKv } from "../../keys/azure-kv.ts";
import { findUrlFault } from "../../keys/azure-kv/key-url.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { readAgainst } from "../../src/policy/open-names.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { azureContext, azureKey, DATA_KEY, NO_CLIENT } from "./azure-context.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf, fakeContext, type FakeOptions } from "./context.ts";
import { FakeAzure } from "./fake-azure.ts";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const azure: FakeAzure = new FakeAzure();
const certificate = makeCertificate();
const [one, two] = [azure.addVersion("one"), azure.addVersion("two")];
let server: FaultyServer;

beforeAll(async () => {
  server = await startFaultyServer({ behind: azure.handle, certificate });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

const context = (options: FakeOptions & { readonly approved?: readonly string[] } = {}): KeyContext =>
  azureContext({ ca: certificate.cert, authority: server.url, ...options });

const actions = (): readonly string[] => azure.calls.map((call) => call.action);

/** How the keys of a rule are called, next to those of a file. */
const labels = (file: readonly string[], rule: readonly string[]): readonly string[] =>
  readAgainst([file.map(azureKey)], [rule.map(azureKey)]).flatMap((group) => group.map((key) => key.label));

const load = (name: string): Promise<never> => Promise.reject(new SottoError("PACKAGE_MISSING", `the package ${name} is not installed`));

describeKeyProvider(azureKv, {
  title: "a double that checks tokens and fields",
  get recipient() {
    return `${server.url}/keys/one/${one}`;
  },
  get other() {
    return `${server.url}/keys/two/${two}`;
  },
  invalid: ["prod", "http://acme.vault.azure.net/keys/a", "https://acme.vault.azure.net/keys/a/b/c", "https://u:p@acme.net/keys/a/b"],
  owner: () => context(),
  stranger: () => context({ env: { AZURE_CLIENT_SECRET: "stranger" } }),
});

describe("the vault is asked", () => {
  test("once for a key with a version: the token first, then the data key", async () => {
    azure.calls.length = 0;
    const before = server.requests.length;
    const wrapped = await azureKv.wrap(azureKey(`${server.url}/keys/one/${one}`), DATA_KEY, context());
    expect(actions()).toEqual(["login", "encrypt"]);
    expect(wrapped.wrapped).toMatch(/^[\w-]{342}$/);
    const bodies = server.requests.slice(before).filter((request) => request.path.includes("/encrypt"));
    expect(bodies.map((request) => [request.headers.authorization !== undefined, request.body !== ""])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test("for the newest version, which is stored, when none is named", async () => {
    const newer = azure.addVersion("two");
    const owner = context();
    azure.calls.length = 0;
    const wrapped = await azureKv.wrap(azureKey(`${server.url}/keys/two`), DATA_KEY, owner);
    expect(wrapped).toMatchObject({ label: `${server.url}/keys/two/${newer}`, stored: { name: "two", version: newer } });
    expect(await azureKv.unwrap(wrapped, owner)).toEqual(DATA_KEY);
    expect(actions()).toEqual(["login", "get", "encrypt", "decrypt"]);
    expect(azure.calls.map((call) => call.path)).toContain(`/keys/two/${newer}/encrypt`);
  });

  test("with one token for all of its keys", async () => {
    const owner = context();
    azure.calls.length = 0;
    for (const url of [`${server.url}/keys/one/${one}`, `${server.url}/keys/two/${two}`])
      await azureKv.wrap(azureKey(url), DATA_KEY, owner);
    expect(actions()).toEqual(["login", "encrypt", "encrypt"]);
    expect(azure.calls[0]?.path).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/\.default\b/);
  });

  test("with a token of the machine", async () => {
    vi.stubEnv("IDENTITY_ENDPOINT", `${server.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "of-a-machine");
    azure.calls.length = 0;
    await azureKv.wrap(azureKey(`${server.url}/keys/one/${one}`), DATA_KEY, context({ env: NO_CLIENT }));
    expect(azure.calls.map(({ action, token }) => [action, token])).toEqual([
      ["machine", ""],
      ["encrypt", "machine"],
    ]);
    vi.unstubAllEnvs();
  });

  test("by packages that may not be there", async () => {
    const key = azureKey(`https://acme.vault.azure.net/keys/one/${one}`);
    await expect(azureKv.wrap(key, DATA_KEY, { ...fakeContext(), load })).rejects.toThrow(
      "the package @azure/keyvault-keys is not installed",
    );
  });
});

describe("a token goes", () => {
  test("to no vault that only the file names", async () => {
    const wrapped = await azureKv.wrap(azureKey(`${server.url}/keys/one/${one}`), DATA_KEY, context());
    const before = server.requests.length;
    expect(await failureOf(azureKv.unwrap(wrapped, context({ approved: [] })))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `no token is sent to ${server.url}, which only the file names, and which is not Microsoft's`,
      hints: [expect.stringContaining(`--accept 'endpoint:${server.url}'`), "nothing was sent to unwrap the data key"],
    });
    expect(server.requests.length).toBe(before);
    for (const options of [
      { approved: [`endpoint:${server.url}`] },
      { approved: [], env: { SOPS_AZURE_KEYVAULT_URLS: `https://acme.vault.azure.net/keys/x, ${server.url}/keys/other/1` } },
    ])
      expect(await azureKv.unwrap(wrapped, context(options))).toEqual(DATA_KEY);
  });

  test.each([
    "acme.vault.azure.net",
    "acme.vault.azure.cn",
    "acme.vault.azure.us",
    "acme.vault.usgovcloudapi.net",
    "acme.managedhsm.azure.net",
    "acme.managedhsm.usgovcloudapi.net",
    "ACME.vault.azure.net",
  ])("to %s without asking", async (host) => {
    const failure = await failureOf(
      azureKv.unwrap({ ...azureKey(`https://${host}/keys/a/${one}`), wrapped: "AAAA" }, { ...context({ approved: [] }), load }),
    );
    expect(failure.message).toBe("the package @azure/keyvault-keys is not installed");
  });

  test.each([
    "vault.azure.net",
    "a.b.vault.azure.net",
    "acme.vault.azure.net.example.com",
    "acme-vault.azure.net",
    "acme.vault.azure.net:8443",
    "acme.vault.azure.org",
  ])("to %s only when asked", async (host) => {
    const failure = await failureOf(
      azureKv.unwrap({ ...azureKey(`https://${host}/keys/a/${one}`), wrapped: "AAAA" }, context({ approved: [] })),
    );
    expect(failure.message).toContain(`no token is sent to https://${host}, which only the file names`);
  });

  test.each(["https://management.azure.com", "https://0.0.1", "https://evil@127.0.0.1", "https://127.0.0.1%40x", "http://127.0.0.1"])(
    "to no vault that asks for one for %s",
    async (resource) => {
      azure.resource = resource;
      azure.calls.length = 0;
      const failure = await failureOf(azureKv.wrap(azureKey(`${server.url}/keys/one/${one}`), DATA_KEY, context()));
      azure.resource = undefined;
      expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
      expect(failure.message).toContain("asks for a token for another service, which it does not get");
      expect(azure.calls).toEqual([]);
    },
  );
});

describe("before anything is asked", () => {
  test.each([
    ["prod", 1, '"https://"'],
    ["http://acme.vault.azure.net/keys/a", 5, '"https://"'],
    ["https:///keys/a", 9, "the host of the vault, such as acme.vault.azure.net"],
    ["https://acme vault/keys/a", 13, "the host of the vault, such as acme.vault.azure.net"],
    ["https://user@acme.vault.azure.net/keys/a", 13, "the host of the vault, such as acme.vault.azure.net"],
    ["https://acme.vault.azure.net", 29, '"/keys/"'],
    ["https://acme.vault.azure.net/secrets/a", 30, '"/keys/"'],
    ["https://acme.vault.azure.net/keys/", 35, "the name of the key: letters, digits and -"],
    ["https://acme.vault.azure.net/keys/my_key", 37, "the name of the key: letters, digits and -"],
    ["https://acme.vault.azure.net/keys/a/latest", 37, "nothing more than a version, which has 32 hexadecimal digits"],
    [`https://acme.vault.azure.net/keys/a/${"0".repeat(33)}`, 69, "nothing more than a version, which has 32 hexadecimal digits"],
  ])("%s is wrong at character %i", async (url, at, expected) => {
    expect(findUrlFault(url)).toEqual({ at, expected });
    // What has the form goes on to be checked; what has not is told in the words of sops.
    const failure = await failureOf(Promise.resolve().then(() => azureKv.check(azureKey(url))));
    expect(failure).toMatchObject({ code: "RECIPIENT_INVALID", hints: expect.arrayContaining([azureKv.form]) as unknown });
    expect(`${failure.message} ${String(Reflect.get(failure, "hints"))}`).toContain(`at character ${at} expected ${expected}`);
  });

  test("what Azure shows is taken as it is", async () => {
    for (const url of ["https://acme.vault.azure.net/keys/My-Key1", `https://hsm.managedhsm.azure.net/keys/a/${one}`])
      await expect(azureKv.check(azureKey(url))).resolves.toBeUndefined();
  });

  test("what a file says of a key that is none leads nowhere", async () => {
    for (const stored of [
      { vault_url: "https://acme.vault.azure.net/x", name: "a", version: "" },
      { vault_url: "http://acme.vault.azure.net", name: "a", version: "" },
      { vault_url: "https://acme.vault.azure.net", name: "../secrets/a", version: "" },
      { vault_url: "https://acme.vault.azure.net", name: "a", version: "../../secrets" },
    ]) {
      const key = { provider: "azure_kv", label: "", stored, wrapped: "AAAA" };
      expect((await failureOf(azureKv.unwrap(key, context()))).message).toContain("is no key of Azure Key Vault");
    }
    for (const wrapped of ["", "AA==", "A", "A+/A"]) {
      const key = { ...azureKey(`${server.url}/keys/one/${one}`), wrapped };
      await expect(azureKv.unwrap(key, context())).rejects.toThrow("is no Base64 text of the kind for URLs");
    }
  });
});

test("a rule without a version is about any version of its key in a file, and of no other", () => {
  const [vault, other] = ["https://acme.vault.azure.net/keys/a", "https://acme.vault.azure.net/keys/b"];
  expect(labels([`${vault}/${one}`], [vault])).toEqual([`${vault}/${one}`]);
  expect(labels([`${vault}/${one}`], [other, `${vault}/${two}`])).toEqual([`${other}/`, `${vault}/${two}`]);
  expect(labels([`https://acme.vault.azure.cn/keys/a/${one}`], [vault])).toEqual([`${vault}/`]);
});
