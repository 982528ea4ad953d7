/** Forms that keep the tree, each read back by a library that others use. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as readToml } from "smol-toml";
import { parse as readYaml } from "yaml";
import { describe, expect, test } from "vitest";
import type { EnvironmentValue } from "../../src/deploy/environment.ts";
import { renderEnvironment } from "../../src/deploy/render/render.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText } from "../../src/model/text.ts";
import type { ScalarType } from "../../src/model/tree.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { assertAlways } from "../support/property.ts";
import { HARD, LARGE, renderTree, type Tree, trees } from "./render-values.ts";

/** Compiled from HashiCorp's own reader. */
const { parseToString: readHcl } = createRequire(import.meta.url)("hcl2-parser") as {
  readonly parseToString: (text: string) => readonly [json: string | null, failure: unknown];
};

const TREE = {
  text: "x",
  number: 42,
  most: 9_223_372_036_854_775_807n,
  least: -9_223_372_036_854_775_808n,
  ratio: 0.1,
  whole: 1e21,
  yes: true,
  none: null,
  empty: {},
  list: [1, "two", { three: [true] }, []],
  deep: { er: { est: "y", "a.b c": 1 }, after: "z" },
  hard: HARD,
};

/** Integers and floats of one value are one thing here: not every reader tells them apart. */
function comparable(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
}

const withoutNull = ({ none: _none, ...tree }: typeof TREE): Tree => tree;

async function refusal(tree: Tree, format: string): Promise<string> {
  const error: unknown = await renderTree(tree, format).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(SottoError);
  return error instanceof Error ? error.message : "";
}

describe("json", () => {
  test("has the tree, and every digit", async () => {
    const text = await renderTree(TREE, "json");
    expect(comparable(JSON.parse(text))).toEqual(comparable(TREE));
    expect(text).toContain('"most": 9223372036854775807');
    expect(text.split("\n")[1]).toBe('  "text": "x",');
    expect(await renderTree({ a: { b: "1" } }, "json", { indent: 4 })).toBe('{\n    "a": {\n        "b": "1"\n    }\n}\n');
  });

  test("reads back with random trees", async () => {
    await assertAlways(trees, 500, async (tree) => {
      expect(comparable(JSON.parse(await renderTree(tree, "json")))).toEqual(comparable(tree));
    });
  });

  test("is refused what it cannot hold, all at once", async () => {
    expect(await refusal({ a: Number.POSITIVE_INFINITY, b: ["\udc80"], c: 1 }, "json")).toBe(
      "2 things are wrong:\n  a is no number that JSON can hold\n  b holds bytes that are not UTF-8, which JSON cannot hold",
    );
  });
});

const scalar = (type: ScalarType, canonical: string, name: string): EnvironmentValue => ({
  path: [name],
  node: { kind: "scalar", type, canonical },
  file: "a.yaml",
  encrypted: true,
});

const fromYaml = (text: string): unknown => readYaml(text, { intAsBigInt: true, version: "1.2", maxAliasCount: 0 });
const fromToml = (text: string): unknown => readToml(text, { integersAsBigInt: true });
const fromHcl = (text: string): unknown => {
  const [json, failure] = readHcl(text);
  expect(failure).toBe(null);
  return JSON.parse(json ?? "");
};

describe("yaml", () => {
  test("has the tree", async () => {
    expect(comparable(fromYaml(await renderTree(TREE, "yaml")))).toEqual(comparable(TREE));
    expect(
      readYaml(await renderTree({ YES: "yes", no: "no", on: "on", oct: "0o7", time: "12:30:45" }, "yaml"), { version: "1.1" }),
    ).toEqual({ YES: "yes", no: "no", on: "on", oct: "0o7", time: "12:30:45" });
  });

  test("reads back with random trees", { timeout: 60_000 }, async () => {
    await assertAlways(trees, 500, async (tree) => {
      expect(comparable(fromYaml(await renderTree(tree, "yaml")) ?? {})).toEqual(comparable(tree));
    });
  });
});

describe("toml", () => {
  test("has the tree but for null", async () => {
    const text = await renderTree(TREE, "toml");
    expect(comparable(fromToml(text))).toEqual(comparable(withoutNull(TREE)));
    expect(text).toContain("most = 9223372036854775807\n");
    expect(fromToml(await renderTree({ f: 1e21, i: 1, n: Number.NaN, inf: Number.NEGATIVE_INFINITY }, "toml"))).toEqual({
      f: 1e21,
      i: 1n,
      n: Number.NaN,
      inf: Number.NEGATIVE_INFINITY,
    });
  });

  test("has the values of a table before the tables in it", async () => {
    expect(await renderTree({ a: { b: "x" }, c: "y" }, "toml")).toBe('c = "y"\n\n[a]\nb = "x"\n');
  });

  test("reads back with random trees", async () => {
    await assertAlways(trees, 500, async (tree) => {
      expect(comparable(fromToml(await renderTree(tree, "toml")))).toEqual(comparable(tree));
    });
  });

  test("has dates as dates, and integers of 64 bits only", async () => {
    const values = [scalar("time", "2026-01-02T03:04:05.6+01:00", "when"), scalar("float", "1", "whole"), scalar("int", "-5", "less")];
    const { bytes } = await renderEnvironment({ values }, "toml", { platform: "linux" });
    expect(decodeText(bytes)).toBe("when = 2026-01-02T03:04:05.6+01:00\nwhole = 1.0\nless = -5\n");
    const large = { values: [scalar("int", "18446744073709551615", "large")] };
    await expect(renderEnvironment(large, "toml", { platform: "linux" })).rejects.toThrow("large is an integer of more than the 64 bits");
    expect(decodeText((await renderEnvironment(large, "json", { platform: "linux" })).bytes)).toContain("18446744073709551615");
  });

  test("is refused what it cannot hold, all at once", async () => {
    expect(await refusal({ a: [null], b: { c: "\udc80" } }, "toml")).toBe(
      "2 things are wrong:\n  a has a null in it, which TOML cannot hold\n  b.c holds bytes that are not UTF-8, which TOML cannot hold",
    );
  });
});

describe("tfvars", () => {
  test("has the tree", async () => {
    const text = await renderTree(TREE, "tfvars");
    expect(comparable(fromHcl(text))).toEqual(comparable(TREE));
    expect(text).toContain("most = 9223372036854775807\n");
  });

  test("has no template where a value looks like one", async () => {
    const tree = { a: "${x}", b: "$${x}", c: "$$${x}", d: "%{if}", e: "%%{if}", f: "$%{x}", g: "${", h: "$$", i: "$", list: ["${x}"] };
    expect(fromHcl(await renderTree(tree, "tfvars"))).toEqual(tree);
  });

  test("reads back with random trees", { timeout: 60_000 }, async () => {
    await assertAlways(trees, 200, async (tree) => {
      const named = Object.fromEntries(Object.entries(tree).map(([, value], at) => [`v${at}`, normal(value)])) as Tree;
      expect(comparable(fromHcl(await renderTree(named, "tfvars")))).toEqual(comparable(named));
    });
  });

  test("is refused names and texts that Terraform would not take as they are", async () => {
    expect(await refusal({ "a b": "1", "2": "x", ok: "e\u0301", inf: Number.NaN, deep: { "any key": "fine" } }, "tfvars")).toBe(
      [
        "4 things are wrong:",
        "  ok is not in Unicode's normal form C, and Terraform would change it",
        "  inf is no number that Terraform can hold",
        '  "2" is no name of a Terraform variable',
        '  "a b" is no name of a Terraform variable',
      ].join("\n"),
    );
  });
});

function normal(value: unknown): unknown {
  if (typeof value === "string") return value.normalize("NFC");
  if (Array.isArray(value)) return value.map((item) => normal(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.normalize("NFC"), normal(item)]));
}

describeWithPeers(["tofu"], "OpenTofu", () => {
  test("has every value as it was", { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-tofu-"));
    try {
      const tree = { ...HARD, number: 1.5, yes: true, deep: { list: [1, "a"], "a b": { c: "${x}" } } };
      writeFileSync(join(folder, "values.auto.tfvars"), await renderTree(tree, "tfvars"));
      writeFileSync(
        join(folder, "main.tf"),
        Object.keys(tree)
          .map((name) => `variable "${name}" {}\noutput "${name}" {\n  value = var.${name}\n}\n`)
          .join(""),
      );
      const tofu = (...argv: readonly string[]): string => {
        const env = { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null" };
        const { stdout, stderr, status } = spawnSync(peerPath("tofu"), [...argv], { cwd: folder, env, encoding: "utf8" });
        expect([status, stderr]).toEqual([0, ""]);
        return stdout;
      };
      tofu("init", "-no-color");
      tofu("apply", "-auto-approve", "-no-color");
      const outputs = JSON.parse(tofu("output", "-json")) as Readonly<Record<string, { readonly value: unknown }>>;
      expect(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))).toEqual(tree);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describeWithPeers(["jq"], "jq", () => {
  test("has every value as it was, as a script asks for it", { timeout: 60_000 }, async () => {
    for (const form of ["json", "terraform-external"]) {
      const text = await renderTree(HARD, form);
      for (const [name, value] of Object.entries(HARD)) {
        const { stdout, stderr } = spawnSync(peerPath("jq"), ["-j", "--arg", "name", name, ".[$name]"], { input: text });
        expect([name, stderr.toString(), stdout.toString()]).toEqual([name, "", value]);
      }
    }
  });
});

describe("terraform-external", () => {
  test("is one flat object of texts", async () => {
    const tree = { a: { b: 1, c: [true] }, top: "x", __proto__x: "y", none: null };
    expect(await renderTree(tree, "terraform-external")).toBe('{"A_B":"1","A_C":"[true]","top":"x","__proto__x":"y"}\n');
    expect(JSON.parse(await renderTree({ HARD: HARD["LINES"] ?? "" }, "terraform-external"))).toEqual({ HARD: HARD["LINES"] });
  });

  test("lets the query choose", async () => {
    const tree = { a: { b: "1", c: "2" }, top: "x" };
    expect(await renderTree(tree, "terraform-external", { query: '{"only":"a.b,top"}' })).toBe('{"A_B":"1","top":"x"}\n');
    expect(await renderTree(tree, "terraform-external", { query: "{}" })).toContain("A_C");
    for (const query of ["[]", "nonsense", '{"other":"x"}', '{"only":1}']) {
      await expect(renderTree(tree, "terraform-external", { query })).rejects.toThrow("the query on standard input");
    }
  });
});

test.each(["json", "yaml", "toml", "tfvars", "properties"])("%s takes a value of a megabyte", async (format) => {
  const text = await renderTree({ LARGE }, format);
  expect(text.length).toBeGreaterThan(LARGE.length);
});

test("the choice of a path takes all below it, and a wrong one is told", async () => {
  const tree = { a: { b: 1, c: { d: 2 } }, e: 3 };
  expect(JSON.parse(await renderTree(tree, "json", { only: ["a.c"] }))).toEqual({ a: { c: { d: 2 } } });
  expect(JSON.parse(await renderTree(tree, "json", { only: ["A_B", "e"] }))).toEqual({ a: { b: 1 }, e: 3 });
  await expect(renderTree(tree, "json", { only: ["x", "e", "y"] })).rejects.toThrow("there is no x to choose\n  there is no y to choose");
});
