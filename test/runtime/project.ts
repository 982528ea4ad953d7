/** A project with environments, encrypted for Ana. */
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { Scratch } from "../cli/commands/scratch.ts";

export const PASSWORD = "orchard-lantern-37";

const CONFIG = `creation_rules:
  - age: ${vectorRecipient("ana")}
    unencrypted_regex: ^public_
sotto:
  environments:
    base: {files: [secrets/base.yaml], abstract: true}
    dev: {extends: base, files: [secrets/dev.yaml]}
    prod: {extends: base, files: [secrets/prod.yaml, secrets/prod.env]}
`;

const FILES: Readonly<Record<string, string>> = {
  "secrets/base.yaml": "name: acme\npublic_site: https://acme.example\ndatabase:\n    host: db.acme.example\n    port: 5432\n",
  "secrets/dev.yaml": "database:\n    password: dev-password-1\n",
  "secrets/prod.yaml": `database:
    password: ${PASSWORD}
    tls: true
big: 9007199254740993
ratio: 0.25
none: null
hosts:
    - one.acme.example
    - two.acme.example
api:
    key-one: apple/tree+"quoted"
`,
  "secrets/prod.env": "SESSION_SECRET=maple-window-85\n",
};

/** @param files beside the usual ones; a text without a value for a file that is not there */
export async function acme(files: Readonly<Record<string, string>> = {}): Promise<Scratch> {
  const scratch = new Scratch(ANA);
  scratch.write(".sops.yaml", CONFIG);
  for (const [name, text] of Object.entries({ ...FILES, ...files })) {
    scratch.write(name, text);
    const run = await scratch.sotto(["encrypt", "-i", name]);
    if (run.exit !== 0) throw new Error(run.errors);
  }
  return scratch;
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}
