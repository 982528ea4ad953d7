import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Host } from "../../../src/model/host.ts";
import { watchFiles, type FileWatch, type WatchOptions } from "../../../src/workspace/session/watch.ts";

let folder = "";
let host: Host;
let told: string[] = [];
let turn = 0;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sotto-watch-")));
  host = createNodeHost({ cwd: folder });
  told = [];
  write("a.yaml");
  write("b.yaml");
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** Each time of another length. */
function write(name: string): void {
  turn += 1;
  writeFileSync(join(folder, name), "x".repeat(turn));
}

function start(options: WatchOptions = {}): FileWatch {
  return watchFiles(host, ["a.yaml", "b.yaml", "sub/c.yaml"], (path) => told.push(path), { watchFolder: unnoted, ...options });
}

/** A file system that sends no notes. */
function unnoted(): never {
  throw new Error("not supported");
}

test("a look tells what changed since the last one, each once", async () => {
  using watch = start();
  await watch.check();
  expect(told).toEqual([]);
  write("b.yaml");
  await watch.check();
  await watch.check();
  expect(told).toEqual(["b.yaml"]);
});

test("a file that is replaced, deleted and made again is told each time", async () => {
  using watch = start();
  await watch.check();
  write("new");
  renameSync(join(folder, "new"), join(folder, "a.yaml"));
  await watch.check();
  rmSync(join(folder, "a.yaml"));
  await watch.check();
  write("a.yaml");
  await watch.check();
  mkdirSync(join(folder, "sub"));
  write("sub/c.yaml");
  await watch.check();
  rmSync(join(folder, "sub"), { recursive: true });
  await watch.check();
  expect(told).toEqual(["a.yaml", "a.yaml", "a.yaml", "sub/c.yaml", "sub/c.yaml"]);
});

test("without notes it looks by itself, once an interval", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
  const watch = start({ interval: 1000 });
  await watch.check();
  write("a.yaml");
  const seen = vi.waitUntil(() => told.length > 0, { timeout: 5000 });
  vi.advanceTimersByTime(1000);
  await seen;
  expect(told).toEqual(["a.yaml"]);
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test("many notes are one look", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
  const notes: (() => void)[] = [];
  let closed = 0;
  const watch = start({
    settle: 50,
    watchFolder: (_, onNote) => {
      notes.push(onNote);
      return { close: () => (closed += 1) };
    },
  });
  await watch.check();
  const looks = vi.spyOn(host, "stat");
  for (let at = 0; at < 20; at += 1) {
    notes[0]?.();
    vi.advanceTimersByTime(10);
  }
  expect(looks).not.toHaveBeenCalled();
  write("a.yaml");
  vi.advanceTimersByTime(50);
  await watch.check();
  expect(told).toEqual(["a.yaml"]);
  watch.stop();
  expect(closed).toBe(notes.length);
});

test("the system's own notes are enough", async () => {
  const changed = Promise.withResolvers<string>();
  const watch = watchFiles(host, ["a.yaml"], changed.resolve, { interval: 1_000_000, settle: 1 });
  await watch.check();
  write("a.yaml");
  expect(await changed.promise).toBe("a.yaml");
  watch.stop();
});

test("nothing is told after it was stopped, even by a look that is under way", async () => {
  const watch = start();
  await watch.check();
  write("a.yaml");
  const look = watch.check();
  watch.stop();
  await look;
  await watch.check();
  expect(told).toEqual([]);
});
