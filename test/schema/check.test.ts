import { describe, expect, test } from "vitest";
import type { OpenEnvironment } from "../../src/deploy/environment.ts";
import type { Node } from "../../src/model/tree.ts";
import { checkSchema, checkValues } from "../../src/schema/findings.ts";
import { checkIsolation } from "../../src/schema/isolation.ts";
import { readSchema } from "../../src/schema/read.ts";
import { checkRotation } from "../../src/schema/rotation.ts";
import { Repository } from "../git/repository.ts";
import { vectorRecipient } from "../support/vectors.ts";

const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });

function environment(
  name: string,
  values: Readonly<Record<string, Node | string>>,
  isolated = false,
  file = `${name}.yaml`,
): OpenEnvironment {
  const list = Object.entries(values).map(([path, value]) => ({
    path: path.split("."),
    node: typeof value === "string" ? text(value) : value,
    file,
    encrypted: true,
  }));
  return { name, setting: { name, files: [file], inherited: [], abstract: false, isolated, guessed: false }, files: [file], values: list };
}

const NOW = new Date("2026-07-01T00:00:00Z");
const day = (date: string): Date => new Date(`${date}T00:00:00Z`);

const findBySchema = async (schema: string, values: Readonly<Record<string, Node | string>>): Promise<readonly string[]> =>
  checkSchema(await readSchema("s.yaml", schema), "prod", environment("prod", values).values).map(
    ({ kind, path, message, owner }) => `${kind} ${path}: ${message}${owner === undefined ? "" : ` (${owner})`}`,
  );

describe("the schema", () => {
  test("misses what is required, and what is empty", async () => {
    const schema =
      "keys: {a: {required: true, owner: ana}, b: {required: [prod]}, c: {required: [dev]}, d: {type: int}, e: {required: true}}";
    expect(await findBySchema(schema, { b: "", d: "", e: { kind: "null" } })).toEqual([
      "missing a: is required, and missing (ana)",
      "empty b: is required, and empty",
      "empty e: is required, and empty",
    ]);
  });

  test("says where a key may be", async () => {
    expect(await findBySchema("keys: {a: {environments: [dev, staging]}}", { a: "x" })).toEqual([
      "misplaced a: may be in dev, staging only",
    ]);
  });

  test("takes a mapping for what it is", async () => {
    expect(await findBySchema("keys: {a: string, b: json}", { "a.x": "1", "b.x": "1" })).toEqual(["type a: is a mapping, not a text"]);
  });

  test("that is strict knows all keys, and what is in one that is JSON", async () => {
    expect(await findBySchema("strict: true\nkeys: {password: string, b: json}", { pasword: "1", "b.x": "1", other: "x" })).toEqual([
      "unknown pasword: the schema does not know it: did you mean password?",
      "unknown other: the schema does not know it",
    ]);
  });

  test("has examples that are no values", async () => {
    const schema = "keys: {a: {example: sk_demo}, b: {type: enum, values: [x], example: x}, c: {secret: false, example: y}}";
    expect(await findBySchema(schema, { a: "sk_demo", b: "x", c: "y" })).toEqual(["placeholder a: is the example of the schema"]);
  });
});

test("placeholders are told where a secret should be", async () => {
  const schema = await readSchema("s.yaml", "keys: {mode: {type: enum, values: [test]}, open: {secret: false}}");
  const { values } = environment("prod", {
    token: "changeme",
    mode: "test",
    open: "test",
    list: { kind: "sequence", items: [text("<token>")] },
    fine: "k3Jd82hs",
  });
  const found = (from: typeof values): readonly string[] =>
    checkValues(from, schema, { now: NOW, days: 30 }).map(({ kind, path }) => `${kind} ${path}`);
  expect(found(values)).toEqual(["placeholder token", "placeholder list"]);
  expect(found(values.map((value) => ({ ...value, encrypted: false })))).toEqual([]);
});

const findShared = (environments: readonly OpenEnvironment[], schema?: Parameters<typeof checkIsolation>[1]): readonly string[] =>
  [...checkIsolation(environments, schema)].flatMap(([name, findings]) =>
    findings.map(({ path, message }) => `${name} ${path}: ${message}`),
  );

describe("isolation", () => {
  test("finds one secret in two environments, under any name, on both sides", () => {
    const all = [
      environment("dev", { token: "correct horse" }),
      environment("prod", { "db.password": "correct horse" }, true),
      environment("qa", { token: "correct horse" }),
    ];
    expect(findShared(all)).toEqual([
      "dev token: is the same in prod (db.password), though they are kept apart",
      "prod db.password: is the same in dev (token), qa (token), though they are kept apart",
      "qa token: is the same in prod (db.password), though they are kept apart",
    ]);
    expect(findShared([all[0], all[2]].filter((one) => one !== undefined))).toEqual([]);
  });

  test("leaves out one file, short values, and what the schema calls readable", async () => {
    const schema = await readSchema("s.yaml", "keys: {name: {secret: false}, mail: email}");
    const shared = { name: "acme corporation", mail: "ana@acme.example", port: "5432" };
    expect(findShared([environment("a", shared, true), environment("b", shared, true)], schema)).toEqual([]);
    const same = { token: "correct horse" };
    expect(findShared([environment("a", same, true, "base"), environment("b", same, true, "base")])).toEqual([]);
  });
});

const never = (date: string | undefined): Promise<Date | undefined> => Promise.resolve(date === undefined ? undefined : day(date));

const findOld = async (key: string, written: string | undefined, changed: string | undefined): Promise<readonly string[]> => {
  const schema = await readSchema("s.yaml", `keys: {a: ${key}, absent: {rotate-after: 1d}, free: string}`);
  const { values } = environment("prod", { a: "x", free: "x" });
  const found = await checkRotation(
    schema,
    values,
    NOW,
    () => never(written),
    () => never(changed),
  );
  return found.map(({ path, message }) => `${path} ${message}`);
};

describe("rotation", () => {
  test.each<[title: string, key: string, written: string | undefined, changed: string | undefined, told: readonly string[]]>([
    [
      "a file older than that is enough",
      "{rotate-after: 90d}",
      "2026-01-01",
      undefined,
      ["a is to be rotated every 90d, and was changed last on 2026-01-01 or before"],
    ],
    [
      "history tells the day",
      "{rotate-after: 90d}",
      "2026-06-30",
      "2026-03-01",
      ["a is to be rotated every 90d, and was changed last on 2026-03-01"],
    ],
    ["a young value is fine", "{rotate-after: 90d}", "2026-06-30", "2026-06-01", []],
    ["without history nobody knows", "{rotate-after: 90d}", "2026-06-30", undefined, []],
    [
      "the schema may know",
      "{rotate-after: 90d, rotated: 2026-02-01}",
      undefined,
      undefined,
      ["a is to be rotated every 90d, and was changed last on 2026-02-01"],
    ],
    ["the later of the two counts", "{rotate-after: 90d, rotated: 2026-05-01}", "2026-06-30", "2026-01-01", []],
  ])("%s", async (_, key, written, changed, told) => {
    expect(await findOld(key, written, changed)).toEqual(told);
  });
});

test("env check asks the history of the repository which value is old", async () => {
  using repository = new Repository();
  repository.write(
    ".sops.yaml",
    `creation_rules: [{path_regex: yaml$, age: ${vectorRecipient("ana")}}]\nsotto: {environments: {prod: {files: [prod.yaml]}}, schema: schema.yml}\n`,
  );
  repository.write("schema.yml", "keys: {old: {rotate-after: 1d}, young: {rotate-after: 1d}}\n");
  repository.write("prod.yaml", "old: one\nyoung: two\n");
  expect((await repository.sotto(["encrypt", "-i", "prod.yaml"])).exit).toBe(0);
  repository.git("add", "-A");
  repository.git("commit", "-qm", "long ago", "--date=2024-01-31T12:00:00Z");
  expect((await repository.sotto(["set", "prod.yaml", "young", '"three"'])).exit).toBe(0);
  repository.commit("today");
  expect((await repository.sotto(["env", "check"])).output).toBe(
    "FAILED  prod (1 file, 2 values)\n  rotate  old (prod.yaml): is to be rotated every 1d, and was changed last on 2024-01-31\n",
  );
});
