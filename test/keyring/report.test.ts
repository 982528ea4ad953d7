/** The report of a failed recovery is the one that sops prints, to the byte. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { onOneLine } from "../../src/keyring/report.ts";
import { SottoError } from "../../src/model/error.ts";
import { failureOf, identityOf, VECTORS } from "../keys/context.ts";
import { groupsOf, readVector, sandbox } from "../keys/real-context.ts";
import type { Sandbox } from "../keys/real-context.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";

type Setting = readonly [title: string, vector: string, env: (box: Sandbox) => Record<string, string>];

const keyFile = (name: string): string => join(VECTORS, "keys", name);
const [ben, cara] = ["ben.txt", "cara.txt"].map(identityOf) as [string, string];

const SETTINGS: readonly Setting[] = [
  ["nothing is set", "app.default.json", () => ({})],
  ["nothing is set, for two recipients", "app.two.json", () => ({})],
  ["one stranger", "app.default.json", () => ({ SOPS_AGE_KEY_FILE: keyFile("ben.txt") })],
  ["two strangers", "app.default.json", () => ({ SOPS_AGE_KEY: `${ben} ${cara}` })],
  ["one share of two", "app.shamir.json", () => ({ SOPS_AGE_KEY_FILE: keyFile("ben.txt") })],
  ["no share of two", "app.shamir.json", () => ({})],
  ["empty settings", "app.two.json", () => ({ SOPS_AGE_KEY: "", SOPS_AGE_KEY_FILE: "" })],
  ["a path in SOPS_AGE_KEY", "app.default.json", () => ({ SOPS_AGE_KEY: "/home/ana/keys.txt" })],
  ["a file that is not there", "app.default.json", () => ({ SOPS_AGE_KEY_FILE: "/none/such", SOPS_AGE_KEY: ben })],
  ["a program that is not there", "app.default.json", () => ({ SOPS_AGE_KEY_CMD: "nonesuch", SOPS_AGE_KEY: ben })],
  [
    "a command that works",
    "app.default.json",
    () => ({ SOPS_AGE_KEY_CMD: `cat '${keyFile("ben.txt")}'`, SOPS_AGE_SSH_PRIVATE_KEY_CMD: `cat "${keyFile("ssh_ed25519")}"` }),
  ],
  [
    "SSH settings that hold something else",
    "app.default.json",
    () => ({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/etc/passwd", SOPS_AGE_SSH_PRIVATE_KEY_CMD: "echo hi" }),
  ],
  ["an SSH key that is not there", "app.default.json", () => ({ SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/none/such" })],
  ["a spoilt identity", "app.default.json", () => ({ SOPS_AGE_KEY: ben.replace(/..$/, "QQ") })],
  [
    "an SSH key in the usual place, and an empty default file",
    "app.default.json",
    (box) => {
      mkdirSync(join(box.home, ".ssh"), { recursive: true });
      copyFileSync(keyFile("ssh_ed25519"), join(box.home, ".ssh", "id_ed25519"));
      mkdirSync(join(box.home, ".config", "sops", "age"), { recursive: true });
      writeFileSync(join(box.home, ".config", "sops", "age", "keys.txt"), "# none yet\n");
      return {};
    },
  ],
  ["a relative configuration folder", "app.default.json", () => ({ XDG_CONFIG_HOME: "relative" })],
];

describeWithPeers(["sops"], "the report of sops", () => {
  describe.each(SETTINGS)("%s", (_, vector, settings) => {
    test("is ours", async () => {
      using box = sandbox();
      const env = settings(box);
      const file = readVector(`3.13.3/${vector}`);
      const work = recoverDataKey(groupsOf(file), file.sops.shamir_threshold ?? 0, { context: box.context(env) });
      const error = await failureOf(work);
      const theirs = spawnSync(peerPath("sops"), ["decrypt", join(VECTORS, "3.13.3", vector)], { env: box.env(env), encoding: "utf8" });
      expect(theirs.status).toBe(128);
      expect(SottoError.is(error) ? `${error.report ?? ""}\n` : error).toBe(theirs.stderr);
    });
  });
});

test("a label with a line feed stays on its line", () => {
  expect(onOneLine("a\nhint: b\u0007\u2028")).toBe(String.raw`a\u000ahint: b\u0007\u2028`);
});
