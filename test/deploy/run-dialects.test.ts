/** Plain `.env` files are read as the programs read them that they were written for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { constantFrom, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dialect, parseDialect } from "../../src/deploy/dialects.ts";
import { SottoError } from "../../src/model/error.ts";
import { assertAlwaysNow } from "../support/property.ts";

function read(text: string, dialect: Exclude<Dialect, "sops">, env: Record<string, string> = {}): Record<string, string> {
  const entries = parseDialect(text, dialect, env)?.entries ?? [];
  return Object.fromEntries(
    entries.flatMap((entry) => (entry.kind === "pair" && entry.value.kind === "scalar" ? [[entry.key, entry.value.canonical]] : [])),
  );
}

function failure(text: string, dialect: Exclude<Dialect, "sops">): string {
  try {
    read(text, dialect);
    return "none";
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return `${error.code} ${error.position?.line}:${error.position?.column} ${error.message}`;
  }
}

describe("dotenv", () => {
  const lines = [
    "A=one",
    "export B = two words  # why",
    "C='single $A \\n # x' # y",
    'D="double\\nline # in" # out',
    'E="two',
    'lines"',
    "F=`back 'and' \"forth\"`",
    "G=",
    "H: yaml",
    "# a comment",
    "no assignment",
    "I=a#b",
    "J='unclosed",
    'K="a" b',
    "L.m-n=dots",
    "A=again",
  ];
  test("is read as the package reads it", () => {
    for (const end of ["\n", "\r\n"]) {
      const text = lines.join(end);
      expect(read(text, "dotenv")).toEqual({ ...parse(text) });
      expect(Object.keys(read(text, "dotenv")).length).toBeGreaterThan(8);
    }
  });

  test("so are random files of assignments", () => {
    const value = string({ unit: constantFrom("a", "b", " ", "'", '"', "#", "\\n", "$", "="), maxLength: 12 });
    assertAlwaysNow(value, 2000, (one) => {
      const text = `A=${one}\nB=2\n`;
      // What begins with a quote that is closed on a later line is a matter of taste.
      if (/^\s*['"`]/.test(one)) return;
      expect(read(text, "dotenv")).toEqual({ ...parse(text) });
    });
  });
});

describe("docker", () => {
  test("takes all behind the equals sign, quotes included, and a name alone from the environment", () => {
    const text = '\uFEFFA=one two \n  # comment\n\nB="quoted" # kept\n  C=$A\r\nD\nE\nF=\n';
    expect(read(text, "docker", { D: "mine" })).toEqual({ A: "one two ", B: '"quoted" # kept', C: "$A", D: "mine", F: "" });
  });

  test("wants names without blanks", () => {
    expect(failure("A=1\nB C=2\n", "docker")).toBe("DOTENV_INVALID 2:1 a name that is empty or has blanks in it");
    expect(failure("=2\n", "docker")).toBe("DOTENV_INVALID 1:1 a name that is empty or has blanks in it");
  });
});

describe.runIf(process.platform !== "win32")("posix", () => {
  test("is read as a shell reads it", () => {
    const text = [
      "# comment",
      "A=one",
      "export B='two words' # why",
      "C=a'b c'\"d \\$ e \\x\"f\\ g",
      "D='multi",
      "line'",
      "  E=",
      'F="x\\',
      "y\" G='again'",
      "H=a#b",
      "I='it'\\''s'",
      "A=last",
      "",
    ].join("\n");
    const folder = mkdtempSync(join(tmpdir(), "sotto-posix-"));
    try {
      writeFileSync(join(folder, "file.env"), text);
      const shell = execFileSync("/bin/sh", ["-c", "set -a; . ./file.env; env -0"], { cwd: folder, env: {} }).toString();
      const theirs = Object.fromEntries(shell.split("\0").flatMap((entry) => (/^[A-I]=/.test(entry) ? [[entry[0], entry.slice(2)]] : [])));
      expect(read(text, "posix")).toEqual(theirs);
      expect(Object.keys(theirs)).toHaveLength(9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["A=$B", "1:3 $ would be expanded by a shell; put it in single quotes"],
    ['A=1\nB="`id`"', "2:4 ` would be expanded by a shell; put it in single quotes"],
    ["A=1;id", "1:4 ; would run something; put it in quotes"],
    ["A=1 id", "1:4 this is no assignment (NAME=value)"],
    ["A='x", "1:3 a quote is not closed"],
    ["1A=x", "1:1 this is no assignment (NAME=value)"],
  ])("refuses what a shell would expand or run: %s", (text, message) => {
    expect(failure(text, "posix")).toBe(`DOTENV_INVALID ${message}`);
  });
});

test("an encrypted file is none of theirs", () => {
  for (const dialect of ["dotenv", "docker", "posix"] as const) {
    expect(parseDialect("A=ENC[…]\nsops_version=3.13.3\n", dialect, {})).toBeUndefined();
  }
});
