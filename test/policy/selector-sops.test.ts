import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SelectorKind } from "../../src/model/metadata.ts";
import { compileSelector, decideByKeys } from "../../src/policy/selector.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { A } from "./rule-cases.ts";

const KEYS = [
  "key",
  "KEY",
  "api_key",
  "password",
  "data",
  "stringData",
  "metadata",
  "a.b",
  "aXb",
  "a-b",
  "x1",
  "x",
  "naïve",
  "Ünï",
  "😀",
  "ſ",
  "k k",
  "/",
  "a\nb",
];

const CASES: readonly (readonly [SelectorKind, string])[] = [
  ["encrypted_suffix", "_key"],
  ["encrypted_suffix", "."],
  ["unencrypted_suffix", "ata"],
  ["encrypted_regex", "^(data|stringData)$"],
  ["encrypted_regex", "(?i)key"],
  ["encrypted_regex", "a.b"],
  ["encrypted_regex", "a\\.b"],
  ["encrypted_regex", "(?s)a.b"],
  ["encrypted_regex", "^[a-z]+$"],
  ["encrypted_regex", "^.$"],
  ["encrypted_regex", "\\d"],
  ["encrypted_regex", "^\\w+$"],
  ["encrypted_regex", "\\bk"],
  ["encrypted_regex", "(?i)s"],
  ["encrypted_regex", "\\pL$"],
  ["encrypted_regex", "b$"],
  ["encrypted_regex", "(?m)a$"],
  ["encrypted_regex", "(?P<n>a)|(?P<n>x)"],
  ["unencrypted_regex", "^(key|data)$"],
  ["unencrypted_regex", "[^a-z]"],
  ["unencrypted_regex", "(?!x)"],
  ["encrypted_regex", "(?!x)"],
  ["encrypted_regex", "("],
];

describeWithPeers(["sops"], "a selector encrypts the keys that sops encrypts", () => {
  const folder = mkdtempSync(join(tmpdir(), "sotto-selector-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "f.json");
  writeFileSync(file, JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, "v"]))));

  test.each(CASES)("%s %s", async (kind, pattern) => {
    const flag = `--${kind.replace("_", "-")}`;
    const run = spawnSync(peerPath("sops"), ["encrypt", "--age", A, flag, pattern, file], { cwd: folder, encoding: "utf8" });
    expect(run.stderr).toBe("");
    const output: Readonly<Record<string, unknown>> = JSON.parse(run.stdout);
    const selector = await compileSelector({ kind, pattern });
    expect(KEYS.filter((key) => decideByKeys(selector, [key]))).toEqual(KEYS.filter((key) => output[key] !== "v"));
  });
});
