/** Runs programs and takes their time: wall clock, and the CPU time that the kernel counted for them. */
import { spawnSync } from "node:child_process";

export interface Sample {
  /** Milliseconds. */
  readonly wall: number;
  /** User and system time together, in milliseconds. */
  readonly cpu: number;
}

export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** bash's `time` reports what `wait4` counted for the program, to a millisecond. */
const TIMED = `TIMEFORMAT='%3R %3U %3S'; time "$@" </dev/null >/dev/null 2>&1`;

/** @throws Error when the program fails: what it did then has no speed */
export function time(argv: readonly string[], place: Place): Sample {
  const { status, stderr } = spawnSync("bash", ["-c", TIMED, "bash", ...argv], {
    cwd: place.cwd,
    env: { ...place.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`exit ${String(status)}`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

export interface Run {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export function run(argv: readonly string[], place: Place): Run {
  const [program = "", ...rest] = argv;
  const { status, stdout, stderr } = spawnSync(program, rest, {
    ...place,
    env: { ...place.env },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 30,
  });
  return { status, stdout, stderr: stderr?.toString() ?? "" };
}

export interface Paired {
  readonly sops: Sample;
  readonly candidate: Sample;
  /** Median of the pair-by-pair quotients candidate / sops. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
  readonly pairs: number;
}

export interface PairOptions {
  readonly pairs: number;
  /** Seconds after which no new pair begins, once there are three. */
  readonly limit: number;
  /** Before every single run, not timed. */
  readonly prepare?: () => void;
}

/** Both in turn, the order changing each time (ABBA), so that a slow moment of the machine meets both. One pair first for the caches. */
export function measurePairs(sops: readonly string[], candidate: readonly string[], place: Place, options: PairOptions): Paired {
  const one = (argv: readonly string[]): Sample => {
    options.prepare?.();
    return time(argv, place);
  };
  one(sops);
  one(candidate);
  const found: [sops: Sample, candidate: Sample][] = [];
  const start = Date.now();
  while (found.length < options.pairs) {
    if (found.length >= 3 && Date.now() - start > options.limit * 1000) break;
    if (found.length % 2 === 0) {
      const first = one(sops);
      found.push([first, one(candidate)]);
    } else {
      const first = one(candidate);
      found.push([one(sops), first]);
    }
  }
  return {
    sops: medianSample(found.map(([sample]) => sample)),
    candidate: medianSample(found.map(([, sample]) => sample)),
    wallRatio: median(found.map(([a, b]) => b.wall / a.wall)),
    cpuRatio: median(found.map(([a, b]) => b.cpu / a.cpu)),
    pairs: found.length,
  };
}

export function medianSample(samples: readonly Sample[]): Sample {
  return { wall: median(samples.map((one) => one.wall)), cpu: median(samples.map((one) => one.cpu)) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
