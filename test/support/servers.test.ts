import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { describeWithPeers } from "./peers.ts";
import { BAO_TOKEN, findFreePorts, motoEnvironment, startBao, startMoto, startServer } from "./servers.ts";

test("free ports are all different", async () => {
  expect(new Set(await findFreePorts(5)).size).toBe(5);
});

describeWithPeers(["bao", "moto_server"], "servers", () => {
  test("answer, and are gone with their folder afterwards", async () => {
    const bao = await startBao();
    const sealed = await fetch(`${bao.url}/v1/secret/config`, { headers: { "X-Vault-Token": BAO_TOKEN } });
    expect(sealed.status).toBe(200);
    await bao[Symbol.asyncDispose]();
    await expect(fetch(bao.url)).rejects.toThrow("fetch failed");
    expect(existsSync(bao.folder)).toBe(false);
  });

  test("of AWS make a bucket", async () => {
    await using moto = await startMoto();
    expect(motoEnvironment(moto)["AWS_ENDPOINT_URL"]).toBe(moto.url);
    expect((await fetch(`${moto.url}/a-bucket`, { method: "PUT" })).status).toBe(200);
  }, 40_000);

  test("that end at once are reported with what they said", async () => {
    await expect(startServer({ program: "bao", args: () => ["server", "-no-such-flag"] })).rejects.toThrow("no-such-flag");
  });
});
