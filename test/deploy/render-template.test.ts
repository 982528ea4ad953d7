/** Templates: every place is filled, or everything that is missing is told. */
import { array, constantFrom, oneof, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { fillTemplate } from "../../src/deploy/template.ts";
import { spawnSync } from "node:child_process";
import { assertAlways } from "../support/property.ts";
import { HARD, LARGE, texts, type Tree, valuesOf } from "./render-values.ts";

const TREE = {
  database: { password: "p@ss/1", port: 5432, on: true },
  "a.b": "dot",
  "a|b }}": "odd",
  list: ["x", { name: "y" }],
  none: null,
  top: "t",
};
const fill = (template: string, tree: Tree = TREE): string => fillTemplate(template, valuesOf(tree));

describe("a template", () => {
  test("has its places filled and keeps all else, byte by byte", () => {
    expect(fill("url = {{ database.password }}:{{database.port}}\r\n{ } }} {\n")).toBe("url = p@ss/1:5432\r\n{ } }} {\n");
    expect(fill("{{ database.on }} {{ list.1.name }} {{ list }}")).toBe('true y ["x",{"name":"y"}]');
    expect(fill(String.raw`{{ a\.b }} {{ ["a.b"] }} {{ ["a|b }}"] }} {{ a\|b \}\} }}`)).toBe("dot dot odd odd");
    expect(fill("")).toBe("");
  });

  test("writes two braces for four", () => {
    expect(fill("{{{{ .Values.x }} {{ top }} {{{{{{ top }}")).toBe("{{ .Values.x }} t {{t");
  });

  test("is not filled again by what was filled in", () => {
    expect(fill("{{ a }}{{ b }}", { a: "{{ b }}", b: "{{{{" })).toBe("{{ b }}{{{{");
  });

  test("filters what it fills in", () => {
    const tree = { text: `it's "é"\n`, n: 1, none: null, map: { a: { b: [1] } }, url: "a b&c=d/é~" };
    expect(fill("{{ text | json }} {{ n | json }} {{ none | json }} {{ map | json }}", tree)).toBe(
      String.raw`"it's \"é\"\n" 1 null {"a":{"b":[1]}}`,
    );
    expect(fill("{{ url|url }} {{ text | base64 }} {{ map | json | base64 }}", tree)).toBe(
      "a%20b%26c%3Dd%2F%C3%A9~ aXQncyAiw6kiCg== eyJhIjp7ImIiOlsxXX19",
    );
  });

  test("has everything that is wrong told at once, with its place", () => {
    const template = "{{ database.pasword }}\n{{ top | jsn }} {{ nothing }}\n  {{ none }} {{ }} {{ list.7 }} {{ top";
    expect(() => fill(template)).toThrow(
      [
        "7 things are wrong:",
        "  line 1, column 1: there is no database.pasword; did you mean password?",
        "  line 2, column 1: there is no filter jsn; did you mean json?",
        "  line 2, column 17: there is no nothing",
        "  line 3, column 3: none is null; | json writes null",
        "  line 3, column 14: no path",
        "  line 3, column 20: there is no list.7",
        "  line 3, column 33: {{ is not closed",
      ].join("\n"),
    );
  });

  test("never names a value in what it says", () => {
    expect(() => fill("{{ a | json }} {{ b | shell }}", { a: "hidden\udc80", b: "hidden\0" })).toThrow(
      "2 things are wrong:\n  line 1, column 1: a holds bytes that json cannot write\n  line 1, column 16: b holds bytes that shell cannot write",
    );
    expect(() => fill("{{ a | json }} {{ b | shell }}", { a: "hidden\udc80", b: "hidden\0" })).not.toThrow("hidden");
  });

  test("gives a shell what it was given", () => {
    const names = Object.keys(HARD);
    const script = names.map((name) => `printf '%s\\0' {{ ${name} | shell }}\n`).join("");
    const { stdout } = spawnSync("sh", ["-c", fill(script, HARD)]);
    expect(stdout.toString().split("\0").slice(0, -1)).toEqual(names.map((name) => HARD[name]));
  });

  test("takes a value of a megabyte", () => {
    expect(fill("<{{ LARGE }}>", { LARGE }) === `<${LARGE}>`).toBe(true);
  });

  test("of random pieces comes out piece by piece", async () => {
    const literal = oneof(texts, constantFrom("}}", "{", "|")).map((text) => text.replaceAll("{", "("));
    const parts = array(tuple(literal, oneof(constantFrom("plain", "json", "base64", "url")), texts), { maxLength: 5 });
    await assertAlways(parts, 1000, async (all) => {
      const tree = Object.fromEntries(all.map(([, , value], at) => [`k${at}`, value]));
      const template = all.map(([before, filter], at) => `${before}{{ k${at}${filter === "plain" ? "" : ` | ${filter}`} }}`).join("");
      const expected = all.map(([before, filter, value]) => before + filtered(filter, value)).join("");
      expect(fill(template, tree)).toBe(expected);
    });
  });
});

function filtered(filter: string, value: string): string {
  if (filter === "json") return JSON.stringify(value);
  if (filter === "base64") return Buffer.from(value).toString("base64");
  if (filter === "url")
    return encodeURIComponent(value).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return value;
}
