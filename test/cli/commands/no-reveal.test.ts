/** Values that are set without being shown, and the mode in which none is. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { runProgram } from "../../../src/cli/program.ts";
import { isNoReveal, refuseReveal } from "../../../src/cli/reveal.ts";
import { COMMANDS } from "../../../src/cli/table.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Prompt } from "../../../src/model/prompt.ts";
import { decodeText, encodeText } from "../../../src/model/text.ts";
import { ANA } from "../../support/sotto.ts";
import { vectorRecipient } from "../../support/vectors.ts";
import { Scratch, type Run } from "./scratch.ts";

const scratch = new Scratch(ANA);
const VALUE = "orchard-lantern-37";

afterAll(() => scratch[Symbol.dispose]());

beforeEach(async () => {
  scratch.clear();
  scratch.write("app.yaml", "db:\n    password: before\n");
  await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "app.yaml"]);
});

/** Runs sotto where somebody at the terminal answers each question with the same bytes. */
async function runWithPerson(
  argv: readonly string[],
  answer: string,
): Promise<Run & { readonly questions: string[]; readonly typed: Uint8Array }> {
  const questions: string[] = [];
  const typed = encodeText(answer);
  const prompt: Prompt = {
    tell: () => Promise.resolve(),
    askSecret: (question) => {
      questions.push(question);
      return Promise.resolve(typed);
    },
    askText: () => Promise.reject(new Error("nothing that may be seen is asked for")),
    confirm: () => Promise.resolve(true),
  };
  const printed = { output: "", errors: "" };
  const node = createNodeHost({ env: scratch.env, cwd: scratch.path });
  const host = {
    ...node,
    prompt,
    isTerminal: (stream: string): boolean => stream === "input",
    write: (stream: "output" | "errors", bytes: Uint8Array): void => {
      printed[stream] += decodeText(bytes);
    },
  };
  const exit = await runProgram(argv, COMMANDS, host);
  return { exit, ...printed, questions, typed };
}

async function passwordNow(): Promise<string> {
  return (await scratch.sotto(["get", "app.yaml", "db.password"])).output;
}

function hostWith(value?: string): { readonly env: Record<string, string | undefined> } {
  return { env: { SOTTO_NO_REVEAL: value } };
}

describe("set --prompt", () => {
  test("asks on the terminal, takes the answer as text, and shows only what it is like", async () => {
    const run = await runWithPerson(["set", "--prompt", "app.yaml", "db.password"], `"${VALUE}" `);
    expect(run).toMatchObject({ exit: 0, output: "", questions: ["new value of db.password:"] });
    expect(run.errors).toMatch(/^db\.password: str, 21 characters ●[0-9a-f]{8}\n$/);
    expect(await passwordNow()).toBe(`"${VALUE}" `);
    expect(run.typed.every((byte) => byte === 0)).toBe(true);
  });

  test("changes nothing when nothing was typed", async () => {
    const before = scratch.read("app.yaml");
    const run = await runWithPerson(["set", "--prompt", "app.yaml", "db.password"], "");
    expect(run.exit).toBe(1);
    expect(run.errors).toContain("nothing was typed, and nothing is changed");
    expect(scratch.read("app.yaml")).toBe(before);
  });
});

describe("get --equals-stdin", () => {
  test("asks on a terminal without showing what is typed", async () => {
    const same = await runWithPerson(["get", "--equals-stdin", "app.yaml", "db.password"], "before");
    expect(same).toMatchObject({ exit: 0, output: "same\n", errors: "", questions: ["value to compare with db.password:"] });
    const other = await runWithPerson(["get", "--equals-stdin", "app.yaml", "db.password"], "after");
    expect(other).toMatchObject({ exit: 206, output: "different\n" });
  });
});

describe("the mode", () => {
  test.each(["1", "true", "yes", "on", "2"])("is on for SOTTO_NO_REVEAL=%s, whatever a flag says", (value) => {
    expect(isNoReveal({ host: hostWith(value) })).toBe(true);
    expect(isNoReveal({ host: hostWith(value), flags: { "no-reveal": false } })).toBe(true);
    expect(() => refuseReveal({ host: hostWith(value) }, "it shows values", [])).toThrow(/it shows values/);
  });

  test.each([undefined, "", "0", "false", "FALSE"])("is left to the flag for SOTTO_NO_REVEAL=%s", (value) => {
    expect(isNoReveal({ host: hostWith(value) })).toBe(false);
    expect(isNoReveal({ host: hostWith(value), flags: { "no-reveal": true } })).toBe(true);
    expect(() => refuseReveal({ host: hostWith(value) }, "it shows values", [])).not.toThrow();
  });

  /** Those that show no value of a file in any mode, each for a reason. */
  const SILENT = new Set(
    [
      "init explain doctor encrypt set unset verify filestatus fmt keys rotate updatekeys groups keyservice",
      // Under git they print fingerprints; the filters are git's way to the working tree.
      "git reseal publish env types completion",
    ].flatMap((line) => line.split(" ")),
  );

  test("is known to every command that could show a value", async () => {
    const names: string[] = [];
    for (const row of COMMANDS) {
      const loaded = await row.load();
      if (loaded.kind === "command" && loaded.spec.flags.some((flag) => flag.name === "no-reveal")) names.push(row.name);
      else names.push(...(SILENT.has(row.name) || row.name === "edit" ? [] : [`${row.name} does not know it`]));
    }
    expect(names).toEqual(expect.arrayContaining(["decrypt", "get", "diff", "exec-env", "exec-file"]));
    expect(names.filter((name) => name.includes(" "))).toEqual([]);
  });

  test("lets no command show the value, in whatever way it is asked", async () => {
    await scratch.sotto(["set", "--string", "app.yaml", "db.password", VALUE]);
    scratch.write("flat.env", `PASSWORD=${VALUE}\n`);
    await scratch.sotto(["encrypt", "-i", "--age", vectorRecipient("ana"), "flat.env"]);
    const lines = [
      ["get", "app.yaml", "db.password"],
      ["get", "app.yaml", "db"],
      ["get", "--json", "app.yaml", "db.password"],
      ["decrypt", "app.yaml"],
      ["decrypt", "--json", "app.yaml"],
      ["decrypt", "--output", "plain.yaml", "app.yaml"],
      ["-d", "app.yaml"],
      ["-d", "--extract", '["db"]', "app.yaml"],
      ["exec-env", "flat.env", "env > stolen"],
      ["exec-file", "app.yaml", "cp {} stolen"],
      ["diff", "--reveal", "app.yaml", "flat.env"],
      ["diff", "app.yaml", "flat.env"],
      ["edit", "--editor", "app.yaml"],
      ["git", "textconv", "app.yaml"],
      ["verify", "app.yaml"],
      ["explain", "app.yaml", "db.password"],
    ];
    for (const argv of lines) {
      const run = await scratch.sotto(argv, { env: { SOTTO_NO_REVEAL: "1", EDITOR: "cp -t ." } });
      expect(`${argv.join(" ")}\n${run.output}${run.errors}`).not.toContain(VALUE);
    }
    const files = [...scratch.files()];
    expect(files.map(([name]) => name).toSorted()).toEqual(["app.yaml", "flat.env"]);
    expect(files.filter(([, text]) => text.includes(VALUE))).toEqual([]);
  });
});
