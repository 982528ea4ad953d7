/** What Google Cloud KMS answers when it fails: tried again, or told, with what to do. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { gcpKms } from "../../keys/gcp-kms.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { crc32 } from "./castagnoli.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf } from "./context.ts";
import { FakeGcp, GcpError, type GcpStatus, OWNER_TOKEN } from "./fake-gcp.ts";
import { type Answer, type Fault, type FaultyServer, startFaultyServer } from "./faulty-server.ts";
import { DATA_KEY, gcpContext, gcpKey } from "./gcp-context.ts";

const gcp: FakeGcp = new FakeGcp();
const key: MasterKey = gcpKey(gcp.addKey("prod"));
const certificate = makeCertificate({ names: ["localhost"] });
let server: FaultyServer;
let grpc: Awaited<ReturnType<FakeGcp["listen"]>>;
let wrapped: MasterKey;

const overHttp = (): KeyContext =>
  gcpContext({ env: { GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN, SOPS_GCP_KMS_CLIENT_TYPE: "rest", SOPS_GCP_KMS_ENDPOINT: server.url } });

const overGrpc = (port = grpc.port): KeyContext =>
  gcpContext({
    env: { GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN, SOPS_GCP_KMS_ENDPOINT: `localhost:${port}`, SSL_CERT_FILE: "/ca.pem" },
    files: { "/ca.pem": certificate.cert },
  });

beforeAll(async () => {
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
  [server, grpc] = await Promise.all([startFaultyServer({ behind: gcp.handle }), gcp.listen(certificate)]);
  wrapped = await gcpKms.wrap(key, DATA_KEY, overHttp());
});
afterAll(async () => {
  vi.unstubAllEnvs();
  grpc.end();
  await server[Symbol.asyncDispose]();
});

function answer(code: number, status: string): Answer {
  return { status: code, body: JSON.stringify({ error: { code, status, message: "said so" } }) };
}

/** Of a workload whose own token stands in a file. */
const federated = (): KeyContext => {
  const credentials = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${server.url}/sts`,
    credential_source: { file: join(import.meta.dirname, "castagnoli.ts") },
  };
  const env = {
    GOOGLE_CREDENTIALS: JSON.stringify(credentials),
    SOPS_GCP_KMS_ENDPOINT: `localhost:${grpc.port}`,
    SSL_CERT_FILE: "/ca.pem",
  };
  return gcpContext({ env, files: { "/ca.pem": certificate.cert } });
};

function refusal(error: string, description: string): Answer {
  return { status: 400, body: JSON.stringify({ error, error_description: description }) };
}

function opened(fields: object): Answer {
  return { status: 200, body: JSON.stringify(fields) };
}

describe("another try may help", () => {
  test.each([
    { fault: answer(429, "RESOURCE_EXHAUSTED"), says: "refuses: said so" },
    { fault: answer(503, "UNAVAILABLE"), says: "refuses: said so" },
    { fault: answer(500, "INTERNAL"), says: "refuses: said so" },
    { fault: { status: 502, body: "<html>S3CRET</html>" }, says: "answered 502, which cannot be read" },
    { fault: { status: 200, body: "<html>S3CRET</html>" }, says: "did not answer: the answer cannot be read" },
    { fault: { status: 200, body: "" }, says: "did not answer: the answer cannot be read" },
    { fault: "reset" as const, says: "did not answer: the connection was reset" },
    { fault: "cut" as const, says: "did not answer" },
  ])("with $fault over HTTP", async ({ fault, says }) => {
    server.meet(fault);
    const failure = await failureOf(gcpKms.unwrap(wrapped, overHttp()));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(`Google Cloud KMS at 127.0.0.1 ${says}`);
    expect(failure.message).not.toContain("S3CRET");
    expect(failure.cause).toBeUndefined();
  });

  test.each<GcpStatus>(["RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL"])("with %s over gRPC", async (status) => {
    gcp.next = new GcpError(status, "said so");
    expect(await failureOf(gcpKms.unwrap(wrapped, overGrpc()))).toBeInstanceOf(TransientError);
    expect(await gcpKms.unwrap(wrapped, overGrpc())).toEqual(DATA_KEY);
  });

  test("where nothing listens", async () => {
    const failure = await failureOf(gcpKms.unwrap(wrapped, overGrpc(1)));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toBe("Google Cloud KMS at localhost did not answer: nothing listens there");
  });

  test("and is made, for each key of a group", async () => {
    server.meet(answer(429, "RESOURCE_EXHAUSTED"), "reset", answer(500, "INTERNAL"));
    const context = overHttp();
    gcp.calls.length = 0;
    const before = server.requests.length;
    const { groups } = await wrapDataKey(DATA_KEY, [[key]], 0, { context });
    server.meet("reset", answer(503, "UNAVAILABLE"));
    expect((await recoverDataKey(groups, 0, { context })).dataKey).toEqual(DATA_KEY);
    expect([gcp.calls.map((call) => call.action), server.requests.length - before]).toEqual([["encrypt", "decrypt"], 7]);
  });

  test("with a checksum that does not fit, either way", async () => {
    const plaintext = Buffer.from(DATA_KEY).toString("base64");
    const sum = String(crc32(DATA_KEY));
    for (const fields of [{ plaintext, plaintextCrc32c: String(crc32(DATA_KEY) ^ 1) }, { plaintext }, { plaintextCrc32c: sum }]) {
      server.meet(opened(fields));
      const failure = await failureOf(gcpKms.unwrap(wrapped, overHttp()));
      expect(failure).toBeInstanceOf(TransientError);
      expect(failure.message).toBe("Google Cloud KMS: the answer arrived here changed, by its checksum");
    }
    const sealed = { ciphertext: "AAAA", ciphertextCrc32c: String(crc32(Buffer.alloc(3))) };
    for (const verified of [{ verifiedPlaintextCrc32c: false }, {}]) {
      server.meet(opened({ ...sealed, ...verified }));
      await expect(gcpKms.wrap(key, DATA_KEY, overHttp())).rejects.toThrow("the data key arrived there changed, by its checksum");
    }
    server.meet(opened({ ...sealed, ciphertextCrc32c: "1", verifiedPlaintextCrc32c: true }));
    await expect(gcpKms.wrap(key, DATA_KEY, overHttp())).rejects.toThrow("the answer arrived here changed, by its checksum");
    gcp.forge = ({ data, sum: right }) => ({ data, sum: String(Number(right) ^ 1) });
    const changed = "the answer arrived here changed, by its checksum";
    await expect(gcpKms.wrap(key, DATA_KEY, overGrpc())).rejects.toThrow(changed);
    await expect(gcpKms.unwrap(wrapped, overGrpc())).rejects.toThrow(changed);
    gcp.forge = undefined;
  });

  test("after a while, when nobody speaks over gRPC", async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as AddressInfo;
    const sockets: Socket[] = [];
    mute.on("connection", (socket) => void sockets.push(socket));
    const start = Date.now();
    await expect(gcpKms.unwrap(wrapped, overGrpc(port), AbortSignal.timeout(150))).rejects.toThrow(/abort|timeout/i);
    expect(Date.now() - start).toBeLessThan(2000);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  test.each(["drip", "silence"] as const)("after a while, when it answers by %s", async (fault) => {
    server.meet(fault);
    const signal = AbortSignal.timeout(150);
    const start = Date.now();
    await expect(gcpKms.unwrap(wrapped, overHttp(), signal)).rejects.toThrow(/abort|timeout/i);
    expect(Date.now() - start).toBeLessThan(2000);
  });
});

describe("a token of a federation", () => {
  test("is asked for once", async () => {
    const token = { access_token: OWNER_TOKEN, issued_token_type: "urn:ietf:params:oauth:token-type:access_token", token_type: "Bearer" };
    server.meet(opened({ ...token, expires_in: 3600 }));
    const before = server.requests.length;
    const context = federated();
    for (let times = 0; times < 2; times += 1) expect(await gcpKms.unwrap(wrapped, context)).toEqual(DATA_KEY);
    expect(server.requests.slice(before).map((request) => request.path)).toEqual(["/sts"]);
    expect(server.requests.at(-1)?.body).toContain("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange");
  });

  test.each<{ readonly fault: Fault; readonly says: string; readonly passing: boolean }>([
    { fault: { status: 503, body: "" }, says: "Google, asked for a token, answered 503", passing: true },
    { fault: { status: 429, body: "{}" }, says: "Google, asked for a token, answered 429", passing: true },
    { fault: "reset", says: "Google, asked for a token, did not answer: the connection was reset", passing: true },
    { fault: refusal("invalid_grant", "Token has been expired or revoked."), says: "have expired, or were revoked", passing: false },
    {
      fault: refusal("invalid_grant", "Invalid JWT: Token must be a short-lived token"),
      says: "the clock of this machine",
      passing: false,
    },
    { fault: refusal("invalid_target", "S3CRET"), says: "the Google credentials cannot be used (400)", passing: false },
  ])("that meets $fault, with one request", async ({ fault, says, passing }) => {
    const before = server.requests.length;
    server.meet(fault);
    const failure = await failureOf(gcpKms.unwrap(wrapped, federated()));
    expect(failure.message).toContain(says);
    expect(failure.message).not.toContain("S3CRET");
    expect(failure instanceof TransientError).toBe(passing);
    expect(server.requests.length - before).toBe(1);
  });
});

describe("another try does not help", () => {
  test.each<{ readonly code: number; readonly status: GcpStatus; readonly says: string }>([
    { code: 400, status: "INVALID_ARGUMENT", says: "this data key does not open" },
    { code: 404, status: "NOT_FOUND", says: "there is no such key" },
    { code: 403, status: "PERMISSION_DENIED", says: "these credentials may not use the key" },
    {
      code: 400,
      status: "FAILED_PRECONDITION",
      says: "the key, or the version of it that wrapped this data key, is disabled or destroyed",
    },
    { code: 401, status: "UNAUTHENTICATED", says: "the credentials are not accepted: they have expired, or were revoked" },
  ])("with $status, over HTTP and over gRPC", async ({ code, status, says }) => {
    server.meet(answer(code, status));
    gcp.next = new GcpError(status, "said so");
    const failures = [await failureOf(gcpKms.unwrap(wrapped, overHttp())), await failureOf(gcpKms.unwrap(wrapped, overGrpc()))];
    expect(failures.map((failure) => failure.message.replace(/ at \S+/, ""))).toEqual([
      `Google Cloud KMS says that ${says}: said so`,
      `Google Cloud KMS says that ${says}: said so`,
    ]);
    for (const failure of failures)
      expect(failure).toMatchObject({
        code: "DATA_KEY_UNAVAILABLE",
        hints: expect.arrayContaining([expect.stringMatching(/.../)]) as unknown,
      });
  });

  test("with a key that is disabled", async () => {
    gcp.keys.set(String(key.stored["resource_id"]), false);
    const failure = await failureOf(gcpKms.wrap(key, DATA_KEY, overHttp()));
    expect(failure).toMatchObject({ code: "WRAP_FAILED" });
    expect(failure.message).toContain("is not enabled, current state is: DISABLED.");
    gcp.keys.set(String(key.stored["resource_id"]), true);
  });

  test.each([16, 31, 34, 1000])("with a data key of %i bytes, over HTTP and over gRPC", async (length) => {
    const data = Buffer.alloc(length, 7);
    const sum = String(crc32(data));
    server.meet(opened({ plaintext: data.toString("base64"), plaintextCrc32c: sum }));
    gcp.forge = () => ({ data, sum });
    for (const context of [overHttp(), overGrpc()])
      await expect(gcpKms.unwrap(wrapped, context)).rejects.toThrow(`the service answered with ${length} bytes`);
    gcp.forge = undefined;
  });

  test("with an answer of something in between", async () => {
    server.meet({ status: 407, headers: { "content-type": "text/html" }, body: "<html>S3CRET</html>" });
    const failure = await failureOf(gcpKms.unwrap(wrapped, overHttp()));
    expect(failure).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: "Google Cloud KMS at 127.0.0.1 answered 407, which cannot be read",
    });
  });

  test("with a certificate that has expired, or is for another name", async () => {
    const unfit = [makeCertificate({ names: ["localhost"], expired: true }), makeCertificate({ names: ["example.com"] })];
    const says: string[] = [];
    for (const bad of unfit) {
      const { port, end } = await gcp.listen(bad);
      const env = { GOOGLE_OAUTH_ACCESS_TOKEN: OWNER_TOKEN, SOPS_GCP_KMS_ENDPOINT: `localhost:${port}`, SSL_CERT_FILE: "/ca.pem" };
      says.push((await failureOf(gcpKms.unwrap(wrapped, gcpContext({ env, files: { "/ca.pem": bad.cert } })))).message);
      end();
    }
    expect(says.map((one) => one.replace(/.*answer: /, ""))).toEqual([
      "its certificate has expired",
      "its certificate is for another name",
    ]);
  });
});
