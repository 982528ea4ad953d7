/** AWS KMS that fails: what is worth another try, what is not, and what is said. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { awsKms } from "../../keys/aws-kms.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { wrapDataKey } from "../../src/keyring/wrap.ts";
import type { MasterKey } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { awsContext, awsKey, DATA_KEY } from "./aws-context.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf } from "./context.ts";
import { ACCOUNT, FakeAws } from "./fake-aws.ts";
import { type Answer, type Fault, type FaultyServer, startFaultyServer } from "./faulty-server.ts";

let aws: FakeAws;
let server: FaultyServer;
let key: MasterKey;
let wrapped: MasterKey;

beforeEach(async () => {
  aws = new FakeAws();
  server = await startFaultyServer({ behind: aws.handle });
  vi.stubEnv("AWS_ENDPOINT_URL", server.url);
  key = awsKey(aws.addKey("key/one"));
  wrapped = await awsKms.wrap(key, DATA_KEY, awsContext());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

const answer = (type: string, status = 400, message = ""): Answer => ({ status, body: JSON.stringify({ __type: type, message }) });

describe("another try may help", () => {
  test.each<readonly [string, Fault, string]>([
    ["it is asked too often", answer("ThrottlingException", 400, "Rate exceeded"), "answered 400 (ThrottlingException): Rate exceeded"],
    ["the limit is reached", answer("LimitExceededException"), "answered 400 (LimitExceededException)"],
    ["it has a fault", answer("KMSInternalException", 500), "answered 500 (KMSInternalException)"],
    [
      "a proxy says so",
      { status: 503, headers: { "content-type": "text/html" }, body: "<html>secret</html>" },
      "answered 503, with what cannot be read",
    ],
    ["the connection is reset", "reset", "did not answer: the connection was reset"],
    ["the answer is cut", "cut", "did not answer: "],
    ["the answer is none", { status: 200, body: '"AAECAwQFBgcICQ' }, "did not answer: the answer cannot be read"],
  ])("when %s", async (_, fault, says) => {
    server.meet(fault);
    const failure = await failureOf(awsKms.unwrap(wrapped, awsContext()));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(`AWS KMS in eu-central-1 ${says}`);
    expect(failure.message).not.toMatch(/secret|AAEC/);
    expect(failure.cause).toBeUndefined();
  });

  test("and is made, for each key of a group", async () => {
    server.meet(answer("ThrottlingException"), "reset", answer("KMSInternalException", 500));
    const context = awsContext();
    const { groups } = await wrapDataKey(DATA_KEY, [[key]], 0, { context });
    server.meet("reset", answer("ThrottlingException"));
    expect((await recoverDataKey(groups, 0, { context })).dataKey).toEqual(DATA_KEY);
    expect([aws.countOf("Encrypt"), aws.countOf("Decrypt"), server.requests.length]).toEqual([2, 1, 8]);
  });

  test("with the clock of AWS, when ours is wrong", async () => {
    aws.skew = 3_600_000;
    const context = awsContext();
    const failure = await failureOf(awsKms.unwrap(wrapped, context));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain("Signature expired");
    expect(await awsKms.unwrap(wrapped, context)).toEqual(DATA_KEY);
  });

  test.each(["drip", "silence"] as const)("after a while, when it answers by %s", async (fault) => {
    server.meet(fault);
    const signal = AbortSignal.timeout(150);
    const start = Date.now();
    await expect(awsKms.unwrap(wrapped, awsContext(), signal)).rejects.toThrow(/abort|timeout/i);
    expect(Date.now() - start).toBeLessThan(2000);
    expect(signal.aborted).toBe(true);
  });
});

describe("another try does not help", () => {
  test.each([
    ["AccessDeniedException", "these credentials may not use the key"],
    ["NotFoundException", "there is no such key for these credentials"],
    ["ExpiredTokenException", "the credentials have expired"],
    ["UnrecognizedClientException", "it does not know the access key"],
    ["InvalidKeyUsageException", "the key is not one for encryption"],
    ["IncorrectKeyException", "this data key was wrapped with another key"],
  ])("with %s", async (name, says) => {
    server.meetAlways(answer(name, 400, "said so"));
    expect(await failureOf(awsKms.unwrap(wrapped, awsContext()))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `AWS KMS in eu-central-1 says that ${says}: said so`,
      hints: expect.arrayContaining([expect.stringMatching(/.../)]) as unknown,
    });
  });

  test("with a key that is disabled, or about to be deleted", async () => {
    const arn = String(key.stored["arn"]);
    aws.keys.set(arn, "Disabled");
    const disabled = await failureOf(awsKms.unwrap(wrapped, awsContext()));
    expect(disabled).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", hints: [`aws kms enable-key --key-id ${arn}`] });
    aws.keys.set(arn, "PendingDeletion");
    expect((await failureOf(awsKms.wrap(key, DATA_KEY, awsContext()))).message).toContain("in a state in which it cannot be used");
  });

  test.each([16, 31, 34, 1000])("with a data key of %i bytes", async (length) => {
    server.meet({ status: 200, body: JSON.stringify({ Plaintext: Buffer.alloc(length, 7).toString("base64") }) });
    await expect(awsKms.unwrap(wrapped, awsContext())).rejects.toThrow(`the service answered with ${length} bytes`);
  });

  test("with an answer of something in between", async () => {
    server.meet({ status: 403, headers: { "content-type": "text/html" }, body: "<html>secret</html>" });
    const failure = await failureOf(awsKms.unwrap(wrapped, awsContext()));
    expect(failure).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: "AWS KMS in eu-central-1 answered 403, with what cannot be read",
    });
  });

  test("with an answer that holds nothing", async () => {
    server.meet({ status: 200, body: "{}" }, { status: 200, body: "{}" });
    await expect(awsKms.unwrap(wrapped, awsContext())).rejects.toThrow("the answer of AWS KMS holds no data key");
    await expect(awsKms.wrap(key, DATA_KEY, awsContext())).rejects.toThrow("the answer of AWS KMS holds no wrapped key");
  });

  test("with a role that may not be assumed; with one whose service is away it may", async () => {
    const role = aws.addRole("theirs", ACCOUNT, "999988887777");
    const byRole = { ...wrapped, stored: { ...wrapped.stored, role } };
    expect(await failureOf(awsKms.unwrap(byRole, awsContext()))).toMatchObject({
      code: "IDENTITY_INVALID",
      message: expect.stringContaining(
        `AWS, asked for the role ${role}, says that these credentials may not assume the role: User:`,
      ) as unknown,
    });
    server.meet({ status: 503, body: "" });
    expect(await failureOf(awsKms.unwrap(byRole, awsContext()))).toBeInstanceOf(TransientError);
  });

  test("with a certificate of nobody who is trusted, unless AWS_CA_BUNDLE names it", async () => {
    const certificate = makeCertificate();
    await using secure = await startFaultyServer({ behind: aws.handle, certificate });
    vi.stubEnv("AWS_ENDPOINT_URL", secure.url);
    expect(await failureOf(awsKms.unwrap(wrapped, awsContext()))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: "AWS KMS in eu-central-1 did not answer: its certificate is signed by itself",
      hints: ["name the authority that signed it: NODE_EXTRA_CA_CERTS=FILE, or AWS_CA_BUNDLE=FILE for AWS"],
    });
    const trusting = awsContext({ env: { AWS_CA_BUNDLE: "/ca.pem" }, files: { "/ca.pem": certificate.cert } });
    expect(await awsKms.unwrap(wrapped, trusting)).toEqual(DATA_KEY);
    const lost = awsContext({ env: { AWS_CA_BUNDLE: "/ca.pem" } });
    await expect(awsKms.unwrap(wrapped, lost)).rejects.toThrow("AWS_CA_BUNDLE names /ca.pem, which is not there");
    const old = makeCertificate({ expired: true });
    await using late = await startFaultyServer({ behind: aws.handle, certificate: old });
    vi.stubEnv("AWS_ENDPOINT_URL", late.url);
    const expired = awsContext({ env: { AWS_CA_BUNDLE: "/ca.pem" }, files: { "/ca.pem": old.cert } });
    await expect(awsKms.unwrap(wrapped, expired)).rejects.toThrow("its certificate has expired");
  });
});
