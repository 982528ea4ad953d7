import { describe, expect, test } from "vitest";
import type { SottoError } from "../../src/model/error.ts";
import { isRequired } from "../../src/schema/model.ts";
import { readSchema } from "../../src/schema/read.ts";

const ENVIRONMENTS = ["dev", "staging", "prod"];

async function problemOf(text: string): Promise<SottoError> {
  return readSchema("s.yaml", text, ENVIRONMENTS).then(
    () => expect.fail("it was read"),
    (error: SottoError) => error,
  );
}

describe("a schema", () => {
  test("says of each key what it is, in short or at length", async () => {
    const { strict, keys } = await readSchema(
      "s.yaml",
      `strict: true
keys:
  database.port: port
  '["a.b"]["c"]': {type: enum, values: [1, true, x], required: [prod], environments: [dev, prod]}
  token:
    type: regex
    pattern: ^sk_
    required: true
    secret: true
    owner: ana
    rotate-after: 6w
    rotated: 2026-01-31
    example: sk_example
`,
      ENVIRONMENTS,
    );
    expect(strict).toBe(true);
    expect(keys[0]).toMatchObject({ path: ["database", "port"], name: "database.port", type: "port", required: false });
    expect(keys[1]).toMatchObject({ path: ["a.b", "c"], name: String.raw`a\.b.c`, values: ["1", "true", "x"], required: ["prod"] });
    expect(keys[2]).toMatchObject({
      secret: true,
      owner: "ana",
      rotateAfter: { text: "6w", days: 42 },
      rotated: new Date("2026-01-31T00:00:00Z"),
      example: "sk_example",
      position: { line: 5, column: 3 },
    });
    expect(keys[2]?.pattern?.compiled.test("sk_1")).toBe(true);
  });

  test("of nothing is a mistake, and without more a key is anything", async () => {
    expect(await problemOf("")).toMatchObject({ code: "CONFIG_INVALID", message: "the schema names no keys" });
    expect((await readSchema("s.yaml", "keys: {a: }")).keys).toMatchObject([{ type: "any", required: false, secret: undefined }]);
  });

  test("takes what is merged from an anchor", async () => {
    const { keys } = await readSchema("s.yaml", "keys:\n  a: &secret {secret: true, owner: ana}\n  b: {<<: *secret, type: int}\n");
    expect(keys[1]).toMatchObject({ type: "int", secret: true, owner: "ana" });
  });
});

describe("what is wrong has a place", () => {
  test.each([
    ["key: {}", "1:1", 'unknown key "key" in the schema', "did you mean keys?"],
    ["keys: 5", "1:7", "keys is a mapping", undefined],
    ["strict: maybe\nkeys: {a: int}", "1:9", "strict is true or false", undefined],
    ["keys: {a: {requird: true}}", "1:12", 'unknown key "requird" in a', "did you mean required?"],
    ["keys: {a: integer}", "1:11", '"integer" is no type', "did you mean int?"],
    ["keys: {a: emial}", "1:11", '"emial" is no type', "did you mean email?"],
    ["keys: {a: [1]}", "1:11", "a is a mapping", undefined],
    ["keys: {a.0: int, '[0]': int}", "1:18", '"[0]" is no path to a key', undefined],
    ["keys: {a..b: int}", "1:8", '"a..b" is no path to a key', undefined],
    ["keys: {a: int, a: int}", "1:16", "a duplicate key", undefined],
    ['keys: {a.b: int, \'["a"]["b"]\': int}', "1:18", "a.b stands here twice", undefined],
    ["keys: {a.b: int, a: int}", "1:18", "a is a value and, for a.b, a mapping", undefined],
    ["keys: {a: {type: enum}}", "1:18", "a is an enum without values", undefined],
    ["keys: {a: {values: [x]}}", "1:12", "values of a go with type: enum", undefined],
    ["keys: {a: {type: regex}}", "1:18", "a is a regex without a pattern", undefined],
    ["keys: {a: {pattern: x}}", "1:12", "pattern of a goes with type: regex", undefined],
    ["keys: {a: {type: regex, pattern: '(?=x)'}}", "1:34", "pattern of a is not valid RE2", undefined],
    ["keys: {a: {required: [prd]}}", "1:22", 'required of a names "prd", which is no environment', "did you mean prod?"],
    ["keys: {a: {environments: eu}}", "1:26", 'environments of a names "eu", which is no environment', "environments: dev, staging, prod"],
    ["keys: {a: {required: [dev], environments: [prod]}}", "1:22", "a is required in dev, where it may not be", undefined],
    ["keys: {a: {required: true, default: x}}", "1:28", "a has a default, so it is not required", undefined],
    ["keys: {a: {secret: true, default: x}}", "1:26", "a is a secret, and a default stands here for everybody to read", undefined],
    ["keys: {a: {secret: 1}}", "1:20", "secret of a is true or false", undefined],
    ["keys: {a: {owner: [ana]}}", "1:19", "owner of a is a text", undefined],
    ["keys: {a: {rotate-after: often}}", "1:26", "rotate-after of a is no period", undefined],
    ["keys: {a: {rotated: 2026-01-31}}", "1:12", "rotated of a goes with rotate-after", undefined],
    ["keys: {a: {rotate-after: 1y, rotated: soon}}", "1:39", "rotated of a is no day", undefined],
    ["keys: {a: {type: port, default: 70000}}", "1:33", "default of a is no port", undefined],
    ["keys: {a: {type: uuid, example: none}}", "1:33", "example of a is no uuid", undefined],
  ])("%s", async (text, place, message, hint) => {
    const problem = await problemOf(text);
    expect(problem).toMatchObject({ code: "CONFIG_INVALID", file: "s.yaml", message });
    expect(`${problem.position?.line}:${problem.position?.column}`).toBe(place);
    expect(problem.hints).toContain(hint ?? problem.hints[0]);
  });

  test("what is no YAML has one, too", async () => {
    expect(await problemOf("keys: {a")).toMatchObject({ code: "CONFIG_INVALID", file: "s.yaml", position: { line: 1 } });
  });

  test("and all of it is told at once", async () => {
    const problem = await problemOf("strict: 5\nkeys:\n  a: {typ: int}\n  b: intt\n");
    expect(problem.message).toBe("strict is true or false");
    expect(problem.report?.split("\n").filter((line) => line.startsWith("s.yaml"))).toEqual([
      's.yaml:3:7: unknown key "typ" in a; did you mean type?',
      's.yaml:4:6: "intt" is no type; did you mean int?',
    ]);
  });
});

test("required means: where the key may be", async () => {
  const { keys } = await readSchema(
    "s.yaml",
    "keys: {a: {required: true}, b: {required: true, environments: prod}, c: {required: [dev]}, d: {}}",
  );
  expect(keys.map((key) => ENVIRONMENTS.filter((name) => isRequired(key, name)))).toEqual([ENVIRONMENTS, ["prod"], ["dev"], []]);
});
