import { describe, expect, test } from "vitest";
import type { Node, ScalarType } from "../../src/model/tree.ts";
import { fitsText, misfitOf } from "../../src/schema/fits.ts";
import { TYPES, type ValueType } from "../../src/schema/model.ts";
import { compilePattern } from "../../src/policy/re2.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\nBB==\n-----END CERTIFICATE-----\n";
const JWT = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from("{}").toString("base64url")}.`;

const CASES: Readonly<Record<Exclude<ValueType, "list">, readonly [good: readonly string[], bad: readonly string[]]>> = {
  any: [["", "x"], []],
  string: [["", "x"], []],
  int: [
    ["0", "-5", "18446744073709551616"],
    ["", "1.5", "1e3", "0x10", "x"],
  ],
  float: [
    ["0", "-5.25", "1e3", ".5"],
    ["", ".", "1.2.3", "NaN"],
  ],
  bool: [
    ["true", "False"],
    ["", "yes", "1"],
  ],
  port: [
    ["1", "65535"],
    ["", "0", "65536", "-1", "80a"],
  ],
  url: [
    ["https://a.example", "postgres://u:p@h:1,i:2/db?x=y", "file:///tmp/x"],
    ["", "a.example", "https://", "https://a b", "mailto:a@b"],
  ],
  email: [
    ["ana@acme.example", "root@localhost"],
    ["", "ana", "a@b@c", "Ana <a@b>"],
  ],
  enum: [["one"], ["", "One", "two"]],
  regex: [["sk_1"], ["", "pk_1"]],
  pem: [
    [
      PEM,
      PEM + PEM,
      PEM.replaceAll("\n", "\r\n"),
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
    ],
    ["", PEM.slice(0, -10), PEM.replace("END CERT", "END C"), `${PEM}x`],
  ],
  jwt: [[JWT], ["", "a.b.c", "x"]],
  uuid: [["9b2f6c1e-0000-4000-8000-0123456789ab"], ["", "9b2f6c1e"]],
  base64: [
    ["QUJD", "QUI=", "QUI", "_-_-"],
    ["", "A", "QUI==", "Q?=="],
  ],
  hex: [
    ["00ff", "AB"],
    ["", "0", "0x00", "gg"],
  ],
  duration: [
    ["30s", "1h30m", "1.5h", "90d", "PT5M", "P1D"],
    ["", "30", "P", "h", "5 minutes"],
  ],
  json: [
    ["{}", "[1]", "5", '"x"'],
    ["", "{", "{a: 1}"],
  ],
};

const pattern = { text: "^sk_", compiled: (await compilePattern("^sk_")) ?? expect.fail("no pattern") };
const wanted = (type: ValueType): Parameters<typeof fitsText>[0] => ({ type, values: ["one"], pattern });
const scalar = (type: ScalarType, canonical: string): Node => ({ kind: "scalar", type, canonical });

describe("a text", () => {
  test.each(Object.entries(CASES))("of type %s", (type, [good, bad]) => {
    const key = wanted(type as ValueType);
    expect(good.filter((text) => !fitsText(key, text))).toEqual([]);
    expect(bad.filter((text) => fitsText(key, text))).toEqual([]);
  });

  test("has a case for every type", () => {
    expect(Object.keys(CASES).toSorted()).toEqual(TYPES.filter((type) => type !== "list").toSorted());
  });
});

describe("a value of a file with types", () => {
  test.each<[ValueType, Node, string | undefined]>([
    ["int", scalar("int", "5"), undefined],
    ["int", scalar("str", "5"), "is a text: write it without quotes"],
    ["int", scalar("str", "five"), "is not a whole number"],
    ["int", scalar("float", "5.5"), "is not a whole number"],
    ["float", scalar("int", "5"), undefined],
    ["bool", scalar("bool", "True"), undefined],
    ["bool", scalar("str", "true"), "is a text: write it without quotes"],
    ["string", scalar("int", "12345678"), "is a number: write it in quotes"],
    ["string", scalar("bool", "True"), "is a switch: write it in quotes"],
    ["string", scalar("time", "2026-01-31T00:00:00Z"), "is a date: write it in quotes"],
    ["hex", scalar("int", "1234"), "is a number: write it in quotes"],
    ["enum", scalar("bool", "True"), "is not one of the values that the schema names"],
    ["list", { kind: "sequence", items: [] }, undefined],
    ["list", scalar("str", "[]"), "is not a list"],
    ["json", { kind: "branch", entries: [] }, undefined],
    ["json", scalar("str", "[]"), undefined],
    ["string", { kind: "branch", entries: [] }, "is a mapping, not a text"],
    ["string", { kind: "sequence", items: [] }, "is a list, not a text"],
    ["string", { kind: "null" }, "is null, not a text"],
    ["any", { kind: "null" }, undefined],
  ])("that is to be %s: %o", (type, node, misfit) => {
    expect(misfitOf(wanted(type), node, true)).toBe(misfit);
  });

  test("where there are texts only, a number is what reads as one", () => {
    expect(misfitOf(wanted("int"), scalar("str", "5"), false)).toBeUndefined();
    expect(misfitOf(wanted("port"), scalar("str", "0"), false)).toBe("is not a port from 1 to 65535");
    expect(misfitOf(wanted("bool"), scalar("str", "TRUE"), false)).toBeUndefined();
  });
});

test("a long text that is nothing is told in no time", () => {
  const long = "-----BEGIN A-----\n".repeat(20_000) + "a: b\n".repeat(20_000);
  const start = Date.now();
  for (const type of TYPES) fitsText(wanted(type), long);
  for (const type of TYPES) fitsText(wanted(type), "1".repeat(200_000) + "x");
  expect(Date.now() - start).toBeLessThan(2000);
});
