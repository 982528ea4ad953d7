/** What is accepted and refused here is what sops 3.13.3 accepts and refuses, unless a test says otherwise. */
import { describe, expect, it } from "vitest";
import { peekMetadata, readMetadata } from "../../src/metadata/read.ts";
import { EXIT, SottoError } from "../../src/model/error.ts";
import type { Metadata } from "../../src/model/metadata.ts";
import type { Document } from "../../src/model/tree.ts";
import { documentOf, flatDocument, toBranch, toNode } from "./trees.ts";

const TIME = "2024-01-02T03:04:05Z";
const MAC = "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]";
const AGE = [{ recipient: "age1aaa", enc: "wrapped\n" }];

function nested(changes: Readonly<Record<string, unknown>>): Document {
  const base = { age: AGE, lastmodified: TIME, mac: MAC, version: "3.13.3" };
  return documentOf(toBranch(Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([, value]) => value !== undefined))));
}

function read(changes: Readonly<Record<string, unknown>>): Metadata {
  return readMetadata(nested(changes), "nested");
}

function failureOf(fn: () => unknown): SottoError {
  try {
    fn();
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

it("reads what sops writes", () => {
  expect(read({ unencrypted_suffix: "_plain", shamir_threshold: 2, mac_only_encrypted: true })).toEqual({
    groups: [[{ provider: "age", label: "age1aaa", wrapped: "wrapped\n", stored: { enc: "wrapped\n", recipient: "age1aaa" } }]],
    threshold: 2,
    lastModified: TIME,
    mac: MAC,
    macOnlyEncrypted: true,
    selector: { kind: "unencrypted_suffix", pattern: "_plain" },
    version: "3.13.3",
    unknown: {},
  });
});

describe("weak typing", () => {
  it.each<[string, Readonly<Record<string, unknown>>, Partial<Metadata>]>([
    ["a text for the threshold", { shamir_threshold: "2" }, { threshold: 2 }],
    ["an empty text for the threshold", { shamir_threshold: "" }, { threshold: 0 }],
    ["a hexadecimal text for the threshold", { shamir_threshold: "0x2" }, { threshold: 2 }],
    ["an octal text for the threshold", { shamir_threshold: "010" }, { threshold: 8 }],
    ["a float for the threshold", { shamir_threshold: 2.7 }, { threshold: 2 }],
    ["a bool for the threshold", { shamir_threshold: true }, { threshold: 1 }],
    ["a negative threshold", { shamir_threshold: -1 }, { threshold: -1 }],
    ["the number that old INI files hold (no release reads it)", { shamir_threshold: "2.000000" }, { threshold: 2 }],
    ["null for the threshold", { shamir_threshold: null }, { threshold: 0 }],
    ["a text for a bool", { mac_only_encrypted: "T" }, { macOnlyEncrypted: true }],
    ["an empty text for a bool", { mac_only_encrypted: "" }, { macOnlyEncrypted: false }],
    ["a number for a bool", { mac_only_encrypted: 0.5 }, { macOnlyEncrypted: true }],
    ["a bool for a text", { mac: true }, { mac: "1" }],
    ["a number for a text", { mac: 1.5 }, { mac: "1.5" }],
    ["no mac", { mac: undefined }, { mac: "" }],
    ["null for a text", { mac: null }, { mac: "" }],
    ["empty selectors", { encrypted_regex: "", unencrypted_suffix: null }, { selector: undefined }],
    ["names in capitals", { MAC: "x", mac: undefined }, { mac: "x" }],
    ["a name with the long s", { unencrypted_ſuffix: "_x" }, { selector: { kind: "unencrypted_suffix", pattern: "_x" } }],
    ["another offset", { lastmodified: "2024-01-02T3:04:05,5+24:00" }, { lastModified: "2024-01-02T3:04:05,5+24:00" }],
  ])("takes %s", (_, changes, expected) => {
    expect(read(changes)).toMatchObject(expected);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["a list for a text", { mac: [] }, "the metadata field mac is not a text"],
    ["a mapping for a text", { mac: {} }, "the metadata field mac is not a text"],
    ["a list for a number", { shamir_threshold: [] }, "the metadata field shamir_threshold is not a whole number"],
    ["words for a number", { shamir_threshold: "two" }, "the metadata field shamir_threshold is not a whole number"],
    ["words for a bool", { mac_only_encrypted: "yes" }, "the metadata field mac_only_encrypted is not true or false"],
    ["a text for a list", { age: "x" }, "the metadata field age is not a list"],
    ["a text in a list", { age: ["x"] }, "the metadata field age[0] is not a mapping"],
    ["a list in a list", { age: [AGE] }, "the metadata field age[0] is not a mapping"],
    ["a text for the context", { kms: [{ created_at: TIME, context: "x" }] }, "the metadata field kms[0].context is not a mapping"],
    ["no lastmodified", { lastmodified: undefined }, "the metadata field lastmodified is missing"],
    ["a date for lastmodified", { lastmodified: "2024-01-02" }, "the metadata field lastmodified is not an RFC 3339 timestamp"],
    ["no created_at", { pgp: [{ fp: "x", enc: "y" }] }, "the metadata field pgp[0].created_at is missing"],
    [
      "a wrong key id",
      { hckms: [{ key_id: "x", created_at: TIME }] },
      "the metadata field hckms[0].key_id is not of the form region:key-uuid",
    ],
    [
      "two selectors",
      { encrypted_regex: "a", unencrypted_suffix: "b" },
      "the metadata has more than one selector: unencrypted_suffix and encrypted_regex",
    ],
    ["no version", { version: undefined }, "the metadata field version is missing"],
    ["a version of two numbers", { version: 3.7 }, "the metadata field version is no semantic version"],
    ["a version with a leading zero", { version: "3.08.1" }, "the metadata field version is no semantic version"],
    ["a version with an odd end", { version: "3.1.1-01" }, "the metadata field version is no semantic version"],
    ["a field twice (sops takes the last in JSON)", { mac: "a", MAC: "b" }, "the metadata field mac is there twice"],
  ])("refuses %s", (_, changes, message) => {
    const error = failureOf(() => read(changes));
    expect([error.code, error.message, EXIT[error.code]]).toEqual(["METADATA_INVALID", message, 1]);
  });

  it("refuses a YAML timestamp and says what to do", () => {
    const block = toBranch({ age: AGE, version: "3.13.3" });
    const entries = [
      ...block.entries,
      { kind: "pair", key: "lastmodified", value: { kind: "scalar", type: "time", canonical: TIME } } as const,
    ];
    const error = failureOf(() => readMetadata(documentOf({ kind: "branch", entries }), "nested"));
    expect(error.hints).toEqual(["put it in quotes"]);
  });

  it.each(["1.0", "1.14", "1.", "v3.8.1", "3.8.1-rc.1+b", "3.1.1-a.0+b-c", "99.0.0"])("takes the version %s", (version) => {
    expect(read({ version }).version).toBe(version);
  });
});

describe("keys", () => {
  it("stand in a group in the order in which sops tries them", () => {
    const entry = { created_at: TIME, enc: "e" };
    const lists = {
      age: [{}],
      pgp: [entry],
      hc_vault: [entry],
      azure_kv: [entry],
      hckms: [{ ...entry, key_id: "r:k" }],
      gcp_kms: [entry],
      kms: [entry],
    };
    const providers = read(lists).groups.map((group) => group.map(({ provider }) => provider));
    expect(providers).toEqual([["kms", "gcp_kms", "hckms", "azure_kv", "hc_vault", "pgp", "age"]]);
  });

  it("may be a single mapping, null or empty in lists of old releases", () => {
    expect(read({ age: AGE[0], kms: null, pgp: [], gcp_kms: {} }).groups).toEqual(read({}).groups);
    expect(read({ age: [null, ...AGE] }).groups[0]?.map(({ label }) => label)).toEqual(["", "age1aaa"]);
  });

  it("of flat lists win over key groups", () => {
    const other = [{ age: [{ recipient: "age1zzz", enc: "x" }] }];
    expect(read({ key_groups: other }).groups).toEqual(read({}).groups);
    expect(read({ key_groups: other, age: [] }).groups[0]?.[0]?.label).toBe("age1zzz");
  });

  it("come in groups, empty ones included", () => {
    const groups = read({ age: undefined, key_groups: [null, { age: AGE }, {}] }).groups;
    expect(groups.map((group) => group.length)).toEqual([0, 1, 0]);
    expect(read({ age: undefined, key_groups: { age: AGE } }).groups.length).toBe(1);
  });

  it("without a wrapped data key are read, and wrapped stays absent", () => {
    expect(read({ age: [{ recipient: "age1aaa", enc: null }] }).groups[0]?.[0]).not.toHaveProperty("wrapped");
  });

  it("must be there", () => {
    for (const changes of [{ age: [] }, { age: null }, { age: undefined, key_groups: [] }]) {
      expect(failureOf(() => read(changes)).code).toBe("NO_KEYS");
    }
    const foreign = failureOf(() => read({ age: undefined, foo_kms: [{ enc: "x", id: "y" }] }));
    expect([foreign.code, foreign.hints]).toEqual(["NO_KEYS", ["its keys of the kind foo_kms are unknown to this version"]]);
  });

  it("of an encryption context keep null values and merge lists", () => {
    const context = [{ b: "1", a: 2 }, { c: null }];
    const key = read({ kms: [{ arn: "arn:x", role: "r", created_at: TIME, enc: "e", context, aws_profile: "p" }] }).groups[0]?.[0];
    expect(key?.stored["context"]).toEqual({ b: "1", a: "2", c: null });
    expect(key?.label).toBe("arn:x+r|a:2,b:1|p");
  });

  it("of unknown providers are kept beside the known ones", () => {
    const metadata = read({ foo_kms: [{ enc: "w", id: "y", n: 1, created_at: TIME }], extra: [1], other: [{ id: 1 }] });
    expect(metadata.groups[0]?.[1]).toEqual({
      provider: "foo_kms",
      label: "y|1",
      wrapped: "w",
      stored: { enc: toNode("w"), id: toNode("y"), n: toNode(1), created_at: toNode(TIME) },
    });
    expect(metadata.unknown).toEqual({ extra: toNode([1]), other: toNode([{ id: 1 }]) });
    const grouped = read({ age: undefined, key_groups: [{ age: AGE, foo_kms: [{ enc: "w" }] }] });
    expect(grouped.groups[0]?.map(({ provider }) => provider)).toEqual(["age", "foo_kms"]);
  });

  it("keep fields that sotto does not know, also those with dangerous names", () => {
    const entry = JSON.parse('{"recipient":"age1aaa","enc":"e","__proto__":{"x":1},"later":[true]}');
    const key = read({ age: [entry] }).groups[0]?.[0];
    expect(Object.keys(key?.stored ?? {})).toEqual(["enc", "recipient", "__proto__", "later"]);
    expect(Object.getPrototypeOf(key?.stored)).toBe(Object.prototype);
  });
});

describe("the block itself", () => {
  it("may be missing", () => {
    const none = failureOf(() => readMetadata(documentOf(undefined), "nested"));
    expect([none.code, none.message, EXIT[none.code]]).toEqual(["NOT_ENCRYPTED", "sops metadata not found", 1]);
    expect(none.hints.length).toBe(1);
    expect(failureOf(() => readMetadata(documentOf(toNode({})), "nested")).code).toBe("NOT_ENCRYPTED");
    const yaml: Document = { ...documentOf(toNode({})), format: "yaml" };
    expect(failureOf(() => readMetadata(yaml, "nested")).code).toBe("METADATA_INVALID");
  });

  it.each([["x"], [null], [[1]]])("must be a mapping, not %j", (value) => {
    const error = failureOf(() => readMetadata(documentOf(toNode(value)), "nested"));
    expect([error.code, error.message]).toEqual(["METADATA_INVALID", "the sops entry is not a mapping"]);
  });

  it("ignores comments", () => {
    const block = toBranch({ lastmodified: TIME, mac: MAC, version: "3.13.3" });
    const comment = { kind: "comment", text: " x", inline: false } as const;
    const age = { kind: "sequence", items: [comment, toBranch(AGE[0] ?? {})] } as const;
    const entries = [comment, ...block.entries, { kind: "pair", key: "age", value: age } as const];
    expect(readMetadata(documentOf({ kind: "branch", entries }), "nested").groups[0]?.length).toBe(1);
  });

  it("says where something is wrong", () => {
    const text = "a: 1\nsops:\n  mac: x\n  lastmodified: y\n";
    const pair = (key: string, value: string) =>
      ({
        kind: "pair",
        key,
        value: {
          kind: "scalar",
          type: "str",
          canonical: value,
          slot: { start: text.indexOf(`${key}: `) + key.length + 2, end: text.length, style: "plain" },
        },
      }) as const;
    const block = { kind: "branch", entries: [pair("mac", "x"), pair("lastmodified", "y")] } as const;
    expect(failureOf(() => readMetadata(documentOf(block, text), "nested")).position).toEqual({ line: 4, column: 17 });
    const twice = { kind: "branch", entries: [pair("lastmodified", "y"), pair("mac", "x"), pair("mac", "x")] } as const;
    expect(failureOf(() => readMetadata(documentOf(twice, text), "nested")).position).toEqual({ line: 3, column: 8 });
  });

  it("is not read without end", () => {
    let deep = toNode("x");
    for (let depth = 0; depth < 100_000; depth += 1) deep = { kind: "sequence", items: [deep] };
    const block = toBranch({ age: AGE, lastmodified: TIME, mac: MAC, version: "3.13.3" });
    const entries = [...block.entries, { kind: "pair", key: "deep", value: deep } as const];
    const error = failureOf(() => readMetadata(documentOf({ kind: "branch", entries }), "nested"));
    expect(error.message).toBe("the metadata field deep is nested too deeply");
  });
});

describe("peeking, for commands that work on keys alone", () => {
  it("does not look at the version", () => {
    expect(peekMetadata(nested({ version: "banana" }), "nested").version).toBe("banana");
    expect(peekMetadata(nested({ version: undefined, mac: undefined }), "nested")).toMatchObject({ version: "", mac: "" });
  });

  it("still needs lastmodified and keys, as sops filestatus does", () => {
    expect(failureOf(() => peekMetadata(nested({ lastmodified: "x" }), "nested")).code).toBe("METADATA_INVALID");
    expect(failureOf(() => peekMetadata(nested({ age: [] }), "nested")).code).toBe("NO_KEYS");
  });
});

describe("flat blocks", () => {
  const lines = [
    "age__list_0__map_enc=a\\nb\\n",
    "age__list_0__map_recipient=age1aaa",
    `lastmodified=${TIME}`,
    `mac=${MAC}`,
    "version=3.13.3",
  ];

  it("read like nested ones, in any order", () => {
    const metadata = readMetadata(flatDocument(lines.toReversed()), "flat");
    expect(metadata).toEqual(read({ age: [{ recipient: "age1aaa", enc: "a\nb\n" }] }));
  });

  it("of INI files hold line feeds as two characters", () => {
    const pairs = lines.map((line) => line.split("=", 2)).map(([key = "", value = ""]) => [key, value] as const);
    const metadata = readMetadata(documentOf(toBranch(Object.fromEntries(pairs))), "section");
    expect(metadata.groups[0]?.[0]?.wrapped).toBe("a\nb\n");
  });

  it.each([
    ["a key twice", [...lines, "mac=x"], "the metadata field mac is there twice"],
    ["a key that is both", [...lines, "mac__map_x=x"], "a metadata field is both a value and a collection"],
    ["a list with a gap", [...lines, "pgp__list_1__map_x=x"], "a list of the metadata has a gap"],
    ["a key of a thousand steps", [...lines, `x${"__map_x".repeat(1000)}=x`], "the metadata block is nested too deeply"],
  ])("are refused for %s", (_, bad, message) => {
    const error = failureOf(() => readMetadata(flatDocument(bad), "flat"));
    expect([error.code, error.message]).toEqual(["METADATA_INVALID", message]);
  });

  it("take odd indices as sops does", () => {
    for (const index of ["x", "-0", "+0", "00"]) {
      const odd = lines.map((line) => line.replace("list_0", `list_${index}`));
      expect(readMetadata(flatDocument(odd), "flat").groups[0]?.[0]?.label).toBe("age1aaa");
    }
  });
});
