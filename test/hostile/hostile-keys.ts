/** Metadata that names hosts, roles, profiles, programs and plugins of an attacker, and every command that could fall for it. */
import { encodeBech32 } from "../../keys/age/bech32.ts";
import { vectorRecipient } from "../support/vectors.ts";

const ENTRY = 'created_at: "2026-01-02T12:00:00Z"\n          enc: AAAA';
const STANZA =
  "-----BEGIN AGE ENCRYPTED FILE-----\n            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IGV2aWwKCi0tLSBBQUFB\n            -----END AGE ENCRYPTED FILE-----";
const ARN = "arn:aws:kms:eu-west-1:111122223333:key/k";
const awsKey = (fields: string): string => `kms:\n        - ${fields}\n          ${ENTRY}`;

/** A recipient of the attacker's plugin. */
export const PLUGIN: string = encodeBech32("age1evil", new Uint8Array(20));

/** @param place host and port of an attacker @returns lists of keys as they stand in the metadata of a YAML file */
export function hostileKeys(place: string): Readonly<Record<string, string>> {
  return {
    hc_vault: `hc_vault:\n        - vault_address: http://${place}\n          engine_path: transit\n          key_name: k\n          ${ENTRY}`,
    "hc_vault, a name with a password": `hc_vault:\n        - vault_address: http://vault.example@${place}/v1?x=\n          engine_path: ../../..\n          key_name: ../k\n          ${ENTRY}`,
    azure_kv: `azure_kv:\n        - vault_url: https://${place}\n          name: k\n          version: "1"\n          ${ENTRY}`,
    "azure_kv, nearly Microsoft's": `azure_kv:\n        - vault_url: https://acme.vault.azure.net@${place}\n          name: k/../..\n          version: ""\n          ${ENTRY}`,
    "azure_kv, a longer name": `azure_kv:\n        - vault_url: https://acme.vault.azure.net.evil.test\n          name: k\n          version: "1"\n          ${ENTRY}`,
    "kms, role": awsKey(`arn: ${ARN}\n          role: arn:aws:iam::111122223333:role/evil\n          aws_profile: ""`),
    "kms, profile": awsKey(`arn: ${ARN}\n          aws_profile: evil`),
    "kms, region": awsKey(`arn: "arn:aws:kms:${place}/:111122223333:key/k"\n          aws_profile: ""`),
    hckms: `hckms:\n        - key_id: "evil.test/:1234abcd-12ab-34cd-56ef-1234567890ab"\n          ${ENTRY}`,
    plugin: `age:\n        - recipient: ${PLUGIN}\n          enc: |\n            ${STANZA}`,
    "plugin, a path": `age:\n        - recipient: ${encodeBech32("age1../../bin/evil", new Uint8Array(20))}\n          enc: |\n            ${STANZA}`,
  };
}

/** @param sealed a YAML file for Ana @param alone without Ana's key: then the foreign key is the only one */
export function withKeys(sealed: string, list: string, alone: boolean): string {
  if (alone) return sealed.replace(/ {4}age:\n[\s\S]*?(?= {4}lastmodified)/, () => `    ${list}\n`);
  if (list.startsWith("age:\n")) return sealed.replace(/(?<= {4}age:\n)/, () => `    ${list.slice("age:\n    ".length)}\n`);
  return sealed.replace(/(?= {4}lastmodified)/, () => `    ${list}\n`);
}

const LINES: readonly string[] = [
  "decrypt FILE",
  "get FILE a",
  'set FILE ["a"] "two"',
  "unset FILE b",
  "rotate -i FILE",
  "rotate -i --rm-age ANA FILE",
  "verify FILE",
  "filestatus FILE",
  "explain FILE",
  "diff FILE plain.yaml",
  "exec-env FILE :",
  "exec-file FILE :",
  "groups add -i -f FILE --age ANA",
  "groups delete -i -f FILE 1",
  "updatekeys -y FILE",
  "updatekeys --check FILE",
  "publish -y FILE",
  "git textconv FILE",
  "reseal -y FILE",
  "edit FILE",
  "fmt FILE",
  "doctor",
];

/** The command lines, for a file of that name. */
export function linesFor(file: string): readonly (readonly string[])[] {
  const words: Readonly<Record<string, string>> = { FILE: file, ANA: vectorRecipient("ana") };
  return LINES.map((line) => line.split(" ").map((word) => words[word] ?? word));
}

/** Programs of these names on the PATH belong to the attacker. */
export const TRAPS: readonly string[] = [
  "age-plugin-evil",
  "evil",
  "aws",
  "vault",
  "bao",
  "gcloud",
  "az",
  "azd",
  "pwsh",
  "sops",
  "age",
  "gpg",
  "ssh",
  "curl",
  "sh",
];

/** What an attacker would like to be handed. */
export function victimEnv(bin: string, place: string): Readonly<Record<string, string>> {
  return {
    PATH: bin,
    VAULT_TOKEN: "a-token-of-the-user",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL: `http://${place}`,
    AWS_EC2_METADATA_DISABLED: "true",
    HUAWEICLOUD_SDK_AK: "a",
    HUAWEICLOUD_SDK_SK: "b",
    AZURE_TENANT_ID: "00000000-0000-0000-0000-000000000000",
    AZURE_CLIENT_ID: "00000000-0000-0000-0000-000000000000",
    AZURE_CLIENT_SECRET: "c",
    EDITOR: "/bin/true",
  };
}
