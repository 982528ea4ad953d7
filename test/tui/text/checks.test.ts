/** What is said about a value before it is kept. */
import { array, boolean, constantFrom, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { checkValue, strengthOf } from "../../../src/tui/text/checks.ts";
import type { CheckContext } from "../../../src/tui/text/checks.ts";
import { generate, RECIPES } from "../../../src/tui/text/generate.ts";
import { TYPES } from "../../../src/tui/text/kinds.ts";
import { createRandom } from "../../support/random.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { anyText } from "./any-text.ts";

/** Long and mixed enough to be no reason for a warning, and nobody's secret. */
const GOOD = "Kq7-vZ2_mX9+tB4=wN6~hJ3";

const context: CheckContext = { type: "str", sameIn: [], isolated: false };

function warnings(text: string, more: Partial<CheckContext> = {}): readonly string[] {
  return checkValue(text, { ...context, ...more }).flatMap((one) => (one.ok ? [] : [one.text]));
}

describe("checkValue", () => {
  test("has nothing against a good value", () => {
    expect(checkValue(GOOD, context)).toEqual([
      { ok: true, level: "fine", text: "no leading or trailing blank" },
      { ok: true, level: "fine", text: "not used in another environment" },
    ]);
  });

  test.each([
    [` ${GOOD}`, ["begins with a blank"]],
    [`\n${GOOD}`, ["begins with a newline"]],
    [`${GOOD}\t`, ["ends with a blank"]],
    [`${GOOD}\u00A0`, ["ends with a blank", "holds characters that cannot be seen"]],
    [`${GOOD}\n`, ["ends with a newline"]],
    [`a\n${GOOD}\n`, []],
    [`a\n${GOOD}\n\n`, ["ends with empty lines"]],
    [
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAA\n-----END OPENSSH PRIVATE KEY-----",
      ["no newline at the end: some programs refuse such a key"],
    ],
    ["-----BEGIN CERTIFICATE-----\r\nAA\r\n", ["has Windows line ends"]],
    [`${GOOD}\u001B`, ["holds control characters"]],
    [`${GOOD}\u200B`, ["holds characters that cannot be seen"]],
    [`${GOOD}\uDCFF`, ["holds bytes that are not UTF-8"]],
    ["", ["empty"]],
    ["hunter", ["weak: short"]],
    ["passwordpassword", ["weak: easy to guess"]],
    ["https://acme.example", []],
  ])("%j: %j", (text, expected) => {
    expect(warnings(text)).toEqual(expected);
  });

  test.each([
    "changeme",
    "CHANGE_ME",
    "please-change-me",
    "todo",
    "xxx",
    "XXXXXXXX",
    "<your token here>",
    "${TOKEN}",
    "{{ token }}",
    "[insert token]",
    "example",
    "dummy",
    "your-api-key",
    "replace_me",
    "secret",
    "password",
    "********",
    "example-token",
    "token-placeholder",
  ])("%j is a placeholder", (text) => {
    expect(warnings(text)).toEqual(["looks like a placeholder"]);
  });

  test.each([GOOD, "exchangemeasure-9Xk2", "https://ana.example/todo", "Xxx4-kP9z-Lm2Q-81vT-pw0"])("%j is none", (text) => {
    expect(warnings(text)).not.toContain("looks like a placeholder");
  });

  test("names the environments that hold the same value, louder where they are isolated", () => {
    expect(warnings(GOOD, { sameIn: ["dev"] })).toEqual(["same value in dev"]);
    expect(warnings(GOOD, { sameIn: ["dev", "ci", "qa", "e", "f"] })).toEqual(["same value in dev, ci, qa and 2 more"]);
    expect(warnings(GOOD, { sameIn: ["dev", "c\u202Ei"], isolated: true })).toEqual([
      "same value in dev and c⟨202E⟩i, though they are meant to be isolated: use a value of its own",
    ]);
  });

  test("says nothing about a port that is the same everywhere", () => {
    expect(checkValue("5432", { type: "int", sameIn: ["dev"], isolated: false })).toEqual([]);
  });

  test("compares the length with the one before", () => {
    const texts = checkValue(GOOD, { ...context, old: { length: GOOD.length } }).map((one) => one.text);
    expect(texts).toContain("as long as before");
    expect(warnings(GOOD, { old: { length: 100 } })).toEqual(["much shorter than before (100 → 23 characters)"]);
  });

  test("puts warnings first, and marks them as such", () => {
    const contexts = record({
      type: constantFrom(...TYPES),
      sameIn: array(constantFrom("dev", "ci"), { maxLength: 3 }),
      isolated: boolean(),
      old: constantFrom({ length: 1 }, { length: 50 }),
    });
    assertAlwaysNow(record({ text: anyText, given: contexts }), 1000, ({ text, given }) => {
      const found = checkValue(text, given);
      expect(found.toSorted((a, b) => Number(a.ok) - Number(b.ok))).toEqual(found);
      expect(found.every((one) => one.ok === (one.level === "fine"))).toBe(true);
    });
  });
});

describe("strengthOf", () => {
  test.each([
    ["", "none"],
    ["   ", "none"],
    ["a", "low"],
    ["a".repeat(200), "low"],
    ["abcdefghijklmnopqrstuvwxyz", "low"],
    ["1234567890", "low"],
    ["x1".repeat(30), "low"],
    ["a1b3".repeat(3), "low"],
    ["Password123!", "low"],
    ["correct horse battery staple", "fair"],
    ["xK9#mQ2vL7", "fair"],
    [GOOD, "high"],
  ])("%j: %s", (text, strength) => {
    expect(strengthOf(text)).toBe(strength);
  });

  test("everything that is generated is strong, but digits", () => {
    const below = createRandom(5);
    for (const { recipe, title } of RECIPES) {
      const text = generate(recipe, (length) => Uint8Array.from({ length }, () => below(256)));
      expect([title, strengthOf(text)]).toEqual([title, title === "digits" ? "low" : "high"]);
    }
  });
});
