/**
 * Calls to key services of others: so many at once, each for so long, again when it may help, and once for the same wrapped key.
 * What a provider does is one call; all of this is the same for all of them.
 */
import { SottoError } from "../model/error.ts";
import type { KeyContext, MasterKey } from "../model/keys.ts";
import { TransientError } from "../model/provider.ts";

/** Times in milliseconds. */
export interface NetworkLimits {
  readonly oneCall: number;
  /** With what is called again, and the time in the queue. */
  readonly allCalls: number;
  /** Doubled with every try. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  readonly tries: number;
}

export const NETWORK_LIMITS: NetworkLimits = { oneCall: 10_000, allCalls: 30_000, firstDelay: 100, longestDelay: 2000, tries: 5 };
const AT_ONCE = 16;
/** Data keys that are remembered; a command over more files than that asks again. */
const REMEMBERED = 1000;

interface State {
  running: number;
  readonly waiting: (() => void)[];
  readonly unwrapped: Map<string, Unwrapped>;
  /** Told when the next call begins. */
  readonly watching: Set<() => void>;
}

interface Unwrapped {
  readonly dataKey: Promise<Uint8Array>;
  /** Of whoever asked first: another key of the group was faster. */
  readonly stop: AbortSignal | undefined;
}

/** By context, which lives as long as a command. */
const states = new WeakMap<KeyContext, State>();

function stateOf(context: KeyContext): State {
  const known = states.get(context);
  if (known !== undefined) return known;
  const made: State = { running: 0, waiting: [], unwrapped: new Map(), watching: new Set() };
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
  limits: NetworkLimits = NETWORK_LIMITS,
): Promise<T> {
  const all = AbortSignal.any([context.signal, signal, AbortSignal.timeout(limits.allCalls)].filter((one) => one !== undefined));
  for (const tell of stateOf(context).watching) tell();
  await enter(context);
  try {
    for (let tries = 1; ; tries += 1) {
      const once = AbortSignal.timeout(limits.oneCall);
      try {
        return await call(AbortSignal.any([all, once]));
      } catch (error) {
        if (!(error instanceof TransientError) && !once.aborted && !all.aborted) throw error;
        const message = describe(error, once.aborted, all.aborted, limits);
        const hints = error instanceof TransientError ? error.hints : [];
        if (all.aborted || tries >= limits.tries) throw new SottoError(code, message, { cause: error, hints });
      }
      await pause(Math.random() * Math.min(limits.longestDelay, limits.firstDelay * 2 ** tries), all);
    }
  } finally {
    leave(context);
  }
}

function describe(error: unknown, once: boolean, all: boolean, { oneCall, allCalls }: NetworkLimits): string {
  if (error instanceof TransientError) return error.message;
  if (once) return `no answer in ${oneCall / 1000} seconds`;
  return all ? `no answer in ${allCalls / 1000} seconds, or not needed any more` : "no answer";
}

/**
 * The data key of a wrapped key that was unwrapped before in this command, or else the call for it.
 * @param stop ends the call; it says nothing about others who wait for the same key, who then call themselves
 * @returns a copy, which the caller wipes
 */
export async function unwrapOnce(
  context: KeyContext,
  key: MasterKey,
  unwrap: () => Promise<Uint8Array>,
  stop?: AbortSignal,
): Promise<Uint8Array> {
  const { unwrapped } = stateOf(context);
  const id = JSON.stringify([key.provider, key.label, key.wrapped]);
  for (;;) {
    let entry = unwrapped.get(id);
    const isOurs = entry === undefined;
    if (entry === undefined) {
      entry = { dataKey: unwrap(), stop };
      if (unwrapped.size < REMEMBERED) unwrapped.set(id, entry);
    }
    try {
      return Uint8Array.from(await entry.dataKey);
    } catch (error) {
      if (unwrapped.get(id) === entry) unwrapped.delete(id);
      if (isOurs || entry.stop?.aborted !== true || stop?.aborted === true || context.signal?.aborted === true) throw error;
    }
  }
}

/** Resolves when the next call of this command begins: then there is time for other work. Dispose it when it is not waited for any more. */
export function watchNetwork(context: KeyContext): { readonly began: Promise<void> } & Disposable {
  const { watching } = stateOf(context);
  const { promise, resolve } = Promise.withResolvers<void>();
  watching.add(resolve);
  return { began: promise, [Symbol.dispose]: () => void watching.delete(resolve) };
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
