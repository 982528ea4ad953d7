import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blockColumn,
  isPlainSafe,
  literalBody,
  literalHeader,
  spellDefault,
  spellDouble,
  spellScalar,
  spellSingle,
  wouldResolveToNonString,
} from "../../formats/yaml/quote.ts";
import { anyOf, scalar, text } from "./yaml-emit-trees.ts";

/** No single quotes on one line around these. */
const UNQUOTABLE: ReadonlySet<string> = new Set("\n\t\r\u0085\u2028\uFEFF\u0007");
const ROOT = { indent: 0 };

describe("what sops's emitter prints for a string", () => {
  test.each([
    ["word", "word"],
    ["", '""'],
    [" lead", "' lead'"],
    ["a: b", "'a: b'"],
    ["a:b", "a:b"],
    ["a:", "'a:'"],
    [":a", ":a"],
    ["=", "="],
    ["a,b", "a,b"],
    ["a #b", "'a #b'"],
    ["a#b", "a#b"],
    ["#x", "'#x'"],
    ["-", "'-'"],
    ["- x", "'- x'"],
    ["-x", "-x"],
    ["?", "'?'"],
    ["...", "'...'"],
    ["--- x", "'--- x'"],
    ["'q'", "'''q'''"],
    ['"dq"', "'\"dq\"'"],
    ["a\\b", "a\\b"],
    ["123", '"123"'],
    ["1_000", '"1_000"'],
    ["08", '"08"'],
    ["2024-01-02", '"2024-01-02"'],
    ["~", '"~"'],
    ["True", '"True"'],
    ["yes", '"yes"'],
    ["y", '"y"'],
    ["190:20:30", '"190:20:30"'],
    ["12:60", "12:60"],
    ["0x", "0x"],
    ["nan", "nan"],
    ["<<", "!!merge <<"],
    ["é😀", '"é\\U0001F600"'],
    ["\u0007\u001B\0\v\u007F", '"\\a\\e\\0\\v\\x7F"'],
    ["a\tb", '"a\\tb"'],
    ["\uFEFF", '"\\uFEFF"'],
    ["\uFEFFa b\u00A0", '"\\uFEFF\\x61\\x20\\x62\\_"'],
    ["a\u0085b", '"a\\Nb"'],
    ["a\u00A0b", "a\u00A0b"],
    ["a\r\nb", '"a\\r\\nb"'],
    ["a \nb", '"a \\nb"'],
    ["a\nb ", '"a\\nb "'],
    ["a\nb😀", '"a\\nb\\U0001F600"'],
    ["a\nb", "|-\n    a\n    b"],
    ["a\n\n b\n", "|\n    a\n\n     b"],
    ["a\n\n", "|+\n    a\n"],
    ["\n", "|4+\n"],
    ["\n\n", "|4+\n\n"],
    [" a\n", "|4\n     a"],
    ["\na", "|4-\n\n    a"],
    ["a\uDC9Bb", "!!binary YZti"],
    ["\uD800", "\uFFFD"],
    ["ENC[AES256_GCM,data:a+/=,iv:b=,tag:c=,type:str]", "ENC[AES256_GCM,data:a+/=,iv:b=,tag:c=,type:str]"],
  ])("%j", (value, spelled) => {
    expect(spellDefault(text(value), ROOT)).toBe(spelled);
  });

  test.each([
    ["0", "0"],
    ["-0", "-0.0"],
    ["1.5", "1.5"],
    ["-120", "-120"],
    ["100000", "100000"],
    ["123456.75", "123456.75"],
    ["1000000", "1e+06"],
    ["1234567.5", "1.2345675e+06"],
    ["0.0001", "0.0001"],
    ["0.00012", "0.00012"],
    ["0.00001", "1e-05"],
    ["1e+100", "1e+100"],
    ["100000000000000000000", "1e+20"],
    ["+Inf", ".inf"],
    ["-Inf", "-.inf"],
    ["NaN", ".nan"],
  ])("float %s", (canonical, spelled) => {
    expect(spellDefault(scalar("float", canonical), ROOT)).toBe(spelled);
  });

  test("a float that is no number is refused without being shown", () => {
    expect(() => spellDefault(scalar("float", "secret"), ROOT)).toThrow(
      expect.objectContaining({ code: "EMIT_FAILED", message: expect.not.stringContaining("secret") as string }),
    );
  });
});

describe("what a place allows", () => {
  test("block text is indented from its collection: 2 in a sequence, the next step below a key", () => {
    expect(blockColumn({ indent: 0 })).toBe(4);
    expect(blockColumn({ indent: 6 })).toBe(8);
    expect(blockColumn({ indent: 3, step: 2 })).toBe(4);
    expect(blockColumn({ indent: 6, inSequence: true })).toBe(8);
    expect(spellDefault(text(" a\nb"), { indent: 6, inSequence: true })).toBe("|2-\n         a\n        b");
    expect(spellDefault(text(" a\nb"), { indent: 2, step: 2 })).toBe("|2-\n     a\n    b");
  });

  test("no block text in flow collections and simple keys", () => {
    expect(spellDefault(text("a\nb"), { indent: 0, flow: true })).toBe('"a\\nb"');
    expect(spellDefault(text("a\nb"), { indent: 0, key: true })).toBe('"a\\nb"');
    expect(spellDefault(text("a\u2028b"), { indent: 0, key: true })).toBe('"a\\Lb"');
  });

  test("flow collections allow fewer plain texts", () => {
    for (const value of ["a,b", "a[b", "a}b", "a?b", "a:b"]) {
      expect(isPlainSafe(value, false)).toBe(true);
      expect(isPlainSafe(value, true)).toBe(false);
      expect(spellDefault(text(value), { indent: 0, flow: true })).toBe(`'${value}'`);
    }
    expect(spellDefault(scalar("time", "2024-01-02T00:00:00Z"), { indent: 0, flow: true })).toBe("2024-01-02T00:00:00Z");
  });

  test("a given style is kept or refused", () => {
    expect(spellScalar(text("word"), "single", ROOT)).toBe("'word'");
    expect(spellScalar(text("it's"), "single", ROOT)).toBe("'it''s'");
    expect(spellScalar(text("a\nb"), "single", ROOT)).toBeUndefined();
    expect(spellScalar(text("12"), "plain", ROOT)).toBeUndefined();
    expect(spellScalar(text("12"), "double", ROOT)).toBe('"12"');
    expect(spellScalar(text("12"), "literal", ROOT)).toBe("|-\n    12");
    expect(spellScalar(text("12"), "literal", { indent: 0, flow: true })).toBeUndefined();
    expect(spellScalar(text("x "), "literal", ROOT)).toBeUndefined();
    expect(spellScalar(text("x"), "folded", ROOT)).toBeUndefined();
    expect(spellScalar(scalar("int", "12"), "plain", ROOT)).toBe("12");
    expect(spellScalar(scalar("int", "12"), "double", ROOT)).toBeUndefined();
    expect(spellScalar(text("12"), undefined, ROOT)).toBe('"12"');
  });
});

describe("laws", () => {
  const anyText = fc.string({ unit: anyOf("ab01.:-#? \n\t\r'\"\\{[,]}&*!|>%@`~<=+_eéT\u0085\u2028\uFEFF\u0007") });

  test("double quotes hold any text on one line of printable characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(spellDouble(value)).toMatch(/^"[ -~\u00A0-\uD7FF\uE000-\uFFFD]*"$/);
      }),
    );
  });

  test("JSON reads double quotes back where the escapes are JSON's", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyOf('ab "\\\n\r\t\b\féÿ\uFFFE') }), (value) => {
        expect(JSON.parse(spellDouble(value))).toBe(value);
      }),
    );
  });

  test("single quotes read back by undoubling", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const single = Array.from(value).some((char) => UNQUOTABLE.has(char)) ? undefined : value;
        expect(spellSingle(value)?.slice(1, -1).replaceAll("''", "'")).toBe(single);
      }),
    );
  });

  test("what is plain safe is a string to the resolver, and on one line", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (value, flow) => {
        fc.pre(isPlainSafe(value, flow));
        expect(wouldResolveToNonString(value)).toBe(false);
        expect(isPlainSafe(value, false)).toBe(true);
        expect(value).toMatch(/^\S(?:.*\S)?$/u);
      }),
    );
  });

  test("a literal gives its text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\n") }), fc.integer({ min: 1, max: 9 }), (value, column) => {
        const header = literalHeader(value, column, 4);
        const lines = literalBody(value, column).split("\n");
        const body = lines.map((line) => (line === "" ? "" : line.slice(column))).join("\n");
        expect(header.endsWith("-") ? body : `${body}\n`).toBe(value);
      }),
    );
  });
});
