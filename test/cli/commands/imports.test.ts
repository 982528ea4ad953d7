import { expect, test } from "vitest";
import { readSources } from "../../support/sources.ts";

test("commands use the library and the frame, and nothing behind them", () => {
  const commands = readSources("src").filter((source) => source.path.startsWith("src/cli/commands/"));
  expect(commands.length).toBeGreaterThan(15);
  const wrong = commands.flatMap((source) =>
    source.imports
      .filter((one) => one.own && one.target !== "src/index.ts" && !/^src\/cli\/(?:commands\/_)?[\w-]+\.ts$/.test(one.target))
      .map((one) => `${source.path} → ${one.target}`),
  );
  expect(wrong).toEqual([]);
});
