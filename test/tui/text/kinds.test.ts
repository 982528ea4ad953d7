/** What a text looks like, and what it becomes as another type. */
import { bigInt, constantFrom, double, oneof } from "fast-check";
import { describe, expect, test } from "vitest";
import { resolvePlain } from "../../../formats/yaml/resolve.ts";
import { detectKind, parseTyped, textOfTyped, trapOf } from "../../../src/tui/text/kinds.ts";
import type { TypedAs } from "../../../src/tui/text/kinds.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

describe("detectKind", () => {
  test.each([
    ["-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n", "pem", "PEM certificate"],
    ["-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n".repeat(2), "pem", "PEM certificate, 2 blocks"],
    ["-----BEGIN EC PRIVATE KEY-----\nAA", "pem", "PEM private key"],
    ["-----BEGIN PGP PRIVATE KEY BLOCK-----\nAA", "pem", "PGP block"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nAA", "ssh key", "SSH private key"],
    ["ssh-ed25519 AAAAexample ana@acme.example", "ssh key", "SSH public key"],
    ['{"a": [1]}', "json", "JSON object"],
    ["[1, 2]\n", "json", "JSON list"],
    ["eyJhIjoxfQ.eyJiIjoyfQ.c2ln", "jwt", "JWT"],
    ["https://acme.example/a?b=c", "url", "URL"],
    ["postgres://ana:example@db.acme.example:5432/app", "url", "URL with a password"],
    ["postgres://ana@db.acme.example/a:b@c", "url", "URL"],
    ["00000000-0000-4000-8000-000000000000", "uuid", "UUID"],
  ])("%j is a %s", (text, kind, label) => {
    expect(detectKind(text)).toEqual({ kind, label });
  });

  test.each(["", "hello", "{not json}", "[", "see https://acme.example", "12:30", "eyJ"])("%j is just text", (text) => {
    expect(detectKind(text)).toBeUndefined();
  });
});

describe("trapOf", () => {
  test.each([
    ["no", "true or false"],
    ["Yes", "true or false"],
    ["on", "true or false"],
    ["0123", "octal"],
    ["0189", "leading zero"],
    ["1e3", "exponent"],
    ["123e4567", "exponent"],
    ["2024-01-01", "a date"],
    ["12:30:00", "base 60"],
    ["0x1F", "hexadecimal"],
    [".inf", "infinity"],
    ["~", "null"],
    ["Null", "null"],
    ["", "null"],
    ["8080", "a number"],
    ["1.10", "final zero"],
    [" a", "Blanks"],
    ["a\n", "Blanks"],
    [`${"a".repeat(500)} `, "Blanks"],
  ])("%j: %s", (text, hint) => {
    expect(trapOf(text)).toContain(hint);
  });

  test.each(["hello", "a b", "1.2.3", "2024-01-01-a", "nope", "1e3x", "10.0.0.1", "a".repeat(500), "1".repeat(10) + "x"])(
    "%j is text to everybody",
    (text) => {
      expect(trapOf(text)).toBeUndefined();
    },
  );

  test("whatever YAML reads as something else is one", () => {
    const plain = oneof(
      anyText,
      double().map(String),
      bigInt({ min: -(1n << 63n), max: 1n << 62n }).map(String),
      constantFrom("0o17", "0b1", "-0x1F", "1_000", ".5", "5.", "+1", "TRUE", "-.INF", ".NaN", "2024-1-2T3:4:5Z", "2024-01-02 03:04:05"),
    );
    assertAlwaysNow(plain, 3000, (text) => {
      const resolved = resolvePlain(text);
      expect("error" in resolved || resolved.type !== "str" ? trapOf(text) : "a string").toBeDefined();
    });
  });
});

describe("parseTyped", () => {
  test.each<[TypedAs, string, unknown]>([
    ["str", " 1 ", { kind: "scalar", type: "str", canonical: " 1 " }],
    ["int", " 5432", { kind: "scalar", type: "int", canonical: "5432" }],
    ["int", "+7", { kind: "scalar", type: "int", canonical: "7" }],
    ["int", "-0", { kind: "scalar", type: "int", canonical: "0" }],
    ["int", "9223372036854775807", { kind: "scalar", type: "int", canonical: "9223372036854775807" }],
    ["int", "-9223372036854775808", { kind: "scalar", type: "int", canonical: "-9223372036854775808" }],
    ["float", "1e3", { kind: "scalar", type: "float", canonical: "1000" }],
    ["float", "0.25", { kind: "scalar", type: "float", canonical: "0.25" }],
    ["float", "-.inf", { kind: "scalar", type: "float", canonical: "-Inf" }],
    ["float", ".nan", { kind: "scalar", type: "float", canonical: "NaN" }],
    ["bool", "true", { kind: "scalar", type: "bool", canonical: "True" }],
    ["bool", "FALSE", { kind: "scalar", type: "bool", canonical: "False" }],
    ["null", "", { kind: "null" }],
    ["null", "~", { kind: "null" }],
  ])("%s %j", (type, text, node) => {
    expect(parseTyped(type, text)).toEqual({ ok: true, node });
  });

  test.each<[TypedAs, string, string]>([
    ["int", "", "whole number"],
    ["int", "1.5", "whole number"],
    ["int", "1 2", "whole number"],
    ["int", "0123", "begin with a zero"],
    ["int", "9223372036854775808", "64 bits"],
    ["int", "9".repeat(100_000), "64 bits"],
    ["float", "x", "type a number"],
    ["float", "1e999", "too large"],
    ["bool", "yes", "true or false"],
    ["null", "x", "clear it"],
  ])("%s %j is refused", (type, text, problem) => {
    expect(parseTyped(type, text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  test("what the editor begins with is the same value", () => {
    const nodes = oneof(
      anyText.map((text) => ["str", text] as const),
      bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map((value) => ["int", String(value)] as const),
      double().map((value) => ["float", String(value)] as const),
      constantFrom(["bool", "true"] as const, ["bool", "false"] as const, ["null", ""] as const),
    );
    assertAlwaysNow(nodes, 1000, ([type, text]) => {
      const typed = parseTyped(type, text);
      expect(typed.ok && parseTyped(type, textOfTyped(typed.node) ?? "")).toEqual(typed);
    });
  });
});
