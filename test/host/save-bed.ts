/** A file in a folder of its own, saved in this process while the file system fails as a test says. */
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { SottoError } from "../../src/model/error.ts";
import type { Host, WriteOptions } from "../../src/model/host.ts";
import { type Fault, FaultyFiles } from "../support/faulty-fs.ts";

export const OLD: string = "old line\n".repeat(20);
export const NEXT: string = "the next line\n".repeat(10);
export const LAYOUTS = ["replaced", "overwritten", "made"] as const;
export type Layout = (typeof LAYOUTS)[number];

export let top: string = "";
export let host: Host = createNodeHost();
export const place = (...names: readonly string[]): string => join(top, ...names);

/** A new folder for each test of a file. */
export function useSaveBed(): void {
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "sotto-faults-"));
    host = createNodeHost({ cwd: place("work"), env: { HOME: place("home"), XDG_RUNTIME_DIR: place("home", "run") } });
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));
}

export function layOut(layout: Layout): void {
  for (const folder of ["work", "home"]) {
    rmSync(place(folder), { recursive: true, force: true });
    mkdirSync(place(folder));
  }
  mkdirSync(place("home", "run"), { mode: 0o700 });
  if (layout === "made") return;
  writeFileSync(place("work", "file"), OLD);
  chmodSync(place("work", "file"), 0o640);
  if (layout === "overwritten") linkSync(place("work", "file"), place("work", "twin"));
}

export interface Outcome {
  /** What the save said: its answer, or the code of its error. */
  readonly said: boolean | string;
  readonly message: string;
  readonly hints: readonly string[];
  readonly files: FaultyFiles;
}

/** A save under faults. */
export async function save(fault?: Fault, options: WriteOptions = {}, text: string = NEXT): Promise<Outcome> {
  using files = new FaultyFiles(fault);
  try {
    using locked = await host.lockFiles(["file"], { patience: 20 });
    const said = (await locked.files[0]?.write(Buffer.from(text), options)) ?? false;
    return { said, message: "", hints: [], files };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { said: error.code, message: error.message, hints: error.hints, files };
  }
}

export const content = (): string | undefined =>
  existsSync(place("work", "file")) ? readFileSync(place("work", "file"), "utf8") : undefined;

export function strays(): string[] {
  const entries = ["work", "home"].flatMap((folder) => readdirSync(place(folder), { recursive: true, withFileTypes: true }));
  return entries.filter((entry) => !entry.isDirectory() && !["file", "twin"].includes(entry.name)).map((entry) => entry.name);
}

/** Descriptors that a save has opened and not closed. */
export function leaked({ files }: Outcome): number {
  return files.count("openSync") - files.count("closeSync");
}

/** True for the first call only. */
export function firstTime(): () => boolean {
  let times = 0;
  return () => {
    times += 1;
    return times === 1;
  };
}
