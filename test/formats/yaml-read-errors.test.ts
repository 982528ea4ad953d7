/** What the reader refuses, with code and position, and its limits. */
import { describe, expect, test } from "vitest";
import { readYaml } from "../../formats/yaml/read.ts";
import { SottoError } from "../../src/model/error.ts";

const nine = (name: string): string => `[${Array.from({ length: 9 }, () => name).join(",")}]`;

function refusal(text: string): SottoError {
  try {
    readYaml(text);
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("the text was read");
}

const place = (text: string): string => {
  const { code, position } = refusal(text);
  return `${code} ${position?.line}:${position?.column}`;
};

describe("refusals", () => {
  test.each([
    ["a duplicate key", "a: 1\nb: 2\na: 3\n", "YAML_INVALID 3:1"],
    ["a duplicate key further in", "a:\n  - {b: 1, b: 2}\n", "YAML_INVALID 2:12"],
    ["keys that differ in quotes only", 'a: 1\n"a": 2\n', "YAML_INVALID 2:1"],
    ["a number as a key", "a: 1\n2: b\n", "VALUE_UNSUPPORTED 2:1"],
    ["null as a key", "~: b\n", "VALUE_UNSUPPORTED 1:1"],
    ["a date as a key", "2024-01-02: b\n", "VALUE_UNSUPPORTED 1:1"],
    ["a mapping as a key", "? a: 1\n: 2\n", "YAML_INVALID 1:3"],
    ["an integer from 2^63 on", "a: 9223372036854775808\n", "VALUE_UNSUPPORTED 1:4"],
    ["an integer up to 2^64-1", "a: [1, 0xFFFFFFFFFFFFFFFF]\n", "VALUE_UNSUPPORTED 1:8"],
    ["a sequence at the top", "- a\n", "YAML_INVALID 1:1"],
    ["a string at the top", "a\n", "YAML_INVALID 1:1"],
    ["a string at the top of a later document", "a: 1\n---\nb\n", "YAML_INVALID 3:1"],
    ["white space", " \n\n", "YAML_INVALID 3:1"],
    ["comments alone", "# a\n", "YAML_INVALID 2:1"],
    ["an unknown anchor", "a: *x\n", "YAML_INVALID 1:4"],
    ["an anchor that holds itself", "a: &x [*x]\n", "YAML_INVALID 1:8"],
    ["a merge of something else", "a: 1\nb:\n  <<: [1]\n", "YAML_INVALID 3:8"],
    ["a value that is not what its tag says", "a: !!int x\n", "YAML_INVALID 1:10"],
    ["!!binary that is not base64", "a: !!binary '*'\n", "YAML_INVALID 1:13"],
    ["such a value in a later document, which sops would lose", "a: 1\n---\nb: !!int x\n", "YAML_UNSUPPORTED 3:10"],
    ["a control character", "a: \u0007\n", "YAML_INVALID 1:4"],
    ["half a surrogate pair", "a: \uD800\n", "YAML_INVALID 1:4"],
    ["a byte that is not UTF-8", "a: \uDCFF\n", "YAML_INVALID 1:4"],
    ["UTF-16", "\uDCFF\uDCFEa\0:\0", "YAML_INVALID 1:1"],
    ["a second byte order mark", "\uFEFF\uFEFFa: 1\n", "YAML_UNSUPPORTED 1:2"],
    ["a tab as indentation", "a:\n\tb: 1\n", "YAML_INVALID 2:1"],
    ["an escaped slash", 'a: "\\/"\n', "YAML_INVALID 1:5"],
    ["an escaped surrogate pair", 'a: "\\ud83d\\ude00"\n', "YAML_INVALID 1:5"],
    ["YAML 1.2", "%YAML 1.2\n---\na: 1\n", "YAML_INVALID 1:1"],
    ["a mapping behind a value", "a: b: c\n", "YAML_INVALID 1:5"],
    ["an open quote", "a: 'b\n", "YAML_INVALID 1:4"],
    ["an open bracket", "a: [b\n", "YAML_INVALID 2:1"],
    ["columns counted in characters", 'a: "😀" x\n', "YAML_INVALID 1:8"],
  ])("%s", (_, text, expected) => {
    expect(place(text)).toBe(expected);
  });

  test("an empty file", () => {
    expect(refusal("").code).toBe("FILE_EMPTY");
  });

  test("never show the text", () => {
    for (const text of ["a: s3cret: x\n", "s3cret: 1\ns3cret: 2\n", "a: !!int s3cret\n", "a: *s3cret\n", 's3cret: "\\q"\n']) {
      expect(refusal(text).message).not.toContain("s3cret");
    }
  });
});

describe("conflict markers", () => {
  const conflict = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> theirs\n";

  test("are named when the text cannot be read", () => {
    expect(place(conflict)).toBe("CONFLICT_MARKERS 2:1");
  });

  test("with CRLF too", () => {
    expect(place(conflict.replaceAll("\n", "\r\n"))).toBe("CONFLICT_MARKERS 2:1");
  });

  test("do not hide another problem", () => {
    expect(place("a: |\n  <<<<<<< HEAD\nb: c: d\n")).toBe("YAML_INVALID 3:5");
  });

  test("are text where the file can be read", () => {
    expect(readYaml("a: |\n  =======\n").roots).toHaveLength(1);
    expect(readYaml("<<<<<<< HEAD: 1\n").roots[0]?.entries[0]).toMatchObject({ key: "<<<<<<< HEAD" });
  });
});

describe("limits", () => {
  test("10,000 open flow collections are read, one more is not", () => {
    expect(readYaml(`a: ${"[".repeat(10_000)}${"]".repeat(10_000)}`).roots).toHaveLength(1);
    expect(place(`a: ${"[".repeat(10_001)}`)).toBe("YAML_INVALID 1:10004");
  });

  test("10,000 open blocks are read, one more is not", () => {
    expect(readYaml(`a:\n  ${"- ".repeat(9_999)}x\n`).roots).toHaveLength(1);
    expect(place(`a:\n  ${"- ".repeat(10_000)}x\n`)).toBe("YAML_INVALID 2:20001");
  });

  test("blocks and flow collections and pairs on top of each other are read", () => {
    expect(readYaml(`a:\n  ${"- ".repeat(9_999)}${"[a: ".repeat(10_000)}${"]".repeat(10_000)}\n`).roots).toHaveLength(1);
  });

  test("aliases may not unfold without end", () => {
    const levels = Array.from("bcdefghi", (name, index) => `${name}: &${name} ${nine(`*${"abcdefgh"[index] ?? ""}`)}\n`);
    expect(refusal(`a: &a ${nine("x")}\n${levels.join("")}`).code).toBe("YAML_INVALID");
  });

  test("a copy of a deep value is made", () => {
    const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
    expect(readYaml(`a: &a ${deep}\nb: *a\n`).roots[0]?.entries).toHaveLength(2);
  });

  test("a key ends within 1024 characters, not UTF-16 units", () => {
    expect(readYaml(`${"😀".repeat(1024)}: 1\n`).roots).toHaveLength(1);
    expect(place(`${"😀".repeat(1025)}: 1\n`)).toBe("YAML_INVALID 1:1026");
  });
});
