/** AWS KMS (sops: §5.6). */
import type { KeyProvider, StoredFields } from "../src/model/provider.ts";
import { storedPairs, storedText } from "../src/model/provider.ts";

export const awsKms: KeyProvider = {
  id: "kms",
  title: "AWS KMS",
  order: { file: 1, flags: 1, rule: 3 },
  cost: "network",
  flag: { name: "kms", short: "k", env: "SOPS_KMS_ARN", value: "arns", help: "AWS KMS keys" },
  flat: { key: "kms", spoken: ["kms", "kms"] },
  group: {
    key: "kms",
    struct: { type: "kmsKey", fields: { arn: "arn", role: "role", context: "context", aws_profile: "aws_profile" } },
  },
  stored: [
    { name: "arn" },
    { name: "aws_profile" },
    { name: "context", mapping: true, optional: true },
    { name: "created_at" },
    { name: "enc" },
    { name: "role", optional: true },
  ],
  message: { number: 1, fields: ["arn", "role", "context", "aws_profile"] },
  form: "an AWS KMS key looks like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  variables: {
    AWS_ACCESS_KEY_ID: "a key; with AWS_SECRET_ACCESS_KEY and, for temporary ones, AWS_SESSION_TOKEN",
    AWS_PROFILE: "a profile of ~/.aws/config, with SSO and roles",
    AWS_WEB_IDENTITY_TOKEN_FILE: "a token of your CI or cluster, with AWS_ROLE_ARN",
    AWS_ENDPOINT_URL: "another address than Amazon's; also AWS_ENDPOINT_URL_KMS and AWS_ENDPOINT_URL_STS",
    AWS_CA_BUNDLE: "a file with the certificates to trust",
  },
  packages: ["@aws-sdk/client-kms", "@aws-sdk/client-sts"],
  label,
  fromText(text, { profile, context }) {
    const arn = text.replaceAll(" ", "");
    // go sops: the separator counts only behind at least one character
    const plus = arn.indexOf("+arn:");
    const [key, role] = plus <= 0 ? [arn, ""] : [arn.slice(0, plus), arn.slice(plus + 1)];
    return withoutEmpty({ arn: key, role, context, aws_profile: profile });
  },
  fromStruct: withoutEmpty,
  async check({ stored }) {
    const { checkKey } = await import("./aws-kms/check.ts");
    checkKey(stored, awsKms.form);
  },
  wrap: async (key, dataKey, context, signal) => (await import("#aws-kms")).wrap(key, dataKey, context, signal),
  unwrap: async (key, context, signal) => (await import("#aws-kms")).unwrap(key, context, signal),
};

/** Neither a role nor a context where there is none. */
function withoutEmpty({ arn, role, context, aws_profile }: StoredFields): StoredFields {
  return { arn, ...(role === "" ? {} : { role }), ...(context === undefined ? {} : { context }), aws_profile };
}

function label(stored: StoredFields): string {
  const role = storedText(stored, "role");
  const key = storedText(stored, "arn") + (role && `+${role}`);
  const context = storedPairs(stored, "context")
    .map(([name, value]) => `${name}:${value}`)
    .join(",");
  const profile = storedText(stored, "aws_profile");
  if (profile !== "") return `${key}|${context}|${profile}`;
  return context === "" ? key : `${key}|${context}`;
}
