import { describe, expect, test } from "vitest";
import { canTell, compareEnvironments } from "../../src/deploy/compare-environments.ts";
import type { EnvironmentValue, OpenEnvironment } from "../../src/deploy/environment.ts";
import type { Node, ScalarType } from "../../src/model/tree.ts";

const scalar = (type: ScalarType, canonical: string): Node => ({ kind: "scalar", type, canonical });
const text = (canonical: string): Node => scalar("str", canonical);

const list = (...items: readonly string[]): Node => ({ kind: "sequence", items: items.map(text) });

const valueOf = (node: Node, encrypted = true): EnvironmentValue => ({ path: ["a"], node, file: "f", encrypted });

function environment(name: string, nodes: Readonly<Record<string, Node>>, isolated = false, file = `${name}.yaml`): OpenEnvironment {
  const values = Object.entries(nodes).map(([path, node]) => ({ path: path.split("."), node, file, encrypted: true }));
  return { name, setting: { name, files: [file], inherited: [], abstract: false, isolated, guessed: false }, files: [file], values };
}

/** One that tells equal values, and shows no value. */
function compare(left: OpenEnvironment, right: OpenEnvironment): readonly string[] {
  const known = new Map<string, string>();
  const fingerprint = (type: string, value: string): string => {
    const key = `${type}\0${value}`;
    known.set(key, known.get(key) ?? `#${known.size}`);
    return known.get(key) ?? "";
  };
  return compareEnvironments(left, right, fingerprint).map(
    ({ path, kind, left: one, right: two }) => `${kind} ${path} ${one?.type ?? "-"} ${two?.type ?? "-"}`,
  );
}

describe("two environments", () => {
  test("differ by keys, emptiness, types and values, in the order of the first", () => {
    const left = environment("a", {
      b: text("x"),
      "a.b": text("same"),
      e: text(""),
      t: scalar("int", "5"),
      v: text("one"),
      n: { kind: "null" },
      m: text("y"),
    });
    const right = environment("b", {
      "z.z": text("x"),
      "a.b": text("same"),
      e: text("x"),
      t: text("5"),
      v: text("two"),
      n: text(""),
      m: { kind: "null" },
    });
    expect(compare(left, right)).toEqual([
      "missing b str -",
      "empty e str str",
      "type t int str",
      "value v str str",
      "empty m str null",
      "missing z.z - str",
    ]);
    expect(compare(left, left)).toEqual([]);
  });

  test("a list is one value, whatever is in it", () => {
    expect(compare(environment("a", { l: list("x", "y") }), environment("b", { l: list("x", "y") }))).toEqual([]);
    expect(compare(environment("a", { l: list("x", "y") }), environment("b", { l: list("x y") }))).toEqual(["value l list list"]);
  });

  test("that hold the same secret are told so where one is isolated", () => {
    const shared = { password: text("correct horse"), port: scalar("int", "5432"), host: text("db") };
    const open = environment("a", shared);
    expect(compare(open, environment("b", shared, true))).toEqual(["same password str str"]);
    expect(compare(environment("b", shared, true), open)).toEqual(["same password str str"]);
    expect(compare(open, environment("b", shared))).toEqual([]);
  });

  test("what both take from one file was given to both", () => {
    const shared = { password: text("correct horse") };
    expect(compare(environment("a", shared, true, "base.yaml"), environment("b", shared, true, "base.yaml"))).toEqual([]);
  });
});

test("a value tells something where it is a secret of some length", () => {
  const telling = ["correct horse", "https://user:pass@db.example", "-----BEGIN PRIVATE KEY-----"];
  expect(telling.filter((one) => !canTell(valueOf(text(one))))).toEqual([]);
  const silent = ["", "short", "changeme-now", "https://api.example.com/v1", "  blank "];
  expect(silent.filter((one) => canTell(valueOf(text(one))))).toEqual([]);
  expect(canTell(valueOf(text("correct horse"), false))).toBe(false);
  expect(canTell(valueOf(scalar("int", "1234567890")))).toBe(false);
});
