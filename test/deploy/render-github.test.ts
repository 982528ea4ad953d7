/** A step of GitHub Actions: masks, and the file that its runner reads. */
import { describe, expect, test } from "vitest";
import { renderEnvironment } from "../../src/deploy/render/render.ts";
import type { RenderOptions } from "../../src/deploy/render/renderer.ts";
import { decodeText } from "../../src/model/text.ts";
import { assertAlways } from "../support/property.ts";
import { SimulatedRunner } from "./render-readers.ts";
import { flatTrees, HARD, LARGE, type Tree, valuesOf } from "./render-values.ts";

async function render(tree: Tree, options: Partial<RenderOptions> = {}): Promise<{ readonly printed: string; readonly file: string }> {
  const { bytes, append } = await renderEnvironment({ values: valuesOf(tree) }, "github", { platform: "linux", ...options });
  return { printed: decodeText(bytes), file: decodeText(append ?? new Uint8Array()) };
}

/** A log in which a step printed everything in every way that it could. */
function logOf(printed: string, tree: Readonly<Record<string, string>>): readonly string[] {
  const runner = new SimulatedRunner();
  const log = printed
    .split("\n")
    .slice(0, -1)
    .map((line) => runner.log(line));
  for (const value of Object.values(tree)) {
    for (const line of [value, ...value.split("\n"), ...value.split(/\r\n|[\r\n]/).map((one) => `--flag=${one.trim()}!`)])
      log.push(runner.log(line));
  }
  return log;
}

/** Fails on one line of a value in the log. Lines of a letter or two stand in other words, so they prove nothing. */
function expectHidden(log: readonly string[], tree: Readonly<Record<string, string>>): void {
  for (const value of Object.values(tree)) {
    for (const line of value
      .split(/\r\n|[\r\n]/)
      .map((one) => one.trim())
      .filter((one) => one.length > 3)) {
      expect(log.filter((logged) => logged.includes(line) && !"::add-mask::***".includes(line))).toEqual([]);
    }
  }
}

describe("a runner of GitHub Actions", () => {
  test("reads every hard value, and shows no line of any", async () => {
    const { printed, file } = await render({ ...HARD, LARGE });
    expect(SimulatedRunner.read(file)).toEqual({ ...HARD, LARGE });
    expectHidden(logOf((await render(HARD)).printed, HARD), HARD);
    expect(printed.split("\n").filter((line) => !line.startsWith("::add-mask::"))).toEqual([""]);
  });

  test("would show a line if only whole values were masked: the test can fail", async () => {
    const tree = { A: "first line\nsecond line" };
    const { printed } = await render(tree);
    const whole = printed.split("\n").slice(0, 1).join("\n");
    expect(() => expectHidden(logOf(`${whole}\n`, tree), tree)).toThrow("to deeply equal []");
    expectHidden(logOf(printed, tree), tree);
  });

  test("reads random values, and shows none", async () => {
    await assertAlways(flatTrees(), 500, async (tree) => {
      const { printed, file } = await render(tree);
      expect(SimulatedRunner.read(file)).toEqual(tree);
      expectHidden(logOf(printed, tree), tree);
    });
  });

  test("cannot be made to set another variable by a value", async () => {
    const tree = { A: "x\nPATH=/tmp/evil\nsotto_\nB<<EOF\ny\nEOF" };
    const { file } = await render(tree);
    expect(SimulatedRunner.read(file)).toEqual(tree);
    const ends = new Set((await Promise.all([render(tree), render(tree)])).map((one) => /<<(\S+)/.exec(one.file)?.[1]));
    expect(ends.size).toBe(2);
  });

  test("is not given what it would ignore", async () => {
    await expect(render({ GITHUB_TOKEN: "1", NODE_OPTIONS: "x", a: "\udc80" })).rejects.toThrow(
      [
        "3 things are wrong:",
        "  GITHUB_TOKEN gives GITHUB_TOKEN, which no step can set",
        "  NODE_OPTIONS gives NODE_OPTIONS, which no step can set",
        "  a holds bytes that are not UTF-8, which a file of GitHub Actions cannot hold",
      ].join("\n"),
    );
    expect(SimulatedRunner.read((await render({ GITHUB_TOKEN: "x" }, { to: "output" })).file)).toEqual({ GITHUB_TOKEN: "x" });
  });
});
