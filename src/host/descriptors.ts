/**
 * Open files that this process was given beside the three streams, such as `3<file` in a shell. Node marks those below 16 to be
 * closed in other programs, so they have to be named to reach a command. Only Linux tells what they are.
 */
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** What a shell can name: `<&9` takes one digit. */
const LAST = 9;

/** Call it before anything else is opened. @returns numbers of 3 and above, each standing for itself */
export function listInherited(): ReadonlyMap<number, number> {
  const open = listOpen();
  // Node has both ends of the pipes it talks to itself through.
  const inner = new Set<string>();
  const seen = new Map<string, boolean>();
  for (const { link, writes } of open) {
    if (!link.startsWith("pipe:")) continue;
    if (seen.get(link) === !writes) inner.add(link);
    seen.set(link, writes);
  }
  const given = open.filter(
    ({ number, link }) => number <= LAST && /^(?:\/|pipe:|socket:)/.test(link) && link !== "/dev/null" && !inner.has(link),
  );
  return new Map(given.map(({ number }) => [number, number]));
}

interface OpenFile {
  readonly number: number;
  readonly link: string;
  readonly writes: boolean;
}

function listOpen(): readonly OpenFile[] {
  if (process.platform !== "linux") return [];
  try {
    return readdirSync("/proc/self/fd").flatMap((name) => {
      const file = describe(Number(name));
      return file === undefined || file.number < 3 ? [] : [file];
    });
  } catch {
    return [];
  }
}

function describe(number: number): OpenFile | undefined {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${number}`, "latin1"))?.[1];
    return { number, link: readlinkSync(`/proc/self/fd/${number}`), writes: (Number.parseInt(flags ?? "0", 8) & 3) !== 0 };
  } catch {
    // It was the listing itself.
    return undefined;
  }
}
