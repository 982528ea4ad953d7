import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../../src/policy/config.ts";
import { findConfig } from "../../src/policy/discover.ts";
import { matchRule } from "../../src/policy/match.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { A, B } from "./rule-cases.ts";

const configFor = (recipient: string): string => `creation_rules: [{age: ${recipient}}]\n`;

describeWithPeers(["sops"], "outside of git, the config that is found is the one that sops finds", () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "sotto-discover-")));
  afterAll(() => rmSync(top, { recursive: true }));
  let count = 0;

  test.each([
    ["in the folder itself", { ".sops.yaml": A, "../.sops.yaml": B }],
    ["above", { "../../.sops.yaml": A }],
    ["the nearest above", { "../.sops.yaml": B, "../../.sops.yaml": A }],
    ["not .sops.yml", { ".sops.yml": B, "../.sops.yaml": A }],
    ["not .sops.yml, with nothing else", { "../.sops.yml": B }],
    ["nothing", {}],
  ] as const)("%s", async (_, files) => {
    count += 1;
    const folder = join(top, String(count), "a", "b");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "f.json"), '{"a": "1"}');
    for (const [path, recipient] of Object.entries(files)) writeFileSync(join(folder, path), configFor(recipient));
    const run = spawnSync(peerPath("sops"), ["encrypt", "f.json"], { cwd: folder, encoding: "utf8" });
    const found = findConfig(folder, { exists: existsSync });
    const config =
      found.path === undefined ? undefined : await loadConfig(found.path, configFor(recipientIn(files, relative(folder, found.path))));
    const rule = config && (await matchRule(config, join(folder, "f.json")));
    expect(rule?.groups.flat().map((key) => key.label) ?? []).toEqual(wrappedFor(run.stdout));
    // sops speaks of relative paths, and twice or thrice
    const warned = found.warnings.map((text) =>
      text.replaceAll(/"(\/[^"]*)"/g, (__, path: string) => JSON.stringify(relative(folder, path))),
    );
    expect(warned).toEqual(
      [...new Set(run.stderr.match(/ignoring .* when searching .*?(?=\\?"\n|$)/gm)?.map((text) => text.replaceAll('\\"', '"')))].slice(
        0,
        1,
      ),
    );
  });
});

function recipientIn(files: Readonly<Record<string, string>>, path: string): string {
  return files[path] ?? "";
}

function wrappedFor(output: string): readonly string[] {
  if (output === "") return [];
  const { sops }: { sops: { age: readonly { recipient: string }[] } } = JSON.parse(output);
  return sops.age.map((key) => key.recipient);
}
