import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emitYaml } from "../../formats/yaml/emit.ts";
import type { Node } from "../../src/model/tree.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { anyOf, branch, list, scalar } from "./yaml-emit-trees.ts";

type Json = string | boolean | null | number | readonly Json[] | ReadonlyMap<string, Json>;

const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/** Characters that matter to the emitter. What sops prints wrongly (blanks in front of several lines, U+2028 in them) is tested elsewhere. */
const nasty = fc
  .string({ unit: anyOf("ab01.:-#? \n\t\r'\"\\{[,]}&*!|>%@`~<=+_eéT\u0085\u00A0\uFEFF\u0007\u007F😀"), maxLength: 8 })
  .map((value) => (/^[ \t\n][^]*\n|^\n|^<<$/.test(value) ? `x${value}` : value));
const words = fc.constantFrom(
  "",
  "yes",
  "1e3",
  "2024-01-02",
  "null",
  "a\nb\n\n",
  "a\u2028b",
  "x".repeat(128),
  "x".repeat(129),
  "é".repeat(65),
);

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    nasty,
    words,
    fc.constantFrom<Json>(null, true, false, 1.5, 1e-5),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(nasty, words), tie("value")), { maxLength: 3, selector: ([key]) => key })
      .map((pairs) => new Map(pairs)),
  ),
}));

function toJson(json: Json): string {
  if (Array.isArray(json)) return `[${json.map((item: Json) => toJson(item)).join(",")}]`;
  if (!(json instanceof Map)) return JSON.stringify(json);
  return `{${[...json].map(([key, item]) => `${JSON.stringify(key)}:${toJson(item as Json)}`).join(",")}}`;
}

function toNode(json: Json): Node {
  if (json === null) return { kind: "null" };
  if (typeof json === "string") return scalar("str", json);
  if (typeof json === "boolean") return scalar("bool", json ? "True" : "False");
  if (typeof json === "number") return scalar("float", String(json));
  if (json instanceof Map) return branch(...[...json].map(([key, item]) => [String(key), toNode(item as Json)] as const));
  return list(...(json as readonly Json[]).map((item) => toNode(item)));
}

describeWithPeers(["sops"], "JSON that sops prints as YAML", () => {
  test("scalars, keys and nesting come out as the same bytes", () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-emit-"));
    try {
      const cases = fc.sample(value, 1500);
      const all = new Map(cases.map((json, index) => [`k${index}`, json] as const));
      const file = join(folder, "in.json");
      writeFileSync(file, toJson(all));
      const argv = ["encrypt", "--age", RECIPIENT, "--unencrypted-regex", ".*", "--input-type", "json", "--output-type", "yaml", file];
      const out = execFileSync(peerPath("sops"), argv, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
      const [tree = "", metadata] = out.split(/^(?=sops:$)/m);
      expect(metadata).toContain("unencrypted_regex");
      expect(emitYaml([branch(...[...all].map(([key, json]) => [key, toNode(json)] as const))])).toBe(tree);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
