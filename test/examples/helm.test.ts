/** The example for helm: its script with the real helm, which needs no cluster to fill in a chart. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { IDENTITY, type Outcome, PASSWORD, Shop } from "./shop.ts";

describeWithPeers(["helm"], "the example for helm", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    shop.take("helm-secrets", ".");
    mkdirSync(shop.outside("helm"));
    symlinkSync(peerPath("helm"), shop.outside("helm/helm"));
  });
  afterAll(() => shop[Symbol.dispose]());

  function deploy(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
    return shop.run("./deploy.sh", args, { ...env, PATH: `${shop.outside("helm")}:${shop.env["PATH"] ?? ""}` });
  }

  test("fills the chart in with values from a pipe", async () => {
    const { exit, log } = await deploy({ SOPS_AGE_KEY_FILE: IDENTITY }, "template", "shop");
    expect({ exit, log }).toMatchObject({ exit: 0 });
    expect(parse(log)).toMatchObject({
      kind: "Secret",
      metadata: { name: "shop", labels: { replicas: "2" } },
      data: { DATABASE_PASSWORD: Buffer.from(PASSWORD).toString("base64") },
    });
  });

  test("does not start helm when nothing can be decrypted", async () => {
    shop.script(join(shop.bin, "helm"), `touch '${shop.outside("started")}'`);
    const { exit, log } = await shop.run("./deploy.sh", ["template", "shop"]);
    expect(exit).toBe(128);
    expect(log).toMatch(/^error: /);
    expect(existsSync(shop.outside("started"))).toBe(false);
  });

  test("is a chart that says what it lacks", async () => {
    const { exit, log } = await shop.run(peerPath("helm"), ["template", "shop", "./chart", "-f", "values.yaml"]);
    expect(exit).not.toBe(0);
    expect(log).toMatch(/database/);
  });

  test("passes helm's own checks", async () => {
    const { exit, log } = await shop.run(peerPath("helm"), ["lint", "./chart", "--set", "database.password=a,payments.key=b"]);
    expect({ exit, log }).toMatchObject({ exit: 0 });
  });
});
