import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import { loadConfig, refuseFlawed } from "../../src/policy/config.ts";
import { A, B } from "./rule-cases.ts";
import { rejectionOf, thrownBy } from "./thrown.ts";

const load = (text: string): ReturnType<typeof loadConfig> => loadConfig("/p/.sops.yaml", text);

test("indentations of the stores, absent where nothing is said", async () => {
  const { stores } = await load("stores: {yaml: {indent: 2}, json: {indent: -1}, dotenv: {}, json_binary: {indent: ~}}");
  expect(stores).toEqual({ yaml: 2, json: -1, jsonBinary: undefined });
  expect((await load("stores:")).stores).toEqual({ yaml: undefined, json: undefined, jsonBinary: undefined });
});

test("an empty config is a config without anything", async () => {
  for (const text of ["", "# nothing\n", "---\n", "--- # x\n\n  # y\r\n", "\uFEFF# nothing", "~\n", "---\n~\n"]) {
    const config = await load(text);
    expect(config).toMatchObject({ directory: "/p", rules: undefined, destinationRules: [], sotto: undefined, warnings: [] });
  }
});

test("the sotto section, with anchors from the usual list", async () => {
  const config = await load(`keys:
  - &ana ${A}
  - &ci ${B}
sotto:
  people:
    ana: {keys: [*ana], email: ana@acme.example}
    ci: {keys: *ci, machine: true}
  environments:
    base: {files: [base.yaml], abstract: true}
    prod: {extends: base, files: [prod.yaml, prod.env], isolated: true}
  schema: schema.yaml
`);
  expect(config.warnings).toEqual([]);
  expect(config.sotto?.people).toEqual([
    { name: "ana", keys: [A], email: "ana@acme.example", machine: false },
    { name: "ci", keys: [B], email: undefined, machine: true },
  ]);
  expect(config.sotto?.environments).toMatchObject([
    { name: "base", files: ["base.yaml"], extends: [], abstract: true, isolated: false },
    { name: "prod", files: ["prod.yaml", "prod.env"], extends: [{ name: "base" }], abstract: false, isolated: true },
  ]);
  expect(config.sotto?.schema).toBe("schema.yaml");
  expect([...config.anchors]).toEqual(
    expect.arrayContaining([
      [A, "ana"],
      [B, "ci"],
    ]),
  );
  expect(() => refuseFlawed(config)).not.toThrow();
});

describe("a mistyped key of a rule", () => {
  const rule = `creation_rules:\n  - path_regx: ^secrets/\n    age: ${A}\n`;

  test("is a warning in a plain config", async () => {
    const config = await load(rule);
    expect(config.warnings).toEqual([
      {
        message: 'unknown key "path_regx" in creation rule',
        position: { line: 2, column: 5 },
        hints: ["did you mean path_regex?"],
        frame: "2 |   - path_regx: ^secrets/\n  |     ^^^^^^^^^",
        refuses: false,
      },
    ]);
    expect(() => refuseFlawed(config)).not.toThrow();
  });

  test("is refused by what encrypts when there is a sotto section", async () => {
    const config = await load(`${rule}sotto: {}\n`);
    expect(config.rules).toHaveLength(1);
    expect(thrownBy(() => refuseFlawed(config))).toMatchObject({
      code: "CONFIG_INVALID",
      file: "/p/.sops.yaml",
      position: { line: 2, column: 5 },
      hints: ["did you mean path_regex?"],
      report: "2 |   - path_regx: ^secrets/\n  |     ^^^^^^^^^",
    });
  });

  test.each([
    ["creation_rules: [{agee: x}]", "age"],
    ["creation_rules: [{Age: x}]", "age"],
    ["creation_rules: [{gpg: x}]", "pgp"],
    ["creation_rules: [{hc_vault: x}]", "hc_vault_transit_uri"],
    ["creation_rules: [{filename_regex: x}]", "path_regex"],
    ["creation_rules: [{encrypted-regex: x}]", "encrypted_regex"],
    ["creation_rules: [{enrcypted_sufix: x}]", "encrypted_suffix"],
    ["creation_rules: [{key_group: []}]", "key_groups"],
    ["creation_rules: [{key_groups: [{hc_vault_transit_uri: []}]}]", "hc_vault"],
    ["creation_rules: [{key_groups: [{kms: [{arn: a, contxt: {}}]}]}]", "context"],
    ["creation_rules: [{key_groups: [{azure_keyvault: [{vault_url: a}]}]}]", "vaultUrl"],
    ["creation_rule: []", "creation_rules"],
    ["store: {}", "stores"],
  ])("%s: did you mean %s?", async (text, meant) => {
    const { warnings } = await load(text);
    expect(warnings.map((warning) => warning.hints)).toEqual([[`did you mean ${meant}?`]]);
  });

  test("is told once where an anchor brings it into many rules", async () => {
    const { warnings } = await load("creation_rules: [{<<: &x {path_regx: a}}, {<<: *x}, {<<: *x}]");
    expect(warnings.filter((warning) => warning.position.column < 36)).toHaveLength(1);
  });
});

test("all other unknown keys of rules are one warning, and never refused", async () => {
  const config = await load(
    `keys: []\nx-team: {a: 1}\ncreation_rules:\n  - {owner: me, age: ${A}}\n  - {owner: you, note: hi}\nsotto: {}\n`,
  );
  expect(config.warnings).toMatchObject([
    { message: 'unknown keys in rules are ignored: "owner", "note"', position: { line: 4, column: 6 }, refuses: false },
  ]);
});

test("a key named like something of Object's is just unknown", async () => {
  const { warnings } = await load("creation_rules: [{constructor: 1, __proto__: 2, toString: 3}]");
  expect(warnings).toHaveLength(1);
});

describe("under sotto", () => {
  test.each([
    ["sotto: {peple: {}}", 'unknown key "peple" in sotto', "did you mean people?"],
    ["sotto: {whatever: {}}", 'unknown key "whatever" in sotto', "known keys here: people, environments, schema, ignore"],
    ["sotto: {people: {ana: {key: []}}}", 'unknown key "key" in sotto.people.ana', "did you mean keys?"],
    ["sotto: {environments: {dev: {file: []}}}", 'unknown key "file" in sotto.environments.dev', "did you mean files?"],
    ["sotto: {environments: {dev: {path: []}}}", 'unknown key "path" in sotto.environments.dev', "did you mean files?"],
    ["sotto: 5", "sotto has a value of the wrong kind", undefined],
    ["sotto: {people: []}", "sotto.people has a value of the wrong kind", undefined],
    ["sotto: {people: {ana: {machine: maybe}}}", "machine has a value of the wrong kind", undefined],
    ["sotto: {environments: {dev: {files: {a: b}}}}", "files has a value of the wrong kind", undefined],
    ["sotto: {schema: [a]}", "schema has a value of the wrong kind", undefined],
  ])("%s is an error for what encrypts, and none for what reads", async (text, message, hint) => {
    const config = await load(text);
    expect(config.warnings).toMatchObject([{ message, hints: hint === undefined ? [] : [hint], refuses: true }]);
    expect(thrownBy(() => refuseFlawed(config))).toMatchObject({ code: "CONFIG_INVALID", message });
  });
});

test("an error says where, with a caret, whatever the line holds", async () => {
  const error = await rejectionOf(load(`# é😀\r\n\tcreation_rules: 5\r\n`.replace("\t", "")));
  expect(error.report).toBe("2 | creation_rules: 5\n  |                 ^");
  const long = await rejectionOf(load(`creation_rules: [{age: "${"x".repeat(5000)}", shamir_threshold: [1]}]`));
  expect(long.position).toEqual({ line: 1, column: 5046 });
  expect(long.report?.length).toBeLessThan(300);
  const [shown = "", carets = ""] = long.report?.split("\n") ?? [];
  expect(shown.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("[1]");
});

test("YAML that cannot be read is CONFIG_INVALID with the reader's position", async () => {
  const error = await rejectionOf(load("a: 1\nb: [1\n"));
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.message).toMatch(/^error loading config: Could not unmarshal config file: /);
  expect(error.position?.line).toBeGreaterThan(1);
});

test("what sops could not encrypt is no matter in a config", async () => {
  const config = await load(
    `keys: {1: a, true: b, n: 18446744073709551615}\ncreation_rules: [{key_groups: [{pgp: [18446744073709551615]}]}]\n`,
  );
  expect(config.rules?.[0]?.groups[0]?.map((key) => key.label)).toEqual(["18446744073709551615"]);
});

test("merge keys in a circle of anchors, or without end, do not hang", async () => {
  const deep = `${Array.from({ length: 150 }, (_, index) => `a${index}: &a${index} {${index === 0 ? "" : `<<: *a${index - 1}`}}\n`).join("")}creation_rules: [{<<: *a149}]`;
  expect((await rejectionOf(load(deep))).code).toBe("CONFIG_INVALID");
});

test("whatever stands where, a config loads or is refused with a position", async () => {
  const names = [
    "creation_rules",
    "key_groups",
    "age",
    "kms",
    "merge",
    "<<",
    "stores",
    "yaml",
    "indent",
    "sotto",
    "people",
    "keys",
    "environments",
    "extends",
    "files",
    "x",
  ];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(null, true, 5, 1.5, "", "a", "a,b"),
      fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 4, noNullPrototype: true }),
      fc.array(tie("value"), { maxLength: 3 }),
    ),
  }));
  const seen = { loaded: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names.slice(0, 10)), value, async (name, content) => {
      const text = JSON.stringify({ [name]: content, creation_rules: name === "x" ? [content] : [{ [name]: content }] });
      try {
        const config = await load(text);
        seen.loaded += 1;
        for (const { position, frame } of config.warnings) expect([position.line, frame.split("\n").length]).toEqual([1, 2]);
      } catch (error) {
        if (!SottoError.is(error) || error.position === undefined) throw error;
        seen.refused += 1;
      }
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(seen.loaded, seen.refused)).toBeGreaterThan(100);
});
