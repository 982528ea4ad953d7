import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { describeWithPeers } from "../support/peers.ts";
import { BAO_TOKEN, startServer } from "../support/servers.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";

describeWithPeers(["bao"], "Vault over TLS", () => {
  test("with a certificate of its own authority is reached with VAULT_CACERT, and not without", async () => {
    await using bao = await startServer({
      program: "bao",
      args: ({ ports, folder }) => [
        "server",
        "-dev-tls",
        `-dev-tls-cert-dir=${folder}`,
        `-dev-root-token-id=${BAO_TOKEN}`,
        `-dev-listen-address=127.0.0.1:${ports[0] ?? 0}`,
        "-dev-no-store-token",
      ],
      https: true,
    });
    const authority = readdirSync(bao.folder).find((name) => name.endsWith("-ca.pem"));
    const certificates = join(bao.folder, authority ?? "");
    expect(existsSync(certificates)).toBe(true);
    using scratch = new Scratch({ ...identitiesOf({ keys: ["keys/ana.txt"] }), VAULT_TOKEN: BAO_TOKEN, VAULT_ADDR: bao.url });
    scratch.write(".sops.yaml", `creation_rules: [{age: ${vectorRecipient("ana")}}]\ndestination_rules: [{vault_path: app}]\n`);
    scratch.write("app.yaml", "password: hunter2\n");
    await scratch.sotto(["encrypt", "-i", "app.yaml"]);
    const without = await scratch.sotto(["publish", "-y", "app.yaml"]);
    expect(without.exit).toBe(1);
    expect(without.errors).toMatch(/^error: app\.yaml: .*\nhint: .*VAULT_CACERT/);
    const env = { VAULT_CACERT: certificates };
    expect(await scratch.sotto(["publish", "-y", "app.yaml"], { env })).toMatchObject({ exit: 0, output: "" });
    expect((await scratch.sotto(["publish", "-y", "app.yaml"], { env })).errors).toContain("the same already at https://127.0.0.1:");
  });
});
