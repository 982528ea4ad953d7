import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dotenv } from "../../formats/dotenv.ts";
import { describeFormat } from "../contracts/format.ts";

/** Document 23. */
const LINES = ["# c comment", "A=1", "", 'B="q v"', "export C=x y", "#", "D=", "E=a\\nb", "E=c:\\new"];

const line = fc.constantFrom(
  "A=1",
  "B=two words",
  "C='q'",
  'D="x # y"',
  "E=",
  "F=a\\nb\\n",
  "=v",
  " G = h ",
  "export H=i",
  "# comment",
  "#",
  "#x=y",
  "",
  "A=2",
  "I=a=b",
  "J=\\\\n",
  "K=é😀",
  "L=\uDC80",
  "M=<nil>",
  "\uFEFFN=o",
  "O=\r",
  "P=secret value",
);
const documents = fc
  .tuple(fc.array(line, { maxLength: 9 }), fc.constantFrom("\n", "\r\n", "mixed"), fc.boolean())
  .map(([lines, end, closed]) => {
    const ends = lines.map((one, index) => (end === "mixed" ? (index % 2 === 0 ? "\n" : "\r\n") : one === "" ? "\n" : end));
    return lines.map((one, index) => one + (closed || index < lines.length - 1 ? ends[index] : "")).join("");
  });

describeFormat(dotenv, {
  samples: [
    LINES.join("\n"),
    `${LINES.join("\n")}\n`,
    LINES.filter((one) => one !== "").join("\r\n"),
    LINES.filter((one) => one !== "")
      .map((one) => `${one}\r\n`)
      .join(""),
    "",
    "\n",
    "\n\n",
    "A=one secret",
    "# only a comment",
    "A=mixed secret\r\nB=2\n",
  ],
  documents,
  refused: [
    ["A=1\r\n\r\nB=2\r\n", "DOTENV_INVALID", 2],
    ["A=1\nsecret\n", "DOTENV_INVALID", 2],
  ],
});

describe("reading", () => {
  test("placeholder", () => {
    expect(dotenv.id).toBe("dotenv");
  });
});
