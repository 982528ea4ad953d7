/**
 * What the terminal interface costs, against an empty Node script on a terminal of the same kind: how soon something is seen, and what
 * a key costs in a large tree.
 *
 *   node test/bench/rows-tui.ts [--keys 100000,1000] [--presses 200] [--starts 11] [--write]
 *
 * On a shared machine the CPU time is the one to trust. `--write` writes RESULTS-tui.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ANA, accessFor, sealText } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { start } from "../tui/pty/driver.ts";
import type { StartOptions } from "../tui/pty/driver.ts";
import { Home } from "../tui/pty/home.ts";
import { createProject } from "../tui/pty/project.ts";
import { createPlain } from "./data.ts";
import { measureKeys, measureStarts } from "./tui-measure.ts";
import type { KeyCost, KeyRun, Marker, StartCost } from "./tui-measure.ts";

/** What is looked for on the screen. */
const SKELETON: Marker = { name: "skeleton", seen: "sotto" };
/** Every value that is visible has its fingerprint. */
const FULL: Marker = {
  name: "full first screen: 5 environments × 100 keys",
  seen: ({ text }) => /●[0-9a-f]{4}/.test(text) && !text.includes("●····"),
};
/** Keys above those of the story, so that there are a hundred. */
const MORE_KEYS = 72;
const FILES = "dev.yaml";
/** What leads from the first screen to the tree. */
const OPEN: readonly string[] = ["enter"];
/** The work that is done in idle time is over then. */
const READY = "mac ok";

export interface TuiGoal {
  readonly p95: number;
  readonly cpu: number;
}

/** Milliseconds for one key at 200×60, with a hundred thousand keys and with a thousand alike. */
export const KEY_GOALS: Readonly<Record<string, TuiGoal>> = {
  move: { p95: 60, cpu: 15 },
  scroll: { p95: 60, cpu: 20 },
  page: { p95: 60, cpu: 20 },
};
/** MiB. */
export const MEMORY_GOAL = 260;
/** How many times an empty script. */
export const START_GOALS: Readonly<Record<string, number>> = { [SKELETON.name]: 2, [FULL.name]: 7 };

function many(key: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => key);
}

/** Forty rows down and up again stay inside of what is seen; two pages down, each row further scrolls. */
function keyRuns(presses: number): readonly (KeyRun & { readonly before: readonly string[] })[] {
  return [
    { name: "move", keys: [...many("j", 40), ...many("k", 40)], presses, before: ["home"] },
    { name: "scroll", keys: ["j"], presses, before: ["home", ...many("pagedown", 2)] },
    { name: "page", keys: [...many("pagedown", 20), ...many("pageup", 20)], presses, before: ["home"] },
    { name: "jump to the end and back", keys: ["end", "home"], presses: Math.min(presses, 40), before: ["home"] },
  ];
}

/** @param rounds how many starts of each program */
export async function startRows(rounds: number): Promise<readonly StartCost[]> {
  using project = await createProject({ more: MORE_KEYS });
  const script = join(project.home.path, "empty.cjs");
  writeFileSync(script, 'process.stdout.write("x"); setTimeout(() => {}, 60_000);\n');
  const place = { cwd: project.path, env: project.env, home: project.home, columns: 100, rows: 30 };
  // Awaited here: the project is gone when this function ends.
  return await measureStarts({
    program: place,
    markers: [SKELETON, FULL],
    empty: { ...place, program: [process.execPath, script] },
    emptyMarker: { name: "empty Node script", seen: "x" },
    rounds,
  });
}

/** @param count keys in one file, in groups of ten */
export async function keyRows(count: number, presses: number): Promise<readonly KeyCost[]> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-bench-tui-"));
  using home = new Home();
  try {
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".sops.yaml"), `creation_rules:\n  - age: ${vectorRecipient("ana")}\n`);
    writeFileSync(join(folder, "dev.yaml"), await sealText(createPlain(count, "yaml"), "yaml", { access: accessFor(ANA) }));
    const options: StartOptions = { cwd: folder, env: ANA, home, columns: 200, rows: 60, watch: 0 };
    await using session = await start(options);
    await session.waitFor(FILES, { timeout: 120_000 });
    await session.press(...OPEN);
    await session.waitFor(READY, { timeout: 120_000 });
    const costs: KeyCost[] = [];
    for (const { before, ...one } of keyRuns(presses)) {
      for (const key of before) await session.press(key);
      costs.push(await measureKeys(session, one));
    }
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(value: number, goal: number | undefined): string {
  if (goal === undefined) return "–";
  return value <= goal ? `≤ ${goal} met` : `≤ ${goal} missed by ${Math.round((value / goal - 1) * 100)}%`;
}

const round = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

function table(head: string, rows: readonly (readonly string[])[]): string {
  const names = head.split("|");
  const rule = names.map((_, at) => (at === 0 ? "---" : "---:"));
  return [names, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function describeStarts(costs: readonly StartCost[]): string {
  const rows = costs.map((one) => [
    one.name,
    round(one.wall),
    one.wallRatio.toFixed(2),
    judge(one.wallRatio, START_GOALS[one.name]),
    round(one.cpu),
    one.cpuRatio.toFixed(2),
  ]);
  return table("seen|ms|× empty|goal|CPU|× empty", rows);
}

export function describeKeys(costs: readonly KeyCost[]): string {
  return table(
    "keys|p50 ms|p95 ms|goal|CPU of one|goal|bytes of one|without effect|MiB|goal",
    costs.map((one) => {
      const goal = KEY_GOALS[one.name];
      const times = [round(one.p50), round(one.p95), judge(one.p95, goal?.p95), round(one.cpu), judge(one.cpu, goal?.cpu)];
      return [
        one.name,
        ...times,
        String(one.bytes),
        `${one.silent} of ${one.presses}`,
        one.memory.toFixed(0),
        judge(one.memory, MEMORY_GOAL),
      ];
    }),
  );
}

const SIZES = [100_000, 1000] as const;

async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      keys: { type: "string", default: SIZES.join(",") },
      presses: { type: "string", default: "200" },
      starts: { type: "string", default: "11" },
      write: { type: "boolean", default: false },
    },
  });
  const starts = describeStarts(await startRows(Number(values.starts)));
  process.stdout.write(`${starts}\n\n`);
  const trees: string[] = [];
  for (const count of values.keys.split(",").map(Number)) {
    const rows = describeKeys(await keyRows(count, Number(values.presses)));
    process.stdout.write(`${count} keys\n\n${rows}\n\n`);
    trees.push(`## ${count.toLocaleString("en")} keys\n\n${rows}\n`);
  }
  if (!values.write) return;
  const text = `# Benchmark: the terminal interface

Made by \`npm run bench\` on ${cpus().length} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}. Milliseconds, MiB.

From the start of the process to the moment at which something is seen, on a terminal of 100×30; medians of ${values.starts} starts, and of the
quotients with the empty script that was started beside each:

${starts}

One key, in the tree of a file on a terminal of 200×60: from the key to the end of the picture, and the CPU time of the program.

${trees.join("\n")}`;
  writeFileSync(join(import.meta.dirname, "RESULTS-tui.md"), text);
}

if (process.argv[1] === import.meta.filename) await run(process.argv.slice(2));
