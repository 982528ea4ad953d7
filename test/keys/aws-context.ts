/** Contexts for keys of AWS: with the credentials of somebody, and with or without approvals. */
import { loadPackage } from "../../src/host/packages.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { fakeContext, type FakeOptions, keyOf } from "./context.ts";
import { OWNER } from "./fake-aws.ts";
import type { Signer } from "./signature-v4.ts";

export const DATA_KEY: Uint8Array = Uint8Array.from({ length: 32 }, (_, at) => at);

export interface AwsContextOptions extends FakeOptions {
  readonly signer?: Signer;
  /** What is approved, as `role:ARN`; everything unless given. */
  readonly approved?: readonly string[];
}

export function awsContext({ signer = OWNER, approved, env, ...options }: AwsContextOptions = {}): KeyContext {
  return {
    ...fakeContext({ ...options, env: { ...environmentOf(signer), ...env } }),
    load: loadPackage,
    approves: async (kind, value) => approved === undefined || approved.includes(`${kind}:${value}`),
  };
}

export function environmentOf({ accessKeyId, secretAccessKey, sessionToken }: Signer): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** Without any credentials in the environment. */
export const NO_KEYS: Readonly<Record<string, undefined>> = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

export function awsKey(arn: string, fields: Readonly<Record<string, unknown>> = {}): MasterKey {
  const key = keyOf("kms", arn);
  return { ...key, stored: { ...key.stored, ...fields } };
}
