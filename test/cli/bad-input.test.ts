/**
 * Bad input of every kind: its own code word, one `error:` line with the file and the place, a hint, and nothing happened.
 * Every input holds a word that must never be printed.
 */
import { describe, expect, test } from "vitest";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { Scratch } from "./commands/scratch.ts";
import { FORMATS, plainText } from "./exit-cases.ts";

/** The value that no message may show. */
const SECRET = "c4n4ry";
const RECIPIENT = vectorRecipient("ana");

interface Failure {
  readonly code: string;
  readonly exit?: number;
  /** `line:column`, where there is a place. */
  readonly at?: string;
}

/** Runs a command twice, for people and for programs, and checks all that is the same for every failure. */
async function expectFailure(scratch: Scratch, argv: readonly string[], file: string, failure: Failure, env = {}): Promise<void> {
  const before = scratch.files();
  const people = await scratch.sotto(argv, { env });
  const programs = await scratch.sotto(["--json", ...argv], { env });
  const { ok, error } = JSON.parse(programs.output) as { ok: boolean; error: Readonly<Record<string, unknown>> };
  const lines = people.errors.split("\n");
  const place = failure.at === undefined ? file : `${file}:${failure.at}:`;
  const [line, column] = failure.at?.split(":").map(Number) ?? [undefined, undefined];
  expect({ argv, ok, ...error }).toMatchObject({ argv, ok: false, code: failure.code, exit: programs.exit });
  expect({ argv, line: error["line"], column: error["column"] }).toEqual({ argv, line, column });
  expect(lines.filter((one) => one.startsWith("error: "))).toEqual([expect.stringContaining(place)]);
  expect(lines.filter((one) => one.startsWith("hint: ")).length).toBeGreaterThan(0);
  // What updatekeys is about to do stands there already.
  expect(argv[0] === "updatekeys" ? "" : people.output).toBe("");
  expect([people.exit, people.exit]).toEqual([programs.exit, failure.exit ?? programs.exit]);
  expect(people.exit).not.toBe(0);
  expect(people.errors + programs.output + programs.errors).not.toContain(SECRET);
  expect(scratch.files()).toEqual(before);
  for (const name of before.keys()) expect([name, scratch.untouched(name)]).toEqual([name, true]);
}

/** Commands that read an encrypted file, and the ones among them that need its key. */
const READING: readonly (readonly [line: readonly string[], needsKey: boolean])[] = [
  [["get", "FILE"], true],
  [["get", "FILE", "token"], true],
  [["set", "FILE", "token", `"${SECRET}"`], true],
  [["unset", "FILE", "token"], true],
  [["rotate", "-i", "FILE"], true],
  [["updatekeys", "-y", "FILE"], true],
  [["encrypt", "--onto", "FILE", "PLAIN"], true],
];

describe.each(FORMATS)("an encrypted $id file that is none", (format) => {
  const name = `file.${format.suffix}`;
  const plain = plainText(format).replace("abc", SECRET).replace("some bytes", SECRET);

  async function prepare(): Promise<{ scratch: Scratch; encrypted: string }> {
    const scratch = new Scratch(ANA);
    scratch.write(name, plain);
    const { output: encrypted } = await scratch.sotto(["encrypt", "--age", RECIPIENT, name]);
    scratch.clear();
    scratch.write(".sops.yaml", `creation_rules: [{age: "${RECIPIENT},${vectorRecipient("ben")}"}]\n`);
    scratch.write(`plain.${format.suffix}`, `${plain}${format.id === "json" ? "" : format.id === "yaml" ? "z: 1\n" : "z=1\n"}`);
    return { scratch, encrypted };
  }

  const argvFor = (line: readonly string[]): string[] =>
    line.map((word) => (word === "FILE" ? name : word === "PLAIN" ? `plain.${format.suffix}` : word));

  test("plaintext", async () => {
    const { scratch } = await prepare();
    using _ = scratch;
    scratch.write(name, plain);
    for (const [line] of READING) {
      const isPeek = line[0] === "updatekeys" && format.id === "binary";
      await expectFailure(scratch, argvFor(line), name, isPeek ? { code: "JSON_INVALID", at: "1:1" } : { code: "NOT_ENCRYPTED" });
    }
  });

  test("a missing file and a folder", async () => {
    const { scratch } = await prepare();
    using _ = scratch;
    for (const [line] of READING) await expectFailure(scratch, argvFor(line), name, { code: "FILE_MISSING" });
    scratch.folder(name);
    for (const [line] of READING) {
      if (line[0] !== "updatekeys") await expectFailure(scratch, argvFor(line), name, { code: "FILE_IS_DIRECTORY" });
    }
  });

  test("the wrong key, a damaged value, a wrong MAC", async () => {
    const { scratch, encrypted } = await prepare();
    using _ = scratch;
    const flip = (pattern: RegExp): string =>
      encrypted.replace(pattern, (_match, start: string, char: string) => start + (char === "A" ? "B" : "A"));
    const value = flip(/(ENC\[AES256_GCM,data:)(.)/);
    const offset = value.indexOf("ENC[");
    const at = `${value.slice(0, offset).split("\n").length}:${offset - value.lastIndexOf("\n", offset)}`;
    // The place of a JSON value is its opening quote.
    const quoted = format.id === "json" || format.id === "binary";
    const [row = 0, column = 0] = at.split(":").map(Number);
    for (const [line] of READING.filter(([, needsKey]) => needsKey)) {
      scratch.write(name, encrypted);
      await expectFailure(
        scratch,
        argvFor(line),
        name,
        { code: "DATA_KEY_UNAVAILABLE", exit: 128 },
        { SOPS_AGE_KEY_FILE: `${scratch.path}/none` },
      );
      scratch.write(name, value);
      await expectFailure(scratch, argvFor(line), name, { code: "DECRYPT_FAILED", exit: 25, at: `${row}:${quoted ? column - 1 : column}` });
      scratch.write(name, flip(/(mac["=: ]+ENC\[AES256_GCM,data:)(.)/i));
      await expectFailure(scratch, argvFor(line), name, { code: "MAC_MISMATCH", exit: 51 });
    }
  });

  test("a merge that was left half done", async () => {
    const { scratch, encrypted } = await prepare();
    using _ = scratch;
    const lines = encrypted.split("\n");
    const at = lines.findIndex((one) => one.includes("ENC["));
    const line = lines[at] ?? "";
    const text = [...lines.slice(0, at), "<<<<<<< HEAD", line, "=======", line, ">>>>>>> theirs", ...lines.slice(at + 1)].join("\n");
    scratch.write(name, text);
    for (const [argv] of READING) await expectFailure(scratch, argvFor(argv), name, { code: "CONFLICT_MARKERS", at: `${at + 1}:1` });
    await expectFailure(scratch, ["filestatus", name], name, { code: "CONFLICT_MARKERS", at: `${at + 1}:1` });
  });
});

describe("a plaintext file that cannot be encrypted", () => {
  test.each([
    ["a.yaml", `a: ${SECRET}\nb: {c: 1\n`, "YAML_INVALID", 2, "3:1"],
    ["a.yaml", `a: ${SECRET}\na: 2\n`, "YAML_INVALID", 2, "2:1"],
    ["a.yaml", `a: ${SECRET}\n? [x]\n: y\n`, "YAML_INVALID", 2, "2:3"],
    ["a.yaml", `a: ${SECRET}\nb: "\\/"\n`, "YAML_INVALID", 2, "2:5"],
    ["a.yaml", `a: ${SECRET}\n\tb: 1\n`, "YAML_INVALID", 2, "2:1"],
    ["a.yaml", `- ${SECRET}\n`, "YAML_INVALID", 2, "1:1"],
    ["a.yaml", `${SECRET}\n`, "YAML_INVALID", 2, "1:1"],
    ["a.yaml", `a: ${SECRET}\nb: *x\n`, "YAML_INVALID", 2, "2:4"],
    ["a.yaml", `a: &x ${SECRET}\nb: {<<: *x}\n`, "YAML_INVALID", 2, "2:9"],
    ["a.yaml", `%YAML 1.2\n---\na: ${SECRET}\n`, "YAML_INVALID", 2, "1:1"],
    ["a.yaml", `a: ${SECRET}: b\n`, "YAML_INVALID", 2, "1:10"],
    ["a.yaml", `a: "${SECRET}\n`, "YAML_INVALID", 2, "1:4"],
    ["a.yaml", `a: ${SECRET}\nb: !!bool yes\n`, "YAML_INVALID", 2, "2:11"],
    ["a.yaml", `a: \u0001${SECRET}\n`, "YAML_INVALID", 2, "1:4"],
    ["a.yaml", `a: ${SECRET}\n... \nb: 1\n`, "YAML_INVALID", 2, "3:1"],
    ["a.yaml", `# ${SECRET}\n`, "YAML_INVALID", 2, "2:1"],
    ["a.yaml", "", "FILE_EMPTY", 92, undefined],
    ["a.yaml", `a: ${SECRET}\n1: x\n`, "VALUE_UNSUPPORTED", 23, "2:1"],
    ["a.yaml", `a: ${SECRET}\nb: 9223372036854775808\n`, "VALUE_UNSUPPORTED", 23, "2:4"],
    ["a.yaml", `a: ${SECRET}\nsops: x\n`, "ALREADY_ENCRYPTED", 203, "2:7"],
    ["a.yaml", `a: ${SECRET}\n---\nsops: x\n`, "RESERVED_KEY", 4, "3:1"],
    ["a.yaml", `a: ${SECRET}\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n`, "CONFLICT_MARKERS", 2, "2:1"],
    ["a.json", `{"a": "${SECRET}"} x`, "JSON_UNSUPPORTED", 2, "1:17"],
    ["a.json", `\ufeff{"a": "${SECRET}"}`, "JSON_INVALID", 2, "1:1"],
    ["a.json", `{"a": "${SECRET}", "b": 1e400}`, "JSON_INVALID", 2, "1:22"],
    ["a.json", `{"a": "${SECRET}"`, "JSON_INVALID", 2, "1:15"],
    ["a.json", `["${SECRET}"]`, "JSON_INVALID", 2, "1:1"],
    ["a.json", `{"a": "${SECRET}\n"}`, "JSON_INVALID", 2, "1:14"],
    ["a.json", `{"sops": "${SECRET}"}`, "ALREADY_ENCRYPTED", 203, "1:10"],
    ["a.json", `{\n<<<<<<< HEAD\n"a": "${SECRET}"\n=======\n"a": "b"\n>>>>>>> x\n}\n`, "CONFLICT_MARKERS", 2, "2:1"],
    ["a.json", "", "JSON_INVALID", 2, undefined],
    ["a.env", `A=${SECRET}\r\n\r\nB=1\r\n`, "DOTENV_INVALID", 2, "2:1"],
    ["a.env", `A=${SECRET}\n${SECRET}\n`, "DOTENV_INVALID", 2, "2:1"],
    ["a.env", `sops_version=${SECRET}\n`, "ALREADY_ENCRYPTED", 203, "1:1"],
    ["a.env", `A=${SECRET}\n<<<<<<< HEAD\nB=1\n=======\nB=2\n>>>>>>> x\n`, "CONFLICT_MARKERS", 2, "2:1"],
    ["a.ini", `[a]\nb = ${SECRET}\nb = 2\n`, "INI_UNSUPPORTED", 2, "3:1"],
    ["a.ini", `[a\nb = ${SECRET}\n`, "INI_INVALID", 2, "1:1"],
    ["a.ini", `[a]\n${SECRET}\n`, "INI_INVALID", 2, "2:1"],
    ["a.ini", `[a]\nb = """${SECRET}\n`, "INI_INVALID", 2, "2:5"],
    ["a.ini", `[sops]\nb = ${SECRET}\n`, "ALREADY_ENCRYPTED", 203, "1:1"],
    ["a.ini", `[a]\n<<<<<<< HEAD\nb=${SECRET}\n=======\nb=2\n>>>>>>> x\n`, "CONFLICT_MARKERS", 2, "2:1"],
  ])("%s: %j is %s", async (file, text, code, exit, at) => {
    using scratch = new Scratch(ANA);
    scratch.write(file, text);
    const failure = { code, exit, ...(at === undefined ? {} : { at }) };
    await expectFailure(scratch, ["encrypt", "-i", "--age", RECIPIENT, file], file, failure);
  });

  test("a truncated file of sops, an unknown format, a selector that selects nothing or is no pattern", async () => {
    using scratch = new Scratch(ANA);
    scratch.write("a.yaml", `a: ${SECRET}\n`);
    const encrypt = ["encrypt", "-i", "--age", RECIPIENT];
    await expectFailure(scratch, [...encrypt, "--encrypted-regex", "zz", "a.yaml"], "a.yaml", { code: "NOTHING_ENCRYPTED", exit: 204 });
    await expectFailure(scratch, [...encrypt, "--encrypted-regex", "(?=a)", "a.yaml"], "a.yaml", { code: "SELECTOR_INVALID", exit: 204 });
    const { errors } = await scratch.sotto([...encrypt, "--input-type", "toml", "a.yaml"]);
    expect(errors).toBe("error: toml is no format\nhint: formats are yaml, json, dotenv, ini, binary\n");
    await scratch.sotto([...encrypt, "a.yaml"]);
    const text = scratch.read("a.yaml");
    scratch.write("a.yaml", text.slice(0, text.indexOf("mac:") + 40));
    await expectFailure(scratch, ["get", "a.yaml"], "a.yaml", { code: "METADATA_INVALID" });
  });
});

describe("recipients", () => {
  const IDENTITY = "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SJUQJZR";

  test("a secret key in the place of a recipient is never shown again", async () => {
    using scratch = new Scratch({ ...ANA });
    scratch.write("a.yaml", "a: b\n");
    scratch.write("rule.yaml", `creation_rules:\n  - age: ${IDENTITY}\n`);
    scratch.write("group.yaml", `creation_rules:\n  - key_groups: [{age: ["${IDENTITY}"]}]\n`);
    for (const argv of [
      ["encrypt", "--age", IDENTITY, "a.yaml"],
      ["encrypt", "--age", `${RECIPIENT},${IDENTITY.toLowerCase()}`, "a.yaml"],
      ["encrypt", "--pgp", IDENTITY, "a.yaml"],
      ["--config", "rule.yaml", "encrypt", "a.yaml"],
      ["--config", "group.yaml", "encrypt", "a.yaml"],
      ["rotate", "--add-age", IDENTITY, "a.yaml"],
      ["init", "--age", IDENTITY],
    ]) {
      const { exit, output, errors } = await scratch.sotto(argv);
      expect([argv, exit]).toEqual([argv, 1]);
      expect((output + errors).toUpperCase()).not.toContain("SECRET-KEY-1");
      expect(errors).toContain("this is a secret key where a recipient belongs");
    }
    expect(scratch.untouched("a.yaml")).toBe(true);
  });

  test("every recipient is read before anything is written, and before the input is looked into", async () => {
    using scratch = new Scratch(ANA);
    scratch.write("a.yaml", `a: [${SECRET}\n`);
    const bad = `${RECIPIENT.slice(0, -1)}${RECIPIENT.endsWith("q") ? "p" : "q"}`;
    scratch.write(".sops.yaml", `creation_rules: [{path_regex: rule, age: "${RECIPIENT},${bad}"}, {age: ${RECIPIENT}}]\n`);
    for (const argv of [
      ["encrypt", "-i", "--age", bad, "a.yaml"],
      ["encrypt", "-i", "--filename-override", "rule.yaml", "a.yaml"],
      ["rotate", "-i", "--add-age", bad, "a.yaml"],
    ]) {
      const { output, exit } = await scratch.sotto(["--json", ...argv]);
      expect([exit, JSON.parse(output)]).toEqual([
        1,
        expect.objectContaining({ error: expect.objectContaining({ code: "RECIPIENT_INVALID" }) }),
      ]);
    }
    expect(scratch.untouched("a.yaml")).toBe(true);
  });
});
