/** The measuring itself, on the small program that the driver is tried on. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { start } from "../tui/pty/driver.ts";
import { measureKeys, measureStarts, percentile } from "./tui-measure.ts";

const place = { cwd: tmpdir(), columns: 60, rows: 15 };
const program = { ...place, program: [process.execPath, join(import.meta.dirname, "..", "tui", "pty", "fixtures", "stand-in.ts")] };

test("percentiles are values that were measured", () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect([50, 95, 100, 1].map((percent) => percentile(values, percent))).toEqual([50, 95, 100, 1]);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

describe.skipIf(process.platform !== "linux")("on a terminal", () => {
  test("each key has a time, bytes and CPU; keys that change nothing are counted apart", async () => {
    await using session = await start({ ...program, watch: 0 });
    await session.waitFor("pasted 0");
    const cost = await measureKeys(session, { name: "x", keys: ["x", "y"], presses: 20 });
    expect(cost).toMatchObject({ name: "x", presses: 20, silent: 0 });
    expect(cost.p50).toBeGreaterThan(0);
    expect(cost.p95).toBeGreaterThanOrEqual(cost.p50);
    expect(cost.p95).toBeLessThan(1000);
    expect(cost.bytes).toBeGreaterThan(100);
    expect(cost.cpu).toBeLessThan(1000);
    expect(cost.memory).toBeGreaterThan(20);
    expect(session.screen().text).toContain('got "y"');
    await using deaf = await start({ ...place, program: ["/bin/sh", "-c", "stty -echo; echo ready; sleep 60"], watch: 0 });
    await deaf.waitFor("ready");
    expect(await measureKeys(deaf, { name: "none", keys: ["x"], presses: 1 })).toMatchObject({ silent: 1, bytes: 0 });
  });

  test("a start is measured up to each marker, and against the empty program", async () => {
    const costs = await measureStarts({
      program,
      markers: [
        { name: "first", seen: "stand-in" },
        { name: "all", seen: "pasted 0" },
      ],
      empty: { ...place, program: ["/bin/sh", "-c", "echo x; sleep 60"] },
      emptyMarker: { name: "empty", seen: "x" },
      rounds: 2,
    });
    expect(costs.map(({ name }) => name)).toEqual(["empty", "first", "all"]);
    expect(costs[0]).toMatchObject({ wallRatio: 1, cpuRatio: expect.any(Number) });
    expect(costs[2]?.wall).toBeGreaterThan(costs[0]?.wall ?? Number.NaN);
    expect(costs[2]?.cpu).toBeGreaterThan(0);
  });
});
