/** Values are taken out of what a program prints. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Redaction, Redactor } from "../../src/deploy/redact.ts";
import { leaksInSplits, expectSameAsSlow } from "./redact-laws.ts";
import { redactInPieces } from "./redact-oracle.ts";

const PASSWORD = "correct/horse battery+staple";
const redact = (printed: string | Uint8Array, values: Readonly<Record<string, string>> = { PASSWORD }): string => {
  const redaction = new Redaction(Object.entries(values).map(([name, text]) => ({ name, text })));
  return Buffer.from(redactInPieces(redaction, Buffer.from(printed), []), "latin1").toString();
};

describe("what is taken out", () => {
  test("is the value, with its name in its place, and nothing around it", () => {
    expect(redact(`user=ana password=${PASSWORD}; done\n`)).toBe("user=ana password=[redacted PASSWORD]; done\n");
    expect(redact("nothing of it: correct/horse battery\n")).toBe("nothing of it: correct/horse battery\n");
  });

  const pem = "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
  test.each<readonly [string, string]>([
    ["JSON", JSON.stringify({ it: 'say "hi"/\n' })],
    ["JSON in JSON", JSON.stringify({ log: JSON.stringify({ it: 'say "hi"/\n' }) })],
    ["JSON of PHP", String.raw`say \"hi\"\/\n`],
    ["JSON of C#", String.raw`say \u0022hi\u0022/\n`],
    ["a URL", `https://x/?q=${encodeURIComponent('say "hi"/\n')}`],
    ["a form", String(new URLSearchParams({ q: 'say "hi"/\n' }))],
    ["a URL in lower case", encodeURIComponent('say "hi"/\n').toLowerCase()],
    ["hex", Buffer.from('say "hi"/\n').toString("hex")],
    ["hex in upper case", Buffer.from('say "hi"/\n').toString("hex").toUpperCase()],
  ])("is its form in %s", (_, printed) => {
    const shown = redact(`${printed} end`, { X: 'say "hi"/\n' });
    expect(shown).toContain("[redacted X]");
    expect(shown).not.toMatch(/say|7361/i);
    expect(shown.endsWith(" end")).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5])("is base64 behind %d other bytes", (before) => {
    for (const encoding of ["base64", "base64url"] as const) {
      const code = Buffer.from(`${"?".repeat(before)}${PASSWORD}???`).toString(encoding);
      const shown = redact(code);
      expect(shown).toContain("[redacted PASSWORD]");
      // Of the value's 28 bytes at most the first and the last may be there in part.
      const left = shown.split("[redacted PASSWORD]").map((part) => part.length);
      expect(left.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(code.length - 36);
    }
  });

  test("is base64 with line breaks", () => {
    const long = "0123456789 abcdefghij ".repeat(20);
    const wrapped = execFileSync("base64", { input: long }).toString();
    expect(wrapped.split("\n").length).toBeGreaterThan(5);
    expect(redact(wrapped, { X: long }).replaceAll(/\[redacted X\]|\n/g, "")).toBe("");
  });

  test("is each line of a value with several, but not what all keys begin with", () => {
    expect(redact("key: MIIBVgIBADANBgkq\r\n", { KEY: pem })).toBe("key: [redacted KEY]\r\n");
    expect(redact("  hkiG9w0BAQEFAASC", { KEY: pem })).toBe("  [redacted KEY]");
    expect(redact("-----BEGIN PRIVATE KEY-----\nother", { KEY: pem })).toBe("-----BEGIN PRIVATE KEY-----\nother");
    expect(redact(pem, { KEY: pem })).toBe("[redacted KEY]");
    expect(redact(pem.trim(), { KEY: pem })).toBe("[redacted KEY]");
  });

  test("is no short value, and no word like true", () => {
    expect(redact("abc true null FALSE", { A: "abc", B: "true", C: "null", D: "FALSE", E: "" })).toBe("abc true null FALSE");
    expect(redact("abcd", { A: "abcd" })).toBe("[redacted A]");
  });

  test("is told by *** where the name itself would tell it, and by nothing where that would", () => {
    expect(redact("PASSWORD", { PASSWORD: "PASSWORD" })).toBe("***");
    expect(redact("(****)", { A: "****" })).toBe("([redacted A])");
    expect(redact("(redacted)", { A: "redacted" })).toBe("(***)");
  });

  test("is all of values that overlap", () => {
    expect(redact("xabcdefghy", { A: "abcdef", B: "defgh" })).toBe("x[redacted A]y");
    expect(redact("xabcdefghy", { A: "abcd", B: "abcdefgh" })).toBe("x[redacted B]y");
    expect(redact("aaaaaaaaa", { A: "aaaa" })).toBe("[redacted A]");
  });

  test("is a part of a long value, too", () => {
    const long = Array.from({ length: 300 }, (_, at) => at.toString(36)).join("");
    expect(redact(`${long}.`, { A: long })).toBe("[redacted A].");
    expect(redact(`${long.slice(0, 400)}.`, { A: long })).toMatch(/^\[redacted A\].{0,63}\.$/);
  });

  test("is the beginning of a value that the output ends in, if it is long enough to be one", () => {
    expect(redact("so: correct/horse bat")).toBe("so: [redacted PASSWORD]");
    expect(redact("so: correct")).toBe("so: correct");
  });

  test("is found in bytes that are no text, which stay as they are", () => {
    const bytes = Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(PASSWORD), Buffer.from([128, 10])]);
    const redaction = new Redaction([{ name: "A", text: PASSWORD }]);
    expect(redactInPieces(redaction, bytes, [5, 9])).toBe("\u0000\u00ff\u00fe[redacted A]\u0080\n");
  });
});

describe("a stream", () => {
  test("gives out at once what cannot be the beginning of a value", () => {
    const redactor = new Redactor(new Redaction([{ name: "A", text: "secret-value" }]));
    const push = (text: string): string => Buffer.from(redactor.push(Buffer.from(text))).toString();
    expect(push("Name: ")).toBe("Name: ");
    expect(push("a sec")).toBe("a ");
    expect(push("ond")).toBe("second");
    expect(push(" secret-val")).toBe(" ");
    expect(push("ue.")).toBe("[redacted A].");
    expect(Buffer.from(redactor.end()).toString()).toBe("");
  });

  test("keeps no value in memory that never ends", () => {
    const redactor = new Redactor(new Redaction([{ name: "A", text: "aaaaaaaa" }]));
    const piece = Buffer.from("a".repeat(1000));
    let shown = "";
    for (let round = 0; round < 1000; round += 1) shown += Buffer.from(redactor.push(piece)).toString();
    expect(shown).toBe("[redacted A]");
  });

  test("is the same in whatever pieces it comes", () => {
    expect(leaksInSplits(10_000)).toBe(0);
  });

  test("is what the slow way gives, for values that overlap and begin alike", () => {
    expectSameAsSlow(2000);
  });

  test("of ten thousand values is redacted as that of one", () => {
    const values = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`K${at}`, `value-${(at * 7919).toString(36)}-of-${at}`]));
    expect(redact(`a value-0-of-0 b ${values["K9999"]} c value-0-of-x`, values)).toBe("a [redacted K0] b [redacted K9999] c value-0-of-x");
  });
});
