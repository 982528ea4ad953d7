/** `npm run example`: the life of a project, with the built program. It checks itself, step by step. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { builtProgram } from "../tui/pty/build.ts";
import { EXAMPLES, type Outcome, start } from "./shop.ts";

const FOLDER: string = join(EXAMPLES, "acme");

let outcome: Outcome;
beforeAll(async () => {
  await builtProgram();
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };
  outcome = await start(process.execPath, [join(FOLDER, "run.ts")], { cwd: "/", env });
});

test("the example goes through to its end", () => {
  expect(outcome).toMatchObject({ exit: 0, log: expect.stringMatching(/All of it held, in [\d.]+ s\.\n$/) as string });
});

test("every step of it is there, and each of them looked at something", () => {
  const told = readFileSync(join(FOLDER, "run.ts"), "utf8").match(/stage\.tell\(/g)?.length;
  expect(outcome.log.match(/^\d+\. /gm)).toHaveLength(told ?? 0);
  expect(outcome.log.match(/✓/g)?.length).toBeGreaterThan(30);
});
