/** The examples for OpenTofu and Terraform: the protocols by hand, and the state with the real tofu where it is. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { EXAMPLES, IDENTITY, type Outcome, PASSWORD, SECRETS, Shop } from "./shop.ts";

interface HclReader {
  readonly parseToObject: (text: string) => readonly [unknown];
}

const { parseToObject } = createRequire(import.meta.url)("hcl2-parser") as HclReader;

const ANA: Readonly<Record<string, string>> = { SOPS_AGE_KEY_FILE: IDENTITY };

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  shop.take("opentofu", "infra");
  const { exit, log } = await shop.run("sotto", ["set", "--generate", "base64:32", "secrets/prod.yaml", "tofu.state_key"], ANA);
  if (exit !== 0) throw new Error(log);
});
afterAll(() => shop[Symbol.dispose]());

/** Starts a command in a folder of the example, as `sotto run -e prod --prefix TF_VAR_` does. */
function inVariables(...command: readonly string[]): Promise<Outcome> {
  const run = ["sotto", "run", "-e", "prod", "--prefix", "TF_VAR_", "--", ...command];
  return shop.run("/usr/bin/env", ["-C", "infra/variables", "TF_CLI_CONFIG_FILE=/dev/null", "CHECKPOINT_DISABLE=1", ...run], ANA);
}

/** What OpenTofu is answered, line by line. */
async function ask(stored: string): Promise<readonly unknown[]> {
  const { exit, log } = await inVariables("sh", "-c", `printf '${stored}' | ./state-key.sh`);
  if (exit !== 0) throw new Error(log);
  return log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const tofu = (...args: readonly string[]): Promise<Outcome> => inVariables(peerPath("tofu"), ...args);

describe("the data source external", () => {
  interface Source {
    readonly data: { readonly external: { readonly database: readonly { readonly program: string[]; readonly query: object }[] } };
  }

  test("gets an object of texts from the program that it names, for the query that it asks", async () => {
    const [parsed] = parseToObject(readFileSync(join(EXAMPLES, "opentofu", "external", "main.tf"), "utf8"));
    const source = (parsed as Source).data.external.database[0];
    const [program = "", ...args] = source?.program ?? [];
    const { exit, log } = await shop.run("/usr/bin/env", ["-C", "infra/external", program, ...args], ANA, JSON.stringify(source?.query));
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(JSON.parse(log)).toEqual({ DATABASE_HOST: "db.prod.acme.example", DATABASE_PASSWORD: PASSWORD });
  });
});

describe("the key of the state", () => {
  const HEADER = { magic: "OpenTofu-External-Key-Provider", version: 1 };

  test("encrypts a new state", async () => {
    const [header, answer] = await ask("null\\n");
    expect(header).toEqual(HEADER);
    expect(answer).toMatchObject({
      keys: { encryption_key: expect.stringMatching(/^[\w+/]{43}=$/) as string },
      meta: { external_data: {} },
    });
    expect(answer).not.toHaveProperty("keys.decryption_key");
  });

  test("opens one that is there, also if what was stored has no end of its line", async () => {
    const [, answer] = await ask('{"external_data":{}}');
    const { encryption_key, decryption_key } = (answer as { keys: Record<string, string> }).keys;
    expect(decryption_key).toBe(encryption_key);
  });

  test("says how tofu is to be started where it is missing", async () => {
    const { exit, log } = await shop.run("infra/variables/state-key.sh", []);
    expect(exit).not.toBe(0);
    expect(log).toContain("sotto run -e prod");
  });
});

describeWithPeers(["tofu"], "with the real OpenTofu", () => {
  test("a value becomes a variable, and the state is encrypted with a key out of the same environment", async () => {
    expect(await tofu("init", "-input=false", "-no-color")).toMatchObject({ exit: 0 });
    const { exit, log } = await tofu("apply", "-input=false", "-no-color", "-auto-approve");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(SECRETS.filter((secret) => log.includes(secret))).toEqual([]);
    const state = readFileSync(shop.place("infra/variables/terraform.tfstate"), "utf8");
    expect(JSON.parse(state)).toHaveProperty("encrypted_data");
    expect(SECRETS.filter((secret) => state.includes(secret))).toEqual([]);
    expect(await tofu("output", "-raw", "database")).toMatchObject({ exit: 0, log: PASSWORD });
  });

  test("nobody reads the state without the key", async () => {
    const args = ["-C", "infra/variables", "TF_CLI_CONFIG_FILE=/dev/null", peerPath("tofu"), "output", "-raw", "database"];
    const { exit, log } = await shop.run("/usr/bin/env", args, ANA);
    expect(exit).not.toBe(0);
    expect(log).not.toContain(PASSWORD);
  });
});
