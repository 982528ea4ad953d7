/** One file, saved while the process is killed, or while calls fail: it is the old file or the new one, whole, and nothing else stays. */
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Host } from "../../src/model/host.ts";
import { describeIfPermitted } from "../support/permitted.ts";
import { type Call, listCalls, type Outcome, type Program, runWithFault } from "../support/strace.ts";
import { bundle } from "./bundle.ts";

/** Several pages of the file system, and the next version shorter: half of a change in place is neither. */
const OLD: string = "old line\n".repeat(1200);
const NEXT: string = "the new line\n".repeat(700);
const LAYOUTS = ["replaced", "overwritten", "made"] as const;
type Layout = (typeof LAYOUTS)[number];

let program = "";
let top = "";
let folder = "";
let host: Host = createNodeHost();

function environment(): Record<string, string> {
  return { HOME: join(top, "home"), XDG_RUNTIME_DIR: join(top, "home") };
}

/** The folder, and the one that the child rehearses in, as before a save. */
function layOut(layout: Layout): void {
  for (const place of [folder, join(top, "rehearsal")]) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    if (layout === "made") continue;
    writeFileSync(join(place, "file"), OLD);
    chmodSync(join(place, "file"), 0o640);
    if (layout === "overwritten") linkSync(join(place, "file"), join(place, "twin"));
  }
}

function child(): Program {
  const argv = [process.execPath, program, "save", folder];
  return { argv, folders: [folder], log: join(top, "log"), env: environment() };
}

async function content(): Promise<string | undefined> {
  if (!readdirSync(folder).includes("file")) return undefined;
  return new TextDecoder().decode(await host.readFile("file"));
}

/** What every fault must leave behind. */
async function expectWhole(layout: Layout, outcome: Outcome, about: string): Promise<void> {
  const raw = rawContent();
  const found = await content();
  await host.writeFile("file", new TextEncoder().encode("later"));
  expect({
    about,
    whole: found === NEXT || found === (layout === "made" ? undefined : OLD),
    // Where there is nothing to restore, every other program sees a whole file too.
    seenWhole: layout === "overwritten" || raw === found,
    toldTruth: outcome.exit !== 0 || found === NEXT,
    later: await content(),
    beside: readdirSync(folder),
    elsewhere: readdirSync(join(top, "home"), { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()),
  }).toEqual({
    about,
    whole: true,
    seenWhole: true,
    toldTruth: true,
    later: "later",
    beside: layout === "overwritten" ? ["file", "twin"] : ["file"],
    elsewhere: [],
  });
}

function rawContent(): string | undefined {
  return readdirSync(folder).includes("file") ? readFileSync(join(folder, "file"), "utf8") : undefined;
}

async function inject(layout: Layout, faults: (call: Call) => readonly string[]): Promise<number> {
  layOut(layout);
  const calls = await listCalls(child());
  expect(calls.at(-1)?.name).toBe("unlink");
  let points = 0;
  for (const call of calls) {
    for (const fault of faults(call)) {
      const about = `${fault} at ${call.text}`;
      const outcome = await runWithFault(child(), call, fault, () => layOut(layout));
      if (outcome === undefined) throw new Error(`not met: ${about}`);
      await expectWhole(layout, outcome, about);
      points += 1;
    }
  }
  return points;
}

/** @param every tries every call with every error; otherwise those after which the disk may look different */
export function describeSaves(every: boolean): void {
  const errors = every ? ["EIO", "ENOSPC", "EROFS", "EACCES", "EDQUOT", "EPERM"] : ["EIO"];

  describeIfPermitted("strace", "a save", () => {
    beforeAll(async () => {
      program = await bundle("test/faults/child.ts");
    });
    afterAll(() => rmSync(dirname(program), { recursive: true }));
    beforeEach(() => {
      top = mkdtempSync(join(tmpdir(), "sotto-save-"));
      folder = join(top, "work");
      host = createNodeHost({ cwd: folder, env: environment() });
      mkdirSync(join(top, "home"));
      writeFileSync(join(top, "next"), NEXT);
    });
    afterEach(() => rmSync(top, { recursive: true, force: true }));

    test.each(LAYOUTS)("that is killed at any call: a file that is %s", async (layout) => {
      const points = await inject(layout, (call) => (call.changes || every ? ["signal=KILL"] : []));
      expect(points).toBeGreaterThan(layout === "overwritten" ? 10 : 7);
    });

    test.each(LAYOUTS)("in which any call fails: a file that is %s", async (layout) => {
      const points = await inject(layout, (call) => (call.changes || every ? errors.map((error) => `error=${error}`) : []));
      expect(points).toBeGreaterThan(layout === "overwritten" ? 10 : 7);
    });

    test.each(LAYOUTS)("of which the system says that part was written, and it was not: a file that is %s", async (layout) => {
      const points = await inject(layout, ({ name }) => (/^p?write/.test(name) ? ["retval=4096"] : []));
      expect(points).toBeGreaterThan(0);
    });

    test("notices that somebody without a lock wrote the file meanwhile, and leaves that", async () => {
      layOut("replaced");
      const fsync = (await listCalls(child())).find((call) => call.name === "fsync");
      if (fsync === undefined) throw new Error("nothing was flushed");
      const theirs = "theirs\n";
      const write = (): void => {
        if (readdirSync(folder).some((name) => name.endsWith(".tmp"))) writeFileSync(join(folder, "file"), theirs);
      };
      const timer = setInterval(write, 5);
      const outcome = await runWithFault(child(), fsync, "delay_enter=400000", () => layOut("replaced"));
      clearInterval(timer);
      expect(outcome).toMatchObject({ exit: 1, errors: "SottoError: file was changed by someone else meanwhile; nothing was written\n" });
      expect([await content(), readdirSync(folder)]).toEqual([theirs, ["file"]]);
    });

    test("flushes the content before it gets its name, and the name before it succeeds", async () => {
      layOut("replaced");
      const names = (await listCalls(child())).filter((call) => call.changes).map((call) => call.name);
      expect(names).toEqual("symlink openat fchmod write fsync rename fsync unlink".split(" "));
    });

    test("in place flushes the backup before the first byte changes, and the file before the backup goes", async () => {
      layOut("overwritten");
      const names = (await listCalls(child())).filter((call) => call.changes).map((call) => call.name);
      expect(names).toEqual("symlink openat write fsync fsync pwrite64 ftruncate fsync unlink fsync unlink".split(" "));
    });
  });
}
