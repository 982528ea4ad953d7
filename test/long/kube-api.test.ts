/** A real API server takes what `render --format kubernetes` writes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubernetesSecret } from "../../src/deploy/render/renderer.ts";
import { contents, makePair, type Manifest, readManifest, render } from "../deploy/kubernetes-secrets.ts";
import { HARD, type Tree } from "../deploy/render-values.ts";
import { describeWithPeers, findPeer, peerPath } from "../support/peers.ts";

const folder: string = mkdtempSync(join(tmpdir(), "sotto-kube-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithPeers(["kubectl", "kube-up"], "the API server", () => {
  let kubeconfig = "";
  beforeAll(() => {
    const { stdout } = spawnSync(peerPath("kube-up"), [join(folder, "kube"), "16543"], { encoding: "utf8", timeout: 60_000 });
    kubeconfig = stdout.trim().split("\n").at(-1) ?? "";
  }, 90_000);
  afterAll(() => {
    spawnSync(peerPath("kube-up"), ["--down", join(folder, "kube")]);
  });

  function kubectl(
    argv: readonly string[],
    input = "",
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    return spawnSync(peerPath("kubectl"), [...argv], {
      input,
      env: { KUBECONFIG: kubeconfig, HOME: folder },
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
  }

  test("takes every type, and gives the values back", async () => {
    const kinds: readonly (readonly [Partial<KubernetesSecret>, Tree])[] = [
      [{ name: "opaque", labels: ["app.example.org/part=web"] }, HARD],
      [
        { name: "basic", type: "basic-auth" },
        { username: "ana", password: "x" },
      ],
      [{ name: "ssh", type: "ssh-auth" }, { "ssh-privatekey": "k" }],
      [{ name: "docker", type: "dockerconfigjson" }, { ".dockerconfigjson": '{"auths":{}}' }],
      ...(findPeer("openssl") === undefined ? [] : [[{ name: "web", type: "tls" }, { tls: { ...makePair(folder, "server") } }] as const]),
      [{ name: "large" }, { a: "x".repeat(1024 * 1024) }],
    ];
    for (const [secret, tree] of kinds) {
      const text = await render(tree, secret);
      expect(kubectl(["create", "-f", "-"], text)).toMatchObject({ status: 0, stderr: "" });
      const { stdout } = kubectl(["get", "secret", secret.name ?? "", "-o", "json"]);
      expect(contents(JSON.parse(stdout) as Manifest)).toEqual(contents(readManifest(text)));
    }
  }, 60_000);
});
