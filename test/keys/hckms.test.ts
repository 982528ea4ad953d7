/** HuaweiCloud KMS against a double; sops with HuaweiCloud's own client talks to the same one, so that it is known to be strict. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hckms } from "../../keys/hckms.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { TransientError } from "../../src/model/provider.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { describeWithPeers } from "../support/peers.ts";
import { SopsFolder } from "../support/sops.ts";
import { openText, sealText } from "../support/sotto.ts";
import { makeCertificate } from "./certificate.ts";
import { failureOf, fakeContext, type FakeOptions, HOME, keyOf } from "./context.ts";
import { FakeHuawei, OWNER, PROJECT, STRANGER, TEMPORARY } from "./fake-huawei.ts";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at);
const cloud: FakeHuawei = new FakeHuawei();
const one: string = cloud.addKey("1234abcd-12ab-34cd-56ef-1234567890ab");
const two: string = cloud.addKey("00000000-0000-0000-0000-000000000002");
const FILE = `${HOME}/.huaweicloud/credentials`;
let server: FaultyServer;

beforeAll(async () => {
  server = await startFaultyServer({ behind: cloud.handle });
});
afterEach(() => {
  server.meet();
  cloud.setState(one, "enabled");
  cloud.now = Date.now;
  cloud.projects = [PROJECT];
});
afterAll(() => server[Symbol.asyncDispose]());

const places = (): Record<string, string> => ({
  HUAWEICLOUD_SDK_REGION_KMS_EU_WEST_101: server.url,
  HUAWEICLOUD_SDK_IAM_ENDPOINT: server.url,
});
const environment = ({ accessKey, secretKey, securityToken }: typeof OWNER): Record<string, string> => ({
  ...places(),
  HUAWEICLOUD_SDK_AK: accessKey,
  HUAWEICLOUD_SDK_SK: secretKey,
  HUAWEICLOUD_SDK_PROJECT_ID: PROJECT,
  ...(securityToken === undefined ? {} : { HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken }),
});
const contextOf = (signer = OWNER, { env, ...options }: FakeOptions = {}): KeyContext =>
  fakeContext({ env: { ...environment(signer), ...env }, ...options });
const roundTrip = async (context: KeyContext): Promise<Uint8Array> =>
  hckms.unwrap(await hckms.wrap(keyOf("hckms", one), DATA_KEY, context), context);

describeKeyProvider(hckms, {
  title: "a double that checks signatures",
  recipient: one,
  other: two,
  invalid: ["eu-west-101:key", "europe:1234abcd-12ab-34cd-56ef-1234567890ab", `${one}0`, "prod"],
  owner: () => contextOf(),
  stranger: () => contextOf(STRANGER),
});

describe("credentials of HuaweiCloud", () => {
  test("may be temporary", async () => {
    expect(await roundTrip(contextOf(TEMPORARY))).toEqual(DATA_KEY);
    const expired = contextOf(TEMPORARY, { env: { HUAWEICLOUD_SDK_SECURITY_TOKEN: "of yesterday" } });
    await expect(roundTrip(expired)).rejects.toMatchObject({
      code: "WRAP_FAILED",
      message:
        "HuaweiCloud KMS in eu-west-101 answered 401 (APIGW.0301): Incorrect IAM authentication information: the security token is not valid",
    });
  });

  test("may stand in the file of its clients, or in another one", async () => {
    const text = `; mine\n[global]\nak = no\n[basic]\nak=${OWNER.accessKey}\r\nsk = ${OWNER.secretKey}\nproject_id = ${PROJECT}\n`;
    expect(await roundTrip(fakeContext({ env: places(), files: { [FILE]: text } }))).toEqual(DATA_KEY);
    const named = { ...places(), HUAWEICLOUD_SDK_CREDENTIALS_FILE: "/ci/credentials" };
    expect(await roundTrip(fakeContext({ env: named, files: { "/ci/credentials": text } }))).toEqual(DATA_KEY);
  });

  test.each([
    [{}, undefined, `of which none is set; there is no ${FILE}`],
    [
      { HUAWEICLOUD_SDK_AK: "a" },
      "[global]\nak=a\nsk=b\n",
      `of which only HUAWEICLOUD_SDK_AK is set; there is no ak and sk under [basic] in ${FILE}`,
    ],
  ])("are nowhere: %j", async (env, file, hint) => {
    const context = fakeContext({ env: { ...places(), ...env }, files: file === undefined ? {} : { [FILE]: file } });
    expect(await failureOf(roundTrip(context))).toMatchObject({
      code: "IDENTITY_INVALID",
      message: "there are no HuaweiCloud credentials",
      hints: [`looked at, in this order: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, ${hint}`],
    });
  });

  test("without a project have that of the region, which is asked for once", async () => {
    const context = contextOf(OWNER, { env: { HUAWEICLOUD_SDK_PROJECT_ID: undefined } });
    cloud.calls.length = 0;
    expect(await roundTrip(context)).toEqual(DATA_KEY);
    expect(cloud.calls).toEqual([
      "/v3/projects?name=eu-west-101",
      `/v1.0/${PROJECT}/kms/encrypt-data`,
      `/v1.0/${PROJECT}/kms/decrypt-data`,
    ]);
    for (const [projects, says] of [
      [[], "no project"],
      [["a", "b"], "several projects"],
    ] as const) {
      cloud.projects = projects;
      const other = contextOf(OWNER, { env: { HUAWEICLOUD_SDK_PROJECT_ID: "" } });
      await expect(roundTrip(other)).rejects.toMatchObject({ message: `HuaweiCloud has ${says} for eu-west-101` });
    }
  });
});

describe("HuaweiCloud KMS that refuses", () => {
  const PLACE = "HuaweiCloud KMS in eu-west-101 answered";
  test.each([
    ["disabled", "400 (KMS.0209): The key has been disabled.", "enable the key 1234abcd-12ab-34cd-56ef-1234567890ab"],
    ["pending deletion", "400 (KMS.0210): The key is in Scheduled deletion state and cannot be used.", "cancel its deletion"],
  ] as const)("a key that is %s", async (state, message, hint) => {
    const wrapped = await hckms.wrap(keyOf("hckms", one), DATA_KEY, contextOf());
    cloud.setState(one, state);
    expect(await failureOf(hckms.unwrap(wrapped, contextOf()))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `${PLACE} ${message}`,
      hints: [expect.stringContaining(hint)],
    });
  });

  test("another key, another account, a wrong secret, a wrong clock", async () => {
    const wrapped = await hckms.wrap(keyOf("hckms", one), DATA_KEY, contextOf());
    const other = { ...wrapped, label: two, stored: { ...wrapped.stored, key_id: two } };
    await expect(hckms.unwrap(other, contextOf())).rejects.toMatchObject({ message: `${PLACE} 400 (KMS.0311): Failed to decrypt data.` });
    await expect(hckms.unwrap(wrapped, contextOf(STRANGER))).rejects.toMatchObject({ message: expect.stringContaining("403") as string });
    const wrong = contextOf(OWNER, { env: { HUAWEICLOUD_SDK_SK: "guessed" } });
    await expect(hckms.unwrap(wrapped, wrong)).rejects.toMatchObject({ message: expect.stringContaining("verify aksk") as string });
    cloud.now = () => Date.now() + 3_600_000;
    await expect(hckms.unwrap(wrapped, contextOf())).rejects.toMatchObject({
      message: expect.stringContaining("the signature expired") as string,
      hints: [expect.stringContaining("the clock of this machine")],
    });
  });

  test.each([
    [{ status: 429, body: '{"error_code":"APIGW.0308","error_msg":"throttled"}' }, "answered 429 (APIGW.0308): throttled"],
    [{ status: 500, body: "<html>" }, "answered 500"],
    ["reset", "did not answer: the connection was reset"],
    ["cut", "did not answer"],
  ] as const)("for a reason that passes: %j", async (fault, says) => {
    server.meet(fault);
    const failure = await failureOf(roundTrip(contextOf()));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(says);
  });

  test.each(["drip", "silence"] as const)("by %s, until the call is ended", async (fault) => {
    server.meet(fault);
    const work = hckms.wrap(keyOf("hckms", one), DATA_KEY, contextOf(), AbortSignal.timeout(100));
    await expect(work).rejects.toBeInstanceOf(TransientError);
  });

  test.each([
    [{}, "the answer of HuaweiCloud KMS holds no data key"],
    [{ plain_text: 5 }, "the answer of HuaweiCloud KMS holds no data key"],
    [{ plain_text: Buffer.alloc(16).toString("base64") }, "the service answered with 16 bytes, expected 32 (a data key) or 33 (a share)"],
    [{ plain_text: "?" }, "the answer of HuaweiCloud KMS holds no data key"],
  ])("with an answer that is none: %j", async (answer, message) => {
    const wrapped = await hckms.wrap(keyOf("hckms", one), DATA_KEY, contextOf());
    server.meet({ status: 200, body: JSON.stringify(answer) });
    await expect(hckms.unwrap(wrapped, contextOf())).rejects.toMatchObject({ code: "DATA_KEY_UNAVAILABLE", message });
    server.meet({ status: 200, body: "{}" });
    await expect(roundTrip(contextOf())).rejects.toMatchObject({ code: "WRAP_FAILED" });
  });

  test("by a certificate that nobody knows", async () => {
    await using strange = await startFaultyServer({ behind: cloud.handle, certificate: makeCertificate() });
    const context = contextOf(OWNER, { env: { HUAWEICLOUD_SDK_REGION_KMS_EU_WEST_101: strange.url } });
    await expect(roundTrip(context)).rejects.toMatchObject({ message: expect.stringContaining("its certificate") as string });
    expect(strange.requests).toEqual([]);
  });
});

describe("a key of HuaweiCloud KMS", () => {
  test.each([
    ["europe:1234abcd-12ab-34cd-56ef-1234567890ab", "expected the region, such as eu-west-101, at character 3"],
    ["eu-west-101:1234abcd-12ab-34cd-56ef-1234567890ax", "expected a hexadecimal digit at character 48"],
    ["eu-west-101:1234abcd-12ab-34cd-56ef-1234567890a", "expected a hexadecimal digit at character 48"],
    ["eu-west-101:1234abcd/12ab", 'expected "-" at character 21'],
    [`${one}0`, "expected the end at character 49"],
  ])("%j is none, with its place", async (text, fault) => {
    await expect(hckms.check({ provider: "hckms", label: text, stored: { key_id: text } })).rejects.toMatchObject({
      code: "RECIPIENT_INVALID",
      message: `${JSON.stringify(text)} is no HuaweiCloud KMS key: ${fault}`,
      hints: [hckms.form],
    });
  });

  test("decides the host, which a region cannot leave", async () => {
    const before = server.requests.length;
    const key = { provider: "hckms", label: "eu-west-101.evil.example.com/:x", stored: {}, wrapped: "x" };
    const message = '"eu-west-101.evil.example.com/" is no region of HuaweiCloud';
    await expect(hckms.unwrap(key, contextOf())).rejects.toMatchObject({ message });
    await expect(hckms.wrap(key, DATA_KEY, contextOf())).rejects.toMatchObject({ code: "WRAP_FAILED", message });
    expect(server.requests.length).toBe(before);
  });
});

describeWithPeers(["sops"], "HuaweiCloud KMS with sops", () => {
  test("each opens what the other wraps", async () => {
    using folder = new SopsFolder();
    const env = environment(OWNER);
    const access = { context: fakeContext({ env }) };
    const theirs = await folder.encrypt("a: secret\n", "yaml", ["--hckms", `${one},${two}`], { env });
    expect(theirs).toMatchObject({ exit: 0 });
    expect(await openText(theirs.output, "yaml", access)).toBe("a: secret\n");
    const ours = await sealText("a: secret\n", "yaml", { groups: [[keyOf("hckms", one), keyOf("hckms", two)]], access });
    expect(await folder.decrypt(ours, "yaml", { env })).toMatchObject({ exit: 0, output: "a: secret\n" });
    expect(cloud.calls.filter((path) => path.endsWith("data")).length).toBeGreaterThanOrEqual(6);
  });
});
