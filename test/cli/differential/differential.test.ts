/** More than a thousand command lines: what the real sops answered (answers.json, made by record.ts) against sotto in this process. */
import { describe, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import { DIFFERENCES } from "../differences.ts";
import { readAnswers, withoutHelp } from "./answers.ts";
import { DEVIATIONS } from "./deviations.ts";
import { LINES } from "./lines.ts";
import { type Answer, Bench, typed } from "./replay.ts";
import { compareWithSops } from "./compare.ts";

const { files, lines: answers } = readAnswers();
const NONE: Answer = { exit: 0, output: "", files: {} };

/** How many parts the lines are checked in, one a day. */
const PARTS = 10;

describe("the recording", () => {
  test("has an answer to every line, and to no other", () => {
    expect(Object.keys(answers)).toEqual(LINES.map(typed));
    expect(LINES.length).toBeGreaterThan(2000);
  });

  test("has all kinds of ends", () => {
    const exits = new Set(Object.values(answers).map(({ exit }) => exit));
    expect([...exits].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 25, 49, 51, 91, 92, 100, 112, 128, 200, 201, 203]);
  });
});

test("sotto answers as sops does", async () => {
  using bench = new Bench(files);
  const wrong: object[] = [];
  const used = new Set<object>();
  for (const line of LINES) {
    const { errors, ...seen } = await bench.sotto(line);
    const ours = { ...seen, output: withoutHelp(seen.output) };
    const theirs = answers[typed(line)] ?? NONE;
    const same = JSON.stringify(ours) === JSON.stringify(theirs);
    const deviation = DEVIATIONS.find(({ lines }) => lines.test(typed(line)));
    if (!same && deviation !== undefined) used.add(deviation);
    if (!same && !isMeant(ours, theirs, deviation?.exit, deviation !== undefined)) wrong.push({ line: typed(line), theirs, ours, errors });
    else if (ours.exit !== 0 && !isOneError(errors)) wrong.push({ line: typed(line), errors });
  }
  expect(wrong).toEqual([]);
  expect(DEVIATIONS.filter((one) => !used.has(one))).toEqual([]);
}, 60_000);

function isMeant(ours: Answer, theirs: Answer, exit: number | undefined, deviates: boolean): boolean {
  if (!deviates) return false;
  if (exit === undefined) return ours.exit === theirs.exit || ours.exit === 0 || ours.exit === 1;
  return ours.exit === exit && ours.output === "" && Object.keys(ours.files).length === 0;
}

/** One line says what is wrong, and at least one what to do. */
function isOneError(errors: string): boolean {
  const lines = errors.split("\n");
  return lines.filter((line) => line.startsWith("error: ")).length === 1 && lines.some((line) => line.startsWith("hint: "));
}

test("every deviation stands in the table of differences", () => {
  const ids = new Set(DIFFERENCES.map(({ id }) => id));
  expect(DEVIATIONS.filter(({ difference }) => !ids.has(difference))).toEqual([]);
});

describeWithPeers(["sops"], "the recording is what sops answers", () => {
  test("today's part of the lines", async () => {
    const day = Math.floor(Date.now() / 86_400_000);
    expect(await compareWithSops((index) => index % PARTS === day % PARTS)).toEqual([]);
  });
});
