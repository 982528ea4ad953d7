import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFlags } from "../../src/cli/argv.ts";
import type { ParsedFlags } from "../../src/cli/argv.ts";
import { parseBoolean, parseInteger } from "../../src/cli/flag-value.ts";
import type { Flag } from "../../src/cli/command.ts";

const FLAGS: readonly Flag[] = [
  { name: "in-place", short: "i", type: "boolean", help: "" },
  { name: "output", type: "string", help: "", env: "OUTPUT" },
  { name: "age", short: "a", type: "string", help: "" },
  { name: "indent", type: "int", help: "", env: "INDENT" },
  { name: "keyservice", type: "list", help: "", env: "SERVICES" },
  { name: "local", type: "boolean", help: "", default: true, env: "LOCAL" },
];

function parse(argv: readonly string[], env: Record<string, string> = {}, flagsFirst = false): ParsedFlags {
  return parseFlags(argv, FLAGS, { env, flagsFirst });
}

describe("flags in Go's manner", () => {
  test.each([
    [["--output", "x", "f"]],
    [["-output", "x", "f"]],
    [["--output=x", "f"]],
    [["-output=x", "f"]],
    [["f", "--output", "x"]],
    [["f", "-output=x"]],
    [["--output", "y", "--output", "x", "f"]],
    [["--output", "x", "--", "f"]],
  ])("%j gives one value and one word", (argv) => {
    const { values, words } = parse(argv);
    expect([values["output"], words]).toEqual(["x", ["f"]]);
  });

  test.each([
    [["-i"], true],
    [["--in-place"], true],
    [["-i=false"], false],
    [["-i=T"], true],
    [["--in-place=0"], false],
    [[], false],
  ])("%j sets the boolean to %s", (argv, value) => {
    expect(parse(argv).values["in-place"]).toBe(value);
  });

  test("a boolean takes no word, before or behind an argument", () => {
    expect(parse(["f", "-i", "g"])).toMatchObject({ values: { "in-place": true }, words: ["f", "g"] });
    expect(parse(["-i", "false"])).toMatchObject({ values: { "in-place": true }, words: ["false"] });
  });

  test("a value may look like a flag, be a dash, or be the end mark", () => {
    expect(parse(["--output", "-i", "f"])).toMatchObject({ values: { output: "-i", "in-place": false }, words: ["f"] });
    expect(parse(["--output", "--", "f"])).toMatchObject({ values: { output: "--" }, words: ["f"] });
    expect(parse(["--output", "-", "-"])).toMatchObject({ values: { output: "-" }, words: ["-"] });
    // Empty is as good as absent.
    expect(parse(["--output="]).values["output"]).toBeUndefined();
    expect(parse(["--output=a=b"]).values["output"]).toBe("a=b");
  });

  test("a list collects, and does not split", () => {
    expect(parse(["--keyservice", "a,b", "--keyservice=c"]).values["keyservice"]).toEqual(["a,b", "c"]);
    expect(parse([]).values["keyservice"]).toEqual([]);
  });

  test("behind -- nothing is a flag", () => {
    expect(parse(["a", "--", "-i", "--", "--nope"]).words).toEqual(["a", "-i", "--", "--nope"]);
  });

  test("an unknown word with a dash is an argument behind an argument, such as a negative number", () => {
    expect(parse(["f", '["n"]', "-5"]).words).toEqual(["f", '["n"]', "-5"]);
  });

  test("with flags first, everything from the first word on is left as it is", () => {
    expect(parse(["-i", "cmd", "-i", "--", "--age", "x"], {}, true)).toMatchObject({
      values: { "in-place": true, age: undefined },
      words: ["cmd", "-i", "--", "--age", "x"],
    });
    expect(parse(["--", "-i", "x"], {}, true).words).toEqual(["-i", "x"]);
  });

  test.each([
    [["--nope"], "flag provided but not defined: --nope", []],
    [["--outptu", "x"], "flag provided but not defined: --outptu", ["did you mean --output?"]],
    [["-ia", "x"], "flag provided but not defined: -ia", ["did you mean -i -a?"]],
    [["--secret=hunter2"], "flag provided but not defined: --secret", []],
    [["-i", "--in-place"], "cannot use two forms of the same flag: in-place i", ["keep one of them: --in-place"]],
    [["---output"], "bad flag syntax: ---output", []],
    [["-=x"], "bad flag syntax: -=x", []],
    [["f", "--output"], "flag needs an argument: -output", ["write --output=VALUE"]],
    [["--indent", "x"], "flag -indent needs a whole number", []],
    [["-i=maybe"], "flag -i is either true or false, written -i=true or -i=false", []],
  ])("%j is refused", (argv, message, hints) => {
    expect(() => parse(argv)).toThrow(expect.objectContaining({ code: "USAGE", message, hints }));
  });
});

describe("values from the environment", () => {
  test("count where the flag is absent", () => {
    const env = { OUTPUT: "x", INDENT: "0x10", SERVICES: "a,b", LOCAL: "false" };
    expect(parse([], env).values).toMatchObject({ output: "x", indent: 16, keyservice: ["a", "b"], local: false });
    expect(parse(["--output", "y", "--keyservice", "c", "--local"], env).values).toMatchObject({
      output: "y",
      keyservice: ["c"],
      local: true,
    });
    expect([...parse([], env).given]).toEqual([]);
  });

  test("that are empty are no value, except that a boolean is false then", () => {
    const env = { OUTPUT: "", INDENT: "", SERVICES: "", LOCAL: "" };
    expect(parse([], env).values).toMatchObject({ output: undefined, indent: undefined, keyservice: [], local: false });
    expect(parse([]).values["local"]).toBe(true);
  });

  test("that do not fit are errors which name the variable", () => {
    expect(() => parse([], { LOCAL: "maybe" })).toThrow("LOCAL is either true or false");
    expect(() => parse([], { INDENT: "two" })).toThrow("INDENT needs a whole number");
  });
});

describe("numbers and booleans as Go reads them", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["+7", 7],
    ["-12", -12],
    ["0x1F", 31],
    ["0b101", 5],
    ["0o17", 15],
    ["017", 15],
    ["1_000", 1000],
    ["", undefined],
    ["08", undefined],
    ["1.0", undefined],
    ["_1", undefined],
    ["1_", undefined],
    [" 1", undefined],
    ["99999999999999999999", undefined],
  ])("%j", (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  test("every safe integer reads back", () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseInteger(String(value)) === value));
  });

  test("booleans", () => {
    expect(["1", "t", "TRUE", "True", "0", "F", "false", "yes", "tRUE", ""].map(parseBoolean)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("words that are no flags come back in their order, wherever known flags stand between them", () => {
  const word = fc.stringMatching(/^[a-z\d.]{1,8}$/);
  const flag = fc.constantFrom(["-i"], ["-i=false"], ["--output", "v"], ["-a=v"], ["--keyservice", "-i"]);
  const piece = fc.oneof(
    word.map((text) => ({ words: [text], argv: [text] })),
    flag.map((argv) => ({ words: [], argv })),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(parse(pieces.flatMap((one) => one.argv)).words).toEqual(pieces.flatMap((one) => one.words));
    }),
  );
});
