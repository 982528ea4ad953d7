/**
 * Saves on a file system that is almost full, in a process and a mount namespace of its own: `disk.ts FOLDER`, an empty tmpfs of
 * 24 KiB. Says in JSON what happened for every amount of room.
 */
import { linkSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeHost } from "../../src/host/node-host.ts";

const [folder = ""] = process.argv.slice(2);
const PAGE = 4096;
const host = createNodeHost({ cwd: folder });
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function attempt(old: string | undefined, next: string, room: number, twin: boolean): Promise<object> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  if (old !== undefined) writeFileSync(join(folder, "file"), old);
  if (twin) linkSync(join(folder, "file"), join(folder, "twin"));
  const free = statfsSync(folder).bfree - room;
  if (free > 0) writeFileSync(join(folder, "filler"), new Uint8Array(free * PAGE));
  const there = readdirSync(folder);
  let error: unknown;
  try {
    await host.writeFile("file", new TextEncoder().encode(next));
  } catch (thrown) {
    error = thrown;
  }
  const names = readdirSync(folder);
  const found = names.includes("file") ? readFileSync(join(folder, "file"), "utf8") : undefined;
  const seen = names.includes("file") ? decode(await host.readFile("file")) : undefined;
  return {
    room,
    result: seen === next ? "new" : seen === old ? "old" : "neither",
    whole: found === seen,
    error: error instanceof Error ? error.message : null,
    stray: names.filter((name) => !there.includes(name) && name !== "file"),
  };
}

const rows: object[] = [];
for (const [kind, old, twin] of [
  ["replaced", "o".repeat(2 * PAGE), false],
  ["overwritten", "o".repeat(PAGE), true],
  ["made", undefined, false],
] as const) {
  for (let room = 0; room <= 5; room += 1) {
    // Whole pages, and one that ends in the middle of a page: then the write is cut short before it fails.
    for (const size of [PAGE, 2 * PAGE + 100]) rows.push({ kind, size, ...(await attempt(old, "n".repeat(size), room, twin)) });
  }
}
console.log(JSON.stringify(rows));
