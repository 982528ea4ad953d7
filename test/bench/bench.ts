/**
 * Compares sotto with sops, whole processes in pairs.
 *
 *   npm run bench [-- --full] [--rows PATTERN] [--candidate "PROGRAM ARGUMENT…"] [--seconds N]
 *
 * The short set takes less than ten minutes; `--full` adds 100,000 values, a slow KMS and more pairs. On a shared machine trust the
 * CPU ratio first. A complete run of sotto itself writes RESULTS.md, or RESULTS-full.md. A wrong answer is a failed row and exit 1.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { peerPath } from "../support/peers.ts";
import { GOALS, judge, LINEAR_GOAL } from "./goals.ts";
import { linearNames, measureLinear } from "./linear.ts";
import type { LinearRow } from "./linear.ts";
import { measurePairs, run } from "./measure.ts";
import type { Paired } from "./measure.ts";
import { deployRows } from "./rows-deploy.ts";
import { gitRows } from "./rows-git.ts";
import { serviceRows } from "./rows-services.ts";
import { makeRows } from "./rows.ts";
import type { Bench } from "./rows.ts";

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    rows: { type: "string", default: "" },
    candidate: { type: "string" },
    seconds: { type: "string", default: "20" },
  },
});
const wanted = new RegExp(values.rows);
const root: string = resolve(import.meta.dirname, "..", "..");
const sotto: readonly string[] = [process.execPath, join(root, "dist", "sotto.js")];
const work: string = mkdtempSync(join(tmpdir(), "sotto-bench-"));

/** Changes the first value of that name, in a few milliseconds. */
const EDITOR = "sed -i '0,/key_1: .*/s//key_1: new/'";

interface Line {
  readonly name: string;
  readonly result: Paired | string;
}

function createBench(): Bench {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SOPS")));
  const env = { ...clean, HOME: work, XDG_CONFIG_HOME: work, SOPS_AGE_KEY_FILE: join(work, "one.txt"), EDITOR };
  const makeKey = (name: string): string => {
    spawnSync(peerPath("age-keygen"), ["-o", join(work, name)]);
    return run([peerPath("age-keygen"), "-y", join(work, name)], { cwd: work, env })
      .stdout.toString()
      .trim();
  };
  return {
    work,
    env,
    sops: [peerPath("sops")],
    candidate: values.candidate === undefined ? sotto : values.candidate.split(" "),
    recipients: [makeKey("one.txt"), makeKey("two.txt")],
  };
}

function comparePairs(bench: Bench): Line[] {
  const limit = Number(values.seconds) * (values.full ? 4 : 1);
  const lines: Line[] = [];
  const rows = [
    ...makeRows(bench, values.full ? [10, 1000, 10_000, 100_000] : [10, 1000, 10_000]),
    ...gitRows(bench),
    ...deployRows(bench),
  ];
  // They take minutes.
  const services = values.full || values.rows !== "" ? serviceRows(bench) : [];
  for (const row of [...rows, ...services]) {
    if (!wanted.test(row.name)) continue;
    let result: Paired | string;
    try {
      row.check();
      const pairs = values.full ? row.pairs * 2 - 1 : row.pairs;
      const options = { pairs, limit, ...(row.prepare === undefined ? {} : { prepare: row.prepare }) };
      result = measurePairs(
        row.sops ?? [...bench.sops, ...row.args],
        [...bench.candidate, ...row.args],
        { cwd: row.cwd, env: { ...bench.env, ...row.env } },
        options,
      );
    } catch (error) {
      result = error instanceof Error ? error.message : String(error);
    }
    lines.push({ name: row.name, result });
    show(describePair(row.name, result));
  }
  return lines;
}

function describePair(name: string, result: Paired | string): readonly string[] {
  if (typeof result === "string")
    return [name, `WRONG: ${result.replaceAll("|", "/").replaceAll("\n", " ")}`, "", "", "", "", "", "", "", "", ""];
  const { sops, candidate, ratio, pairs } = result;
  const goal = GOALS[name];
  return [
    name,
    ...[sops.cpu, candidate.cpu].map(round),
    ratio.cpu.toFixed(2),
    judge(ratio.cpu, goal?.cpu),
    ...[sops.wall, candidate.wall].map(round),
    ratio.wall.toFixed(2),
    judge(ratio.wall, goal?.wall),
    ...[sops.memory, candidate.memory].map((value) => value.toFixed(0)),
    ratio.memory.toFixed(2),
    judge(ratio.memory, goal?.memory),
    String(pairs),
  ];
}

function describeLinear({ name, small, large, ratio, count }: LinearRow): readonly string[] {
  const each = ((large.cpu - small.cpu) / (9 * count)) * 1000;
  return [name, String(count), ...[small.cpu, large.cpu].map(round), ratio.toFixed(1), judge(ratio, LINEAR_GOAL), each.toFixed(1)];
}

function round(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function show(cells: readonly string[]): void {
  const [name = "", ...rest] = cells;
  process.stdout.write(`${name.padEnd(48)} ${rest.map((cell) => cell.padStart(9)).join(" ")}\n`);
}

const PAIR_HEAD = "row|sops CPU|sotto CPU|ratio|goal|sops ms|sotto ms|ratio|goal|sops MiB|sotto MiB|ratio|goal|pairs".split("|");
const LINEAR_HEAD = "row|values|CPU|CPU at ten times|ratio|goal|µs a value".split("|");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function writeResults(bench: Bench, lines: readonly Line[], linear: readonly LinearRow[]): void {
  const version = run([...bench.sops, "--version", "--disable-version-check"], { cwd: work, env: bench.env })
    .stdout.toString()
    .trim();
  const text = `# Benchmark

Made by \`npm run bench${values.full ? " -- --full" : ""}\` on ${cpus().length} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}, ${version}.

Medians. A ratio is sotto / sops, taken pair by pair: below 1 sotto is better. Milliseconds, and the most memory that was held
at once. The answers were compared before anything was timed; encryption by sotto includes reading back what it wrote, which sops
does not do. On a shared machine the ratio of the CPU time is the one to trust.

${table(
  PAIR_HEAD,
  lines.map((line) => describePair(line.name, line.result)),
)}

## Linear?

sotto alone, CPU milliseconds at a number of values and at ten times as many (binary: 100 bytes for each). A ratio of 10 is linear,
100 quadratic.

${table(LINEAR_HEAD, linear.map(describeLinear))}
`;
  writeFileSync(join(import.meta.dirname, values.full ? "RESULTS-full.md" : "RESULTS.md"), text);
}

try {
  const bench = createBench();
  show(PAIR_HEAD);
  const lines = comparePairs(bench);
  const linear: LinearRow[] = [];
  const isSotto = values.candidate === undefined;
  if (isSotto && linearNames().some((name) => wanted.test(name))) {
    show(LINEAR_HEAD);
    for (const count of values.full ? [10_000, 100_000] : [10_000]) {
      for (const row of measureLinear(bench, count, (name) => wanted.test(name))) {
        linear.push(row);
        show(describeLinear(row));
      }
    }
  }
  if (isSotto && values.rows === "") writeResults(bench, lines, linear);
  process.exitCode = lines.some((line) => typeof line.result === "string") ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
