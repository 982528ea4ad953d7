/** The workflow with its action, run by act on this machine. What would be fetched from GitHub is a stand-in beside it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { type Kms, ROLE, startKms } from "./kms.ts";
import { EXAMPLES, type Outcome, PRODUCTION, SECRETS, Shop } from "./shop.ts";

/** As the action names it. */
const CREDENTIALS: string =
  /uses: (aws-actions\/configure-aws-credentials@\w+)/.exec(readFileSync(join(EXAMPLES, "github-actions", "action.yml"), "utf8"))?.[1] ??
  "";

/** Does what the real one does after GitHub and AWS agreed: leaves the credentials of the role to the steps that follow. */
const STAND_IN = `name: stand-in
description: Credentials of a role
inputs:
  role-to-assume: {required: true}
  aws-region: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        ROLE: \${{ inputs.role-to-assume }}
        REGION: \${{ inputs.aws-region }}
      run: |
        test "$ROLE" = ${ROLE}
        printf 'AWS_ACCESS_KEY_ID=test\\nAWS_SECRET_ACCESS_KEY=test\\nAWS_REGION=%s\\n' "$REGION" >> "$GITHUB_ENV"
`;

describeWithPeers(["act", "moto_server"], "the workflow of GitHub Actions", () => {
  let kms: Kms;
  let shop: Shop;
  beforeAll(async () => {
    kms = await startKms();
    shop = await Shop.open(kms);
    shop.take("github-actions/action.yml", ".github/actions/sotto/action.yml");
    shop.take("github-actions/workflow.yml", ".github/workflows/deploy.yml");
    shop.write("notify.sh", '#!/bin/sh\nset -eu\necho "telling with $PAYMENTS_KEY"\n', 0o755);
    shop.commit();
    mkdirSync(shop.outside("stand-in"));
    writeFileSync(shop.outside("stand-in/action.yml"), STAND_IN);
  });
  afterAll(async () => {
    shop[Symbol.dispose]();
    await kms[Symbol.asyncDispose]();
  });

  function act(event: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const args = [
      event,
      "--platform=ubuntu-latest=-self-hosted",
      `--local-repository=${CREDENTIALS}=${shop.outside("stand-in")}`,
      `--var=AWS_ROLE=${ROLE}`,
      "--var=AWS_REGION=us-east-1",
      `--env=DEPLOYED=${shop.outside("deployed")}`,
      ...Object.entries({ ...kms.place, ...env }).map(([name, value]) => `--env=${name}=${value}`),
    ];
    return shop.run(peerPath("act"), args);
  }

  test("only checks a pull request, without a key", async () => {
    const { exit, log } = await act("pull_request");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(log.match(/Job succeeded/g)).toHaveLength(1);
    expect(shop.deployed()).toBeUndefined();
  });

  test("deploys what was pushed with the role's key, and its log has no value", async () => {
    const { exit, log } = await act("push");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(shop.deployed()).toEqual({ values: PRODUCTION, identities: 0 });
    expect(log).toContain("telling with ***");
    // A mask has to be told to the runner, which shows no such line; act shows it in the place of GitHub.
    const shown = log.split("\n").filter((line) => !line.includes("::add-mask::"));
    expect(SECRETS.filter((secret) => shown.some((line) => line.includes(secret)))).toEqual([]);
  });

  test("does not pass plaintext, and says where it is", async () => {
    shop.write("secrets/new.yaml", "password: an example\n");
    shop.commit();
    const { exit, log } = await act("pull_request");
    shop.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(exit).toBe(1);
    expect(log).toContain("::error file=secrets/new.yaml");
  });
});
