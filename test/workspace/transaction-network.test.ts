/** Many files whose data keys are far away: the files are worked on together, and everything else is as if one came after the other. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { callNetwork } from "../../src/keyring/network.ts";
import { SottoError } from "../../src/model/error.ts";
import { Project } from "../../src/workspace/project.ts";
import { type MakeNext, replaceFiles } from "../../src/workspace/transaction.ts";

const NAMES: readonly string[] = Array.from({ length: 40 }, (_, at) => `f${at}.yaml`);
let root = "";
let project: Project;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "sotto-far-"));
  mkdirSync(join(root, ".git"));
  for (const name of NAMES) writeFileSync(join(root, name), "old");
  project = await Project.open(createNodeHost({ cwd: root, env: { HOME: root, XDG_RUNTIME_DIR: join(root, "run") } }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const texts = (): ReadonlySet<string> => new Set(NAMES.map((name) => readFileSync(join(root, name), "utf8")));

interface Seen {
  readonly make: MakeNext;
  readonly begun: string[];
  readonly most: { calls: number; files: number };
}

/** @param timeOf milliseconds that the call for a file takes; undefined when it makes none */
function makeAfterCalls(timeOf: (at: number) => number | undefined, fails: readonly number[] = []): Seen {
  const begun: string[] = [];
  const most = { calls: 0, files: 0 };
  let [calls, files] = [0, 0];
  const make: MakeNext = async (_, path) => {
    begun.push(path);
    files += 1;
    most.files = Math.max(most.files, files);
    const at = NAMES.indexOf(path);
    const time = timeOf(at);
    const call = async (): Promise<void> => {
      calls += 1;
      most.calls = Math.max(most.calls, calls);
      await pause(time ?? 0);
      calls -= 1;
    };
    await (time === undefined ? pause(0) : callNetwork(project.access.context, "WRAP_FAILED", call));
    files -= 1;
    if (fails.includes(at)) throw new SottoError("WRAP_FAILED", `${path} cannot be wrapped`);
    return new TextEncoder().encode("new");
  };
  return { make, begun, most };
}

test("sixteen calls are made at once, and the files are told of in order whichever answer comes first", async () => {
  const { make, begun, most } = makeAfterCalls((at) => 60 - (at % 16));
  const done: string[] = [];
  expect(await replaceFiles(project, NAMES, make, (path) => done.push(path))).toEqual(NAMES);
  expect(texts()).toEqual(new Set(["new"]));
  expect(most.calls).toBe(16);
  expect(most.files).toBeLessThanOrEqual(32);
  expect(begun).toEqual(NAMES);
  expect(done).toEqual(NAMES);
});

test("without calls one file comes after the other", async () => {
  const { make, most } = makeAfterCalls(() => undefined);
  await replaceFiles(project, NAMES, make);
  expect(most).toEqual({ calls: 0, files: 1 });
});

test("files of megabytes are not held together", async () => {
  for (const name of NAMES.slice(0, 4)) writeFileSync(join(root, name), "x".repeat(3_000_000));
  const { make, most } = makeAfterCalls(() => 2);
  await replaceFiles(project, NAMES.slice(0, 4), make);
  expect(most.files).toBe(1);
});

test("the first failure in the order of the files is the one that is told, and nothing is written", async () => {
  const { make, begun } = makeAfterCalls((at) => (at === 5 ? 40 : 2), [5, 7, 9]);
  const done: string[] = [];
  const work = replaceFiles(project, NAMES, make, (path) => done.push(path));
  await expect(work).rejects.toMatchObject({ message: "f5.yaml cannot be wrapped", file: "f5.yaml" });
  expect(texts()).toEqual(new Set(["old"]));
  expect(done).toEqual(NAMES.slice(0, 6));
  expect(begun.length).toBeLessThan(NAMES.length);
});
