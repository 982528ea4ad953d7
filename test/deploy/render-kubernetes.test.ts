/** Secrets of Kubernetes: what kubectl and the API server make of them, and what is refused before. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { encodeText } from "../../src/model/text.ts";
import { describeWithPeers, findPeer, peerPath } from "../support/peers.ts";
import { assertAlways } from "../support/property.ts";
import { contents, makePair, type Manifest, readManifest, render } from "./kubernetes-secrets.ts";
import { flatTrees, HARD } from "./render-values.ts";

const folder: string = mkdtempSync(join(tmpdir(), "sotto-kubernetes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a manifest", () => {
  test("has the values as base64 under their names", async () => {
    const text = await render(
      { db: { password: "s3", port: 5432 }, "tls.crt": "x", none: null },
      { namespace: "shop", labels: ["app.example.org/part=web", "tier="] },
    );
    expect(text).toBe(
      [
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        '  name: "app"',
        '  namespace: "shop"',
        "  labels:",
        '    "app.example.org/part": "web"',
        '    "tier": ""',
        "type: Opaque",
        "data:",
        '  "DB_PASSWORD": "czM="',
        '  "DB_PORT": "NTQzMg=="',
        '  "tls.crt": "eA=="',
        "",
      ].join("\n"),
    );
  });

  test("holds every hard value, NUL and bytes that are no text", async () => {
    expect(contents(readManifest(await render({ ...HARD, NUL: "a\0" })))).toEqual({ ...HARD, NUL: "a\0" });
    const raw = readManifest(await render({ raw: "\udcff\udc80" })).data["raw"] ?? "";
    expect([...Buffer.from(raw, "base64")]).toEqual([0xff, 0x80]);
  });

  test("keeps names that YAML could take for something else", async () => {
    const tree = { yes: "1", no: "2", "1": "3", "1e3": "4", null: "5", "0x1": "6", "-": "7", ".a": "8" };
    const manifest = readManifest(await render(tree, { name: "123", namespace: "1e3", labels: ["on=off"] }));
    expect(contents(manifest)).toEqual(tree);
    expect(manifest.metadata).toEqual({ name: "123", namespace: "1e3", labels: { on: "off" } });
  });

  test("reads back with random values", async () => {
    await assertAlways(flatTrees(), 500, async (tree) => {
      expect(contents(readManifest(await render(tree)))).toEqual(tree);
    });
  });

  test("is refused all that the API server would refuse, at once", async () => {
    const secret = { name: "App_1", namespace: "a.b", labels: ["-x=1", "a=b=c", "novalue", "k=1", "k=2"] };
    await expect(render({ a: "x".repeat(1024 * 1024 + 1) }, secret)).rejects.toThrow(
      [
        "7 things are wrong:",
        "  --name App_1 is no name of a Secret: lower case letters, digits, - and . (DNS-1123)",
        "  --namespace a.b is no namespace: at most 63 lower case letters, digits and -",
        "  --label -x=1 is no label: KEY=VALUE of letters, digits, -, _ and . (at most 63 each)",
        "  --label a=b=c is no label: KEY=VALUE of letters, digits, -, _ and . (at most 63 each)",
        "  --label novalue is no label: KEY=VALUE of letters, digits, -, _ and . (at most 63 each)",
        "  --label k is there twice",
        "  the values have 1048577 bytes, and a Secret holds 1048576",
      ].join("\n"),
    );
    await expect(render({ "a b": "1", "..": "2", ["x".repeat(254)]: "3", ok: "4" })).rejects.toThrow(/^3 things are wrong/);
    expect(contents(readManifest(await render({ a: "x".repeat(1024 * 1024) })))["a"]).toHaveLength(1024 * 1024);
  });

  test("of a type that there is not is refused with the nearest", async () => {
    await expect(render({ a: "1" }, { type: "opaqe" })).rejects.toMatchObject({ code: "BAD_FLAGS", hints: ["did you mean Opaque?"] });
  });
});

describe("types with keys of their own", () => {
  test("basic-auth takes what ends in username and password, and leaves the rest", async () => {
    const manifest = readManifest(await render({ db: { username: "ana", password: "x", port: 1 } }, { type: "basic-auth" }));
    expect([manifest.type, contents(manifest)]).toEqual(["kubernetes.io/basic-auth", { username: "ana", password: "x" }]);
    await expect(render({ a: "1" }, { type: "basic-auth" })).rejects.toThrow("needs a value whose path ends in username or password");
  });

  test("two that could be meant are told, and --only decides", async () => {
    const tree = { a: { password: "1" }, b: { password: "2" } };
    await expect(render(tree, { type: "basic-auth" })).rejects.toThrow(
      "a.password and b.password could both be password; choose with --only",
    );
    expect(contents(readManifest(await render(tree, { type: "basic-auth" }, ["b"])))).toEqual({ password: "2" });
  });

  test("ssh-auth and dockerconfigjson check what they are given", async () => {
    expect(contents(readManifest(await render({ "ssh-privatekey": "k" }, { type: "ssh-auth" })))).toEqual({ "ssh-privatekey": "k" });
    await expect(render({ "ssh-privatekey": " " }, { type: "ssh-auth" })).rejects.toThrow("ssh-privatekey is empty");
    const config = '{"auths":{"registry.example.org":{"auth":"eDp5"}}}';
    const manifest = readManifest(await render({ dockerconfigjson: config }, { type: "kubernetes.io/dockerconfigjson" }));
    expect(contents(manifest)).toEqual({ ".dockerconfigjson": config });
    await expect(render({ ".dockerconfigjson": "{}" }, { type: "dockerconfigjson" })).rejects.toThrow("is no JSON object with auths");
  });

  test.skipIf(findPeer("openssl") === undefined)("tls wants a certificate with its own key", async () => {
    const [one, two] = [makePair(folder, "one"), makePair(folder, "two")];
    const manifest = readManifest(await render({ web: { tls: one }, other: "x" }, { type: "tls" }));
    expect([manifest.type, contents(manifest)]).toEqual(["kubernetes.io/tls", { "tls.crt": one.crt, "tls.key": one.key }]);
    await expect(render({ tls: { crt: one.crt, key: two.key } }, { type: "tls" })).rejects.toThrow("tls.key is not the key of tls.crt");
    await expect(render({ tls: { crt: "x", key: "y" } }, { type: "tls" })).rejects.toThrow(
      "2 things are wrong:\n  tls.crt is no certificate in PEM\n  tls.key is no private key in PEM",
    );
    await expect(render({ tls: { crt: one.crt } }, { type: "tls" })).rejects.toThrow("needs a value whose path ends in tls.key");
  });
});

describeWithPeers(["kubectl"], "kubectl", () => {
  test("reads a manifest as it was meant", async () => {
    const text = await render(HARD, { labels: ["app=web"], namespace: "shop" });
    const { stdout, stderr } = spawnSync(peerPath("kubectl"), ["label", "--local", "-f", "-", "more=x", "-o", "json"], {
      input: encodeText(text),
      env: { KUBECONFIG: "/dev/null" },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const manifest = JSON.parse(stdout) as Manifest;
    expect(contents(manifest)).toEqual(HARD);
    expect(manifest.metadata).toEqual({ name: "app", namespace: "shop", labels: { app: "web", more: "x" } });
  });
});
