import { describe, expect, test } from "vitest";
import { patternsFor, readAttributes, writeAttributes } from "../../src/git/attributes.ts";

describe("patterns", () => {
  test.each([
    [["secrets/prod.yaml", "secrets/dev.yaml"], ["/secrets/*.yaml"]],
    [
      ["a.json", "deep/er/b.json"],
      ["/*.json", "/deep/er/*.json"],
    ],
    [["app/.env", "app/.env.prod"], ["/app/.env*"]],
    [["key"], ["/key"]],
    [["odd [x]/*.ini"], ["/odd \\[x\\]/*.ini"]],
  ])("of %j", (paths, patterns) => {
    expect(patternsFor(paths)).toEqual(patterns);
  });
});

describe("the block in .gitattributes", () => {
  test.each(["", "*.png binary\n", "*.png binary"])("comes, changes and goes; the rest stays: %j", (text) => {
    const one = writeAttributes(text, ["/secrets/*.yaml"]);
    expect(readAttributes(one)).toEqual(["/secrets/*.yaml"]);
    expect(writeAttributes(one, ["/secrets/*.yaml"])).toBe(one);
    const two = writeAttributes(`${one}*.txt text\n`, ["/a b/*.json", "/#x"]);
    expect(readAttributes(two)).toEqual(["/a b/*.json", "/#x"]);
    expect(writeAttributes(two, [])).toBe(`${text}${text === "" || text.endsWith("\n") ? "" : "\n"}*.txt text\n`);
  });

  test("is not there in a file without it", () => {
    expect(readAttributes("*.png binary\n")).toBeUndefined();
    expect(writeAttributes("*.png binary\n", [])).toBe("*.png binary\n");
  });
});
