/** Files whose metadata names hosts, roles, profiles and plugins of an attacker: nothing is connected to and nothing started. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

let scratch: Scratch;
let server: Server;
let connections = 0;
let place = "";

const TRAPS = ["age-plugin-evil", "aws", "vault", "bao", "gcloud", "az", "sops", "age", "ssh", "curl"];

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  place = `127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  scratch = new Scratch(ANA);
  mkdirSync(scratch.place("bin"));
  for (const name of TRAPS) {
    writeFileSync(scratch.place(`bin/${name}`), `#!/bin/sh\necho ${name} >> '${scratch.place("started")}'\n`);
    chmodSync(scratch.place(`bin/${name}`), 0o755);
  }
  scratch.write("plain.yaml", "a: one\n");
  const { output } = await scratch.sotto(["encrypt", "--age", vectorRecipient("ana"), "plain.yaml"]);
  scratch.write("good.yaml", output);
});
afterAll(() => {
  server.close();
  scratch[Symbol.dispose]();
});

const TIME = 'created_at: "2026-01-02T12:00:00Z"';
const keysOf = (): Readonly<Record<string, string>> => ({
  hc_vault: `hc_vault:\n        - vault_address: http://${place}\n          engine_path: transit\n          key_name: k\n          ${TIME}\n          enc: vault:v1:AAAA`,
  azure_kv: `azure_kv:\n        - vault_url: https://${place}\n          name: k\n          version: "1"\n          ${TIME}\n          enc: AAAA`,
  "kms, role": `kms:\n        - arn: arn:aws:kms:eu-west-1:111122223333:key/k\n          role: arn:aws:iam::111122223333:role/evil\n          ${TIME}\n          enc: AAAA\n          aws_profile: ""`,
  "kms, profile": `kms:\n        - arn: arn:aws:kms:eu-west-1:111122223333:key/k\n          ${TIME}\n          enc: AAAA\n          aws_profile: evil`,
  plugin: `age:\n        - recipient: age1evil1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq6v0dj5\n          enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IGV2aWwKCi0tLSBBQUFB\n            -----END AGE ENCRYPTED FILE-----`,
});

/** @param alone without Ana's key: then the foreign key is the only one */
const hostile = (kind: string, alone: boolean): string => {
  const text = scratch.read("good.yaml");
  const list = keysOf()[kind] ?? "";
  if (alone) return text.replace(/ {4}age:\n[\s\S]*?(?= {4}lastmodified)/, () => `    ${list}\n`);
  return text.replace(/(?= {4}lastmodified)/, () => (list.startsWith("age:") ? "" : `    ${list}\n`));
};

const LINES: readonly string[] = [
  "decrypt FILE",
  "get FILE a",
  'set FILE ["a"] "two"',
  'unset FILE ["a"]',
  "rotate -i FILE",
  "verify FILE",
  "filestatus FILE",
  "explain FILE",
  "diff FILE plain.yaml",
  "exec-env FILE true",
  "exec-file FILE true",
  "groups add -i -f FILE --age ANA",
  "updatekeys -y FILE",
  "publish -y FILE",
  "git textconv FILE",
  "reseal -y FILE",
  "edit FILE",
  "doctor",
];

const KINDS = ["hc_vault", "azure_kv", "kms, role", "kms, profile", "plugin"];

describe.each(KINDS)("a key of the kind %s", (kind) => {
  test.each([true, false])(
    "alone in its file: %s",
    async (alone) => {
      for (const line of LINES) {
        scratch.write("evil.yaml", hostile(kind, alone));
        const argv = line.split(" ").map((word) => (word === "FILE" ? "evil.yaml" : word === "ANA" ? vectorRecipient("ana") : word));
        const env = {
          PATH: scratch.place("bin"),
          VAULT_TOKEN: "a-token-of-the-user",
          AWS_ACCESS_KEY_ID: "a",
          AWS_SECRET_ACCESS_KEY: "b",
          AWS_ENDPOINT_URL: `http://${place}`,
          EDITOR: "/bin/true",
        };
        const { exit } = await scratch.sotto(argv, { env, input: "n\n" });
        expect([line, connections, existsSync(scratch.place("started"))]).toEqual([line, 0, false]);
        expect(exit).toBeTypeOf("number");
      }
    },
    120_000,
  );
});

test("what was accepted is connected to: the trap works", async () => {
  scratch.write("evil.yaml", hostile("hc_vault", true));
  const argv = ["decrypt", "--accept", `endpoint:http://${place}`, "evil.yaml"];
  await scratch.sotto(argv, { env: { VAULT_TOKEN: "t", PATH: scratch.place("bin") } });
  expect(connections).toBeGreaterThan(0);
}, 60_000);
