/** AWS KMS against a double that checks every request. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { awsKms } from "../../keys/aws-kms.ts";
import * as absent from "../../keys/network/absent.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { describeKeyProvider } from "../contracts/key-provider.ts";
import { awsContext, awsKey, DATA_KEY, environmentOf, NO_KEYS } from "./aws-context.ts";
import { failureOf, fakeContext } from "./context.ts";
import { ACCOUNT, FakeAws, OWNER, SSO_TOKEN, STRANGER, WEB_TOKEN } from "./fake-aws.ts";
import { type FaultyServer, startFaultyServer } from "./faulty-server.ts";

const aws: FakeAws = new FakeAws();
const [one, two] = [aws.addKey("key/one"), aws.addKey("key/two")];
const machines: string = aws.addRole("machines", ACCOUNT, ACCOUNT);
const home: string = mkdtempSync(join(tmpdir(), "sotto-aws-"));
let server: FaultyServer;

beforeAll(async () => {
  server = await startFaultyServer({ behind: aws.handle });
  mkdirSync(join(home, ".aws", "sso", "cache"), { recursive: true });
  // The clients of AWS look at the process alone.
  const process = { HOME: home, AWS_ENDPOINT_URL: server.url, AWS_EC2_METADATA_DISABLED: "true" };
  for (const [name, value] of Object.entries(process)) vi.stubEnv(name, value);
  write("credentials", `[team]\naws_access_key_id = ${OWNER.accessKeyId}\naws_secret_access_key = ${OWNER.secretAccessKey}\n`);
  const byRole = `[profile by-role]\nrole_arn = ${machines}\nsource_profile = team\n`;
  write("config", sso("browser", "acme") + sso("late", "old") + byRole);
  writeToken("acme", Date.now() + 3_600_000);
  writeToken("old", Date.now() - 3_600_000);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
  await server[Symbol.asyncDispose]();
});

const sso = (name: string, session: string): string =>
  `[profile ${name}]\nsso_session = ${session}\nsso_account_id = ${ACCOUNT}\nsso_role_name = Dev\nregion = eu-west-1\n[sso-session ${session}]\nsso_region = eu-west-1\nsso_start_url = https://acme.awsapps.com/start\n`;

function write(name: string, text: string): void {
  writeFileSync(join(home, ".aws", name), text);
}

/** What `aws sso login` leaves behind. */
function writeToken(session: string, expires: number): void {
  const name = `${createHash("sha1").update(session).digest("hex")}.json`;
  write(
    join("sso", "cache", name),
    JSON.stringify({ accessToken: SSO_TOKEN, expiresAt: new Date(expires).toISOString(), region: "eu-west-1" }),
  );
}

/** One that knows the files of the home. */
function atHome(options: Parameters<typeof awsContext>[0] = {}): KeyContext {
  const files = Object.fromEntries(["credentials", "config"].map((name) => [join(home, ".aws", name), PROFILES]));
  return awsContext({ home, files, ...options });
}
/** The names are all that sotto itself reads. */
const PROFILES = ["team", "browser", "late", "by-role"].map((name) => `[profile ${name}]\n`).join("");

/** The calls that a round trip makes. */
async function callsOf(key: MasterKey, context: KeyContext): Promise<readonly string[]> {
  aws.calls.length = 0;
  expect(await awsKms.unwrap(await awsKms.wrap(key, DATA_KEY, context), context)).toEqual(DATA_KEY);
  return aws.calls.map((call) => call.action);
}

describeKeyProvider(awsKms, {
  title: "a double that checks signatures",
  recipient: one,
  other: two,
  invalid: [
    "alias/prod",
    "arn:aws:kms:eu-central-1:111122223333",
    "arn:aws:s3:::bucket",
    "arn:aws:kms:eu-central-1:1111:key/a",
    "arn:aws:kms:evil.example.com/:111122223333:key/a",
    `${one}+arn:aws:iam::1:role/x`,
  ],
  owner: () => awsContext(),
  stranger: () => awsContext({ signer: STRANGER }),
});

function missing(name: string): Promise<never> {
  return Promise.reject(new SottoError("PACKAGE_MISSING", `the package ${name} is not installed`, { hints: ["npm install"] }));
}

describe("AWS KMS is asked", () => {
  test("in the region of the ARN, with the key and the encryption context, and nothing else", async () => {
    const far = aws.addKey("alias/team/prod", "ap-southeast-2");
    const key = awsKey(far, { context: { app: "web", stage: "prod", nothing: null } });
    expect(await callsOf(key, awsContext())).toEqual(["Encrypt", "Decrypt"]);
    expect(aws.calls.map(({ region, fields }) => [region, fields["KeyId"], fields["EncryptionContext"]])).toEqual(
      ["Encrypt", "Decrypt"].map(() => ["ap-southeast-2", far, { app: "web", stage: "prod" }]),
    );
    await callsOf(awsKey(one), awsContext());
    expect(aws.calls.some(({ fields }) => "EncryptionContext" in fields)).toBe(false);
  });

  test("for what another context wrapped, in vain", async () => {
    const wrapped = await awsKms.wrap(awsKey(one, { context: { app: "web" } }), DATA_KEY, awsContext());
    for (const context of [undefined, {}, { app: "api" }, { app: "web", more: "" }]) {
      await expect(awsKms.unwrap({ ...wrapped, stored: { ...wrapped.stored, context } }, awsContext())).rejects.toMatchObject({
        code: "DATA_KEY_UNAVAILABLE",
        message: "AWS KMS in eu-central-1 says that this data key does not open",
      });
    }
  });

  test("by the same client again: a role is assumed once for all keys of a region", async () => {
    const context = awsContext();
    const keys = [awsKey(one, { role: machines }), awsKey(two, { role: machines }), awsKey(one)];
    aws.calls.length = 0;
    await Promise.all(keys.map((key) => awsKms.wrap(key, DATA_KEY, context)));
    await awsKms.wrap(awsKey(one, { role: machines }), DATA_KEY, context);
    expect([aws.countOf("AssumeRole"), aws.countOf("Encrypt")]).toEqual([1, 4]);
    const assumed = aws.calls.find((call) => call.action === "AssumeRole");
    const session = `sops@${hostname().replaceAll(/[^A-Za-z0-9=,.@_]/g, "")}`.slice(0, 64);
    expect(assumed).toMatchObject({ region: "eu-central-1", fields: { RoleArn: machines, RoleSessionName: session } });
  });

  test("with a role that is assumed again before its credentials expire", async () => {
    aws.lifetime = 60_000;
    const context = awsContext();
    aws.calls.length = 0;
    for (let times = 0; times < 2; times += 1) await awsKms.wrap(awsKey(one, { role: machines }), DATA_KEY, context);
    aws.lifetime = 3_600_000;
    const [first, second] = aws.calls.filter((call) => call.action === "Encrypt").map((call) => call.accessKeyId);
    expect(first).toMatch(/^ASIA/);
    expect(second).not.toBe(first);
  });

  test("through the proxy of the environment, but for this machine", async () => {
    const key = awsKey(one);
    await using proxy = await startFaultyServer({
      behind: (request) => aws.handle({ ...request, path: request.path.replace("http://kms.example.com", "") }),
    });
    const context = (env: Readonly<Record<string, string>>): KeyContext => awsContext({ env: { HTTP_PROXY: proxy.url, ...env } });
    await awsKms.wrap(key, DATA_KEY, context({}));
    expect(proxy.requests).toEqual([]);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://kms.example.com");
    await awsKms.wrap(key, DATA_KEY, context({ no_proxy: "example.org" }));
    vi.stubEnv("AWS_ENDPOINT_URL", server.url);
    expect(proxy.requests.map((request) => request.path)).toEqual(["http://kms.example.com/"]);
  });

  test("by packages that may not be there", async () => {
    await expect(awsKms.wrap(awsKey(one), DATA_KEY, { ...fakeContext(), load: missing })).rejects.toMatchObject({
      code: "PACKAGE_MISSING",
      message: "the package @aws-sdk/client-kms is not installed",
    });
    const none = fakeContext();
    await expect(awsKms.wrap(awsKey(one), DATA_KEY, none)).rejects.toMatchObject({ code: "PACKAGE_MISSING" });
    await expect(absent.wrap(awsKey(one), DATA_KEY, none)).rejects.toThrow("keys of kind kms cannot be used without Node");
    await expect(absent.unwrap(awsKey(one), none)).rejects.toThrow("keys of kind kms cannot be used without Node");
  });

  test("in every region of a key that has replicas", async () => {
    const [near, far] = [aws.addKey("key/mrk-1"), aws.addKey("key/mrk-1", "us-west-2")];
    const wrapped = await awsKms.wrap(awsKey(near), DATA_KEY, awsContext());
    expect(await awsKms.unwrap({ ...wrapped, ...awsKey(far), wrapped: wrapped.wrapped ?? "" }, awsContext())).toEqual(DATA_KEY);
  });
});

describe("credentials of AWS are looked for", () => {
  test("in the profile of the key, whatever the environment says", async () => {
    expect(await callsOf(awsKey(one, { aws_profile: "team" }), atHome({ signer: STRANGER }))).toEqual(["Encrypt", "Decrypt"]);
    expect(aws.calls.map((call) => call.accessKeyId)).toEqual([OWNER.accessKeyId, OWNER.accessKeyId]);
  });

  test("in a profile that assumes a role", async () => {
    const calls = await callsOf(awsKey(one, { aws_profile: "by-role" }), atHome({ env: NO_KEYS }));
    expect(calls).toEqual(["AssumeRole", "Encrypt", "Decrypt"]);
  });

  test("in a profile of IAM Identity Center, which has to be logged in", async () => {
    const calls = await callsOf(awsKey(one, { aws_profile: "browser" }), atHome({ env: NO_KEYS }));
    expect(calls).toEqual(["GetRoleCredentials", "Encrypt", "Decrypt"]);
    const late = await failureOf(awsKms.wrap(awsKey(one, { aws_profile: "late" }), DATA_KEY, atHome({ env: NO_KEYS })));
    expect(late).toMatchObject({ code: "IDENTITY_INVALID" });
    expect(late.message).toMatch(/^there are no AWS credentials: .*'aws sso login'/);
  });

  test("in the token of a cluster", async () => {
    const env = { ...NO_KEYS, AWS_WEB_IDENTITY_TOKEN_FILE: join(home, "token"), AWS_ROLE_ARN: machines };
    const files = { [join(home, "token")]: `${WEB_TOKEN}\n` };
    expect(await callsOf(awsKey(one), awsContext({ env, files }))).toEqual(["AssumeRoleWithWebIdentity", "Encrypt", "Decrypt"]);
    // Like sops before the profiles, with the name of a session that the environment gives.
    const named = awsContext({ env: { ...env, AWS_PROFILE: "team", AWS_ROLE_SESSION_NAME: "build-17" }, files });
    expect(await callsOf(awsKey(one, { role: machines }), named)).toEqual([
      "AssumeRoleWithWebIdentity",
      "AssumeRole",
      "Encrypt",
      "Decrypt",
    ]);
    expect(aws.calls[0]?.fields["RoleSessionName"]).toBe("build-17");
    await expect(awsKms.wrap(awsKey(one), DATA_KEY, awsContext({ env }))).rejects.toMatchObject({
      code: "IDENTITY_INVALID",
      message: `AWS_WEB_IDENTITY_TOKEN_FILE names ${join(home, "token")}, which is not there`,
    });
    const stale = awsContext({ env, files: { [join(home, "token")]: "another" } });
    await expect(awsKms.wrap(awsKey(one), DATA_KEY, stale)).rejects.toThrow(`AWS, asked for the role ${machines}, says that`);
  });

  test("and where, in order, is said when there are none", async () => {
    const failure = await failureOf(awsKms.wrap(awsKey(one), DATA_KEY, awsContext({ env: NO_KEYS, home: "/home/ana" })));
    expect(failure).toMatchObject({
      code: "IDENTITY_INVALID",
      message: "there are no AWS credentials",
      hints: [
        'looked at, in this order: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; the profile "default" in /home/ana/.aws/credentials and /home/ana/.aws/config; the container and the machine (AWS_CONTAINER_CREDENTIALS_*, EC2)',
        "log in: aws sso login, or aws configure",
      ],
    });
  });

  test("nowhere else when the profile of the key, or of the environment, is not there", async () => {
    aws.calls.length = 0;
    const env = { ...NO_KEYS, AWS_DEFAULT_PROFILE: "teem" };
    await expect(awsKms.wrap(awsKey(one), DATA_KEY, atHome({ env }))).rejects.toThrow('there is no AWS profile "teem"');
    expect(await callsOf(awsKey(one), atHome({ env: { ...env, AWS_DEFAULT_PROFILE: "team" } }))).toEqual(["Encrypt", "Decrypt"]);
    aws.calls.length = 0;
    await expect(awsKms.wrap(awsKey(one, { aws_profile: "teem" }), DATA_KEY, atHome())).rejects.toMatchObject({
      code: "IDENTITY_INVALID",
      message: `there is no AWS profile "teem" in ${home}/.aws/credentials or ${home}/.aws/config`,
    });
    expect(aws.calls).toEqual([]);
  });
});

describe("what only the file names is not used", () => {
  const byRole = awsKey(one, { role: machines });
  const byProfile = awsKey(one, { aws_profile: "team" });

  test.each([
    { key: byRole, says: `the role ${machines}, which only the file names, is not assumed`, hint: `--accept 'role:${machines}'` },
    { key: byProfile, says: 'the AWS profile "team", which only the file names, is not used', hint: "AWS_PROFILE=team" },
  ])("$says", async ({ key, says, hint }) => {
    aws.calls.length = 0;
    const failure = await failureOf(awsKms.unwrap({ ...key, wrapped: "AAAA" }, atHome({ approved: [] })));
    expect(failure).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", message: says });
    expect(failure).toHaveProperty("hints", expect.arrayContaining([expect.stringContaining(hint)]));
    expect(aws.calls).toEqual([]);
  });

  test.each([
    { fields: { role: "x'; rm -rf ~; '\nhint: y" }, says: String.raw`the role "x'; rm -rf ~; '\nhint: y", which` },
    { fields: { role: `${machines}\u001b[31m` }, says: String.raw`:role/machines\u001b[31m", which` },
    { fields: { aws_profile: "x'; rm -rf ~; '\n" }, says: String.raw`the AWS profile "x'; rm -rf ~; '\n", which` },
  ])("and no command that a file made up is offered: $says", async ({ fields, says }) => {
    const failure = await failureOf(awsKms.unwrap({ ...awsKey(one, fields), wrapped: "AAAA" }, atHome({ approved: [] })));
    expect(failure.message).toContain(says);
    expect(JSON.stringify(SottoError.is(failure) && failure.hints)).not.toMatch(/accept|rm -rf|u001b/);
  });

  test.each([
    { key: byRole, approved: [`role:${machines}`], env: {} },
    { key: byRole, approved: [], env: { AWS_ROLE_ARN: machines } },
    { key: byRole, approved: [], env: { SOPS_KMS_ARN: `${two}, ${one} + ${machines}` } },
    { key: byProfile, approved: ["profile:team"], env: {} },
    { key: byProfile, approved: [], env: { AWS_PROFILE: "team" } },
  ])("unless it is approved: $approved $env", async ({ key, approved, env }) => {
    expect(await callsOf(key, atHome({ approved, env }))).toContain("Decrypt");
  });
});

describe("before anything is asked", () => {
  test.each([
    ["alias/prod", 1, '"arn"'],
    ["arn:aws", 8, '":" and then "kms"'],
    ["arn:aw:kms:eu-west-1:111122223333:key/a", 7, "the partition, such as aws"],
    ["arn:aws:kns:eu-west-1:111122223333:key/a", 10, '"kms"'],
    ["arn:aws:kms:eu west:111122223333:key/a", 15, "the region, such as eu-central-1"],
    ["arn:aws:kms:evil.example.com/:111122223333:key/a", 17, "the region, such as eu-central-1"],
    ["arn:aws:kms:eu-west-1:11112222333:key/a", 34, "the account, which has 12 digits"],
    ["arn:aws:kms:eu-west-1:11112222333x:key/a", 34, "the account, which has 12 digits"],
    ["arn:aws:kms:eu-west-1:1111222233334:key/a", 35, "the account, which has 12 digits"],
    ["arn:aws:kms:eu-west-1:111122223333:kex/a", 36, "key/ID or alias/NAME"],
    ["arn:aws:kms:eu-west-1:111122223333:key/a b", 41, "key/ID or alias/NAME"],
  ])("%s is wrong at character %i", async (arn, at, expected) => {
    const failure = await failureOf(awsKms.check({ ...awsKey(one), stored: { arn } }));
    expect(failure).toMatchObject({
      code: "RECIPIENT_INVALID",
      message: `${JSON.stringify(arn)} is no AWS KMS key: at character ${at} expected ${expected}`,
      hints: expect.arrayContaining([awsKms.form]) as unknown,
    });
    await expect(awsKms.wrap({ ...awsKey(one), stored: { arn: "alias/prod" } }, DATA_KEY, awsContext())).rejects.toMatchObject({
      message: "no valid ARN found in 'alias/prod'",
    });
  });

  test("what a file calls a key is asked for only if it is one", async () => {
    for (const [arn, shown] of [
      ["arn:aws:kms:evil.example.com/:111122223333:key/a", "'arn:aws:kms:evil.example.com/:111122223333:key/a'"],
      [`${one}'; rm -rf ~`, `'${one}'; rm -rf ~'`],
      [`${one}\u001b[31m\n`, String.raw`"${one}\u001b[31m\n"`],
    ] as const) {
      aws.calls.length = 0;
      const key = { ...awsKey(one), wrapped: "AAAA", stored: { arn } };
      await expect(awsKms.unwrap(key, awsContext())).rejects.toThrow(`no valid ARN found in ${shown}`);
      expect(aws.calls).toEqual([]);
    }
  });

  test("a role has to be one", async () => {
    const key = awsKey(one, { role: "arn:aws:iam:eu-west-1:111122223333:role/x" });
    await expect(awsKms.check(key)).rejects.toThrow("at character 13 expected nothing, for roles have no region");
    const written = awsKey(`${one}+${machines}`);
    expect(written.stored).toMatchObject({ arn: one, role: machines });
    await awsKms.check(written);
    for (const arn of ["arn:aws-cn:kms:cn-north-1:111122223333:alias/a/b", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1"])
      await awsKms.check(awsKey(arn));
  });
});

test("the credentials of another account, and changed secrets, are refused by the double", async () => {
  const wrong = { ...OWNER, secretAccessKey: "another" };
  await expect(awsKms.wrap(awsKey(one), DATA_KEY, awsContext({ signer: wrong }))).rejects.toThrow("not signed as it should be");
  const unknown = awsContext({ env: environmentOf({ accessKeyId: "AKIAUNKNOWN", secretAccessKey: "s" }) });
  await expect(awsKms.wrap(awsKey(one), DATA_KEY, unknown)).rejects.toThrow("does not know the access key");
  await expect(awsKms.wrap(awsKey(one), DATA_KEY, awsContext({ signer: STRANGER }))).rejects.toMatchObject({
    code: "WRAP_FAILED",
    message: expect.stringContaining("these credentials may not use the key: User: AKIASTRANGER") as unknown,
  });
});
