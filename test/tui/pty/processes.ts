/** What `/proc` tells about a process and those that it starts. On other systems there is nothing to tell. */
import { readFileSync, readdirSync } from "node:fs";

export interface Seen {
  readonly pid: number;
  /** Words parted by spaces. */
  readonly argv: string;
  /** What it was started with, one variable a line. */
  readonly environ: string;
}

/** Looks at a process and its descendants again and again, for what they were started with. */
export class Watch implements Disposable {
  readonly #seen = new Map<string, Seen>();
  readonly #known = new Set<number>();
  readonly #timer: NodeJS.Timeout;

  /** @param milliseconds between two looks; what lives shorter may be missed */
  constructor(pid: number, milliseconds: number) {
    this.#known.add(pid);
    this.#timer = setInterval(() => this.look(), milliseconds).unref();
  }

  look(): void {
    // Those that were seen once are looked at even when they have left the family since.
    for (const pid of this.#known) {
      for (const child of childrenOf(pid)) this.#known.add(child);
      const argv = read(pid, "cmdline").replaceAll("\0", " ").trim();
      if (argv === "") {
        // Amid an exec it has none for a moment.
        if (read(pid, "stat") === "") this.#known.delete(pid);
        continue;
      }
      // Between fork and exec it is still its parent: each command line counts.
      if (!this.#seen.has(`${pid} ${argv}`)) {
        this.#seen.set(`${pid} ${argv}`, { pid, argv, environ: read(pid, "environ").replaceAll("\0", "\n") });
      }
    }
  }

  get seen(): readonly Seen[] {
    return [...this.#seen.values()];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const text = read(pid, `task/${thread}/children`).trim();
      return text === "" ? [] : text.split(" ").map(Number);
    });
  } catch {
    return [];
  }
}

/** The kernel counts in hundredths of a second on every architecture that Node runs on. */
const TICK = 10;

/** @returns milliseconds of user and system time of a process and of its children that ended; undefined when it is gone */
export function cpuOf(pid: number): number | undefined {
  const text = read(pid, "stat");
  if (text === "") return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) * TICK;
}

/** @param field `VmRSS` is what it has now, `VmHWM` the most that it had. @returns MiB */
export function memoryOf(pid: number, field: "VmRSS" | "VmHWM" = "VmRSS"): number | undefined {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(read(pid, "status"))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}
