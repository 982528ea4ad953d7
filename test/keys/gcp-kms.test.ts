/** Google Cloud KMS against a double that checks every request. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { gcpKms } from "../../keys/gcp-kms.ts";
import { crc32c } from "../../keys/gcp-kms/crc32c.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { crc32 } from "./castagnoli.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf, fakeContext, type FakeOptions, HOME } from "./context.ts";
import { FakeGcp, MACHINE_TOKEN, OWNER_TOKEN, STRANGER_TOKEN } from "./fake-gcp.ts";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";
import { DATA_KEY, gcpContext, gcpKey } from "./gcp-context.ts";

const gcp: FakeGcp = new FakeGcp();
const [one, two] = [gcp.addKey("one"), gcp.addKey("two")];
let server: FaultyServer;

beforeAll(async () => {
  server = await startFaultyServer({ behind: gcp.handle });
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

function overHttp({ env, ...options }: FakeOptions = {}): KeyContext {
  return gcpContext({ ...options, env: { SOPS_GCP_KMS_CLIENT_TYPE: "REST", SOPS_GCP_KMS_ENDPOINT: server.url, ...env } });
}

const withToken = (token: string): KeyContext => overHttp({ env: { GOOGLE_OAUTH_ACCESS_TOKEN: token } });

const load = (name: string): Promise<never> => Promise.reject(new SottoError("PACKAGE_MISSING", `the package ${name} is not installed`));

/** The accounts that a round trip shows. */
async function accountsOf(context: KeyContext): Promise<readonly string[]> {
  gcp.calls.length = 0;
  expect(await gcpKms.unwrap(await gcpKms.wrap(gcpKey(one), DATA_KEY, context), context)).toEqual(DATA_KEY);
  return gcp.calls.map((call) => call.account);
}

describeKeyProvider(gcpKms, {
  title: "a double that checks tokens and checksums",
  recipient: one,
  other: two,
  invalid: ["prod", "projects/acme/locations/global/keyRings/a", "projects/acme/locations/global/keyRings/a/cryptoKeys/b?x", `${one}/`],
  owner: () => withToken(OWNER_TOKEN),
  stranger: () => withToken(STRANGER_TOKEN),
});

test("checksums are those of the definition", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  for (const length of [0, 1, 32, 33, 300]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 89 + length) % 256);
    expect(crc32c(bytes)).toBe(crc32(bytes));
  }
});

describe("credentials of Google are looked for", () => {
  const file = gcp.serviceAccount();

  test.each<{ readonly place: string; readonly options: FakeOptions }>([
    { place: "the text in GOOGLE_CREDENTIALS", options: { env: { GOOGLE_CREDENTIALS: file, GOOGLE_OAUTH_ACCESS_TOKEN: "not-used" } } },
    { place: "the file that GOOGLE_CREDENTIALS names", options: { env: { GOOGLE_CREDENTIALS: "/sa.json" }, files: { "/sa.json": file } } },
    {
      place: "the file that GOOGLE_APPLICATION_CREDENTIALS names",
      options: { env: { GOOGLE_APPLICATION_CREDENTIALS: "/adc.json" }, files: { "/adc.json": file } },
    },
    { place: "the file of gcloud", options: { files: { [`${HOME}/.config/gcloud/application_default_credentials.json`]: file } } },
    {
      place: "the file of gcloud elsewhere",
      options: { env: { CLOUDSDK_CONFIG: "/gcloud" }, files: { "/gcloud/application_default_credentials.json": file } },
    },
  ])("in $place", async ({ options }) => {
    expect(await accountsOf(overHttp(options))).toEqual(Array.from({ length: 2 }, () => "sotto@acme.iam.gserviceaccount.com"));
  });

  test("in a token, before application default credentials", async () => {
    const env = { GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN, GOOGLE_APPLICATION_CREDENTIALS: "/adc.json" };
    expect(await accountsOf(overHttp({ env }))).toEqual([OWNER_TOKEN, OWNER_TOKEN]);
  });

  test("in the machine, last", async () => {
    vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
    vi.stubEnv("GCE_METADATA_HOST", server.url.replace("http://", ""));
    expect(await accountsOf(overHttp())).toEqual([MACHINE_TOKEN, MACHINE_TOKEN]);
    vi.stubEnv("GCE_METADATA_HOST", undefined);
    vi.stubEnv("METADATA_SERVER_DETECTION", "none");
  });

  test("and where, in order, is said when there are none", async () => {
    expect(await failureOf(gcpKms.wrap(gcpKey(one), DATA_KEY, overHttp()))).toMatchObject({
      code: "IDENTITY_INVALID",
      message: "there are no Google credentials",
      hints: [
        `looked at, in this order: GOOGLE_CREDENTIALS; GOOGLE_OAUTH_ACCESS_TOKEN; GOOGLE_APPLICATION_CREDENTIALS; ${HOME}/.config/gcloud/application_default_credentials.json; the machine (metadata server)`,
        "log in: gcloud auth application-default login",
      ],
    });
  });

  test.each([
    { env: { GOOGLE_CREDENTIALS: "/nowhere/S3CRET" }, says: "GOOGLE_CREDENTIALS names a file that is not there, or cannot be read" },
    { env: { GOOGLE_CREDENTIALS: '{"private_key": "S3CRET"' }, says: "GOOGLE_CREDENTIALS holds no credentials of Google" },
    { env: { GOOGLE_APPLICATION_CREDENTIALS: "/list.json" }, says: "/list.json holds no credentials of Google" },
    { env: { GOOGLE_CREDENTIALS: '{"type": "magic", "key": "S3CRET"}' }, says: "the Google credentials cannot be used" },
  ])("and must be some: $says", async ({ env, says }) => {
    const failure = await failureOf(gcpKms.wrap(gcpKey(one), DATA_KEY, overHttp({ env, files: { "/list.json": '["S3CRET"]' } })));
    expect(failure).toMatchObject({ code: "IDENTITY_INVALID", message: expect.stringContaining(says) as unknown });
    expect(JSON.stringify([failure.message, Reflect.get(failure, "hints")])).not.toContain("S3CRET");
  });

  test("and have to be of the cloud that is asked", async () => {
    const credentials = JSON.stringify({ ...(JSON.parse(file) as object), universe_domain: "example.cloud" });
    const failure = await failureOf(gcpKms.wrap(gcpKey(one), DATA_KEY, overHttp({ env: { GOOGLE_CREDENTIALS: credentials } })));
    expect(failure).toMatchObject({ code: "IDENTITY_INVALID" });
    expect(failure.message).toBe("the Google credentials are for another cloud: example.cloud, not googleapis.com");
    const env = { GOOGLE_CREDENTIALS: credentials, SOPS_GCP_KMS_UNIVERSE_DOMAIN: "example.cloud" };
    expect(await accountsOf(overHttp({ env }))).toHaveLength(2);
  });
});

describe("the service is asked", () => {
  test("at an address that is one", async () => {
    for (const address of ["https://kms.example.com/path", "https://user@kms.example.com", "http://", "a b"]) {
      const context = overHttp({ env: { SOPS_GCP_KMS_ENDPOINT: address, GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN } });
      await expect(gcpKms.wrap(gcpKey(one), DATA_KEY, context)).rejects.toThrow(
        `SOPS_GCP_KMS_ENDPOINT is ${JSON.stringify(address)}, which is no address of a server`,
      );
    }
  });

  test("over gRPC and TLS unless told otherwise, with the token and the certificates to trust", async () => {
    const certificate = makeCertificate({ names: ["localhost"] });
    const { port, end } = await gcp.listen(certificate);
    const env = { SOPS_GCP_KMS_ENDPOINT: `localhost:${port}`, GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN };
    const files = { "/ca.pem": certificate.cert };
    expect(await accountsOf(gcpContext({ env: { ...env, SSL_CERT_FILE: "/ca.pem" }, files }))).toEqual([OWNER_TOKEN, OWNER_TOKEN]);
    expect(await failureOf(gcpKms.wrap(gcpKey(one), DATA_KEY, gcpContext({ env })))).toMatchObject({
      code: "WRAP_FAILED",
      message: "Google Cloud KMS at localhost did not answer: its certificate is signed by itself",
      hints: ["name the authority that signed it: NODE_EXTRA_CA_CERTS=FILE, or SSL_CERT_FILE=FILE"],
    });
    end();
  });

  test("over HTTPS with the certificates to trust", async () => {
    const certificate = makeCertificate();
    await using secure = await startFaultyServer({ behind: gcp.handle, certificate });
    const env = { SOPS_GCP_KMS_ENDPOINT: secure.url, GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN };
    const trusting = overHttp({ env: { ...env, SSL_CERT_FILE: "/ca.pem" }, files: { "/ca.pem": certificate.cert } });
    expect(await accountsOf(trusting)).toEqual([OWNER_TOKEN, OWNER_TOKEN]);
    await expect(gcpKms.wrap(gcpKey(one), DATA_KEY, overHttp({ env }))).rejects.toThrow("its certificate is signed by itself");
    const lost = overHttp({ env: { ...env, SSL_CERT_FILE: "/ca.pem" } });
    await expect(gcpKms.wrap(gcpKey(one), DATA_KEY, lost)).rejects.toThrow("SSL_CERT_FILE names /ca.pem, which is not there");
  });

  test("by packages that may not be there", async () => {
    await expect(gcpKms.wrap(gcpKey(one), DATA_KEY, { ...fakeContext(), load })).rejects.toThrow(
      "the package @google-cloud/kms is not installed",
    );
  });
});

describe("before anything is asked", () => {
  test.each([
    ["prod", 4, '"projects"'],
    ["project/acme", 8, '"projects"'],
    ["projects", 9, '"/" and then the project, such as acme-prod'],
    ["projects//locations/global", 10, "the project, such as acme-prod"],
    ["projects/Acme/locations/global", 10, "the project, such as acme-prod"],
    ["projects/acme/location/global", 23, '"locations"'],
    ["projects/acme/locations/eu/keyrings/a/cryptoKeys/b", 31, '"keyRings"'],
    ["projects/acme/locations/eu/keyRings/a.b/cryptoKeys/c", 38, "the name of the key ring"],
    ["projects/acme/locations/eu/keyRings/a/cryptoKeys/", 50, "the name of the key"],
    ["projects/acme/locations/eu/keyRings/a/cryptoKeys/b?x", 51, "the name of the key"],
    ["projects/acme/locations/eu/keyRings/a/cryptoKeys/b/cryptoKeyVersions/1", 51, "the end: a key is named without its version"],
  ])("%s is wrong at character %i", async (id, at, expected) => {
    expect(await failureOf(gcpKms.check(gcpKey(id)))).toMatchObject({
      code: "RECIPIENT_INVALID",
      message: `${JSON.stringify(id)} is no Google Cloud KMS key: at character ${at} expected ${expected}`,
      hints: [gcpKms.form],
    });
    const used = await failureOf(gcpKms.unwrap({ ...gcpKey(id), wrapped: "AAAA" }, withToken(OWNER_TOKEN)));
    expect(used.message).toBe(`no valid resource ID found in ${JSON.stringify(id)}`);
  });

  test("what gcloud prints is taken as it is", async () => {
    for (const project of ["acme-prod", "example.com:acme", "123456789012"])
      await expect(
        gcpKms.check(gcpKey(`projects/${project}/locations/europe-west3/keyRings/My_ring-1/cryptoKeys/_k`)),
      ).resolves.toBeUndefined();
  });
});
