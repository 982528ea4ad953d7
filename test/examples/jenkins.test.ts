/** The shell steps of the Jenkinsfile, run as Jenkins runs them: a file of their own for `sh -xe`, so that every command is in the log. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES, IDENTITY, type Outcome, PRODUCTION, SECRETS, Shop } from "./shop.ts";

const jenkinsfile: string = readFileSync(join(EXAMPLES, "jenkins", "Jenkinsfile"), "utf8");

/** The text between the quotes of the only `sh` step of a stage. */
function stepOf(stage: string): string {
  const [, rest = ""] = jenkinsfile.split(`stage('${stage}')`);
  const script = /sh '''\n([^]*?)'''/.exec(rest)?.[1];
  if (script === undefined) throw new Error(`no step in ${stage}`);
  return script;
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  shop.take("jenkins/Jenkinsfile", "Jenkinsfile");
  shop.commit();
});
afterAll(() => shop[Symbol.dispose]());

function run(stage: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  shop.script(shop.outside("script.sh"), stepOf(stage));
  return shop.run("/bin/sh", ["-xe", shop.outside("script.sh")], env);
}

describe("the Jenkinsfile", () => {
  test("checks without a key", async () => {
    expect(await run("Check")).toMatchObject({ exit: 0 });
  });

  test("deploys with the identity that Jenkins lays down, and its log has no value", async () => {
    const { exit, log } = await run("Deploy", { SOPS_AGE_KEY_FILE: IDENTITY });
    expect({ exit, log }).toMatchObject({ exit: 0, log: expect.stringContaining("+ sotto run -e prod") as string });
    expect(shop.deployed()).toEqual({ values: PRODUCTION, identities: 0 });
    expect(SECRETS.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test("does not pass plaintext", async () => {
    shop.write("secrets/new.yaml", "password: an example\n");
    shop.git("add", "secrets/new.yaml");
    const { exit, log } = await run("Check");
    shop.git("rm", "--quiet", "--force", "secrets/new.yaml");
    expect({ exit, log }).toMatchObject({ exit: 206, log: expect.stringContaining("secrets/new.yaml") as string });
  });

  test("is one pipeline whose braces and quotes are in pairs", () => {
    const code = jenkinsfile.replaceAll(/'''[^]*?'''/g, "''").replaceAll(/'[^'\n]*'|\/\/.*|"[^"\n]*"/g, "");
    expect(code.match(/\{/g)?.length).toBe(code.match(/\}/g)?.length);
    expect(code).not.toMatch(/['"]/);
    expect(code.trim()).toMatch(/^pipeline \{[^]*\}$/);
  });
});
