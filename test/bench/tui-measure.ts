/** Measures programs on a terminal: how soon something is seen, and what each key costs. Times are milliseconds, memory is MiB. */
import { performance } from "node:perf_hooks";
import { start } from "../tui/pty/driver.ts";
import type { Condition, Session, StartOptions } from "../tui/pty/driver.ts";
import { bytesOfKey } from "../tui/pty/keys.ts";
import { cpuOf, memoryOf } from "../tui/pty/processes.ts";

/** Something that comes on the screen, and its name in the results. */
export interface Marker {
  readonly name: string;
  readonly seen: Condition;
}

export interface Sight {
  readonly name: string;
  readonly wall: number;
  /** Of the program until then; counted in steps of 10. */
  readonly cpu: number;
}

/** Starts a program and waits for one marker after the other. The session is closed after that. */
export async function measureStart(options: StartOptions, markers: readonly Marker[]): Promise<readonly Sight[]> {
  const began = performance.now();
  await using session = await start({ ...options, watch: 0 });
  const sights: Sight[] = [];
  for (const { name, seen } of markers) {
    await session.waitFor(seen, { settle: false, timeout: 60_000 });
    sights.push({ name, wall: performance.now() - began, cpu: cpuOf(session.pid) ?? Number.NaN });
  }
  return sights;
}

export interface StartCost {
  readonly name: string;
  readonly wall: number;
  readonly cpu: number;
  /** Medians of the quotients with the empty script of the same round. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

export interface StartsOptions {
  readonly program: StartOptions;
  readonly markers: readonly Marker[];
  /** What it is compared with, and what it shows. */
  readonly empty: StartOptions;
  readonly emptyMarker: Marker;
  readonly rounds: number;
}

/** Both in turn, the order changing each time, after one round for the caches. */
export async function measureStarts({ program, markers, empty, emptyMarker, rounds }: StartsOptions): Promise<readonly StartCost[]> {
  const both: { readonly own: readonly Sight[]; readonly base: Sight }[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const first = round % 2 === 0 ? await measureStart(empty, [emptyMarker]) : undefined;
    const own = await measureStart(program, markers);
    const [base] = first ?? (await measureStart(empty, [emptyMarker]));
    if (round >= 0 && base !== undefined) both.push({ own, base });
  }
  const rows: (readonly Sight[])[] = markers.map((_, at) => both.flatMap(({ own }) => own[at] ?? []));
  const ratio = (sights: readonly Sight[], of: "wall" | "cpu"): number =>
    percentile(
      sights.map((sight, at) => sight[of] / Math.max(1, both[at]?.base[of] ?? Number.NaN)),
      50,
    );
  const cost = (name: string, sights: readonly Sight[]): StartCost => ({
    name,
    wall: percentile(
      sights.map(({ wall }) => wall),
      50,
    ),
    cpu: percentile(
      sights.map(({ cpu }) => cpu),
      50,
    ),
    wallRatio: ratio(sights, "wall"),
    cpuRatio: ratio(sights, "cpu"),
  });
  return [
    cost(
      emptyMarker.name,
      both.map(({ base }) => base),
    ),
    ...markers.map(({ name }, at) => cost(name, rows[at] ?? [])),
  ];
}

/** One key, again and again, as fast as the program answers. */
export interface KeyRun {
  readonly name: string;
  readonly keys: readonly string[];
  /** Of each of the keys in turn. */
  readonly presses: number;
}

export interface KeyCost {
  readonly name: string;
  readonly presses: number;
  /** From the key to the end of the picture that it leads to. */
  readonly p50: number;
  readonly p95: number;
  /** Of one key. */
  readonly cpu: number;
  /** Bytes for the terminal, of one key. */
  readonly bytes: number;
  /** Keys that nothing followed in time: they changed nothing. */
  readonly silent: number;
  readonly memory: number;
}

/** Milliseconds after which a key counts as one that changed nothing. */
const SILENT = 1000;
/** Milliseconds without output after which a picture counts as finished, where its end is not told. */
const QUIET = 20;
/** The end of a synchronized update. */
const END = "\u001B[?2026l";

export async function measureKeys(session: Session, { name, keys, presses }: KeyRun): Promise<KeyCost> {
  const times: number[] = [];
  let silent = 0;
  await session.settled(200);
  const cpu = cpuOf(session.pid) ?? Number.NaN;
  const length = session.logLength;
  for (let at = 0; at < presses; at += 1) {
    const took = await timeKey(session, keys[at % keys.length] ?? "");
    if (took === undefined) silent += 1;
    else times.push(took);
  }
  await session.settled(200);
  return {
    name,
    presses,
    p50: percentile(times, 50),
    p95: percentile(times, 95),
    cpu: ((cpuOf(session.pid) ?? Number.NaN) - cpu) / presses,
    bytes: Math.round((session.logLength - length) / presses),
    silent,
    memory: memoryOf(session.pid) ?? Number.NaN,
  };
}

/** @returns milliseconds until the end of the first picture; undefined when none came */
function timeKey(session: Session, key: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const began = performance.now();
    const finish = (took: number | undefined): void => {
      clearTimeout(timer);
      session.listeners.delete(listen);
      resolve(took);
    };
    let timer = setTimeout(() => finish(undefined), SILENT);
    const listen = (bytes: Uint8Array): void => {
      const took = performance.now() - began;
      clearTimeout(timer);
      if (Buffer.from(bytes).includes(END)) finish(took);
      else timer = setTimeout(() => finish(took), QUIET);
    };
    session.listeners.add(listen);
    session.send(bytesOfKey(key));
  });
}

/** @returns the smallest value that so many in a hundred do not exceed */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
