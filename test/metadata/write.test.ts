import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { providers } from "../../keys/index.ts";
import { readMetadata } from "../../src/metadata/read.ts";
import { metadataTree } from "../../src/metadata/write.ts";
import type { MasterKey } from "../../src/model/keys.ts";
import type { Metadata } from "../../src/model/metadata.ts";
import { documentOf, toNode } from "./trees.ts";

const TIME = "2024-01-02T03:04:05Z";
const age: MasterKey = { provider: "age", label: "age1aaa", wrapped: "w\n", stored: { recipient: "age1aaa" } };
const pgp: MasterKey = { provider: "pgp", label: "FP", wrapped: "p", stored: { fp: "FP", created_at: TIME } };
const base: Metadata = {
  groups: [[age]],
  threshold: 0,
  lastModified: TIME,
  mac: "ENC[]",
  macOnlyEncrypted: false,
  selector: undefined,
  version: "3.13.3",
  unknown: {},
};

describe("the nested block", () => {
  it("has sops's fields in alphabetical order, without those that say nothing", () => {
    expect(metadataTree(base, "nested")).toEqual(
      toNode({ age: [{ enc: "w\n", recipient: "age1aaa" }], lastmodified: TIME, mac: "ENC[]", version: "3.13.3" }),
    );
    const full = { ...base, threshold: 2, macOnlyEncrypted: true, selector: { kind: "encrypted_regex", pattern: "^a" } as const };
    expect(metadataTree(full, "nested")).toEqual(
      toNode({
        age: [{ enc: "w\n", recipient: "age1aaa" }],
        encrypted_regex: "^a",
        lastmodified: TIME,
        mac: "ENC[]",
        mac_only_encrypted: true,
        shamir_threshold: 2,
        version: "3.13.3",
      }),
    );
  });

  it("has empty lists of age and Vault keys in key groups only", () => {
    const tree = metadataTree({ ...base, groups: [[age], [pgp], []] }, "nested");
    expect(tree.entries[0]).toEqual({
      kind: "pair",
      key: "key_groups",
      value: toNode([
        { age: [{ enc: "w\n", recipient: "age1aaa" }], hc_vault: [] },
        { age: [], hc_vault: [], pgp: [{ created_at: TIME, enc: "p", fp: "FP" }] },
        { age: [], hc_vault: [] },
      ]),
    });
  });

  it("has no list at all without a group, and keeps an empty MAC and a key that is not wrapped", () => {
    const unwrapped: MasterKey = { provider: "age", label: "a", stored: { recipient: "a", enc: "old" } };
    expect(metadataTree({ ...base, groups: [], mac: "" }, "nested")).toEqual(toNode({ lastmodified: TIME, mac: "", version: "3.13.3" }));
    expect(metadataTree({ ...base, groups: [[unwrapped]] }, "nested").entries[0]).toMatchObject({
      value: toNode([{ enc: "", recipient: "a" }]),
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ["kms", { arn: "arn" }, { arn: "arn", aws_profile: "", created_at: TIME, enc: "w" }],
    [
      "kms",
      { arn: "arn", role: "r", aws_profile: "p", context: { b: "1", kind: "scalar", a: null } },
      { arn: "arn", aws_profile: "p", context: { a: null, b: "1", kind: "scalar" }, created_at: TIME, enc: "w", role: "r" },
    ],
    ["kms", { arn: "arn", role: "", context: {} }, { arn: "arn", aws_profile: "", created_at: TIME, enc: "w" }],
    ["gcp_kms", { resource_id: "r" }, { created_at: TIME, enc: "w", resource_id: "r" }],
    ["hckms", { key_id: "r:k" }, { created_at: TIME, enc: "w", key_id: "r:k" }],
    ["azure_kv", { vault_url: "u", name: "n", version: "v" }, { created_at: TIME, enc: "w", name: "n", vault_url: "u", version: "v" }],
    [
      "hc_vault",
      { vault_address: "a", engine_path: "e", key_name: "k" },
      { created_at: TIME, enc: "w", engine_path: "e", key_name: "k", vault_address: "a" },
    ],
    [
      "foo",
      { id: "x", created_at: TIME, n: 1, enc: "old", list: [true, 1.5] },
      { created_at: TIME, enc: "w", id: "x", list: [true, 1.5], n: 1 },
    ],
  ])("has the fields of a key of %s", (provider, stored, expected) => {
    const key: MasterKey = { provider, label: "x", wrapped: "w", stored: { created_at: TIME, ...stored } };
    const tree = metadataTree({ ...base, groups: [[key]] }, "nested");
    expect(tree.entries[0]).toEqual({ kind: "pair", key: provider, value: toNode([expected]) });
  });
});

describe("the flat block", () => {
  it("has sops's keys and only texts, with line feeds as they are", () => {
    const kms: MasterKey = {
      provider: "kms",
      label: "arn",
      wrapped: "k",
      stored: { arn: "arn:1", created_at: TIME, context: { k: "vv" } },
    };
    const metadata = { ...base, groups: [[kms, age], [pgp]], threshold: 2, macOnlyEncrypted: true };
    expect(metadataTree(metadata, "flat")).toEqual(
      toNode({
        key_groups__list_0__map_age__list_0__map_enc: "w\n",
        key_groups__list_0__map_age__list_0__map_recipient: "age1aaa",
        key_groups__list_0__map_kms__list_0__map_arn: "arn:1",
        key_groups__list_0__map_kms__list_0__map_aws_profile: "",
        key_groups__list_0__map_kms__list_0__map_context__map_k: "vv",
        key_groups__list_0__map_kms__list_0__map_created_at: TIME,
        key_groups__list_0__map_kms__list_0__map_enc: "k",
        key_groups__list_1__map_pgp__list_0__map_created_at: TIME,
        key_groups__list_1__map_pgp__list_0__map_enc: "p",
        key_groups__list_1__map_pgp__list_0__map_fp: "FP",
        lastmodified: TIME,
        mac: "ENC[]",
        mac_only_encrypted: "true",
        shamir_threshold: "2",
        version: "3.13.3",
      }),
    );
  });

  it("cannot hold two fields under one key", () => {
    expect(() => metadataTree({ ...base, unknown: { a__map_b: "1", a: { b: "2" } } }, "flat")).toThrow(RangeError);
  });
});

describe("what is read is written again", () => {
  const word = fc.string({ minLength: 1 }).filter((text) => !text.includes("__"));
  const entry = fc.dictionary(
    fc.constantFrom("later", "x1", "Z"),
    fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.array(word)),
  );
  const list = (rule: (typeof providers)[number]): fc.Arbitrary<Record<string, unknown>[]> => {
    const fields = rule.stored.map(({ name, mapping }): [string, fc.Arbitrary<unknown>] => {
      if (name === "created_at") return [name, fc.constant(TIME)];
      if (name === "key_id") return [name, word.map((text) => `r:k${text}`)];
      return [name, mapping === true ? fc.dictionary(word, word, { minKeys: 1 }) : word];
    });
    return fc.array(
      fc.tuple(fc.record(Object.fromEntries(fields)), entry).map(([known, other]) => ({ ...other, ...known })),
      { minLength: 1, maxLength: 3 },
    );
  };
  const group = fc.record(Object.fromEntries(providers.map((rule) => [rule.id, list(rule)])), { requiredKeys: ["age"] });
  const block = fc.record(
    {
      keys: fc.oneof(
        group,
        fc.array(group, { minLength: 2, maxLength: 3 }).map((key_groups) => ({ key_groups })),
      ),
      shamir_threshold: fc.integer({ min: 1, max: 9 }),
      mac_only_encrypted: fc.constant(true),
      encrypted_regex: word,
      zz_unknown: fc.oneof(word, fc.array(fc.integer()), entry),
    },
    { requiredKeys: ["keys"] },
  );
  const fixed = { lastmodified: TIME, mac: "ENC[]", version: "3.13.3" };

  it("nested: the same fields with the same types", () => {
    fc.assert(
      fc.property(block, ({ keys, ...rest }) => {
        const node = toNode({ ...keys, ...rest, ...fixed });
        const metadata = readMetadata(documentOf(node), "nested");
        const tree = metadataTree(metadata, "nested");
        expect(plain(tree)).toEqual(plain(node));
        expect(readMetadata(documentOf(tree), "nested")).toEqual(metadata);
      }),
    );
  });

  it("flat: reading gives the same metadata", () => {
    fc.assert(
      fc.property(block, ({ keys, ...rest }) => {
        const known = withoutOthers({ ...keys, ...rest });
        const metadata = readMetadata(documentOf(toNode({ ...known, ...fixed })), "nested");
        const flat = metadataTree(metadata, "flat");
        expect(readMetadata(documentOf(flat), "flat")).toEqual(metadata);
      }),
    );
  });
});

/** As plain data without order, so that trees can be compared; empty lists and absent ones are equal. */
function plain(node: ReturnType<typeof toNode>): unknown {
  if (node.kind === "sequence") return node.items.flatMap((item) => (item.kind === "comment" ? [] : [plain(item)]));
  if (node.kind === "scalar") return `${node.type} ${node.canonical}`;
  if (node.kind === "null") return null;
  const fields = node.entries.flatMap((entry) => (entry.kind === "pair" ? [[entry.key, plain(entry.value)] as const] : []));
  return Object.fromEntries(
    fields.filter(([key, value]) => !((key === "age" || key === "hc_vault") && Array.isArray(value) && value.length === 0)),
  );
}

/** Only fields that sops knows: in a flat block all others become texts. */
function withoutOthers(value: unknown): object {
  const known = new Set([
    "key_groups",
    "shamir_threshold",
    "mac_only_encrypted",
    "encrypted_regex",
    ...providers.flatMap(({ id, stored }) => [id, ...stored.map(({ name }) => name)]),
  ]);
  const clean = (item: unknown, inContext: boolean): unknown => {
    if (Array.isArray(item)) return item.map((one) => clean(one, inContext));
    if (typeof item !== "object" || item === null) return item;
    const fields = Object.entries(item).filter(([key]) => inContext || known.has(key));
    return Object.fromEntries(fields.map(([key, one]) => [key, clean(one, key === "context")]));
  };
  return Object(clean(value, false));
}
