/** What the built program loads for key services. `npm test` builds it first; on its own this needs `npm run build`. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Scratch } from "../cli/commands/scratch.ts";
import { ANA } from "../support/sotto.ts";
import { SPY } from "../support/spy.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { startProgram } from "./program.ts";
import { NOBODY, serveIn } from "./serving.ts";

const dist: string = join(import.meta.dirname, "..", "..", "dist");
const scratch: Scratch = new Scratch(NOBODY);
afterAll(() => scratch[Symbol.dispose]());

scratch.write("spy.cjs", SPY);

async function start(...argv: readonly string[]): Promise<{ exit: number | null; output: string; loaded: readonly string[] }> {
  const line = [process.execPath, "--require", scratch.place("spy.cjs"), join(dist, "sotto.js"), ...argv];
  const { exit, output, errors } = await startProgram(line, { ...scratch.env }, scratch.path).ended;
  return { exit, output, loaded: JSON.parse(errors.split("\n").at(-1) ?? "[]") as string[] };
}

describe("gRPC", () => {
  test("is loaded with --keyservice and not without; what is loaded without it is none of src/keyservice either", async () => {
    scratch.write("a.yaml", "a: b\n");
    await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "a.yaml"]);
    using served = await serveIn(scratch, ANA);
    const asked = await start("decrypt", "--keyservice", served.uri, "a.yaml");
    expect([asked.exit, asked.output]).toEqual([0, "a: b\n"]);
    expect(asked.loaded.some((path) => path.includes("@grpc/grpc-js"))).toBe(true);
    expect(asked.loaded.some((path) => /\bclient-\w+\.js$/.test(path))).toBe(true);
    const alone = await start("decrypt", "a.yaml");
    expect(alone.exit).toBe(128);
    expect(alone.loaded.filter((path) => path.startsWith("file:")).length).toBeGreaterThan(2);
    expect(alone.loaded.filter((path) => path.includes("node_modules"))).toEqual([]);
    expect(alone.loaded.filter((path) => /\bclient-\w+\.js$/.test(path))).toEqual([]);
  });

  test("is not loaded for the help of keyservice, nor for a service that is not needed", async () => {
    expect((await start("keyservice", "--help")).loaded.filter((path) => path.includes("node_modules"))).toEqual([]);
    scratch.write("keys.txt", "");
    scratch.write("b.yaml", "a: b\n");
    const { exit, loaded } = await start("encrypt", "-i", "--keyservice", "unix:///nonexistent", "--age", vectorRecipient("ana"), "b.yaml");
    expect(exit).toBe(0);
    expect(loaded.filter((path) => path.includes("node_modules"))).toEqual([]);
  });

  test("that is not installed is an error that says what to do", async () => {
    mkdirSync(scratch.place("lean"));
    for (const name of ["sotto.js", "package.json", "chunks"])
      cpSync(join(dist, name), scratch.place(join("lean", name)), { recursive: true });
    writeFileSync(scratch.place("c.yaml"), "a: b\n");
    const lean = [process.execPath, scratch.place(join("lean", "sotto.js"))];
    const run = (...argv: readonly string[]): ReturnType<typeof startProgram> =>
      startProgram([...lean, ...argv], scratch.env, scratch.path);
    const serving = await run("keyservice", "--network", "unix", "--address", "x.sock").ended;
    expect(serving).toEqual({
      exit: 1,
      output: "",
      errors:
        "error: key services need the package @grpc/grpc-js, which is not installed\n" +
        "hint: npm install -g @grpc/grpc-js, or install sotto without --omit=optional\n",
    });
    expect(scratch.exists("x.sock")).toBe(false);
    const asking = await run("decrypt", "--enable-local-keyservice=false", "--keyservice", "unix:///nonexistent", "a.yaml").ended;
    expect(asking.exit).toBe(128);
    expect(asking.errors.replaceAll(/[\s|]+/g, " ")).toContain("key services need the package @grpc/grpc-js, which is not installed");
  });
});
