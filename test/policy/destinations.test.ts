import { describe, expect, test } from "vitest";
import { loadConfig, refuseFlawed } from "../../src/policy/config.ts";
import { matchDestination } from "../../src/policy/destinations.ts";
import { A } from "./rule-cases.ts";
import { rejectionOf, thrownBy } from "./thrown.ts";

const load = (rules: string): ReturnType<typeof loadConfig> => loadConfig("/p/.sops.yaml", `destination_rules:\n${rules}\n`);

describe("what a rule says", () => {
  test.each([
    ["{s3_bucket: b}", { kind: "s3", bucket: "b", prefix: "" }],
    ["{s3_bucket: b, s3_prefix: p}", { kind: "s3", bucket: "b", prefix: "p" }],
    ["{gcs_bucket: 7, gcs_prefix: p/}", { kind: "gcs", bucket: "7", prefix: "p/" }],
    ["{vault_path: a}", { kind: "vault", address: "", path: "a/", mount: "secret/", version: 2 }],
    [
      "{vault_path: a/, vault_address: https://v, vault_kv_mount_name: kv, vault_kv_version: 1}",
      { kind: "vault", address: "https://v", path: "a/", mount: "kv/", version: 1 },
    ],
    [
      "{vault_path: a, vault_kv_mount_name: '', vault_kv_version: 3}",
      { kind: "vault", address: "", path: "a/", mount: "secret/", version: 2 },
    ],
    ["{s3_prefix: p, vault_kv_version: 1}", undefined],
    ["{s3_bucket: ''}", undefined],
    ["{s3_bucket: }", undefined],
  ])("%s", async (rule, destination) => {
    const config = await load(`  - ${rule}`);
    expect(config.destinationRules.map((one) => one.destination)).toEqual([destination]);
    expect(config.warnings).toEqual([]);
  });

  test("a rule for the new file has keys and a selector of its own; without one the file has none", async () => {
    const config = await load(
      `  - {s3_bucket: b, recreation_rule: {age: ${A}, encrypted_regex: ^a, shamir_threshold: 1}}\n  - {s3_bucket: b}`,
    );
    const [first, second] = config.destinationRules;
    expect(first?.recreation).toMatchObject({ threshold: 1, selector: { kind: "encrypted_regex", pattern: "^a" }, fault: undefined });
    expect(first?.recreation.groups.map((group) => group.map((key) => key.label))).toEqual([[A]]);
    expect(second?.recreation.groups).toEqual([[]]);
  });

  test.each(["{s3_bucket: [b]}", "{vault_kv_version: two}", "{omit_extensions: perhaps}", "{recreation_rule: [a]}", "text"])(
    "a value that does not fit its field breaks the config: %s",
    async (rule) => {
      expect(await rejectionOf(load(`  - ${rule}`))).toMatchObject({ code: "CONFIG_INVALID", position: { line: 2 } });
    },
  );

  test("a mistyped name is no silent change of the destination", async () => {
    const config = await load("  - {s3_bucket: b, s3_prefx: team/}");
    expect(config.warnings.map((one) => one.message)).toEqual(['unknown key "s3_prefx" in destination rule']);
    const flaw = await loadConfig("/p/.sops.yaml", "destination_rules: [{s3_bucket: b, s3_prefx: team/}]\nsotto: {}\n");
    expect(thrownBy(() => refuseFlawed(flaw))).toMatchObject({ code: "CONFIG_INVALID", hints: ["did you mean s3_prefix?"] });
  });
});

describe("which rule counts", () => {
  const RULES = `  - {path_regex: '^(?=x)', s3_bucket: no-re2}
  - {path_regex: '\\.prod\\.', s3_bucket: prod}
  - {path_regex: ^two/, s3_bucket: a, gcs_bucket: b}
  - {path_regex: ^bad/, s3_bucket: a, recreation_rule: {age: nonsense}}
  - {path_regex: ^none/, omit_extensions: true}
  - {path_regex: ^/abs/, s3_bucket: absolute}
  - {path_regex: ^\\./, s3_bucket: dotted}`;

  test.each([
    ["a.prod.yaml", "prod"],
    ["two/a.prod.yaml", "prod"],
    ["/abs/x", "absolute"],
    ["./x", "dotted"],
  ])("the first that matches the path as it was typed: %s", async (path, bucket) => {
    expect((await matchDestination(await load(RULES), path)).destination).toMatchObject({ bucket });
    expect((await matchDestination(await load(`${RULES}\n  - {s3_bucket: rest}`), "q")).destination).toMatchObject({ bucket: "rest" });
  });

  test.each([
    ["two/x", "CONFIG_INVALID", "more than one destinations were found"],
    ["bad/x", "CONFIG_INVALID", ""],
    ["none/x", "NO_MATCHING_RULE", "no destination configured for this file"],
    ["x", "NO_MATCHING_RULE", "no matching destination found"],
  ])("and what is wrong with it is said then: %s", async (path, code, message) => {
    const error = await rejectionOf(matchDestination(await load(RULES), path));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});
