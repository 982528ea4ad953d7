/** Starts a program anew when the environment that it got has changed. */
import { resolve } from "node:path";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { watchFiles, type WatchOptions } from "../workspace/session/watch.ts";
import type { Ended } from "./execute.ts";
import type { StartedRun } from "./run.ts";
import type { RunPlan } from "./run-plan.ts";

export interface WatchedRun {
  readonly start: (plan: RunPlan) => Promise<StartedRun>;
  /** Reads the files anew. @throws SottoError */
  readonly plan: () => Promise<RunPlan>;
  /** How many signals came by now that ask for the end of it all. */
  readonly endings: () => number;
  readonly note?: ((note: string) => void) | undefined;
  /** How long files have to be left alone before they are read, in milliseconds: several may be written together. 200 without it. */
  readonly quiet?: number;
  readonly watch?: WatchOptions;
}

/**
 * Runs until the program ends of itself, or of a signal. A change that cannot be read leaves the program running.
 * @throws SottoError where the program cannot be started
 */
export async function watchRun(host: Host, first: RunPlan, options: WatchedRun): Promise<Ended> {
  const { start, note = (): void => {}, quiet = 200, endings } = options;
  const changes = new Changes();
  using watch = watchFiles(
    host,
    first.environment.files.map((path) => resolve(host.cwd, path)),
    () => changes.add(),
    options.watch,
  );
  await watch.check();
  // What was written between the reading of the plan and that look would never be seen.
  changes.add();
  let plan = first;
  let running = await start(plan);
  try {
    for (;;) {
      await watch.check();
      const ended = await Promise.race([running.ended, changes.settled(quiet)]);
      if (ended !== undefined) return ended;
      const next = await readAgain(options, note);
      if (next === undefined || isSame(plan, next)) continue;
      note("the environment has changed: the command is started anew");
      const before = endings();
      const last = await running.stop();
      running[Symbol.dispose]();
      if (endings() > before) return last;
      plan = next;
      running = await start(plan);
    }
  } finally {
    running[Symbol.dispose]();
  }
}

async function readAgain({ plan }: WatchedRun, note: (text: string) => void): Promise<RunPlan | undefined> {
  try {
    return await plan();
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const file = error.file === undefined || error.message.includes(error.file) ? "" : `${error.file}: `;
    note(`the command goes on with the values that it has: ${file}${error.message}`);
    return undefined;
  }
}

function isSame(one: RunPlan, other: RunPlan): boolean {
  return essenceOf(one) === essenceOf(other);
}

function essenceOf({ variables, secretFiles }: RunPlan): string {
  const files = secretFiles.map(({ content, path, variable }) => [Buffer.from(content).toString("base64"), path, variable]);
  return JSON.stringify([variables, files]);
}

/** Gathers changes until there are no more of them for a while. */
class Changes {
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #isChanged = false;
  #quiet = 0;

  add(): void {
    this.#isChanged = true;
    this.#wait();
  }

  /** Resolves when something has changed since it did so last. */
  settled(quiet: number): Promise<undefined> {
    this.#quiet = quiet;
    return new Promise((done) => {
      this.#wake = () => {
        this.#isChanged = false;
        this.#wake = undefined;
        done(undefined);
      };
      if (this.#isChanged) this.#wait();
    });
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wake?.(), this.#quiet);
  }
}
