import { describe, expect, test } from "vitest";
import { formatOfPath, formats, loadFormat } from "../../formats/index.ts";

describe("the table of formats", () => {
  test.each([
    ["a.yaml", "yaml"],
    ["a.yml", "yaml"],
    ["dir.json/a.json", "json"],
    [".env", "dotenv"],
    ["prod.env", "dotenv"],
    ["a.ini", "ini"],
    [".env.local", "binary"],
    ["A.YAML", "binary"],
    ["yaml", "binary"],
    ["a.json.bak", "binary"],
    ["", "binary"],
  ])("%j is %s", (path, id) => {
    expect(formatOfPath(path)).toBe(id);
  });

  test.each(formats.map((row) => [row.id, row] as const))("%s loads a format of that name and with those suffixes", async (id, row) => {
    expect(await loadFormat(id)).toMatchObject({ id, suffixes: row.suffixes });
  });

  test("a name that is not in it is a mistake of the caller", async () => {
    await expect(loadFormat("toml" as "yaml")).rejects.toThrow(TypeError);
  });
});
