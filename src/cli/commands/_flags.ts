/** Flags that several commands have, with sops's names. */
import { providersByFlag } from "../../index.ts";
import type { Flag } from "../command.ts";

export const IN_PLACE = {
  name: "in-place",
  short: "i",
  type: "boolean",
  help: "write the result to the file itself",
} as const;
export const OUTPUT = { name: "output", type: "string", value: "file", help: "write the result to this file" } as const;
export const INPUT_TYPE = {
  name: "input-type",
  type: "string",
  value: "format",
  help: "yaml, json, dotenv, ini or binary, instead of what the file's name says",
} as const;
export const OUTPUT_TYPE = {
  name: "output-type",
  type: "string",
  value: "format",
  help: "the same for what is written",
} as const;
export const FILENAME_OVERRIDE = {
  name: "filename-override",
  type: "string",
  value: "path",
  help: "take format and creation rule from this name; needed for standard input",
} as const;
export const IGNORE_MAC = {
  name: "ignore-mac",
  type: "boolean",
  help: "go on although the MAC is wrong: the file may have been tampered with",
} as const;
export const DECRYPTION_ORDER = {
  name: "decryption-order",
  type: "string",
  env: "SOPS_DECRYPTION_ORDER",
  value: "types",
  help: "kinds of keys in the order to try them, such as age,pgp",
} as const;

/** Who else may wrap and unwrap data keys (sops: §5.11). */
export const KEY_SERVICE = [
  {
    name: "enable-local-keyservice",
    type: "boolean",
    env: "SOPS_ENABLE_LOCAL_KEYSERVICE",
    default: true,
    help: "with =false sotto uses no key itself and leaves it to key services",
    hidden: true,
  },
  {
    name: "keyservice",
    type: "list",
    env: "SOPS_KEYSERVICE",
    value: "uri",
    help: "ask this key service, too: tcp://host:port or unix:///path; may be repeated",
  },
] as const;

/** What the user has seen and wants although the creation rule does not have it (see `guard-recipients.ts` and `approvals.ts`). */
export const ACCEPT = {
  name: "accept",
  type: "list",
  value: "what",
  help: "go on although only the file says so: endpoint:URL, role:ARN, profile:NAME, and for what wraps recipient:…, groups:N, threshold:N",
} as const;

/** What every command that needs a data key has. */
export const UNLOCKING: readonly [typeof DECRYPTION_ORDER, typeof ACCEPT, ...typeof KEY_SERVICE] = [
  DECRYPTION_ORDER,
  ACCEPT,
  ...KEY_SERVICE,
];

export const YES = { name: "yes", short: "y", type: "boolean", help: "do not ask" } as const;
export const THRESHOLD = {
  name: "shamir-secret-sharing-threshold",
  type: "int",
  value: "number",
  help: "how many key groups are needed to decrypt",
} as const;

/** One flag a provider, in the order in which their keys enter the group (sops: §6.2). */
export const KEY_FLAGS: readonly (Flag & { readonly type: "string"; readonly value: string })[] = providersByFlag.map(({ flag }) => ({
  ...flag,
  type: "string",
}));

export const AWS = [
  { name: "aws-profile", type: "string", value: "name", help: "the AWS profile for the KMS keys" },
  { name: "encryption-context", type: "string", value: "key:value,…", help: "the AWS KMS encryption context" },
] as const;

export const SELECTOR_FLAGS = [
  { name: "unencrypted-suffix", type: "string", value: "suffix", help: "leave plain what stands under a key with this ending" },
  { name: "encrypted-suffix", type: "string", value: "suffix", help: "encrypt only what stands under a key with this ending" },
  { name: "unencrypted-regex", type: "string", value: "re2", help: "leave plain what stands under a key that matches" },
  { name: "encrypted-regex", type: "string", value: "re2", help: "encrypt only what stands under a key that matches" },
  { name: "unencrypted-comment-regex", type: "string", value: "re2", help: "leave plain what a matching comment precedes" },
  { name: "encrypted-comment-regex", type: "string", value: "re2", help: "encrypt only what a matching comment precedes" },
] as const;
