/**
 * What sops 3.13.3 makes of small configs, recorded from the program: the keys that it wraps for, in its own words and order,
 * or how its complaint begins. `rules.test.ts` holds sotto against this table, `rules-sops.test.ts` the installed sops.
 */
export const A = "age1s5mud8dstv4qcpv9pz7ek7vsnjvl6l8vfrsasqr7dea8ppxylflqqwz87y";
export const B = "age1xzt8h0pklu72rv2h7hgturux44hnkgas7gsjw2s5hsne4n6r8scsetqs0v";
export const C = "age1upey3ru52v4gs75r3c5sfvl9pvh4zrkutzmx62zesf3hq840vuls0dfmv2";
const SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDVT2IhnEDkx9JtLKuk5sSsVAVJzaMXCSiHKCUp1xwb2 me@host";

export interface RuleCase {
  readonly title: string;
  readonly config: string;
  /** Relative to the folder of the config; `secrets.yaml` if absent. */
  readonly file?: string;
  /** Labels, group by group. */
  readonly keys?: readonly (readonly string[])[];
  /** sops's complaint; a misfit without line and value. */
  readonly error?: string;
  /** Line that sops names. */
  readonly line?: number;
  /** True where the YAML reader complains, in words of its own; only that it does, and the line, is compared. */
  readonly reader?: true;
  /** True where sops would have to go through a network. */
  readonly remote?: true;
}

const NO_RULE = "error loading config: no matching creation rules found";
const NO_CONFIG = "config file not found, or has no creation rules";
const NO_KEYS = "Could not generate data key: [empty key group provided]";
/** How every complaint about the config as a whole begins. */
export const UNREADABLE = "error loading config: Could not unmarshal config file: ";
const misfit = (text: string): string => UNREADABLE + text;

const matching: readonly RuleCase[] = [
  {
    title: "the first rule that matches counts",
    config: rules(`path_regex: x, age: ${A}`, `path_regex: sec, age: ${B}`, `age: ${C}`),
    keys: [[B]],
  },
  { title: "a rule without path_regex matches all", config: rules(`age: ${A}`, `age: ${B}`), file: "any/where.json", keys: [[A]] },
  { title: "an empty path_regex too", config: rules(`path_regex: '', age: ${A}`), keys: [[A]] },
  { title: "and a null", config: rules(`path_regex: ~, age: ${A}`), keys: [[A]] },
  { title: "the path is relative to the config", config: rules(`path_regex: ^a/b\\.yaml$, age: ${A}`), file: "a/b.yaml", keys: [[A]] },
  {
    title: "the path does not begin with a slash",
    config: rules(`path_regex: /b, age: ${A}`, `path_regex: ^/, age: ${B}`, `age: ${C}`),
    file: "b.yaml",
    keys: [[C]],
  },
  { title: "patterns are unanchored", config: rules(`path_regex: b.y, age: ${A}`), file: "a/b.yaml", keys: [[A]] },
  { title: "case counts", config: rules(`path_regex: SECRETS, age: ${A}`, `path_regex: '(?i)SECRETS', age: ${B}`), keys: [[B]] },
  { title: "a number is a pattern, as it is written", config: rules(`path_regex: 1.0, age: ${A}`), file: "1-0.yaml", keys: [[A]] },
  { title: "no rule matches", config: rules(`path_regex: x, age: ${A}`), error: NO_RULE },
  { title: "no rules", config: "creation_rules: []", error: NO_RULE },
  { title: "rules that are null are no rules", config: "creation_rules: [~]", error: NO_RULE },
  { title: "a null list counts as no config", config: "creation_rules:", error: NO_CONFIG },
  { title: "so does a config without rules", config: "stores: {yaml: {indent: 2}}", error: NO_CONFIG },
  { title: "and an empty one", config: "", error: NO_CONFIG },
  { title: "a pattern that is not RE2, when it is reached", config: rules(`path_regex: (, age: ${A}`), error: "can not compile regexp: " },
  { title: "a look-ahead is not RE2", config: rules(`path_regex: '(?!x)', age: ${A}`), error: "can not compile regexp: " },
  {
    title: "a pattern that is not RE2, when it is not reached",
    config: rules(`path_regex: sec, age: ${A}`, `path_regex: (, age: ${B}`),
    keys: [[A]],
  },
  {
    title: "two selectors",
    config: rules(`age: ${A}, encrypted_regex: a, unencrypted_suffix: b`),
    error: "error loading config: cannot use more than one of encrypted_suffix,",
  },
  {
    title: "two selectors in a rule that does not match",
    config: rules(`path_regex: x, encrypted_regex: a, unencrypted_suffix: b`, `age: ${A}`),
    keys: [[A]],
  },
  { title: "an empty selector is none", config: rules(`age: ${A}, encrypted_regex: a, unencrypted_suffix: ''`), keys: [[A]] },
];

const flat: readonly RuleCase[] = [
  { title: "a comma list", config: rules(`age: "${A}, ,${B},"`), keys: [[A, B]] },
  { title: "a folded comma list", config: `creation_rules:\n  - age: >-\n      ${A},\n      ${B}\n`, keys: [[A, B]] },
  { title: "a list", config: rules(`age: [${A}, ${B}]`), keys: [[A, B]] },
  { title: "a list of comma lists", config: rules(`age: ["${A},${B}", ${C}]`), keys: [[A, B, C]] },
  { title: "duplicates stay", config: rules(`age: [${A}, ${A}]`), keys: [[A, A]] },
  { title: "an SSH key keeps its comment", config: rules(`age: ["${SSH}"]`), keys: [[SSH]] },
  { title: "an empty item of an age list", config: rules(`age: [${A}, '']`), error: 'failed to parse input, unknown recipient type: ""' },
  { title: "an unknown kind of recipient", config: rules("age: foo"), error: 'failed to parse input, unknown recipient type: "foo"' },
  { title: "no keys", config: rules("path_regex: ''"), error: NO_KEYS },
  { title: "an empty list", config: rules("age: []"), error: NO_KEYS },
  { title: "a list of one empty text", config: rules("age: ['']"), error: NO_KEYS },
  {
    title: "all kinds, in sops's order, with roles and a profile",
    config: rules(`kms: [foo, "a+arn:role, bar baz", ''], aws_profile: p, gcp_kms: "x y, ,z", pgp: "AB CD, ,e!"`),
    keys: [["ABCD", "e!", "foo||p", "a+arn:role||p", "barbaz||p", "||p", "xy", "z"]],
  },
  { title: "a plus at the start separates nothing", config: rules(`kms: "+arn:x"`), keys: [["+arn:x"]] },
  { title: "empty parts of pgp lists are keys", config: rules("pgp: [AA, '']"), keys: [["AA", ""]] },
  { title: "vault", config: rules("hc_vault_transit_uri: http://127.0.0.1:1/v1/a/b/keys/k"), keys: [["http://127.0.0.1:1/v1/a/b/keys/k"]] },
  {
    title: "vault with slashes at the end",
    config: rules("hc_vault_transit_uri: ['http://127.0.0.1:1/v1/t/keys/k//']"),
    keys: [["http://127.0.0.1:1/v1/t/keys/k"]],
  },
  {
    title: "vault without scheme",
    config: rules("hc_vault_transit_uri: foo"),
    error: "missing scheme in Vault URL (should be like this: +https://",
  },
  {
    title: "vault with a short path",
    config: rules("hc_vault_transit_uri: https://a/b"),
    error: "vault path does not seem to be formatted correctly: (eg. https://",
  },
  {
    title: "vault behind a prefix",
    config: rules("hc_vault_transit_uri: https://a/x/v1/t/keys/k"),
    error: "running Vault with a prefixed URL is not supported! (Format",
  },
  {
    title: "Key Vault",
    config: rules("azure_keyvault: ' https://v.vault.azure.net/keys/n/ver'"),
    keys: [["https://v.vault.azure.net/keys/n/ver"]],
    remote: true,
  },
  {
    title: "no Key Vault URL",
    config: rules("azure_keyvault: foo"),
    error: 'could not parse "foo" into a valid Azure Key Vault MasterKey []',
  },
  { title: "Huawei Cloud", config: rules("hckms: ['r:k, ,s:l']"), keys: [["r:k", "s:l"]], remote: true },
  { title: "no Huawei key", config: rules("hckms: [foo]"), error: "invalid key ID format: expected 'region:key-uuid', got \"foo\"" },
  { title: "no Huawei region", config: rules("hckms: [':x']"), error: 'region cannot be empty in key ID: ":x"' },
  {
    title: "a number for age",
    config: rules("age: 5"),
    error: "invalid age key configuration: invalid age key configuration: expected string, []string, or nil, got int",
  },
  {
    title: "a mapping for pgp",
    config: rules("pgp: {a: b}"),
    error: "invalid pgp key configuration: invalid pgp key configuration: expected string, []string, or nil, got map[string]interface {}",
  },
  {
    title: "a number in a list",
    config: rules("gcp_kms: [1.5]"),
    error: "invalid gcpkms key configuration: invalid gcp_kms key configuration: expected string in list, got float64",
  },
  {
    title: "a null in a list",
    config: rules("hc_vault_transit_uri: [~]"),
    error: "invalid vault key configuration: invalid hc_vault_transit_uri key configuration: expected string in list, got <nil>",
  },
  { title: "a bool for age in a rule that does not match", config: rules("path_regex: x, age: true", `age: ${A}`), keys: [[A]] },
];

const groups: readonly RuleCase[] = [
  { title: "groups override flat keys", config: rules(`age: ${A}, key_groups: [{age: [${B}]}]`), keys: [[B]] },
  { title: "an empty list of groups does not", config: rules(`age: ${A}, key_groups: []`), keys: [[A]] },
  { title: "several groups", config: rules(`key_groups: [{age: [${A}, ${C}]}, {age: [${B}]}], shamir_threshold: 2`), keys: [[A, C], [B]] },
  { title: "duplicates go, the first stays", config: rules(`key_groups: [{age: [${A}, ${B}, ${A}]}]`), keys: [[A, B]] },
  {
    title: "merged groups come first, recursively",
    config: rules(`key_groups: [{age: [${A}], merge: [{age: [${B}], merge: [{age: [${C}]}]}]}]`),
    keys: [[C, B, A]],
  },
  {
    title: "all kinds, in sops's order",
    config: rules(
      "key_groups: [{kms: [{arn: foo, role: r, context: {b: '1', a: '2'}, aws_profile: q}, {arn: foo}, {arn: foo}, {arn: 'x+arn:y', context: {}}], gcp_kms: [{resource_id: g h}], pgp: ['A A', 'B,C']}]",
    ),
    keys: [["AA", "B,C", "foo+r|a:2,b:1|q", "foo", "x+arn:y", "gh"]],
  },
  {
    title: "one key with two contexts is two keys",
    config: rules("key_groups: [{kms: [{arn: f, context: {a: '1'}}, {arn: f, context: {a: '2'}}]}]"),
    keys: [["f|a:1", "f|a:2"]],
  },
  {
    title: "Key Vault",
    config: rules("key_groups: [{azure_keyvault: [{vaultUrl: 'https://v', key: n, version: ver}]}]"),
    keys: [["https://v/keys/n/ver"]],
    remote: true,
  },
  { title: "Huawei Cloud", config: rules("key_groups: [{hckms: [{key_id: 'r:k'}]}]"), keys: [["r:k"]], remote: true },
  { title: "a comma list in a group", config: rules(`key_groups: [{age: ["${A},${B}"]}]`), keys: [[A, B]] },
  { title: "an empty group", config: rules("key_groups: [{}]"), error: NO_KEYS },
];

const yaml: readonly RuleCase[] = [
  { title: "anchors", config: `keys: [&a ${A}, &b ${B}]\ncreation_rules: [{age: [*a, *b]}]`, keys: [[A, B]] },
  {
    title: "merge keys, own keys first",
    config: `x: &x {age: ${A}, path_regex: nope}\ncreation_rules: [{<<: *x, path_regex: sec}]`,
    keys: [[A]],
  },
  {
    title: "merge keys of a list, the first counts",
    config: `x: &x {age: ${A}}\ny: &y {age: ${B}, pgp: nope, path_regex: nope}\ncreation_rules: [{path_regex: sec, <<: [*x, {pgp: ''}, *y]}]`,
    keys: [[A]],
  },
  {
    title: "merge keys inside what is merged",
    config: `x: &x {age: ${A}}\ny: &y {<<: *x, path_regex: sec}\ncreation_rules: [{<<: *y}]`,
    keys: [[A]],
  },
  { title: "an own null beats what is merged", config: `x: &x {age: ${A}, pgp: nope}\ncreation_rules: [{<<: *x, pgp: ~}]`, keys: [[A]] },
  {
    title: "merging a text",
    reader: true,
    config: "x: &x a\ncreation_rules: [{<<: *x}]",
    error: misfit("yaml: map merge requires map or sequence of maps as the value"),
  },
  { title: "unknown keys are ignored", config: `a: 1\ncreation_rules: [{age: ${A}, b: 2}]`, keys: [[A]] },
  { title: "CRLF and a byte order mark", config: `\uFEFFcreation_rules:\r\n  - path_regex: yaml$\r\n    age: ${A}\r\n`, keys: [[A]] },
  { title: "only the first document counts", config: `creation_rules: [{age: ${A}}]\n---\ncreation_rules: [{age: ${B}}]\n`, keys: [[A]] },
  {
    title: "a fraction is cut off, yes is a bool",
    config: rules(`age: ${A}, shamir_threshold: 1.7, mac_only_encrypted: yes`),
    keys: [[A]],
  },
  {
    title: "rules that are a mapping",
    config: "creation_rules: {}",
    error: misfit("cannot unmarshal !!map into []config.creationRule"),
    line: 1,
  },
  {
    title: "a rule that is a text",
    config: "creation_rules:\n  - x",
    error: misfit("cannot unmarshal !!str into config.creationRule"),
    line: 2,
  },
  {
    title: "a pattern that is a list",
    config: "creation_rules:\n  - age: x\n    path_regex: [a]",
    error: misfit("cannot unmarshal !!seq into string"),
    line: 3,
  },
  {
    title: "a threshold that is a text",
    config: "creation_rules:\n  - shamir_threshold: x",
    error: misfit("cannot unmarshal !!str into int"),
    line: 2,
  },
  {
    title: "a quoted bool",
    config: "creation_rules:\n  - mac_only_encrypted: 'true'",
    error: misfit("cannot unmarshal !!str into bool"),
    line: 2,
  },
  {
    title: "a misfit in a rule that does not match",
    config: rules(`age: ${A}`, "mac_only_encrypted: 5"),
    error: misfit("cannot unmarshal !!int into bool"),
  },
  {
    title: "a misfit in a group beside flat keys",
    config: rules(`age: ${A}, key_groups: [{age: x}]`),
    error: misfit("cannot unmarshal !!str into []string"),
  },
  { title: "hckms that is no list", config: rules("hckms: foo"), error: misfit("cannot unmarshal !!str into []string") },
  {
    title: "stores that are a number",
    config: `stores: 5\ncreation_rules: [{age: ${A}}]`,
    error: misfit("cannot unmarshal !!int into config.StoresConfig"),
    line: 1,
  },
  {
    title: "an indent that is a text",
    config: `stores: {yaml: {indent: a}}\ncreation_rules: [{age: ${A}}]`,
    error: misfit("cannot unmarshal !!str into int"),
  },
  { title: "a list for a config", reader: true, config: "- a", error: misfit("cannot unmarshal !!seq into config.configFile") },
  { title: "no YAML", reader: true, config: "a: [\nb", error: misfit("yaml: line 2: did not find expected ',' or ']'"), line: 2 },
  {
    title: "a key twice",
    reader: true,
    config: `creation_rules:\n  - age: ${A}\n    age: ${B}`,
    error: misfit('mapping key "age" already defined at line 2'),
    line: 3,
  },
];

export const RULE_CASES: readonly RuleCase[] = [...matching, ...flat, ...groups, ...yaml];

function rules(...flow: readonly string[]): string {
  return `creation_rules:\n${flow.map((rule) => `  - {${rule}}\n`).join("")}`;
}
