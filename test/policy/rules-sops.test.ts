import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { RULE_CASES } from "./rule-cases.ts";
import type { RuleCase } from "./rule-cases.ts";

interface Answer {
  readonly keys?: readonly (readonly string[])[];
  readonly error?: string;
  readonly line?: number;
}

describeWithPeers(["sops"], "what sops makes of configs is what the table says", () => {
  const folder = mkdtempSync(join(tmpdir(), "sotto-rules-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(RULE_CASES.filter((one) => one.remote !== true).map((one, index) => ({ ...one, index })))("$title", (one) => {
    const answer = askSops(join(folder, String(one.index)), one);
    expect(answer.keys).toEqual(one.keys);
    expect(answer.error?.slice(0, one.error?.length)).toBe(one.error);
    expect(one.line === undefined ? undefined : answer.line).toBe(one.line);
  });
});

function askSops(folder: string, { config, file = "secrets.yaml" }: RuleCase): Answer {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(folder, ".sops.yaml"), config);
  writeFileSync(path, '{"a": "1"}');
  const environment = { PATH: process.env["PATH"], HOME: folder, GNUPGHOME: join(folder, ".gnupg"), VAULT_MAX_RETRIES: "0" };
  const run = spawnSync(peerPath("sops"), ["encrypt", "--output-type", "json", file], { cwd: folder, env: environment, encoding: "utf8" });
  if (run.status === 0) return { keys: wrappedFor(run.stdout) };
  const complaint = run.stderr.trim();
  const tried = [...complaint.matchAll(/failed to encrypt new data key with master key ("(?:[^"\\]|\\.)*")/g)];
  // a data key that could not be wrapped: sops names every key that it tried, of all groups
  if (tried.length > 0) return { keys: [tried.map(([, quoted = ""]) => String(JSON.parse(quoted)))] };
  const misfit = /^(.*Could not unmarshal config file: )yaml: unmarshal errors:\n {2}line (\d+): (.*)$/m.exec(complaint);
  if (misfit !== null) {
    const [, start = "", line, what = ""] = misfit;
    return { error: start + what.replace(/ `[^`]*`/, ""), line: Number(line) };
  }
  const line = /yaml: line (\d+)/.exec(complaint)?.[1];
  return { error: complaint, ...(line === undefined ? {} : { line: Number(line) }) };
}

interface WrittenGroup {
  readonly age: readonly { readonly recipient: string }[] | null;
}

function wrappedFor(output: string): readonly (readonly string[])[] {
  const { sops }: { sops: WrittenGroup & { key_groups?: readonly WrittenGroup[] } } = JSON.parse(output);
  return (sops.key_groups ?? [sops]).map((group) => (group.age ?? []).map((key) => key.recipient));
}
