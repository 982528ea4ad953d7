/** Runs programs and takes their time and memory: wall clock, and what the kernel counted for them. */
import { spawnSync } from "node:child_process";

export interface Sample {
  /** Milliseconds. */
  readonly wall: number;
  /** User and system time together, in milliseconds, with that of all processes it waited for. */
  readonly cpu: number;
  /** The most memory that it, or one of those, had at once, in MiB. */
  readonly memory: number;
}

export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `wait4` tells what one child cost; Node has no such call, a shell's `time` tells no memory. */
const WAIT = `
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
start = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, to) for to in (0, 1, 2)])
_, status, used = os.wait4(child, 0)
print(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
`;

/** @throws Error when the program fails: what it did then has no speed */
export function measure(argv: readonly string[], place: Place): Sample {
  const { stdout, stderr } = spawnSync("python3", ["-c", WAIT, ...argv], {
    cwd: place.cwd,
    env: { ...place.env },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  const [wall = Number.NaN, cpu = Number.NaN, memory = Number.NaN, status] = stdout.trim().split(" ").map(Number);
  if (status !== 0) throw new Error(status === undefined ? stderr.trim() : `exit ${String(status)}`);
  return { wall: wall * 1000, cpu: cpu * 1000, memory: memory / 1024 };
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
  /** Medians of the pair-by-pair quotients candidate / sops. */
  readonly ratio: Sample;
  readonly pairs: number;
}

export interface PairOptions {
  readonly pairs: number;
  /** Seconds after which no new pair begins, once there are three. */
  readonly limit: number;
  /** Before every single run, not timed. */
  readonly prepare?: () => void;
}

/** Both in turn, the order changing each time (ABBA), so that a slow moment of the machine meets both. One pair first for the caches, unless one is all. */
export function measurePairs(sops: readonly string[], candidate: readonly string[], place: Place, options: PairOptions): Paired {
  const one = (argv: readonly string[]): Sample => {
    options.prepare?.();
    return measure(argv, place);
  };
  if (options.pairs > 1) {
    one(sops);
    one(candidate);
  }
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
    ratio: medianSample(found.map(([a, b]) => ({ wall: b.wall / a.wall, cpu: b.cpu / a.cpu, memory: b.memory / a.memory }))),
    pairs: found.length,
  };
}

export function medianSample(samples: readonly Sample[]): Sample {
  const of = (name: keyof Sample): number => median(samples.map((one) => one[name]));
  return { wall: of("wall"), cpu: of("cpu"), memory: of("memory") };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
