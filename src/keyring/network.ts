/**
 * Calls to key services of others: so many at once, each for so long, again when it may help, and once for the same wrapped key.
 * What a provider does is one call; all of this is the same for all of them.
 */
import { SottoError } from "../model/error.ts";
import type { KeyContext, MasterKey } from "../model/keys.ts";
import { TransientError } from "../model/provider.ts";

/** In milliseconds. */
const ONE_CALL = 10_000;
const ALL_CALLS = 30_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 2000;
const TRIES = 5;
const AT_ONCE = 8;
/** Data keys that are remembered; a command over more files than that asks again. */
const REMEMBERED = 1000;

interface State {
  running: number;
  readonly waiting: (() => void)[];
  readonly unwrapped: Map<string, Promise<Uint8Array>>;
}

/** By context, which lives as long as a command. */
const states = new WeakMap<KeyContext, State>();

function stateOf(context: KeyContext): State {
  const known = states.get(context);
  if (known !== undefined) return known;
  const made: State = { running: 0, waiting: [], unwrapped: new Map() };
  states.set(context, made);
  return made;
}

export type Call<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Makes a call, again after a while when it failed for a reason that passes, with full jitter.
 * @param signal ends it, in addition to that of the context
 * @throws SottoError `code` with what the last try said
 */
export async function callNetwork<T>(
  context: KeyContext,
  code: "WRAP_FAILED" | "DATA_KEY_UNAVAILABLE",
  call: Call<T>,
  signal?: AbortSignal,
): Promise<T> {
  const all = AbortSignal.any([context.signal, signal, AbortSignal.timeout(ALL_CALLS)].filter((one) => one !== undefined));
  await enter(context);
  try {
    for (let tries = 1; ; tries += 1) {
      const once = AbortSignal.timeout(ONE_CALL);
      try {
        return await call(AbortSignal.any([all, once]));
      } catch (error) {
        if (!(error instanceof TransientError) && !once.aborted && !all.aborted) throw error;
        const message = describe(error, once.aborted, all.aborted);
        const hints = error instanceof TransientError ? error.hints : [];
        if (all.aborted || tries >= TRIES) throw new SottoError(code, message, { cause: error, hints });
      }
      await pause(Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** tries), all);
    }
  } finally {
    leave(context);
  }
}

function describe(error: unknown, once: boolean, all: boolean): string {
  if (error instanceof TransientError) return error.message;
  if (once) return `no answer in ${ONE_CALL / 1000} seconds`;
  return all ? `no answer in ${ALL_CALLS / 1000} seconds, or not needed any more` : "no answer";
}

/**
 * The data key of a wrapped key that was unwrapped before in this command, or else the call for it.
 * @returns a copy, which the caller wipes
 */
export async function unwrapOnce(context: KeyContext, key: MasterKey, unwrap: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const { unwrapped } = stateOf(context);
  const id = JSON.stringify([key.provider, key.label, key.wrapped]);
  let dataKey = unwrapped.get(id);
  if (dataKey === undefined) {
    dataKey = unwrap();
    if (unwrapped.size < REMEMBERED) unwrapped.set(id, dataKey);
  }
  try {
    return Uint8Array.from(await dataKey);
  } catch (error) {
    unwrapped.delete(id);
    throw error;
  }
}

async function enter(context: KeyContext): Promise<void> {
  const state = stateOf(context);
  if (state.running >= AT_ONCE) await new Promise<void>((resolve) => state.waiting.push(resolve));
  else state.running += 1;
}

/** Whoever waits takes the place over. */
function leave(context: KeyContext): void {
  const state = stateOf(context);
  const next = state.waiting.shift();
  if (next === undefined) state.running -= 1;
  else next();
}

/** Ends early with the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
