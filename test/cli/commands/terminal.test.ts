/** What is different on a terminal: colours, names, progress, and characters that must not act on it. */
import { describe, expect, test } from "vitest";
import { ANA } from "../../support/sotto.ts";
import { vectorRecipient } from "../../support/vectors.ts";
import { Scratch } from "./scratch.ts";

const [ana, ben] = [vectorRecipient("ana"), vectorRecipient("ben")];
const ESCAPE = "\x1b";

async function prepare(): Promise<Scratch> {
  const scratch = new Scratch(ANA);
  scratch.write(".sops.yaml", `keys: [&ana ${ana}, &ben ${ben}]\ncreation_rules: [{age: [*ana, *ben]}]\n`);
  scratch.write("app.yaml", "name: app\nport: 1\n");
  scratch.write("other.yaml", "name: app\nmore: 1\n");
  await scratch.sotto(["encrypt", "-i", "--age", ana, "app.yaml"]);
  return scratch;
}

describe("colours", () => {
  test("come to a terminal that wants them, and nowhere else", async () => {
    using scratch = await prepare();
    const terminals = ["output"] as const;
    for (const argv of [
      ["updatekeys", "--check", "app.yaml"],
      ["diff", "app.yaml", "other.yaml"],
    ]) {
      const run = async (options: object, more: readonly string[] = []): Promise<string> =>
        (await scratch.sotto([...argv, ...more], { terminals, ...options })).output;
      expect(await run({})).toContain(`${ESCAPE}[`);
      expect(await run({ terminals: [] })).not.toContain(ESCAPE);
      expect(await run({ env: { NO_COLOR: "1" } })).not.toContain(ESCAPE);
      expect(await run({ env: { TERM: "dumb" } })).not.toContain(ESCAPE);
      expect(await run({}, ["--json"])).not.toContain(ESCAPE);
    }
  });

  test("updatekeys colours what sops colours", async () => {
    using scratch = await prepare();
    const { output } = await scratch.sotto(["updatekeys", "--check", "app.yaml"], { terminals: ["output"] });
    expect(output.split("\n")).toEqual([
      "The following changes will be made to the file's groups:",
      `${ESCAPE}[4mGroup 1${ESCAPE}[24m`,
      `    ${ana} (ana)`,
      `${ESCAPE}[32m+++ ${ben} (ben)${ESCAPE}[39m`,
      "",
    ]);
  });

  test("an error is red on a terminal", async () => {
    using scratch = await prepare();
    const { errors } = await scratch.sotto(["get", "missing.yaml"], { terminals: ["errors"] });
    expect(errors).toContain(`${ESCAPE}[31m`);
    expect((await scratch.sotto(["get", "missing.yaml"], { terminals: ["errors"], env: { NO_COLOR: "1" } })).errors).not.toContain(ESCAPE);
  });
});

test("get ends the line on a terminal, and shows what would act on it", async () => {
  using scratch = await prepare();
  await scratch.sotto(["set", "app.yaml", "name", String.raw`"a\u001b[2Jb\u202ec"`]);
  const onTerminal = await scratch.sotto(["get", "app.yaml", "name"], { terminals: ["output"] });
  expect(onTerminal.output).toBe("a\\x1b[2Jb\\u{202e}c\n");
  expect((await scratch.sotto(["get", "app.yaml", "name"])).output).toBe("a\x1b[2Jb\u202ec");
});

async function manyFiles(): Promise<Scratch> {
  const scratch = await prepare();
  const encrypted = scratch.read("app.yaml");
  for (let at = 0; at < 12; at += 1) scratch.write(`many/${String(at).padStart(2, "0")}.yaml`, encrypted);
  return scratch;
}

describe("progress", () => {
  test("many files are counted on a terminal, and the line goes away", async () => {
    using scratch = await manyFiles();
    for (const argv of [
      ["verify", "many"],
      ["updatekeys", "-y", "many"],
      ["rotate", "-i", ...Array.from({ length: 12 }, (_, at) => `many/${String(at).padStart(2, "0")}.yaml`)],
    ]) {
      const { exit, errors } = await scratch.sotto(argv, { terminals: ["errors"] });
      expect([argv[0], exit]).toEqual([argv[0], 0]);
      expect(errors).toContain(`\r${ESCAPE}[K7/12 many/06.yaml`);
      expect(errors.lastIndexOf(`\r${ESCAPE}[K`)).toBe(errors.lastIndexOf("\r"));
    }
  });

  test("nothing of it is printed elsewhere, or for a few files", async () => {
    using scratch = await manyFiles();
    expect((await scratch.sotto(["verify", "many"])).errors).toBe("");
    expect((await scratch.sotto(["verify", "app.yaml"], { terminals: ["errors"] })).errors).toBe("");
    expect((await scratch.sotto(["verify", "--json", "many"], { terminals: ["errors"] })).errors).toBe("");
  });
});
