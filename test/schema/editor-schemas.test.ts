/** The JSON Schemas for editors say what the readers say: of the configs of the transcripts, of good ones and of broken ones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { providersByRule } from "../../keys/index.ts";
import { loadConfig } from "../../src/policy/config.ts";
import { DESTINATION_FIELDS } from "../../src/policy/destinations.ts";
import { GROUP_FIELDS } from "../../src/policy/key-groups.ts";
import { RULE_FIELDS } from "../../src/policy/rules.ts";
import { TYPES } from "../../src/schema/model.ts";
import { KEY_FIELDS } from "../../src/schema/read-key.ts";
import { readSchema } from "../../src/schema/read.ts";
import { ROOT } from "../support/sources.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { listTranscripts } from "../transcripts/transcript.ts";

interface JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly items: JsonSchema;
  readonly enum: readonly string[];
  readonly additionalProperties: JsonSchema;
}

function load(name: string): { readonly schema: JsonSchema; readonly validate: ValidateFunction } {
  const schema = JSON.parse(readFileSync(join(ROOT, "src", "schema", name), "utf8")) as JsonSchema;
  return { schema, validate: new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema as never) };
}

const config = load("sops-config.json");
const keys = load("secrets-schema.json");

/** As an editor reads it. */
const read = (text: string): unknown => parse(text, { merge: true, logLevel: "silent" }) as unknown;

const names = (schema: JsonSchema | undefined): readonly string[] => Object.keys(schema?.properties ?? {}).toSorted();

async function isFine(text: string): Promise<boolean> {
  try {
    const { warnings, rules, destinationRules } = await loadConfig("/p/.sops.yaml", text);
    return warnings.length === 0 && [...(rules ?? []), ...destinationRules].every(({ fault }) => fault === undefined);
  } catch {
    return false;
  }
}

const known = async (text: string): Promise<string> => (await loadConfig("/p/.sops.yaml", text)).warnings[0]?.hints[0] ?? "";
const list = (schema: JsonSchema | undefined): string => Object.keys(schema?.properties ?? {}).join(", ");

describe("names are those that the readers know", () => {
  const { definitions } = config.schema;
  test.each([
    ["of a creation rule", definitions["creationRule"], RULE_FIELDS],
    ["of a destination rule", definitions["destinationRule"], DESTINATION_FIELDS],
    ["of a key group", definitions["keyGroup"], GROUP_FIELDS],
    ["of a key of the schema", keys.schema.definitions["key"], KEY_FIELDS],
  ])("%s", (_, schema, fields) => {
    expect(names(schema)).toEqual(fields.toSorted());
  });

  test.each(providersByRule.flatMap(({ group }) => (group.struct === undefined ? [] : [[group.key, group.struct.fields] as const])))(
    "of a %s in a key group",
    (key, fields) => {
      expect(names(definitions["keyGroup"]?.properties[key]?.items)).toEqual(Object.keys(fields).toSorted());
    },
  );

  test("of types", () => {
    expect(keys.schema.definitions["type"]?.enum.toSorted()).toEqual(TYPES.toSorted());
  });

  test("of the section of ours: one that is left out would be refused by the reader", async () => {
    const section = definitions["sotto"];
    expect(await known("sotto: {zzzzzz: 1}")).toBe(`known keys here: ${list(section)}`);
    expect(await known("sotto: {people: {a: {zzzzzz: 1}}}")).toBe(
      `known keys here: ${list(section?.properties["people"]?.additionalProperties)}`,
    );
    const environment = section?.properties["environments"]?.additionalProperties;
    expect(await known("sotto: {environments: {a: {zzzzzz: 1}}}")).toBe(`known keys here: ${list(environment)}`);
    expect(await known("sotto: {ignore: [{zzzzzz: 1}]}")).toBe(`known keys here: ${list(section?.properties["ignore"]?.items)}`);
  });
});

const ANA = vectorRecipient("ana");

describe("a config", () => {
  const transcripts = listTranscripts().flatMap(({ name, files }) => {
    const text = files.get(".sops.yaml");
    return text === undefined ? [] : [[name, text.replaceAll(/\$[A-Z]+/g, ANA)] as const];
  });

  test("of the transcripts there are many", () => {
    expect(transcripts.length).toBeGreaterThan(30);
  });

  test.each(transcripts)("of %s is read as the reader does", async (_, text) => {
    expect(config.validate(read(text))).toBe(await isFine(text));
  });

  test.each([
    ["with nothing in it", "{}"],
    [
      "with anchors and merge keys",
      `keys: [&ana ${ANA}]\nx: &rule {age: *ana}\ncreation_rules: [{path_regex: a, <<: *rule}, {age: [*ana]}]`,
    ],
    [
      "with groups",
      `creation_rules: [{key_groups: [{age: [${ANA}], pgp: [85D77543B3D624B63CEA9E6DBC17301B491B3F21]}, {kms: [{arn: "arn:aws:kms:eu-west-1:111122223333:key/1", context: {a: b}}]}], shamir_threshold: 2}]`,
    ],
    ["with layouts", `creation_rules: [{age: ${ANA}}]\nstores: {yaml: {indent: 2}, json: {indent: 1}, json_binary: {indent: 4}}`],
    [
      "with destinations",
      `destination_rules: [{s3_bucket: b, s3_prefix: p/, omit_extensions: true, recreation_rule: {age: ${ANA}}}, {vault_path: a, vault_kv_version: 1}]`,
    ],
    [
      "with a section of ours",
      `sotto: {people: {ana: {keys: [${ANA}], email: ana@acme.example}}, environments: {base: {files: a, abstract: true}, prod: {extends: [base], files: [b], isolated: true}}, schema: s.yaml, ignore: [{finding: f, reason: r}]}`,
    ],
  ])("%s is fine", async (_, text) => {
    expect(await isFine(text)).toBe(true);
    expect([config.validate(read(text)), config.validate.errors]).toEqual([true, null]);
  });

  test.each([
    [`creation_rules: {age: ${ANA}}`],
    [`creation_rules: [{path_regx: a, age: ${ANA}}]`],
    [`creation_rules: [{age: ${ANA}, encrypted_regex: a, unencrypted_suffix: b}]`],
    [`creation_rules: [{age: ${ANA}, encrypted_comment_regex: a, unencrypted_suffix: b}]`],
    [`creation_rules: [{age: ${ANA}, encrypted_comment_regex: a, unencrypted_comment_regex: b}]`],
    [`creation_rules: [{age: ${ANA}, shamir_threshold: two}]`],
    [`creation_rules: [{age: ${ANA}, mac_only_encrypted: [true]}]`],
    ["creation_rules: [{age: {a: b}}]"],
    ["creation_rules: [{key_groups: [{agee: []}]}]"],
    ["creation_rules: [{key_groups: [{kms: [{arm: a}]}]}]"],
    ["creation_rules: [{hckms: a}]"],
    ["stores: {yaml: {indent: wide}}"],
    ["destination_rules: [{s3_bucket: a, gcs_bucket: b}]"],
    ["destination_rules: [{s3_bucket: a, s3_prefx: b}]"],
    ["sotto: {environment: {}}"],
    ["sotto: {environments: {prod: {file: a}}}"],
    ["sotto: {people: {ana: {keys: {}}}}"],
    ["sotto: {ignore: [{finding: a}]}"],
    ["sotto: {ignore: [{finding: a, reason: ' '}]}"],
  ])("%s is not", async (text) => {
    expect(await isFine(text)).toBe(false);
    expect(config.validate(read(text))).toBe(false);
  });
});

describe("a schema", () => {
  test.each([
    ["keys: {}"],
    ["strict: true\nkeys: {a: int, b: {type: string, required: true}, c: }"],
    ["keys: {a: {type: enum, values: [a, 1, true]}, b: {type: regex, pattern: ^a}, c: {type: port, default: 80}}"],
    ["keys: {a: {required: [prod], environments: [prod, dev], secret: true, owner: ana, description: d, example: e}}"],
    ["keys: {a: {required: prod, rotate-after: 90d, rotated: '2026-01-31'}, b: {rotated: 2026-01-31, rotate-after: 3mo}}"],
    ["keys: {a: {default: x, required: false, secret: false}}"],
  ])("%s is fine", async (text) => {
    await readSchema("s.yaml", text);
    expect([keys.validate(read(text)), keys.validate.errors]).toEqual([true, null]);
  });

  test.each([
    ["{}"],
    ["key: {}"],
    ["strict: maybe\nkeys: {}"],
    ["keys: [a]"],
    ["keys: {a: integer}"],
    ["keys: {a: {typ: int}}"],
    ["keys: {a: {type: enum}}"],
    ["keys: {a: {values: [x]}}"],
    ["keys: {a: {type: regex}}"],
    ["keys: {a: {type: int, pattern: x}}"],
    ["keys: {a: {required: {prod: true}}}"],
    ["keys: {a: {required: true, default: x}}"],
    ["keys: {a: {secret: true, default: x}}"],
    ["keys: {a: {secret: yes please}}"],
    ["keys: {a: {rotate-after: often}}"],
    ["keys: {a: {rotated: 2026-01-31}}"],
    ["keys: {a: {owner: [ana]}}"],
  ])("%s is not", async (text) => {
    await expect(readSchema("s.yaml", text)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(keys.validate(read(text))).toBe(false);
  });
});
