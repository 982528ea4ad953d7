import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import { loadConfig } from "../../src/policy/config.ts";
import { matchRule, searchRules } from "../../src/policy/match.ts";
import { A, B, RULE_CASES, UNREADABLE } from "./rule-cases.ts";
import { rejectionOf } from "./thrown.ts";

/** What a command says of a config without rules, and of a rule without keys: the last words are the command's own. */
const SAID_BY_COMMANDS = ["config file not found, or has no creation rules", "Could not generate data key: [empty key group provided]"];

describe("configs mean what sops makes of them", () => {
  test("every complaint names the config", async () => {
    for (const { config } of RULE_CASES.filter((one) => one.line !== undefined)) {
      expect((await rejectionOf(loadConfig("/p/.sops.yaml", config))).file).toBe("/p/.sops.yaml");
    }
  });

  test.each(RULE_CASES)("$title", async ({ config, file = "secrets.yaml", keys, error: words, line, reader }) => {
    const error = reader === true ? UNREADABLE : words;
    const expected: unknown = error === undefined ? keys : { error, ...(line === undefined ? {} : { line }) };
    expect(await matched(config, file, error, line)).toEqual(expected);
  });
});

async function matched(text: string, file: string, error: string | undefined, line: number | undefined): Promise<unknown> {
  try {
    const rule = await matchRule(await loadConfig("/p/.sops.yaml", text), `/p/${file}`);
    if (rule === undefined) return { error: SAID_BY_COMMANDS[0] };
    const labels = rule.groups.map((group) => group.map((key) => key.label));
    return labels.flat().length === 0 ? { error: SAID_BY_COMMANDS[1] } : labels;
  } catch (thrown) {
    if (!SottoError.is(thrown)) throw thrown;
    // the misfits of the table leave out the field, which sops does not name
    const message = thrown.message.replace(/(file: )\S+: (cannot unmarshal)/, "$1$2");
    return { error: message.slice(0, error?.length), ...(line === undefined ? {} : { line: thrown.position?.line }) };
  }
}

test("a rule has all that a file is encrypted with", async () => {
  const config = await loadConfig(
    "/p/.sops.yaml",
    `creation_rules:
  - path_regex: x
  - key_groups:
      - age: [${A}]
        kms:
          - {arn: "arn:aws:kms:r:1:key/k", role: ro, context: {n: 1, m: ~}, aws_profile: pr}
          - {arn: "arn:aws:kms:r:1:key/l"}
        gcp_kms: [{resource_id: g}]
        azure_keyvault: [{vaultUrl: "https://v", key: n, version: ver}]
        hc_vault: ["https://h:8200/v1/transit/keys/k"]
        hckms: [{key_id: "r:u"}]
        pgp: ["A B"]
      - age: [${B}]
    shamir_threshold: 2
    encrypted_regex: ^a$
    mac_only_encrypted: on
`,
  );
  const rule = await matchRule(config, "/p/f.yaml");
  expect(rule).toMatchObject({
    index: 1,
    position: { line: 3, column: 5 },
    pathRegex: "",
    threshold: 2,
    selector: { kind: "encrypted_regex", pattern: "^a$" },
    macOnlyEncrypted: true,
    fault: undefined,
  });
  expect(rule?.groups.map((group) => group.map((key) => [key.provider, key.stored]))).toEqual([
    [
      ["age", { recipient: A }],
      ["pgp", { fp: "AB" }],
      ["kms", { arn: "arn:aws:kms:r:1:key/k", role: "ro", context: { n: "1" }, aws_profile: "pr" }],
      ["kms", { arn: "arn:aws:kms:r:1:key/l", aws_profile: "" }],
      ["gcp_kms", { resource_id: "g" }],
      ["hckms", { key_id: "r:u" }],
      ["azure_kv", { vault_url: "https://v", name: "n", version: "ver" }],
      ["hc_vault", { vault_address: "https://h:8200", engine_path: "transit", key_name: "k" }],
    ],
    [["age", { recipient: B }]],
  ]);
});

test("flat fields make the same keys", async () => {
  const text = `creation_rules:
  - {kms: "arn:a+arn:r", aws_profile: p, azure_keyvault: "https://v/keys/n", hc_vault_transit_uri: "https://h/v1/a/b/keys/k", hckms: ["r:u"]}
`;
  const rule = await matchRule(await loadConfig("/p/.sops.yaml", text), "/p/f.yaml");
  expect(rule?.groups[0]?.map((key) => [key.provider, key.label, key.stored])).toEqual([
    ["kms", "arn:a+arn:r||p", { arn: "arn:a", role: "arn:r", aws_profile: "p" }],
    ["hckms", "r:u", { key_id: "r:u" }],
    ["azure_kv", "https://v/keys/n/", { vault_url: "https://v", name: "n", version: "" }],
    ["hc_vault", "https://h/v1/a/b/keys/k", { vault_address: "https://h", engine_path: "a/b", key_name: "k" }],
  ]);
});

test("a plus in front of an ARN separates no role", async () => {
  const rule = await matchRule(await loadConfig("/p/.sops.yaml", "creation_rules: [{kms: '+arn:x, a+arn:r+arn:s'}]"), "/p/f.yaml");
  expect(rule?.groups[0]?.map((key) => key.stored)).toEqual([
    { arn: "+arn:x", aws_profile: "" },
    { arn: "a", role: "arn:r+arn:s", aws_profile: "" },
  ]);
});

test("only the config's own folder is cut off the path", async () => {
  const config = await loadConfig("/p/q/.sops.yaml", "creation_rules: [{path_regex: ^/}, {path_regex: ^a}]");
  expect((await searchRules(config, "/p/q/a.yaml")).path).toBe("a.yaml");
  expect((await searchRules(config, "/p/qq/a.yaml")).path).toBe("/p/qq/a.yaml");
  expect((await searchRules(config, "/p/a.yaml")).path).toBe("/p/a.yaml");
  expect((await searchRules(await loadConfig("/.sops.yaml", ""), "/a.yaml")).path).toBe("/a.yaml");
});

test("on Windows paths keep their back-slashes", async () => {
  const config = { ...(await loadConfig("/p/.sops.yaml", "creation_rules: [{path_regex: '^a\\\\b'}]")), directory: "C:\\p" };
  expect(await searchRules(config, "C:\\p\\a\\b.yaml")).toMatchObject({ path: "a\\b.yaml", rule: { index: 0 } });
});

test("a search says of each rule what became of it, and throws nothing", async () => {
  const config = await loadConfig("/p/.sops.yaml", "creation_rules: [{path_regex: x}, {path_regex: a, age: foo}, {}]");
  const search = await searchRules(config, "/p/a.yaml");
  expect(search.verdicts.map((verdict) => verdict.outcome)).toEqual(["no match", "matches", "not reached"]);
  expect(search.rule?.index).toBe(1);
  expect(search.error?.code).toBe("CONFIG_INVALID");
  const stopped = await searchRules(await loadConfig("/p/.sops.yaml", "creation_rules: [{path_regex: '('}, {}]"), "/p/a.yaml");
  expect(stopped.verdicts.map((verdict) => verdict.outcome)).toEqual(["not RE2", "not reached"]);
  expect(stopped.error).toMatchObject({ code: "CONFIG_INVALID", position: { line: 1, column: 18 } });
});

test("that no rule matches has a code of its own and names the path", async () => {
  const config = await loadConfig("/p/.sops.yaml", "creation_rules: []");
  const error = await rejectionOf(matchRule(config, "/p/s/a.yaml"));
  expect(error).toMatchObject({ code: "NO_MATCHING_RULE", hints: ['no path_regex matches "s/a.yaml"'] });
});

test("the fault of a rule points at the field", async () => {
  const config = await loadConfig("/p/.sops.yaml", "creation_rules:\n  - age: x\n  - encrypted_regex: a\n    encrypted_suffix: b\n");
  expect(config.rules?.map((rule) => rule.fault?.position)).toEqual([
    { line: 2, column: 10 },
    { line: 3, column: 5 },
  ]);
});
