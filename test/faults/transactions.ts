/** A change to three files, killed at every step or failing there: afterwards all files are the old ones, or all the new ones. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { Project } from "../../src/workspace/project.ts";
import { describeIfPermitted } from "../support/permitted.ts";
import { sealText } from "../support/sotto.ts";
import { type Call, listCalls, type Outcome, type Program, runWithFault } from "../support/strace.ts";
import { bundle } from "./bundle.ts";

const NAMES = ["one.yaml", "two.yaml", "three.yaml"];
const old = new Map<string, string>();
const next = new Map<string, string>();

let program = "";
let top = "";
let folder = "";

function environment(): Record<string, string> {
  return { HOME: join(top, "home"), XDG_RUNTIME_DIR: join(top, "home") };
}

function layOut(): void {
  for (const place of [folder, join(top, "rehearsal")]) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(join(place, ".git"), { recursive: true });
    for (const name of NAMES) writeFileSync(join(place, name), old.get(name) ?? "");
  }
}

function child(): Program {
  const argv = [process.execPath, program, "change", folder];
  return { argv, folders: [folder], log: join(top, "log"), env: environment() };
}

/** `old`, `new`, or what else lies there. */
function stateOf(name: string): string {
  const text = readFileSync(join(folder, name), "utf8");
  if (text === old.get(name)) return "old";
  return text === next.get(name) ? "new" : "neither";
}

async function expectAllOrNone(outcome: Outcome, about: string): Promise<string> {
  const host = createNodeHost({ cwd: folder, env: environment() });
  const before = NAMES.map((name) => stateOf(name));
  const { warnings } = await Project.open(host);
  const after = NAMES.map((name) => stateOf(name));
  const [state = ""] = after;
  // The next save in a folder takes away what is left of the locks.
  await host.writeFile("one.yaml", new TextEncoder().encode("later"));
  const journals = existsSync(join(folder, ".sotto"));
  if (journals) await host.writeFile(".sotto/x", new Uint8Array());
  expect({
    about,
    neverTorn: before.every((one) => one === "old" || one === "new"),
    states: new Set(after).size,
    toldTruth: outcome.exit !== 0 || state === "new",
    warnings,
    beside: readdirSync(folder),
    journals: journals ? readdirSync(join(folder, ".sotto")) : ["x"],
  }).toEqual({
    about,
    neverTorn: true,
    states: 1,
    toldTruth: true,
    warnings: before.every((one) => one === state) ? [] : ["an interrupted change to 3 files was completed"],
    beside: [".git", ...(journals ? [".sotto"] : []), "one.yaml", "three.yaml", "two.yaml"],
    journals: ["x"],
  });
  return state;
}

async function inject(faults: (call: Call) => readonly string[]): Promise<Record<string, number>> {
  layOut();
  const ends: Record<string, number> = { old: 0, new: 0 };
  for (const call of await listCalls(child())) {
    for (const fault of faults(call)) {
      const about = `${fault} at ${call.text}`;
      const outcome = await runWithFault(child(), call, fault, layOut);
      if (outcome === undefined) throw new Error(`not met: ${about}`);
      const state = await expectAllOrNone(outcome, about);
      ends[state] = (ends[state] ?? 0) + 1;
    }
  }
  return ends;
}

/** @param every stops at every call, and not only at those after which the disk may look different */
export function describeTransactions(every: boolean): void {
  describeIfPermitted("strace", "a change to three files", () => {
    beforeAll(async () => {
      program = await bundle("test/faults/child.ts");
      for (const name of NAMES) {
        old.set(name, await sealText(`name: ${name}\npadding: ${"old ".repeat(500)}\n`, "yaml"));
        next.set(name, await sealText(`name: ${name}\npadding: ${"new ".repeat(400)}\n`, "yaml"));
      }
    });
    afterAll(() => rmSync(dirname(program), { recursive: true }));
    beforeEach(() => {
      top = mkdtempSync(join(tmpdir(), "sotto-transaction-"));
      folder = join(top, "work");
      mkdirSync(join(top, "home"));
      for (const name of NAMES) writeFileSync(join(top, `${name}.next`), next.get(name) ?? "");
    });
    afterEach(() => rmSync(top, { recursive: true, force: true }));

    test("that is killed at every step is done entirely or not at all", async () => {
      const ends = await inject((call) => (call.changes || every ? ["signal=KILL"] : []));
      expect(ends["old"]).toBeGreaterThan(5);
      expect(ends["new"]).toBeGreaterThan(20);
    });

    test("in which any call fails is done entirely or not at all", async () => {
      const ends = await inject((call) => (call.changes || every ? ["error=EIO"] : []));
      expect(ends["old"]).toBeGreaterThan(20);
      expect(ends["new"]).toBeGreaterThan(2);
    });
  });
}
