/** What `types` writes is read by those it is for: the TypeScript compiler, a JSON Schema validator, and our own dotenv reader. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadFormat } from "../../formats/index.ts";
import { toValue } from "../../src/file/convert.ts";
import { parseText } from "../../src/file/parse-text.ts";
import type { KeySchema } from "../../src/schema/model.ts";
import type { Kind, Observed, ObservedBranch } from "../../src/schema/observe.ts";
import { readSchema } from "../../src/schema/read.ts";
import { shapeOf, type Shape } from "../../src/schema/shape.ts";
import { toEnvExample } from "../../src/schema/env-example.ts";
import { toJsonSchema } from "../../src/schema/json-schema.ts";
import { toTypeScript } from "../../src/schema/typescript.ts";
import { ROOT } from "../support/sources.ts";

const SCHEMA = `keys:
  database.password: {type: string, required: true, owner: ana, description: "*/ export const a = 1; /*"}
  database.port: {type: port, default: 5432}
  log: {type: enum, values: [debug, 'in"fo'], required: [prod]}
  "we-ird key.x": {type: bool, required: true, environments: [prod]}
  workers: {type: int, required: true}
  anything: {required: true}
  hosts: list
`;

type Tree = { readonly [key: string]: Kind | Tree };

function branchOf(tree: Tree): ObservedBranch {
  return { children: new Map(Object.entries(tree).map(([key, value]) => [key, typeof value === "string" ? value : branchOf(value)])) };
}

const observedIn = (environments: Readonly<Record<string, Tree>>): readonly Observed[] =>
  Object.entries(environments).map(([name, tree]) => ({ name, root: branchOf(tree) }));

const OBSERVED = observedIn({
  dev: { database: { password: "str", tls: "bool" }, workers: "int", cache: "bool", __proto__x: "str", only: "null" },
  prod: { database: { password: "str", tls: "bool" }, workers: "str", cache: { hosts: "list" } },
});

async function exampleShape(): Promise<Shape> {
  const schema = await readSchema("s.yaml", SCHEMA, ["dev", "prod"]);
  return shapeOf({ schema, observed: OBSERVED, environments: ["dev", "prod"] });
}

/** @returns what the compiler says, without the places */
function compile(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "sotto-types-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const compilerOptions = {
      paths: { sotto: [join(ROOT, "src", "runtime", "load-secrets.ts")] },
      rootDir: "/",
      noEmit: true,
      isolatedDeclarations: false,
    };
    const config = { extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], exclude: [], files: Object.keys(files) };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", folder, "--pretty", "false"],
      {
        encoding: "utf8",
      },
    );
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the TypeScript", () => {
  test("compiles, and is as strict as the schema", async () => {
    const secrets = toTypeScript(await exampleShape(), { environments: ["dev", "prod"], from: "s.yaml\nexport {}" });
    const use = `import { loadSecrets, type Secrets } from "./secrets.ts";
const secrets: Secrets = await loadSecrets({ environment: "prod", only: ["database"] });
export const fine: readonly unknown[] = [
  secrets.database.password satisfies string,
  secrets.database.port satisfies number | undefined,
  secrets.database.tls satisfies boolean,
  secrets.log satisfies "debug" | 'in"fo' | undefined,
  secrets["we-ird key"]?.x satisfies boolean | undefined,
  secrets.workers satisfies number | string,
  secrets.cache satisfies boolean | { readonly hosts?: readonly unknown[] },
  secrets.only satisfies null | undefined,
];
// @ts-expect-error there is no such environment
await loadSecrets({ environment: "prdo" });
// @ts-expect-error an environment is needed
await loadSecrets({});
// @ts-expect-error there is no such key
export const missing: unknown = secrets.database.user;
// @ts-expect-error it may be absent
export const port: number = secrets.database.port;
// @ts-expect-error what was loaded is not changed
secrets.database.password = "x";
`;
    expect(compile({ "secrets.ts": secrets, "use.ts": use })).toEqual([]);
  }, 60_000);

  test("compiles whatever keys and environments are called", () => {
    const names = fc.array(fc.string({ unit: "binary", maxLength: 8 }), { minLength: 150, maxLength: 150 });
    const [strange = []] = fc.sample(names, { numRuns: 1, seed: 7 });
    const tree = Object.fromEntries(strange.map((name, index) => [name, index % 3 === 0 ? { [name]: "str" as const } : ("int" as const)]));
    const shape = shapeOf({ schema: undefined, observed: observedIn({ a: tree }), environments: ["a"] });
    const text = toTypeScript(shape, { environments: strange, from: strange.join(" ") });
    expect(compile({ "secrets.ts": text })).toEqual([]);
  }, 60_000);
});

describe("the JSON Schema", () => {
  test("takes what fits and nothing else", async () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { uri: true } }).compile(
      JSON.parse(toJsonSchema(await exampleShape(), false)) as object,
    );
    const good = { database: { password: "x", tls: true }, workers: 4, anything: [null], cache: false };
    expect(validate(good)).toBe(true);
    for (const wrong of [
      {},
      { ...good, database: { tls: true } },
      { ...good, database: { password: 5, tls: true } },
      { ...good, database: { password: "x", tls: true, port: 70_000 } },
      { ...good, log: "loud" },
      { ...good, workers: "many" },
      { ...good, cache: "x" },
    ]) {
      expect([wrong, validate(wrong)]).toEqual([wrong, false]);
    }
  });

  test("made of the keys of any environments, takes all of them", () => {
    const leaf = fc.oneof(
      fc.record({ kind: fc.constant("str" as const), value: fc.string() }),
      fc.record({ kind: fc.constant("int" as const), value: fc.integer() }),
      fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }),
      fc.record({ kind: fc.constant("null" as const), value: fc.constant(null) }),
      fc.record({ kind: fc.constant("list" as const), value: fc.array(fc.string()) }),
    );
    type Drawn = { readonly kind: Kind; readonly value: unknown } | { readonly inner: Readonly<Record<string, Drawn>> };
    const { tree } = fc.letrec<{ tree: Readonly<Record<string, Drawn>>; node: Drawn }>((tie) => ({
      tree: fc.dictionary(fc.constantFrom("a", "b", "c", "toString", "constructor"), tie("node"), { maxKeys: 4, noNullPrototype: false }),
      node: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, fc.record({ inner: tie("tree") })),
    }));
    const kinds = (drawn: Readonly<Record<string, Drawn>>): ObservedBranch => ({
      children: new Map(
        Object.entries(drawn).map(([key, one]) => [
          key,
          "kind" in one ? one.kind : Object.keys(one.inner).length === 0 ? "mapping" : kinds(one.inner),
        ]),
      ),
    });
    const values = (drawn: Readonly<Record<string, Drawn>>): object =>
      Object.fromEntries(Object.entries(drawn).map(([key, one]) => [key, "kind" in one ? one.value : values(one.inner)]));
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), (trees) => {
        const observed = trees.map((drawn, index) => ({ name: `e${index}`, root: kinds(drawn) }));
        const shape = shapeOf({ schema: undefined, observed, environments: observed.map(({ name }) => name) });
        const validate = new Ajv2020({ strict: false, ownProperties: true }).compile(JSON.parse(toJsonSchema(shape, true)) as object);
        for (const drawn of trees) expect([validate(values(drawn)), validate.errors]).toEqual([true, null]);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the .env.example", () => {
  test("is a dotenv file of names and examples", async () => {
    const text = toEnvExample(await exampleShape(), { from: "s.yaml" });
    const { roots } = parseText(await loadFormat("dotenv"), text);
    expect(roots.map(toValue)[0]).toEqual({
      DATABASE_PASSWORD: "",
      DATABASE_PORT: "5432",
      DATABASE_TLS: "",
      log: "",
      WE_IRD_KEY_X: "",
      workers: "",
      anything: "",
      hosts: "",
      cache: "",
      CACHE_HOSTS: "",
      __proto__x: "",
      only: "",
    });
    expect(text).toContain("# */ export const a = 1; /*\n# owner: ana\n# required; string\nDATABASE_PASSWORD=\n");
  });
});

test("a strict schema leaves out what it does not know", async () => {
  const schema = await readSchema("s.yaml", "strict: true\nkeys: {a.b: int, c: json}\n");
  const observed = observedIn({ dev: { a: { b: "int", x: "int" }, c: { d: "int" }, y: "str" } });
  const shape = shapeOf({ schema, observed, environments: ["dev"] });
  const list = (at: Shape): unknown => Object.fromEntries([...at.children].map(([key, child]) => [key, list(child)]));
  expect(list(shape)).toEqual({ a: { b: {} }, c: {} });
});

test("without an environment the schema alone says what is required", async () => {
  const schema = await readSchema("s.yaml", "keys: {a: {required: true}, b: {required: true, environments: [prod]}, c: int}\n");
  const shape = shapeOf({ schema, observed: [], environments: [] });
  const required = schema.keys.filter(({ name }: KeySchema) => shape.children.get(name)?.optional === false).map(({ name }) => name);
  expect(required).toEqual(["a"]);
});
